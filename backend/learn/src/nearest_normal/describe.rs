//! How the nearest normal sample is described to people and forms.

use super::{METRICS, Metric};
use crate::Algorithm;
use serde_json::json;

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "nearest_normal",
        title: "Nearest normal sample",
        description: "Scores a sample by its distance to the nearest sample known to be normal, or to the second, \
                      third, … nearest, so that a few anomalies among the normal samples do not hide others like \
                      them. Where samples have classes, it learns from the first one alone; otherwise every sample \
                      counts as normal. Strong where normal behaviour repeats itself, as in counts of event \
                      templates.",
        task: "anomaly",
        parameters: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Nearest normal sample",
            "type": "object",
            "additionalProperties": false,
            "x-order": ["n_neighbors", "metric", "max_samples", "random_state"],
            "properties": {
                "n_neighbors": {
                    "title": "Neighbours",
                    "description": "How many normal samples have to be near a sample, equal ones counting each: the \
                                    distance to the last of them is the score. More than there may be anomalies of \
                                    one kind among the normal samples; where fewer are kept, all of them. With 1, \
                                    equal samples are kept once.",
                    "type": "integer", "minimum": 1, "maximum": 10_000, "default": 1
                },
                "metric": Metric::property(&METRICS, Metric::Cosine),
                "max_samples": {
                    "title": "Samples to keep",
                    "description": "The most normal samples to keep, drawn at random where there are more: limits the \
                                    size of the model and the time that scoring takes.",
                    "default": null,
                    "oneOf": [
                        {"title": "all", "type": "null"},
                        {
                            "title": "a whole number of samples, 1 or more",
                            "type": "integer", "minimum": 1, "maximum": u32::MAX
                        }
                    ]
                },
                "random_state": {
                    "title": "Random seed",
                    "description": "The same seed and the same data give the same model. Decides which samples are \
                                    kept, where not all are.",
                    "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 42
                }
            }
        }),
    }
}
