//! How Gaussian naive Bayes is described to people and forms.

use crate::Algorithm;
use serde_json::{Value, json};

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "gaussian_nb",
        title: "Gaussian naive Bayes",
        description: "Takes each feature of each class for normally distributed and independent of the others. Very \
                      fast, needs few samples; probabilities tend to be too sure. Equals scikit-learn's GaussianNB.",
        task: "classification",
        parameters: parameters(),
    }
}

fn parameters() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gaussian naive Bayes",
        "type": "object",
        "additionalProperties": false,
        "x-order": ["priors", "var_smoothing"],
        "properties": {
            "priors": {
                "title": "Probabilities beforehand",
                "description": "How probable each class is before its features are looked at, in the order of the classes.",
                "default": null,
                "oneOf": [
                    {"title": "null (as frequent as among the samples)", "const": null},
                    {
                        "title": "a list of one probability per class, which sum to 1",
                        "type": "array", "minItems": 2,
                        "items": {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
                    }
                ]
            },
            "var_smoothing": {
                "title": "Smoothing of variances",
                "description": "The share of the largest variance that is added to all, so that none is 0.",
                "type": "number", "minimum": 0, "maximum": 1e6, "default": 1e-9
            }
        }
    })
}
