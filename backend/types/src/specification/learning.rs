//! How a matrix becomes a judged model: missing values, scaling, threshold, evaluation, search.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What happens to missing values (NaN) of the matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MissingSpecification {
    /// The job fails and names the row and the feature.
    #[default]
    Refuse,
    /// The mean of the feature's known training values.
    Mean,
    /// The median of the feature's known training values.
    Median,
    Zero,
    Constant {
        value: f64,
    },
}

/// How the columns of the matrix are scaled before fitting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ScalerSpecification {
    /// Subtract the mean, divide by the standard deviation.
    #[default]
    Standard,
    /// Map the training samples' minimum to 0 and their maximum to 1.
    MinMax,
    /// Subtract the median, divide by the distance between the quartiles: outliers do not move it.
    Robust,
    /// Take log(1 + value), subtract the mean, divide by the standard deviation: for counts. Values must be above -1.
    Log1p,
    None,
}

/// How a classifier's scores become probabilities that can be taken at their word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalibrationSpecification {
    pub method: CalibrationMethod,
    /// The calibration is fitted to the scores that each fold of the training samples gets from a fit to the others.
    /// Fewer folds are made where a class has fewer samples.
    #[serde(default = "CalibrationSpecification::default_folds")]
    #[schema(minimum = 2, maximum = 20)]
    pub folds: u32,
}

impl CalibrationSpecification {
    fn default_folds() -> u32 {
        5
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationMethod {
    /// A logistic curve over the scores (Platt, 1999): two numbers per class, so that few samples are enough.
    Sigmoid,
    /// The non-decreasing steps that fit best (Zadrozny and Elkan, 2002): of any shape, for about 1000 samples or more.
    Isotonic,
}

impl CalibrationMethod {
    /// As in specifications, and in scikit-learn.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sigmoid => "sigmoid",
            Self::Isotonic => "isotonic",
        }
    }
}

/// Above which score a sample is an anomaly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThresholdSpecification {
    pub policy: ThresholdPolicy,
    /// `contamination`: the share of the training samples to flag, in (0, 0.5].
    /// `percentile`: of the training samples' scores, in [50, 100).
    /// `best_f1`: not used.
    /// `recall_at_precision`: the precision to keep, in (0, 1].
    /// `alarms_per_day`: the budget, above 0.
    /// `gap`: the largest share of the training samples that may be flagged, in (0, 0.5].
    /// `probability`: of being an anomaly, in (0, 1).
    #[serde(default)]
    #[schema(example = 0.1)]
    pub value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdPolicy {
    /// Flags a share of the training samples.
    Contamination,
    /// A percentile of the training samples' scores.
    Percentile,
    /// The threshold with the best F1 score on labelled samples that the model was not fitted on.
    #[serde(rename = "best_f1")]
    BestF1,
    /// The threshold with the highest recall among those with at least this precision. Needs labels.
    RecallAtPrecision,
    /// The lowest threshold that raises no more alarms a day. Needs samples with times.
    AlarmsPerDay,
    /// Where the fewest scores of training samples are, above most of them: between ordinary samples and those that stand
    /// out. No more than a share of them is flagged.
    Gap,
    /// A probability: the default of classifiers, at 0.5. Where a classifier gives decision values instead,
    /// 0.5 is the decision boundary.
    Probability,
}

impl ThresholdSpecification {
    /// The share of the training samples that this policy flags, where the policy is such a share.
    pub fn contamination(&self) -> Option<f64> {
        match self.policy {
            ThresholdPolicy::Contamination => Some(self.value),
            ThresholdPolicy::Percentile => Some(1.0 - self.value / 100.0),
            _ => None,
        }
    }

    /// What a classifier is asked for when nothing is said.
    pub fn of_classifiers() -> Self {
        Self { policy: ThresholdPolicy::Probability, value: 0.5 }
    }
}

impl Default for ThresholdSpecification {
    fn default() -> Self {
        Self { policy: ThresholdPolicy::Contamination, value: 0.1 }
    }
}

/// Which samples are held back to judge the model by, and how it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluationSpecification {
    #[serde(default)]
    pub split: Split,
    /// The share of the samples that is held back.
    #[serde(default = "EvaluationSpecification::default_fraction")]
    #[schema(minimum = 0.0, maximum = 0.9)]
    pub test_fraction: f64,
    /// Folds of a cross-validation beside the split; 0 for none. The split says of which kind: `time` is
    /// cross-validated in time order, `shuffled` is stratified by class, or by group where samples have groups.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 20)]
    pub folds: u32,
    /// The seed of shuffled splits, folds, injected anomalies, bootstrap and permutations.
    #[serde(default = "EvaluationSpecification::default_seed")]
    pub seed: u32,
    /// Bootstrap resamples behind the 95 % intervals; 0 for no intervals.
    #[serde(default = "EvaluationSpecification::default_resamples")]
    #[schema(minimum = 0, maximum = 10000)]
    pub bootstrap_resamples: u32,
    /// How often each feature is permuted for its importance; 0 for no importances.
    #[serde(default = "EvaluationSpecification::default_repeats")]
    #[schema(minimum = 0, maximum = 50)]
    pub importance_repeats: u32,
}

impl EvaluationSpecification {
    fn default_fraction() -> f64 {
        0.2
    }
    fn default_seed() -> u32 {
        42
    }
    fn default_resamples() -> u32 {
        1000
    }
    fn default_repeats() -> u32 {
        3
    }
}

impl Default for EvaluationSpecification {
    fn default() -> Self {
        Self {
            split: Split::default(),
            test_fraction: Self::default_fraction(),
            folds: 0,
            seed: Self::default_seed(),
            bootstrap_resamples: Self::default_resamples(),
            importance_repeats: Self::default_repeats(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// The latest samples are held back: how the model meets production.
    #[default]
    Time,
    /// Samples drawn at random are held back: of each class its share.
    Shuffled,
    /// Train on everything, evaluate nothing.
    None,
}

/// A search for parameters of the specification's algorithm, and for a scaler, by cross-validation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchSpecification {
    #[serde(default)]
    pub strategy: SearchStrategy,
    /// What to try for which parameter. The others keep the value in `algorithm`. Empty: a sensible space of
    /// the algorithm's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, ParameterSpace>,
    /// The scalers to try. Empty: the specification's own; with `auto`, what suits the algorithm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scalers: Vec<ScalerSpecification>,
    /// No candidate is begun after so many seconds; those that have all their folds are ranked.
    #[serde(default = "SearchSpecification::default_budget")]
    #[schema(minimum = 1.0, maximum = 86400.0)]
    pub budget_seconds: f64,
    /// The most candidates.
    #[serde(default = "SearchSpecification::default_candidates")]
    #[schema(minimum = 1, maximum = 1000)]
    pub candidates: u32,
    /// Folds of the cross-validation by which candidates are judged.
    #[serde(default = "SearchSpecification::default_folds")]
    #[schema(minimum = 2, maximum = 20)]
    pub folds: u32,
    /// What is made best. Absent: `average_precision` of two classes and of injected anomalies, `f1_score`
    /// (macro) of more classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<SearchMetric>,
}

impl SearchSpecification {
    fn default_budget() -> f64 {
        300.0
    }
    fn default_candidates() -> u32 {
        30
    }
    fn default_folds() -> u32 {
        3
    }
}

impl Default for SearchSpecification {
    fn default() -> Self {
        Self {
            strategy: SearchStrategy::default(),
            parameters: BTreeMap::new(),
            scalers: Vec::new(),
            budget_seconds: Self::default_budget(),
            candidates: Self::default_candidates(),
            folds: Self::default_folds(),
            metric: None,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchStrategy {
    /// Every combination, in order.
    Grid,
    /// Combinations drawn at random.
    Random,
    /// Random combinations on few samples; the better third goes on with three times as many.
    Halving,
    /// The algorithm's own space: a grid when it is small, else successive halving.
    #[default]
    Auto,
}

/// What to try for a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ParameterSpace {
    /// These values.
    Values(Vec<serde_json::Value>),
    Range(ParameterRange),
}

/// Numbers between two bounds; a grid takes five of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterRange {
    pub low: f64,
    pub high: f64,
    /// Whether equal ratios count the same, not equal differences.
    #[serde(default)]
    pub log: bool,
    /// Whether the parameter takes whole numbers only.
    #[serde(default)]
    pub whole: bool,
}

/// A metric by which candidates are ranked. Higher is better, but for `log_loss`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchMetric {
    AveragePrecision,
    RocAuc,
    #[serde(rename = "f1_score")]
    F1Score,
    Accuracy,
    LogLoss,
}

impl SearchMetric {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::AveragePrecision => "average_precision",
            Self::RocAuc => "roc_auc",
            Self::F1Score => "f1_score",
            Self::Accuracy => "accuracy",
            Self::LogLoss => "log_loss",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TrainingSpecification;
    use serde_json::{Value, json};

    fn read(more: Value) -> TrainingSpecification {
        let mut text = json!({"name": "a", "dataset_id": "019b7d00-0000-7000-8000-000000000001"});
        text.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let usual = read(json!({}));
        assert_eq!(usual.scaler, ScalerSpecification::Standard);
        assert_eq!(usual.missing, MissingSpecification::Refuse);
        assert_eq!((usual.labels, usual.search), (None, None));
        assert_eq!((usual.evaluation.folds, usual.evaluation.seed), (0, 42));
        // As it was written before there were folds.
        let before = read(json!({"evaluation": {"split": "shuffled", "test_fraction": 0.3}, "search": null}));
        assert_eq!((before.evaluation.split, before.evaluation.folds), (Split::Shuffled, 0));
    }

    #[test]
    fn every_part_can_be_asked_for() {
        let asked = read(json!({
            "missing": {"type": "constant", "value": -1.0}, "scaler": {"type": "min_max"},
            "threshold": {"policy": "best_f1"}, "evaluation": {"split": "time", "test_fraction": 0.2, "folds": 5},
            "search": {
                "strategy": "random", "budget_seconds": 60, "metric": "f1_score", "scalers": [{"type": "robust"}],
                "parameters": {"n_estimators": [50, 100], "max_features": {"low": 0.1, "high": 1.0}}
            }
        }));
        assert_eq!(asked.missing, MissingSpecification::Constant { value: -1.0 });
        assert_eq!(asked.threshold.policy, ThresholdPolicy::BestF1);
        assert_eq!(asked.threshold.contamination(), None);
        let search = asked.search.unwrap();
        assert_eq!((search.metric, search.folds), (Some(SearchMetric::F1Score), 3));
        assert!(
            matches!(&search.parameters["n_estimators"], ParameterSpace::Values(values) if values.len() == 2)
        );
        assert!(matches!(search.parameters["max_features"], ParameterSpace::Range(range) if !range.log));
        for wrong in [json!({"type": "log"}), json!({"policy": "luck"})] {
            assert!(serde_json::from_value::<ScalerSpecification>(wrong.clone()).is_err());
            assert!(serde_json::from_value::<ThresholdSpecification>(wrong).is_err());
        }
    }
}
