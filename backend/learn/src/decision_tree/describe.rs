//! How the decision tree is described to people and forms.

use crate::{Algorithm, tree::describe};
use serde_json::json;

pub(super) fn describe() -> Algorithm {
    let properties = describe::properties(json!(null), &["balanced"]);
    Algorithm {
        id: "decision_tree",
        title: "Decision tree",
        description: "Learns classes as a tree of questions about single features: easy to read, and prone to \
                      learning its samples by heart unless its depth or leaves are limited. Grows the same tree as \
                      scikit-learn's DecisionTreeClassifier.",
        task: "classification",
        parameters: describe::schema(
            "Decision tree",
            &[
                "max_depth",
                "min_samples_leaf",
                "class_weight",
                "criterion",
                "random_state",
                "min_samples_split",
                "max_features",
                "min_impurity_decrease",
            ],
            properties,
        ),
    }
}
