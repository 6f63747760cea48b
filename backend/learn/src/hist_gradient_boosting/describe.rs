//! How histogram gradient boosting is described to people and forms.

use super::{MAX_DEPTH, MAX_ITER, MAX_LEAF_NODES};
use crate::Algorithm;
use serde_json::{Value, json};

pub(super) fn describe() -> Algorithm {
    Algorithm {
        id: "hist_gradient_boosting",
        title: "Gradient boosting",
        description: "Adds many small trees, each of which corrects the ones before it. Often the most accurate on \
                      tables; takes missing values as they are. Grows the trees of scikit-learn's \
                      HistGradientBoostingClassifier without early stopping.",
        task: "classification",
        parameters: parameters(),
    }
}

fn parameters() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gradient boosting",
        "type": "object",
        "additionalProperties": false,
        "x-order": [
            "max_iter", "learning_rate", "max_leaf_nodes", "max_depth", "min_samples_leaf", "l2_regularization",
            "class_weight", "max_bins", "random_state"
        ],
        "properties": {
            "max_iter": {
                "title": "Iterations",
                "description": "How many trees to add: one an iteration for two classes, one per class for more.",
                "type": "integer", "minimum": 1, "maximum": MAX_ITER, "default": 100
            },
            "learning_rate": {
                "title": "Learning rate",
                "description": "How much of its correction each tree applies. Smaller steps need more iterations.",
                "type": "number", "exclusiveMinimum": 0, "maximum": 10, "default": 0.1
            },
            "max_leaf_nodes": {
                "title": "Leaves per tree",
                "description": "The most leaves that a tree may have.",
                "default": 31,
                "oneOf": [
                    {"title": "null (no limit)", "const": null},
                    {
                        "title": "a whole number of leaves, 2 or more",
                        "type": "integer", "minimum": 2, "maximum": MAX_LEAF_NODES
                    }
                ]
            },
            "max_depth": {
                "title": "Depth",
                "description": "How many questions a tree may ask one after the other.",
                "default": null,
                "oneOf": [
                    {"title": "null (no limit)", "const": null},
                    {
                        "title": "a whole number of levels, 1 or more",
                        "type": "integer", "minimum": 1, "maximum": MAX_DEPTH
                    }
                ]
            },
            "min_samples_leaf": {
                "title": "Samples per leaf",
                "description": "The fewest samples that a leaf may hold. More make a smoother model.",
                "type": "integer", "minimum": 1, "maximum": u32::MAX, "default": 20
            },
            "l2_regularization": {
                "title": "L2 penalty",
                "description": "Keeps the values of leaves small. 0 is no penalty.",
                "type": "number", "minimum": 0, "maximum": 1e12, "default": 0.0
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
            "max_bins": {
                "title": "Bins per feature",
                "description": "Into how many ranges the values of a feature are sorted before trees grow.",
                "type": "integer", "minimum": 2, "maximum": 255, "default": 255
            },
            "random_state": {
                "title": "Random seed",
                "description": "The same seed and the same data give the same model.",
                "type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 42
            }
        }
    })
}
