//! `GET`, `PATCH`, `DELETE /models/{id}` and the versions that models get.

use super::path;
use crate::support::{TestApp, mcp_export, pointers, specification};
use serde_json::{Value, json};

fn numbers(model: &Value) -> &str {
    model["version"].as_str().unwrap().split_once('+').unwrap().0
}

#[test]
fn versions_say_what_changed() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let train = |trees: u64, dataset: &Value| {
        let mut wanted = specification("router logs", dataset);
        wanted["algorithm"]["n_estimators"] = trees.into();
        let job = app.completed(&app.submit(&wanted));
        app.viewer().get(&format!("/models/{}", job["model_id"].as_str().unwrap())).send().expect(200).json()
    };
    let first = train(10, &dataset);
    assert_eq!(numbers(&first), "1.0.0");
    let time = first["version"].as_str().unwrap().split_once('+').unwrap().1;
    assert!(chrono_like(time), "{time}");
    assert_eq!(numbers(&train(10, &dataset)), "1.0.1", "the same recipe");
    assert_eq!(numbers(&train(11, &dataset)), "1.1.0", "another number of trees");
    let other = train(11, &app.upload("again.json", &mcp_export()));
    assert_eq!(numbers(&other), "1.1.1", "the same recipe on another dataset");

    let latest = app.viewer().get("/models/router%20logs@latest").send().expect(200).json();
    assert_eq!(latest["id"], other["id"]);
    let exact = format!("/models/router%20logs@{}", first["version"].as_str().unwrap().replace('+', "%2B"));
    assert_eq!(app.viewer().get(&exact).send().expect(200).json()["id"], first["id"]);
    app.viewer().get("/models/router%20logs@9.9.9").send().problem(404, "not-found");
    app.viewer().get("/models/router%20logs@deployed").send().problem(404, "not-found");
}

/// `YYYYMMDDTHHMMSSZ`.
fn chrono_like(time: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    time.len() == 16
        && digits(&time[..8])
        && &time[8..9] == "T"
        && digits(&time[9..15])
        && time.ends_with('Z')
}

#[test]
fn a_model_tells_how_it_was_made() {
    let app = TestApp::start_default();
    let model = app.model("a", 25);
    assert_eq!(model["status"], "ready");
    assert_eq!(
        (&model["algorithm"], &model["model_type"]),
        (&json!("isolation_forest"), &json!("IsolationForest"))
    );
    assert_eq!(model["parameters"]["n_estimators"], 25);
    assert_eq!(model["statistics"]["training_samples"], 28, "35 records, a fifth held back");
    assert_eq!(model["statistics"]["test_samples"], 7);
    let features = model["feature_names"].as_array().unwrap();
    assert_eq!(model["statistics"]["feature_count"], features.len());
    let scores = &model["metrics"]["training_scores"];
    assert_eq!(scores["count"], 28);
    // numpy.percentile(scores, 90) of 28 distinct scores leaves three above.
    assert!(scores["anomaly_count"].as_u64().is_some_and(|count| (2..=3).contains(&count)), "{scores:#}");
    let file = app.viewer().get(&path(&model, "/file")).send().expect(200);
    assert_eq!(model["size_bytes"], file.body.len());
    assert_eq!(file.body[0], 0x80, "a pickle");
}

#[test]
fn descriptions_change_only_on_the_state_that_was_read() {
    let app = TestApp::start_default();
    let model = app.model("a", 10);
    let read = app.viewer().get(&path(&model, "")).send().expect(200);
    let patch = |tag: &str, body: Value| {
        app.trainer().patch(&path(&model, "")).header("If-Match", tag).json(&body).send()
    };
    let changed =
        patch(read.header("etag"), json!({"description": "quiet nights", "tags": ["home"]})).expect(200);
    assert_eq!(
        (&changed.json()["description"], &changed.json()["tags"]),
        (&json!("quiet nights"), &json!(["home"]))
    );
    assert_ne!(changed.header("etag"), read.header("etag"));
    patch(read.header("etag"), json!({"description": "stale"})).problem(412, "precondition-failed");
    app.trainer()
        .delete(&path(&model, ""))
        .header("If-Match", read.header("etag"))
        .send()
        .problem(412, "precondition-failed");

    let cleared = patch("*", json!({"description": null})).expect(200).json();
    assert_eq!(
        (&cleared["description"], &cleared["tags"]),
        (&json!(null), &json!(["home"])),
        "absent is not null"
    );
    let problem = patch("*", json!({"description": "x".repeat(10_001), "tags": ["", "ok", "y".repeat(51)]}))
        .problem(422, "invalid");
    assert_eq!(pointers(&problem), ["/description", "/tags/0", "/tags/2"]);
    patch("*", json!({"name": "b"})).problem(422, "invalid");

    app.trainer().delete(&path(&model, "")).send().expect(204);
    app.viewer().get(&path(&model, "")).send().problem(404, "not-found");
    assert_eq!(app.viewer().all("/models", 200), [] as [Value; 0]);
}
