//! How the vote of neighbours is described to people and forms.

use crate::{Algorithm, neighbors::Metric};
use serde_json::json;

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "k_neighbors",
        title: "K nearest neighbours",
        description: "Gives a sample the class that most of the nearest training samples have. Nothing is \
                      learned beforehand, so that fitting is free and the model holds all its samples.",
        task: "classification",
        parameters: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "K nearest neighbours",
            "type": "object",
            "additionalProperties": false,
            "x-order": ["n_neighbors", "weights", "metric"],
            "properties": {
                "n_neighbors": {
                    "title": "Neighbours",
                    "description": "How many of the nearest samples vote; at most all of them.",
                    "type": "integer", "minimum": 1, "maximum": 10_000, "default": 5
                },
                "weights": {
                    "title": "Votes",
                    "description": "How much the vote of a neighbour counts.",
                    "default": "uniform",
                    "oneOf": [
                        {"title": "uniform (all the same)", "const": "uniform"},
                        {"title": "distance (the nearer, the more)", "const": "distance"}
                    ]
                },
                "metric": Metric::property(
                    &[Metric::Euclidean, Metric::Manhattan, Metric::Cosine],
                    Metric::Euclidean
                )
            }
        }),
    }
}
