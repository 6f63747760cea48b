//! How the one-class machine is described to people and forms.

use crate::{Algorithm, svm::properties};
use serde_json::json;

pub(super) fn describe() -> Algorithm {
    let own = json!({
        "nu": {
            "title": "Share outside",
            "description": "At most this share of the training samples ends up outside the boundary.",
            "type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.5
        }
    });
    Algorithm {
        id: "one_class_svm",
        title: "One-class support vector machine",
        description: "Draws a smooth boundary around where most samples are. Scale the features first. The time it \
                      takes grows faster than the number of samples: some ten thousand are its limit.",
        task: "anomaly",
        parameters: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "One-class support vector machine",
            "type": "object",
            "additionalProperties": false,
            "x-order": ["nu", "kernel", "gamma", "degree", "coef0", "tol", "shrinking", "cache_size"],
            "properties": properties(own)
        }),
    }
}
