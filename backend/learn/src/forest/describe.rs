//! How forests are described to people and forms.

use super::MAX_ESTIMATORS;
use crate::{Algorithm, tree::describe};
use serde_json::{Value, json};

pub(super) fn random_forest() -> Algorithm {
    Algorithm {
        id: "random_forest",
        title: "Random forest",
        description: "Learns classes from labelled samples: many decision trees, each of randomly drawn samples and \
                      features, vote. A good first choice. Grows the same trees as scikit-learn's \
                      RandomForestClassifier.",
        task: "classification",
        parameters: parameters("Random forest", true),
    }
}

pub(super) fn extra_trees() -> Algorithm {
    Algorithm {
        id: "extra_trees",
        title: "Extra trees",
        description: "A forest whose trees split at random thresholds: trained faster than a random forest and often as \
                      accurate, with larger models. Grows the same trees as scikit-learn's ExtraTreesClassifier.",
        task: "classification",
        parameters: parameters("Extra trees", false),
    }
}

fn parameters(title: &str, bootstrap: bool) -> Value {
    let mut properties = describe::properties(json!("sqrt"), &["balanced", "balanced_subsample"]);
    let own = [
        (
            "n_estimators",
            json!({
                "title": "Trees",
                "description": "How many trees to grow. More trees give steadier scores and take longer.",
                "type": "integer", "minimum": 1, "maximum": MAX_ESTIMATORS, "default": 100
            }),
        ),
        (
            "bootstrap",
            json!({
                "title": "Draw with replacement",
                "description": "Whether each tree draws its samples, instead of seeing all.",
                "type": "boolean", "default": bootstrap
            }),
        ),
        (
            "max_samples",
            json!({
                "title": "Samples per tree",
                "description": "How many samples each tree draws, if it draws.",
                "default": null,
                "oneOf": [
                    {"title": "as many as there are", "type": "null"},
                    {
                        "title": "a whole number of samples, 2 or more",
                        "type": "integer", "minimum": 2, "maximum": u32::MAX
                    },
                    {
                        "title": "a share of the samples, above 0 and up to 1 (all)",
                        "type": "number", "exclusiveMinimum": 0, "maximum": 1
                    }
                ]
            }),
        ),
    ];
    properties.extend(own.map(|(name, property)| (name.to_owned(), property)));
    let order = [
        "n_estimators",
        "max_depth",
        "min_samples_leaf",
        "class_weight",
        "random_state",
        "criterion",
        "max_features",
        "min_samples_split",
        "min_impurity_decrease",
        "bootstrap",
        "max_samples",
    ];
    describe::schema(title, &order, properties)
}
