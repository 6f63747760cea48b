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
    let surprise = ["surprise", "nearest_normal", "none", "gap"];
    let plain = ["record", "isolation_forest", "standard", "contamination"];
    assert_eq!(resolved(json!({})), surprise);
    assert_eq!(resolved(json!({"feature_set": {"preset": "surprise"}})), surprise);
    assert_eq!(resolved(json!({"feature_set": {"preset": "record"}})), plain);
    assert_eq!(resolved(json!({"algorithm": {"type": "isolation_forest"}})), plain);
    let labelled = json!({"labels": {"kind": "patterns", "patterns": ["error"]}});
    assert_eq!(resolved(labelled), plain);
    let own = json!({"scaler": {"type": "robust"}, "threshold": {"policy": "contamination", "value": 0.05}});
    assert_eq!(resolved(own), ["surprise", "nearest_normal", "robust", "contamination"]);

    let job = app.completed(&posted(json!({"name": "b"})));
    let model =
        app.viewer().get(&format!("/models/{}", job["model_id"].as_str().unwrap())).send().expect(200);
    assert_eq!(model.json()["feature_names"].as_array().map(Vec::len), Some(9));
}
