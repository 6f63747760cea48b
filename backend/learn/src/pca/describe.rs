//! How principal components are described to people and forms.

use crate::Algorithm;
use serde_json::json;

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "pca",
        title: "Principal components",
        description: "Learns which features vary together and scores how improbable a sample is beside that: what \
                      breaks a usual relation stands out, even where every value alone is ordinary. Good for \
                      measurements and counts that move together; scale them.",
        task: "anomaly",
        parameters: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Principal components",
            "type": "object",
            "additionalProperties": false,
            "x-order": ["n_components"],
            "properties": {
                "n_components": {
                    "title": "Components",
                    "description": "How many directions count as usual variation; the rest is noise, in which little \
                                    is already much.",
                    "default": 0.9,
                    "oneOf": [
                        {"title": "a whole number of components, 1 or more", "type": "integer", "minimum": 1},
                        {
                            "title": "a share of the variance, above 0 and below 1",
                            "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1
                        }
                    ]
                }
            }
        }),
    }
}
