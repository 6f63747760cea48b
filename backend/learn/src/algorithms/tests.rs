//! What a person who asks for an algorithm gets, or is told.

use super::*;
use crate::IsolationForestParameters;
use crate::isolation_forest::{MaxFeatures, MaxSamples};
use serde_json::json;

fn parse(value: Value) -> Result<IsolationForestParameters, Vec<FieldError>> {
    let AlgorithmSpecification::IsolationForest(parameters) = parse_algorithm(&value, "/algorithm")? else {
        panic!("another algorithm than was asked for");
    };
    Ok(parameters)
}

fn parameters(mut value: Value) -> IsolationForestParameters {
    value["type"] = "isolation_forest".into();
    parse(value).unwrap()
}

/// Pointers and details of what is wrong with isolation forest parameters.
fn errors(mut value: Value) -> Vec<(String, String)> {
    value["type"] = "isolation_forest".into();
    parse(value).unwrap_err().into_iter().map(|error| (error.pointer, error.detail)).collect()
}

#[test]
fn schemas_are_valid_and_complete_for_a_form() {
    for algorithm in algorithms() {
        jsonschema::draft202012::meta::validate(&algorithm.parameters).unwrap();
        let properties = algorithm.parameters["properties"].as_object().unwrap();
        let order: Vec<&str> = serde_json::from_value::<Vec<String>>(algorithm.parameters["x-order"].clone())
            .unwrap()
            .into_iter()
            .map(|name| properties.get_key_value(&name).unwrap().0.as_str())
            .collect();
        assert_eq!(order.len(), properties.len());
        for property in properties.values() {
            assert!(property["title"].is_string() && property["description"].is_string());
            assert!(property.get("default").is_some());
        }
    }
}

#[test]
fn defaults_in_the_schema_are_the_defaults() {
    for algorithm in algorithms() {
        let properties = algorithm.parameters["properties"].as_object().unwrap();
        let defaults: Map<String, Value> =
            properties.iter().map(|(name, property)| (name.clone(), property["default"].clone())).collect();
        let specification = parse_algorithm(&json!({"type": algorithm.id}), "").unwrap();
        assert_eq!(specification.parameters(), Value::Object(defaults));
        assert_eq!(specification.id(), algorithm.id);
    }
}

#[test]
fn resolved_specifications_read_back_as_themselves() {
    for value in [json!({}), json!({"max_samples": 0.5, "max_features": 3}), json!({"max_samples": 1})] {
        let mut value = value;
        value["type"] = "isolation_forest".into();
        let specification = parse_algorithm(&value, "").unwrap();
        let text = serde_json::to_value(&specification).unwrap();
        assert_eq!(parse_algorithm(&text, "").unwrap(), specification);
    }
}

#[test]
fn equal_numbers_mean_the_same_however_written() {
    assert_eq!(parameters(json!({"n_estimators": 50.0})), parameters(json!({"n_estimators": 50})));
    assert_eq!(parameters(json!({"random_state": 4294967295.0})).random_state, u32::MAX);
    assert_eq!(parameters(json!({"max_samples": 64.0})).max_samples, MaxSamples::Count(64));
    assert_eq!(parameters(json!({"max_samples": 1})).max_samples, MaxSamples::Share(1.0));
    // What JavaScript makes of the default 1.0.
    assert_eq!(parameters(json!({"max_features": 1})).max_features, MaxFeatures::Share(1.0));
    assert_eq!(parameters(json!({"max_features": 2})).max_features, MaxFeatures::Count(2));
}

#[test]
fn wrong_tree_counts_are_each_told_clearly() {
    for (value, words) in [
        (json!(0), "at least 1; it is 0"),
        (json!(-1), "at least 1; it is -1"),
        (json!(1e9), "at most 10000"),
        (json!("x"), "a whole number; it is \"x\""),
        (json!(1.5), "a whole number; it is 1.5"),
        (json!(null), "a whole number; it is null"),
    ] {
        let found = errors(json!({"n_estimators": value}));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "/algorithm/n_estimators");
        assert!(found[0].1.contains(words), "{}", found[0].1);
    }
}

#[test]
fn all_errors_come_at_once() {
    let mut found = errors(json!({
        "n_estimators": 0, "random_state": -1, "bootstrap": "no", "max_samples": 0, "max_features": 1.5,
        "contamination": 0.1, "tre/es": 3
    }));
    found.sort();
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/algorithm/bootstrap",
            "/algorithm/contamination",
            "/algorithm/max_features",
            "/algorithm/max_samples",
            "/algorithm/n_estimators",
            "/algorithm/random_state",
            "/algorithm/tre~1es",
        ]
    );
    assert!(found[1].1.contains("`threshold`"));
    assert!(
        found[3].1.contains("\"auto\"") && found[3].1.contains("2 or more") && found[3].1.contains("it is 0")
    );
    assert!(found[6].1.contains("`n_estimators`"));
}

#[test]
fn unknown_types_are_told_the_known_ones() {
    for value in [json!({"type": "nope", "n_estimators": -1}), json!({}), json!({"type": 5})] {
        let found = parse(value).unwrap_err();
        assert_eq!((found.len(), found[0].pointer.as_str()), (1, "/algorithm/type"));
        assert!(found[0].detail.contains("isolation_forest"));
    }
    assert_eq!(parse(json!("isolation_forest")).unwrap_err()[0].pointer, "/algorithm");
}
