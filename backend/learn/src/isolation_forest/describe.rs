//! How the isolation forest is described to people and forms.

use super::MAX_ESTIMATORS;
use crate::Algorithm;
use serde_json::{Value, json};

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "isolation_forest",
        title: "Isolation forest",
        description: "Finds samples that differ from the rest, without labels: random trees split the \
                      samples, and what is isolated after few splits is unusual. Grows the same trees as \
                      scikit-learn's IsolationForest.",
        task: "anomaly",
        parameters: parameters(),
    }
}

fn parameters() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Isolation forest",
        "type": "object",
        "additionalProperties": false,
        "x-order": ["n_estimators", "random_state", "bootstrap", "max_samples", "max_features"],
        "properties": {
            "n_estimators": {
                "title": "Trees",
                "description": "How many trees to grow. More trees give steadier scores and take longer.",
                "type": "integer", "minimum": 1, "maximum": MAX_ESTIMATORS, "default": 100
            },
            "random_state": {
                "title": "Random seed",
                "description": "The same seed and the same data give the same model.",
                "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 42
            },
            "bootstrap": {
                "title": "Draw with replacement",
                "description": "Whether a tree may draw the same sample more than once.",
                "type": "boolean", "default": false
            },
            "max_samples": {
                "title": "Samples per tree",
                "description": "How many samples each tree sees. Few keep unusual samples easy to isolate.",
                "default": "auto",
                "oneOf": [
                    {"title": "\"auto\" (the smaller of 256 and all)", "const": "auto"},
                    {"title": "a whole number of samples, 2 or more", "type": "integer", "minimum": 2},
                    {
                        "title": "a share of the samples, above 0 and up to 1 (all)",
                        "type": "number", "exclusiveMinimum": 0, "maximum": 1
                    }
                ]
            },
            "max_features": {
                "title": "Features per tree",
                "description": "How many features each tree sees.",
                "default": 1.0,
                "oneOf": [
                    {"title": "a whole number of features, 2 or more", "type": "integer", "minimum": 2},
                    {
                        "title": "a share of the features, above 0 and up to 1 (all)",
                        "type": "number", "exclusiveMinimum": 0, "maximum": 1
                    }
                ]
            }
        }
    })
}
