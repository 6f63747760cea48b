//! `POST /models/{id}/predict`.

use super::path;
use crate::support::{TestApp, pointers};
use serde_json::{Map, Value, json};

/// A row with a number for every feature.
fn row(model: &Value, seed: f64) -> Map<String, Value> {
    let names = model["feature_names"].as_array().unwrap().iter().enumerate();
    names
        .map(|(at, name)| (name.as_str().unwrap().to_owned(), json!((seed * (at as f64 + 1.0)).sin() * 9.0)))
        .collect()
}

#[test]
fn a_row_scores_the_same_alone_and_among_others() {
    let app = TestApp::start_default();
    let model = app.model("a", 50);
    let ask = |rows: &[Map<String, Value>]| {
        app.viewer().post(&path(&model, "/predict")).json(&json!({"rows": rows})).send().expect(200).json()
    };
    let rows: Vec<_> = (1..=60).map(|seed| row(&model, f64::from(seed))).collect();
    let batch = ask(&rows);
    assert_eq!((&batch["total_samples"], &batch["threshold"]), (&json!(60), &model["threshold"]));
    let threshold = model["threshold"].as_f64().unwrap();
    let mut flagged = 0;
    for (at, row) in rows.iter().enumerate() {
        let alone = ask(std::slice::from_ref(row));
        assert_eq!(alone["scores"][0], batch["scores"][at], "row {at}");
        let anomaly = batch["scores"][at].as_f64().unwrap() > threshold;
        assert_eq!(batch["predictions"][at], u64::from(anomaly), "row {at}");
        flagged += u64::from(anomaly);
    }
    assert_eq!(batch["anomaly_count"], flagged);
}

#[test]
fn what_raises_a_score_is_named_with_what_it_means() {
    let app = TestApp::start_default();
    let model = app.model("a", 50);
    let model =
        app.viewer().get(&format!("/models/{}", model["id"].as_str().unwrap())).send().expect(200).json();
    let (names, texts) = (&model["feature_names"], &model["feature_descriptions"]);
    assert_eq!(names.as_array().unwrap().len(), texts.as_array().unwrap().len());
    let rows: Vec<_> = (1..=3).map(|seed| row(&model, f64::from(seed))).collect();
    let asked = json!({"rows": rows, "explain": 4});
    let found = app.viewer().post(&path(&model, "/predict")).json(&asked).send().expect(200).json();
    let contributions = found["contributions"].as_array().unwrap();
    assert_eq!(contributions.len(), 3);
    for found in contributions.iter().flat_map(|row| row.as_array().unwrap()) {
        let at = names.as_array().unwrap().iter().position(|name| *name == found["feature"]).unwrap();
        assert_eq!(found["description"], texts[at]);
        assert!(!texts[at].as_str().unwrap().is_empty());
    }
    // A list has no room for them.
    let list = app.viewer().get("/models").send().expect(200).json();
    assert_eq!(list["items"][0]["feature_names"], *names);
    assert!(list["items"][0].get("feature_descriptions").is_none());
}

#[test]
fn every_faulty_feature_of_every_row_is_named() {
    let app = TestApp::start_default();
    let model = app.model("a", 10);
    let refused = |rows: Value| {
        app.viewer()
            .post(&path(&model, "/predict"))
            .json(&json!({"rows": rows}))
            .send()
            .problem(422, "invalid")
    };
    let names: Vec<&str> =
        model["feature_names"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let good = row(&model, 1.0);
    let mut missing = good.clone();
    missing.remove(names[0]);
    missing.insert("no such/feature".into(), json!(1));
    let mut wrong = good.clone();
    wrong.insert(names[1].into(), json!("many"));
    wrong.insert(names[2].into(), Value::Null);
    let problem = refused(json!([good, missing, wrong]));
    let mut expected = [
        format!("/rows/1/{}", names[0]),
        "/rows/1/no such~1feature".to_owned(),
        format!("/rows/2/{}", names[1]),
        format!("/rows/2/{}", names[2]),
    ];
    expected.sort();
    assert_eq!(pointers(&problem), expected);
    assert_eq!(pointers(&refused(json!([]))), ["/rows"]);
    assert_eq!(pointers(&refused(json!("x"))), ["/rows"]);
}
