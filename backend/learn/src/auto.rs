//! The algorithm `auto`: a few recipes that are tried, and the one is taken that finds most.
//!
//! Which are tried depends on what is known of the samples, never on a clock: a budget can only end the trials early,
//! and what is tried first is what is best most often.

use crate::{Algorithm, AlgorithmSpecification, Output, Recipe, parse_algorithm};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use trainyard_types::{FieldError, MissingSpecification, ScalerSpecification};

/// Columns of which principal components are tried, at most.
const MOST_IN_COMPONENTS: usize = 300;

/// What a specification calls it.
pub const AUTO: &str = "auto";

/// How an algorithm is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AutoParameters {
    /// Seconds after which no further trial is begun.
    pub budget_seconds: f64,
    /// Whether many recipes are tried rather than a few.
    pub thorough: bool,
}

impl Default for AutoParameters {
    fn default() -> Self {
        Self { budget_seconds: 20.0, thorough: false }
    }
}

/// What is asked for: one algorithm, or the best of some.
#[derive(Clone, Debug, PartialEq)]
pub enum AskedAlgorithm {
    One(AlgorithmSpecification),
    Auto(AutoParameters),
}

impl AskedAlgorithm {
    /// Reads `{"type": …, parameter: value, …}`; errors are at `pointer_prefix` and below it.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn parse(value: &Value, pointer_prefix: &str) -> Result<Self, Vec<FieldError>> {
        if value["type"] != AUTO {
            return parse_algorithm(value, pointer_prefix).map(Self::One);
        }
        let mut parameters = value.clone();
        if let Some(parameters) = parameters.as_object_mut() {
            parameters.remove("type");
        }
        let wrong = |pointer: &str, detail: String| {
            vec![FieldError::new(format!("{pointer_prefix}{pointer}"), detail)]
        };
        let read: AutoParameters =
            serde_json::from_value(parameters).map_err(|error| wrong("", error.to_string()))?;
        if !(0.0..=86_400.0).contains(&read.budget_seconds) {
            let detail = format!("must be at least 0 and at most 86400; it is {}", read.budget_seconds);
            return Err(wrong("/budget_seconds", detail));
        }
        Ok(Self::Auto(read))
    }

    /// As it is written, with all defaults.
    pub fn to_value(&self) -> Value {
        match self {
            Self::One(algorithm) => serde_json::to_value(algorithm).unwrap_or_default(),
            Self::Auto(parameters) => {
                let mut value = serde_json::to_value(parameters).unwrap_or_default();
                value["type"] = AUTO.into();
                value
            }
        }
    }
}

/// As a form draws it.
pub fn description() -> Algorithm {
    Algorithm {
        id: AUTO,
        title: "Automatic",
        description: "Tries a few algorithms on your data and takes the one that finds most: of known anomalies where samples are labelled, else of incidents that are staged in the logs.",
        task: "any",
        parameters: json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": false,
            "x-order": ["budget_seconds", "thorough"],
            "properties": {
                "budget_seconds": {
                    "title": "Budget (seconds)",
                    "description": "No further trial is begun after so many seconds.",
                    "type": "number", "minimum": 0, "maximum": 86400, "default": 20
                },
                "thorough": {
                    "title": "Thorough",
                    "description": "Try many recipes rather than a few.",
                    "type": "boolean", "default": false
                }
            }
        }),
    }
}

/// What is known of the samples that recipes are tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub training_rows: usize,
    pub columns: usize,
    pub labelled: bool,
    /// Training samples that are known anomalies; not looked at without labels.
    pub anomalies: usize,
    /// Whether all features are in one unit, so that scaling them would make each as loud as the others.
    pub one_unit: bool,
    /// Whether no value is negative, so that logarithms can be taken of them.
    pub counts: bool,
}

/// Fewer known anomalies are too few to learn what they look like: they choose a detector.
const FEW_ANOMALIES: usize = 10;

/// The recipes to try, the likeliest first: detectors without labels, classifiers with them; where only a handful of
/// anomalies is known, both.
pub fn recipes(parameters: AutoParameters, known: Known, missing: MissingSpecification) -> Vec<Recipe> {
    use ScalerSpecification::{Log1p, None, Robust, Standard};
    // What is odd must have fewer of its kind than there are neighbours, and what is ordinary more.
    let near = |most: usize| (known.training_rows / 10).clamp(1, most);
    let neighbours = |most: usize, metric: &str, samples: u32| json!({"type": "nearest_normal", "metric": metric, "n_neighbors": near(most), "max_samples": samples});
    let (usual, other) = if known.one_unit { (None, Standard) } else { (Standard, None) };
    // One more of what hardly ever happens says more than one more of what happens all the time.
    let counted = if known.counts { Log1p } else { Standard };
    let classifies = known.labelled && known.anomalies >= FEW_ANOMALIES;
    let mut tried = match (classifies, known.one_unit) {
        (true, _) => vec![
            (json!({"type": "random_forest", "class_weight": "balanced"}), None),
            (json!({"type": "hist_gradient_boosting"}), None),
            (json!({"type": "logistic_regression", "class_weight": "balanced"}), Standard),
            (json!({"type": "extra_trees", "class_weight": "balanced"}), None),
        ],
        (false, true) => vec![
            (neighbours(50, "manhattan", 1000), None),
            (neighbours(100, "manhattan", 1000), None),
            (neighbours(50, "euclidean", 5000), None),
            (json!({"type": "isolation_forest"}), None),
        ],
        (false, false) => vec![
            (neighbours(100, "euclidean", 5000), counted),
            (neighbours(100, "manhattan", 5000), counted),
            (neighbours(100, "euclidean", 5000), if known.counts { Standard } else { Robust }),
            (json!({"type": "isolation_forest"}), None),
        ],
    };
    if parameters.thorough {
        tried.extend(match classifies {
            true => vec![
                (json!({"type": "random_forest", "n_estimators": 300, "max_features": 0.5}), None),
                (json!({"type": "hist_gradient_boosting", "learning_rate": 0.03, "max_iter": 300}), None),
                (json!({"type": "logistic_regression", "C": 100.0, "max_iter": 1000}), Standard),
                (json!({"type": "k_neighbors", "weights": "distance"}), Standard),
                (json!({"type": "decision_tree"}), None),
            ],
            false => vec![
                (neighbours(50, "euclidean", 5000), if known.counts { Robust } else { Standard }),
                (neighbours(10, "euclidean", 5000), usual),
                (neighbours(300, "manhattan", 5000), usual),
                (neighbours(100, "manhattan", 5000), other),
                (neighbours(50, "cosine", 5000), None),
                (json!({"type": "isolation_forest", "n_estimators": 300, "max_samples": 1.0}), None),
                (json!({"type": "local_outlier_factor", "n_neighbors": near(200)}), usual),
                (json!({"type": "elliptic_envelope"}), None),
                (json!({"type": "pca"}), counted),
            ],
        });
    }
    if known.labelled && !classifies {
        // A handful of labels tells good detectors from bad ones, and may be enough for the plainest classifiers.
        tried.push((json!({"type": "random_forest", "class_weight": "balanced"}), None));
        tried.push((json!({"type": "logistic_regression", "class_weight": "balanced"}), Standard));
    }
    tried
        .into_iter()
        // The components of many columns take minutes.
        .filter(|(algorithm, _)| algorithm["type"] != "pca" || known.columns <= MOST_IN_COMPONENTS)
        .filter_map(|(algorithm, scaler)| {
            let algorithm = parse_algorithm(&algorithm, "").ok()?;
            Some(Recipe { missing, scaler, algorithm, calibration: Option::None })
        })
        .collect()
}

/// Whether a recipe needs labels.
pub fn classifies(recipe: &Recipe) -> bool {
    recipe.algorithm.output() != Output::Abnormality
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(labelled: bool) -> Known {
        Known { training_rows: 400, columns: 9, labelled, anomalies: 40, one_unit: true, counts: true }
    }

    #[test]
    fn everything_that_is_tried_can_be_read() {
        for labelled in [false, true] {
            for (thorough, least) in [(false, 4), (true, 9)] {
                let asked = AutoParameters { thorough, ..AutoParameters::default() };
                let found = recipes(asked, known(labelled), MissingSpecification::Refuse);
                assert!(found.len() >= least, "{}", found.len());
                assert!(found.iter().all(|recipe| classifies(recipe) == labelled));
            }
        }
        let first = &recipes(AutoParameters::default(), known(false), MissingSpecification::Refuse)[0];
        assert_eq!(first.algorithm.parameters()["n_neighbors"], 40);
    }

    #[test]
    fn a_handful_of_labels_chooses_a_detector() {
        let few = Known { anomalies: 3, ..known(true) };
        let found = recipes(AutoParameters::default(), few, MissingSpecification::Refuse);
        assert!(!classifies(&found[0]) && found.iter().any(classifies));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let parse = |value| AskedAlgorithm::parse(&value, "/algorithm");
        let auto = parse(json!({"type": "auto", "budget_seconds": 5})).unwrap();
        assert_eq!(auto.to_value(), json!({"type": "auto", "budget_seconds": 5.0, "thorough": false}));
        let errors = parse(json!({"type": "auto", "budget_seconds": -1})).unwrap_err();
        assert_eq!(errors[0].pointer, "/algorithm/budget_seconds");
        assert!(parse(json!({"type": "auto", "speed": 1})).is_err());
        assert!(matches!(parse(json!({"type": "isolation_forest"})), Ok(AskedAlgorithm::One(_))));
    }
}
