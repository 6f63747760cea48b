//! How the logistic regression is described to people and forms.

use super::MAX_ITER;
use crate::Algorithm;
use serde_json::{Value, json};

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "logistic_regression",
        title: "Logistic regression",
        description: "Weighs the features and gives the probability of each class. Fast, steady and easy to explain; \
                      features should be scaled. The optimum is that of scikit-learn's LogisticRegression.",
        task: "classification",
        parameters: parameters(),
    }
}

fn parameters() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Logistic regression",
        "type": "object",
        "additionalProperties": false,
        "x-order": ["C", "class_weight", "fit_intercept", "max_iter", "tol"],
        "properties": {
            "C": {
                "title": "Inverse penalty",
                "description": "Smaller values keep the weights of the features smaller (L2).",
                "type": "number", "exclusiveMinimum": 0, "maximum": 1e12, "default": 1.0
            },
            "class_weight": {
                "title": "Class weights",
                "description": "Whether rare classes count as much in all as frequent ones.",
                "default": null,
                "oneOf": [
                    {"title": "null (every sample counts the same)", "const": null},
                    {"title": "\"balanced\" (every class counts the same)", "const": "balanced"}
                ]
            },
            "fit_intercept": {
                "title": "Constant term",
                "description": "Whether the decision has a constant term, which is not penalised.",
                "type": "boolean", "default": true
            },
            "max_iter": {
                "title": "Iterations at most",
                "description": "The solver stops here even if it has not converged.",
                "type": "integer", "minimum": 1, "maximum": MAX_ITER, "default": 100
            },
            "tol": {
                "title": "Tolerance",
                "description": "The size of the gradient at which the solver has converged.",
                "type": "number", "minimum": 0, "maximum": 1, "default": 1e-4
            }
        }
    })
}
