//! The parameters that classification trees share, as JSON Schema.

use serde_json::{Map, Value, json};

/// The schema of an algorithm's parameters, in this order.
pub(crate) fn schema(title: &str, order: &[&str], properties: Map<String, Value>) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "additionalProperties": false,
        "x-order": order,
        "properties": properties,
    })
}

/// The properties that every classification tree has.
pub(crate) fn properties(max_features: Value, class_weights: &[&str]) -> Map<String, Value> {
    let mut weights = vec![json!({"title": "none (every sample counts the same)", "type": "null"})];
    weights.extend(class_weights.iter().map(|name| json!({"title": format!("\"{name}\""), "const": name})));
    let properties = json!({
        "criterion": {
            "title": "Criterion",
            "description": "What a split makes smaller: the mixture of classes (gini), or their entropy (log_loss is the \
                            same as entropy).",
            "type": "string", "enum": ["gini", "entropy", "log_loss"], "default": "gini"
        },
        "max_depth": {
            "title": "Depth",
            "description": "How many questions may follow one another. Unlimited, a tree grows until its leaves are pure.",
            "default": null,
            "oneOf": [
                {"title": "unlimited", "type": "null"},
                {"title": "a whole number, 1 or more", "type": "integer", "minimum": 1, "maximum": u32::MAX}
            ]
        },
        "min_samples_split": amount(
            "Samples to split",
            "A node of fewer samples is not split.",
            2,
        ),
        "min_samples_leaf": amount(
            "Samples per leaf",
            "No leaf has fewer samples. More make a smoother model.",
            1,
        ),
        "max_features": {
            "title": "Features per split",
            "description": "How many features are looked at for each split. Fewer make trees more different.",
            "default": max_features,
            "oneOf": [
                {"title": "\"sqrt\" (the square root of their number)", "const": "sqrt"},
                {"title": "\"log2\" (the logarithm of their number)", "const": "log2"},
                {"title": "all", "type": "null"},
                {"title": "a whole number of features, 2 or more", "type": "integer", "minimum": 2},
                {
                    "title": "a share of the features, above 0 and up to 1 (all)",
                    "type": "number", "exclusiveMinimum": 0, "maximum": 1
                }
            ]
        },
        "min_impurity_decrease": {
            "title": "Least gain",
            "description": "A split must make the mixture of classes smaller by at least this.",
            "type": "number", "minimum": 0, "default": 0.0
        },
        "class_weight": {
            "title": "Class weights",
            "description": "Whether classes of few samples weigh as much as the others.",
            "default": null,
            "oneOf": weights
        },
        "random_state": {
            "title": "Random seed",
            "description": "The same seed and the same data give the same model.",
            "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 42
        },
    });
    match properties {
        Value::Object(properties) => properties,
        _ => Map::new(),
    }
}

fn amount(title: &str, description: &str, least: u64) -> Value {
    json!({
        "title": title,
        "description": description,
        "default": least,
        "oneOf": [
            {"title": format!("a whole number, {least} or more"), "type": "integer", "minimum": least},
            {
                "title": "a share of the samples, above 0 and below 1",
                "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1
            }
        ]
    })
}
