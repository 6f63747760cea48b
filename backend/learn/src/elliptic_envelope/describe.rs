//! How the elliptic envelope is described to people and forms.

use crate::Algorithm;
use serde_json::json;

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "elliptic_envelope",
        title: "Elliptic envelope",
        description: "Fits an ellipsoid around the bulk of the samples, not moved by outliers, and scores how far \
                      outside a sample lies. Good where features are measurements that scatter around a \
                      centre; features that hardly ever change are better left out.",
        task: "anomaly",
        parameters: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Elliptic envelope",
            "type": "object",
            "additionalProperties": false,
            "x-order": ["support_fraction", "assume_centered", "random_state"],
            "properties": {
                "support_fraction": {
                    "title": "Share of the bulk",
                    "description": "The share of the samples that surely are no outliers; a little above one half \
                                    where none is given.",
                    "default": null,
                    "oneOf": [
                        {"title": "nothing (a little above one half)", "type": "null"},
                        {
                            "title": "a share of the samples, above 0 and up to 1 (all)",
                            "type": "number", "exclusiveMinimum": 0, "maximum": 1
                        }
                    ]
                },
                "assume_centered": {
                    "title": "Centred at zero",
                    "description": "Whether the centre is known to be zero instead of being estimated.",
                    "type": "boolean", "default": false
                },
                "random_state": {
                    "title": "Random seed",
                    "description": "The same seed and the same data give the same model.",
                    "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 42
                }
            }
        }),
    }
}
