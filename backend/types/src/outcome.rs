//! What a finished job reports of itself and its model. A metric that was not measured is absent.

use crate::{Accounting, LabelReport};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Sizes and durations of one training run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrainingStatistics {
    pub records: Accounting,
    /// Samples the model was fitted on.
    pub training_samples: u64,
    /// Samples held back.
    pub test_samples: u64,
    /// Samples that were not used, because they have no label and the algorithm needs one.
    #[serde(default)]
    pub unused_samples: u64,
    pub feature_count: u64,
    /// Features that have one value in all training samples: they cannot tell anything apart.
    pub constant_features: Vec<String>,
    /// Features that equal an earlier one in every training sample: what they tell counts twice.
    #[serde(default)]
    pub duplicate_features: Vec<String>,
    /// What became of the labels; absent when none were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelReport>,
    /// Samples that the input cuts off: windows beyond its ends, sessions that may go on.
    #[serde(default)]
    pub incomplete_samples: u64,
    pub duration_seconds: f64,
    /// Wall time per stage, in the order they ran.
    pub stage_seconds: Vec<StageSeconds>,
    /// The largest resident set of the job's process.
    pub peak_memory_bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StageSeconds {
    pub stage: crate::Stage,
    pub seconds: f64,
}

/// How the model's scores are distributed over a set of samples. Higher is more anomalous.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScoreStatistics {
    pub count: u64,
    pub mean: f64,
    /// Population standard deviation.
    pub standard_deviation: f64,
    pub minimum: f64,
    pub percentile_25: f64,
    pub median: f64,
    pub percentile_75: f64,
    pub percentile_95: f64,
    pub percentile_99: f64,
    pub maximum: f64,
    pub anomaly_count: u64,
    /// `anomaly_count / count`.
    pub anomaly_ratio: f64,
}

/// Why a dataset is invalid or a job failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// Stable, kebab-case.
    #[schema(example = "json-broken")]
    pub code: String,
    /// What happened, where, and what to do next.
    pub detail: String,
}

impl Failure {
    pub fn new(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code: code.into(), detail: detail.into() }
    }
}

/// What a model's scores are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelOutput {
    /// scikit-learn's `score_samples`, turned round: higher is more anomalous.
    #[default]
    Abnormality,
    /// The distance to the nearest normal sample.
    Distance,
    /// Of two classes the probability of the second; of more, of each.
    Probability,
    /// Of two classes scikit-learn's `decision_function`, above 0 for the second; of more, of each.
    Decision,
}

/// What a model needs to be packaged and to score, beside its artefacts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelDetail {
    /// scikit-learn's class name, such as `IsolationForest`.
    pub model_type: String,
    pub feature_names: Vec<String>,
    /// What each feature means, in the order of the names.
    pub feature_descriptions: Vec<String>,
    pub scaler: crate::ScalerSpecification,
    /// Present when the model's probabilities are calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<crate::CalibrationSpecification>,
    /// `score > threshold` means anomaly.
    pub threshold: f64,
    /// The share of the training samples that the threshold flags.
    pub contamination: f64,
    /// One row of the training data, in the order of the names.
    pub example_row: Vec<f64>,
    /// For each feature the median of the training data.
    #[serde(default)]
    pub reference_row: Vec<f64>,
    #[serde(default)]
    pub output: ModelOutput,
    /// The names of a classifier's classes, in the order of their numbers; else empty.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Whether a row may lack a value, because the pipeline fills it in.
    #[serde(default)]
    pub missing_values: bool,
    /// Digest of what production must send: the feature set's definition.
    pub input_sha256: String,
    /// Digest of how the model was made from it: algorithm, parameters, scaler, threshold.
    pub recipe_sha256: String,
}

/// The files of a model, by role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelArtifacts {
    /// `model.joblib` for the default target.
    pub model: Artifact,
    /// `scaler.joblib` for the default target; absent when nothing is scaled.
    pub scaler: Option<Artifact>,
    /// `model.onnx`; absent when the model has no such form.
    #[serde(default)]
    pub onnx: Option<Artifact>,
    /// The fitted pipeline in the service's own form, from which it scores.
    pub pipeline: Artifact,
    /// The fitted feature set.
    pub feature_set: Artifact,
}

/// A stored file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    pub sha256: String,
    pub size_bytes: u64,
}
