//! `POST /models/{id}/deploy`, `/undeploy`, `/models/by-name/{name}/rollback`: one deployed version per name.

use super::path;
use crate::support::{TestApp, pointers};
use serde_json::{Value, json};

fn statuses(app: &TestApp) -> Vec<Value> {
    // Newest first.
    app.viewer().all("/deployments", 200).iter().map(|deployment| deployment["status"].clone()).collect()
}

fn deployed(app: &TestApp) -> Value {
    app.viewer().get("/models/a@deployed").send().expect(200).json()["id"].clone()
}

#[test]
fn a_later_version_supersedes_and_a_rollback_returns() {
    let app = TestApp::start_default();
    let (first, second) = (app.model("a", 10), app.model("a", 11));
    let deploy = |model: &Value| app.deployer().post(&path(model, "/deploy")).send();
    let answer = deploy(&first).expect(201);
    let deployment = answer.json();
    assert_eq!(
        answer.header("location"),
        format!("/api/v1/deployments/{}", deployment["id"].as_str().unwrap())
    );
    assert_eq!(
        (&deployment["status"], &deployment["version"], &deployment["created_by"]),
        (&json!("active"), &first["version"], &json!("the deployer"))
    );
    assert_eq!(deployed(&app), first["id"]);
    deploy(&first).problem(409, "conflict");
    app.trainer().delete(&path(&first, "")).send().problem(409, "conflict");

    deploy(&second).expect(201);
    assert_eq!(statuses(&app), ["active", "superseded"]);
    assert_eq!(deployed(&app), second["id"]);
    assert_eq!(app.viewer().get(&path(&first, "")).send().json()["status"], "ready");

    let rollback = || app.deployer().post("/models/by-name/a/rollback").send();
    let back = rollback().expect(201).json();
    assert_eq!(back["version"], first["version"]);
    assert_eq!(statuses(&app), ["active", "rolled_back", "superseded"]);
    assert_eq!(deployed(&app), first["id"]);

    let ended = app.deployer().post(&path(&first, "/undeploy")).send().expect(200).json();
    assert_eq!((&ended["status"], &ended["ended_by"]), (&json!("retired"), &json!("the deployer")));
    app.deployer().post(&path(&first, "/undeploy")).send().problem(409, "conflict");
    rollback().problem(404, "not-found");
    app.viewer().get("/models/a@deployed").send().problem(404, "not-found");
    app.trainer().delete(&path(&first, "")).send().expect(204);
    assert_eq!(statuses(&app), ["retired", "rolled_back", "superseded"], "deployments stay on record");
}

#[test]
fn the_first_deployment_has_nothing_to_roll_back_to() {
    let app = TestApp::start_default();
    let model = app.model("a", 10);
    app.deployer().post("/models/by-name/a/rollback").send().problem(404, "not-found");
    app.deployer().post(&path(&model, "/deploy")).send().expect(201);
    app.deployer().post("/models/by-name/a/rollback").send().problem(409, "conflict");
    assert_eq!(deployed(&app), model["id"], "a refused rollback changes nothing");
}

#[test]
fn of_many_deployments_at_once_one_succeeds() {
    let app = TestApp::start_default();
    let model = app.model("a", 10);
    let mut found: Vec<u16> = std::thread::scope(|scope| {
        let deploy = || app.deployer().post(&path(&model, "/deploy")).send().status;
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(deploy)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    found.sort_unstable();
    assert_eq!(found, [201, 409, 409, 409]);
    assert_eq!(statuses(&app), ["active"]);
}

#[test]
fn the_same_key_deploys_once() {
    let app = TestApp::start_default();
    let model = app.model("a", 10);
    let deploy = |note: &str| {
        app.deployer()
            .post(&path(&model, "/deploy"))
            .header("Idempotency-Key", "k")
            .json(&json!({"note": note}))
            .send()
    };
    let first = deploy("go").expect(201).json();
    assert_eq!(first["note"], "go");
    assert_eq!(deploy("go").expect(201).json(), first);
    deploy("other").problem(422, "invalid");
    assert_eq!(statuses(&app), ["active"]);
}

#[test]
fn a_target_that_is_unknown() {
    let app = TestApp::start_default();
    let model = app.model("a", 10);
    let deploy = |body: Value| app.deployer().post(&path(&model, "/deploy")).json(&body).send();
    assert_eq!(pointers(&deploy(json!({"target": "scikit-learn-0.1"})).problem(422, "invalid")), ["/target"]);
    deploy(json!({"colour": "red"})).problem(422, "invalid");
    let targets = app.viewer().get("/targets").send().expect(200).json();
    let deployment = deploy(json!({"target": targets["items"][0]["id"]})).expect(201).json();
    assert_eq!(deployment["target"], targets["items"][0]["id"]);
}

#[test]
fn gates_hold_back_a_model_and_are_on_record() {
    let app = TestApp::start_default();
    let model = app.model("a", 10);
    let deploy =
        |gates: Value| app.deployer().post(&path(&model, "/deploy")).json(&json!({"gates": gates})).send();
    let refused = deploy(json!(["anomaly_ratio <= 0.9", "anomaly_ratio > 1", "f1_score >= 0.9"]));
    let refused = refused.problem(409, "gate-failed");
    assert_eq!(pointers(&refused), ["/gates/1", "/gates/2"]);
    assert!(refused["detail"].as_str().unwrap().contains("f1_score was not measured"), "{refused:#}");
    assert_eq!(pointers(&deploy(json!(["good enough"])).problem(422, "invalid")), ["/gates/0"]);
    assert!(statuses(&app).is_empty(), "nothing was deployed");

    let deployment = deploy(json!(["anomaly_ratio <= 0.9"])).expect(201).json();
    let measured = &model["metrics"]["test_scores"]["anomaly_ratio"];
    assert_eq!(deployment["gates"], json!([{"condition": "anomaly_ratio <= 0.9", "measured": measured}]));
}
