//! What a job does of which little is said.

use crate::support::{TestApp, mcp_export};
use serde_json::{Value, json};

#[test]
fn the_parts_of_a_recipe_that_nobody_named_suit_each_other() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let posted = |said: Value| {
        let mut wanted = json!({"name": "a", "dataset_id": dataset["id"]});
        wanted.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        app.trainer().post("/jobs").json(&wanted).send().expect(202).json()
    };
    let resolved = |said: Value| {
        let asked = posted(said)["specification"].take();
        let text = |part: &str, name: &str| asked[part][name].as_str().unwrap().to_owned();
        [
            text("feature_set", "preset"),
            text("algorithm", "type"),
            text("scaler", "type"),
            text("threshold", "policy"),
        ]
    };
    let surprise = ["surprise", "auto", "none", "gap"];
    let plain = ["record", "isolation_forest", "standard", "contamination"];
    assert_eq!(resolved(json!({})), surprise);
    assert_eq!(resolved(json!({"feature_set": {"preset": "surprise"}})), surprise);
    assert_eq!(resolved(json!({"feature_set": {"preset": "record"}})), ["record", "auto", "standard", "gap"]);
    assert_eq!(resolved(json!({"algorithm": {"type": "isolation_forest"}})), plain);
    let labelled = json!({"labels": {"kind": "patterns", "patterns": ["error"]}});
    assert_eq!(resolved(labelled), ["record", "auto", "standard", "best_f1"]);
    let own = json!({"scaler": {"type": "robust"}, "threshold": {"policy": "contamination", "value": 0.05}});
    assert_eq!(resolved(own), ["surprise", "auto", "robust", "contamination"]);

    let job = app.completed(&posted(json!({"name": "b"})));
    let model =
        app.viewer().get(&format!("/models/{}", job["model_id"].as_str().unwrap())).send().expect(200);
    let model = model.json();
    assert_eq!(model["feature_names"].as_array().map(Vec::len), Some(9));
    // What was tried, what it finds, and how often it cries.
    assert!(job["leaderboard"]["rows"].as_array().is_some_and(|rows| rows.len() >= 3), "{job}");
    let shown = &model["metrics"]["shown"]["most_anomalous"];
    let first = &shown[0];
    assert!(shown.as_array().is_some_and(|all| !all.is_empty() && all.len() <= 20));
    assert!(first["messages"][0].as_str().is_some_and(|message| !message.is_empty()), "{first}");
    assert!(first["reasons"][0]["text"].as_str().is_some_and(|text| !text.is_empty()), "{first}");
    assert!(model["metrics"]["alarms"]["per_thousand"].as_f64().is_some());
    assert_eq!(model["metrics"]["mode"], "injected");
}

#[test]
fn what_is_shown_as_normal_is_what_most_records_are() {
    let app = TestApp::start_default();
    let mut second = 1_750_000_000;
    let mut log = String::new();
    for at in 0..1500 {
        let (pause, level, text) = match at {
            900..960 => (1, "error", format!("disk failure on sd{}", at % 3)),
            _ if at % 3 == 0 => (40, "info", "cache refreshed".to_owned()),
            _ => (40, "info", format!("request {at} served")),
        };
        second += pause;
        log += &format!("{{\"ts\":{second},\"level\":\"{level}\",\"msg\":\"{text}\"}}\n");
    }
    let dataset = app.upload("some.json", log.as_bytes());
    let wanted = json!({"name": "a", "dataset_id": dataset["id"]});
    let job = app.completed(&app.trainer().post("/jobs").json(&wanted).send().expect(202).json());
    let path = format!("/models/{}", job["model_id"].as_str().unwrap());
    let shown = app.viewer().get(&path).send().expect(200).json()["metrics"]["shown"].take();
    let message = |sample: &Value| sample["messages"][0].as_str().unwrap().to_owned();
    assert!(message(&shown["most_anomalous"][0]).starts_with("disk failure"), "{shown}");
    let kinds = shown["kinds_of_normal"].as_array().unwrap();
    assert!(kinds.len() > 1, "{shown}");
    let largest = message(&kinds[0]["example"]);
    assert!(largest.ends_with("served") || largest == "cache refreshed", "{largest}");
}

#[test]
fn the_best_of_some_is_not_searched_around() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let wanted = json!({
        "name": "a", "dataset_id": dataset["id"], "algorithm": {"type": "auto", "budget_seconds": -1},
    });
    let problem = app.trainer().post("/jobs").json(&wanted).send().expect(422).json();
    assert_eq!(problem["errors"][0]["pointer"], "/algorithm/budget_seconds", "{problem}");
    let wanted = json!({"name": "a", "dataset_id": dataset["id"], "search": {"budget_seconds": 5}});
    let problem = app.trainer().post("/jobs").json(&wanted).send().expect(422).json();
    assert_eq!(problem["errors"][0]["pointer"], "/search", "{problem}");
    // No time to try anything: the likeliest is taken, and it is said that nothing was tried.
    let wanted =
        json!({"name": "b", "dataset_id": dataset["id"], "algorithm": {"type": "auto", "budget_seconds": 0}});
    let job = app.completed(&app.trainer().post("/jobs").json(&wanted).send().expect(202).json());
    assert_eq!(job["leaderboard"]["complete"], false, "{job}");
    assert!(job["model_id"].is_string());
}

/// Labels of one class, and anomalies in the held-out part only or too few for folds: a job still comes to a model.
#[test]
fn labels_that_tell_nothing_apart_do_not_end_a_job() {
    let app = TestApp::start_default();
    let log = |odd: &dyn Fn(usize) -> bool| -> Vec<u8> {
        let line = |at: usize| {
            let text = if odd(at) { "ERROR web: disk failure" } else { "INFO web: request served" };
            format!("2025-05-01T{:02}:{:02}:00Z {text} {at}\n", at / 60, at % 60)
        };
        (0..300).map(line).collect::<String>().into_bytes()
    };
    let sets: [&dyn Fn(usize) -> bool; 3] = [&|_| false, &|at| at > 280, &|at| at == 20 || at == 290];
    for (number, odd) in sets.into_iter().enumerate() {
        let dataset = app.upload(&format!("{number}.log"), &log(odd));
        let wanted = json!({
            "name": format!("few-{number}"), "dataset_id": dataset["id"],
            "labels": {"kind": "patterns", "patterns": ["disk failure"]},
        });
        let posted = app.trainer().post("/jobs").json(&wanted).send().expect(202).json();
        let job = app.completed(&posted);
        assert!(job["model_id"].is_string(), "{number}: {job}");
    }
}
