//! How support vector classification is described to people and forms.

use crate::{Algorithm, svm::properties};
use serde_json::json;

pub(super) fn describe() -> Algorithm {
    let own = json!({
        "C": {
            "title": "C",
            "description": "How much a sample on the wrong side counts: the larger, the closer the boundary follows \
                            the training samples.",
            "type": "number", "minimum": 1e-6, "maximum": 1e9, "default": 1.0
        },
        "class_weight": {
            "title": "Weight of classes",
            "description": "Whether samples of rare classes count more.",
            "default": null,
            "oneOf": [
                {"title": "nothing (every sample counts the same)", "type": "null"},
                {"title": "balanced (the rarer the class, the more)", "const": "balanced"}
            ]
        }
    });
    Algorithm {
        id: "svc",
        title: "Support vector classification",
        description: "Draws the boundary that leaves the widest margin between classes, each pair of classes on its \
                      own. Scale the features first. The time it takes grows faster than the number of samples: \
                      some ten thousand are its limit.",
        task: "classification",
        parameters: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Support vector classification",
            "type": "object",
            "additionalProperties": false,
            "x-order": [
                "C", "class_weight", "kernel", "gamma", "degree", "coef0", "tol", "shrinking", "cache_size"
            ],
            "properties": properties(own)
        }),
    }
}
