//! How the local outlier factor is described to people and forms.

use crate::Algorithm;
use serde_json::json;

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "local_outlier_factor",
        title: "Local outlier factor",
        description: "Compares how densely the surroundings of a sample are settled with those of its \
                      neighbours. Finds what is unusual for its place even where some places are dense and \
                      others thin. The time it takes grows with the square of the number of samples.",
        task: "anomaly",
        parameters: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Local outlier factor",
            "type": "object",
            "additionalProperties": false,
            "x-order": ["n_neighbors"],
            "properties": {
                "n_neighbors": {
                    "title": "Neighbours",
                    "description": "How many of the nearest samples are the surroundings of a sample: more than \
                                    the size of a small group of anomalies, fewer than there are samples.",
                    "type": "integer", "minimum": 1, "maximum": 10_000, "default": 20
                }
            }
        }),
    }
}
