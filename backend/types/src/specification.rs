//! A training specification: what a person or a pipeline asks for. Every field but the name and the
//! dataset has a default; a job answers with all of them resolved.

use crate::{DatasetId, FeatureSetSpecification};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One invalid field of a request: where (RFC 6901 JSON pointer) and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    #[schema(example = "/algorithm/n_estimators")]
    pub pointer: String,
    pub detail: String,
}

impl FieldError {
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// A complete recipe: with the dataset, everything a model depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingSpecification {
    /// The model's name: versions are counted per name. Letters, digits, `.`, `_` and `-`.
    #[schema(example = "router-logs")]
    pub name: String,
    pub dataset_id: DatasetId,
    #[serde(default)]
    pub format: FormatSpecification,
    #[serde(default)]
    pub feature_set: FeatureSetSpecification,
    #[serde(default)]
    pub scaler: ScalerSpecification,
    /// `{"type": "isolation_forest", …}`; `GET /algorithms` has the JSON Schema of each type's parameters.
    #[serde(default = "default_algorithm")]
    #[schema(value_type = Object, example = json!({"type": "isolation_forest", "n_estimators": 100, "random_state": 42}))]
    pub algorithm: serde_json::Value,
    #[serde(default)]
    pub threshold: ThresholdSpecification,
    #[serde(default)]
    pub evaluation: EvaluationSpecification,
}

/// How the bytes of a dataset become records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormatSpecification {
    /// `auto`, `pattern`, `regex`, or the name of a preset; the guide on log formats lists them.
    #[serde(default = "FormatSpecification::auto")]
    #[schema(example = "auto")]
    pub preset: String,
    /// Offset from UTC, in minutes, of times that are written without one.
    #[serde(default)]
    #[schema(minimum = -1080, maximum = 1080)]
    pub utc_offset_minutes: i32,
    /// Drop records that equal another record in every field, and count them.
    #[serde(default = "enabled")]
    pub drop_duplicates: bool,
    /// The largest share of records that may be rejected before the job fails.
    #[serde(default = "FormatSpecification::default_rejects")]
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub max_rejected_share: f64,
    /// With the preset `pattern`: how a line is built, as `<timestamp> <level> <process>[<pid>]: <message>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// With the preset `regex`: a regular expression with named groups, `(?P<message>.*)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// Where JSON and CSV records hold a field: a role or a name of one's own, and the path (`a.b.c`) or column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Further fields of JSON and CSV records to keep: their paths or columns, or `all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
    /// Which lines belong to the record before: `auto` (stack traces), `off`, or what a first line matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiline: Option<Multiline>,
}

/// The further fields to keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Attributes {
    Word(AllAttributes),
    Listed(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AllAttributes {
    All,
}

/// How lines are joined to records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Multiline {
    Word(Joining),
    Start {
        /// A regular expression that the first line of every record matches.
        start: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Joining {
    Auto,
    Off,
}

impl FormatSpecification {
    fn auto() -> String {
        "auto".into()
    }
    fn default_rejects() -> f64 {
        0.5
    }
}

impl Default for FormatSpecification {
    fn default() -> Self {
        Self {
            preset: Self::auto(),
            utc_offset_minutes: 0,
            drop_duplicates: true,
            max_rejected_share: Self::default_rejects(),
            pattern: None,
            regex: None,
            fields: BTreeMap::new(),
            attributes: None,
            multiline: None,
        }
    }
}

fn default_algorithm() -> serde_json::Value {
    serde_json::json!({"type": "isolation_forest"})
}

fn enabled() -> bool {
    true
}

/// How the columns of the matrix are scaled before fitting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ScalerSpecification {
    /// Subtract the mean, divide by the standard deviation.
    #[default]
    Standard,
    None,
}

/// Above which score a sample is an anomaly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThresholdSpecification {
    pub policy: ThresholdPolicy,
    /// `contamination`: the share of the training samples to flag, in (0, 0.5].
    /// `percentile`: of the training samples' scores, in [50, 100).
    #[schema(example = 0.1)]
    pub value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdPolicy {
    Contamination,
    Percentile,
}

impl ThresholdSpecification {
    /// The share of the training samples that this policy flags.
    pub fn contamination(&self) -> f64 {
        match self.policy {
            ThresholdPolicy::Contamination => self.value,
            ThresholdPolicy::Percentile => 1.0 - self.value / 100.0,
        }
    }
}

impl Default for ThresholdSpecification {
    fn default() -> Self {
        Self { policy: ThresholdPolicy::Contamination, value: 0.1 }
    }
}

/// Which samples are held back to judge the model by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluationSpecification {
    #[serde(default)]
    pub split: Split,
    /// The share of the samples that is held back.
    #[serde(default = "EvaluationSpecification::default_fraction")]
    #[schema(minimum = 0.0, maximum = 0.9)]
    pub test_fraction: f64,
}

impl EvaluationSpecification {
    fn default_fraction() -> f64 {
        0.2
    }
}

impl Default for EvaluationSpecification {
    fn default() -> Self {
        Self { split: Split::default(), test_fraction: Self::default_fraction() }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// The latest samples are held back: how the model meets production.
    #[default]
    Time,
    /// Samples drawn at random are held back.
    Shuffled,
    /// Train on everything, evaluate nothing.
    None,
}
