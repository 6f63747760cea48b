//! A training specification: what a person or a pipeline asks for. Every field but the name and the
//! dataset has a default; a job answers with all of them resolved.

mod learning;

pub use learning::{
    CalibrationMethod, CalibrationSpecification, EvaluationSpecification, MissingSpecification,
    ParameterRange, ParameterSpace, ScalerSpecification, SearchMetric, SearchSpecification, SearchStrategy,
    Split, ThresholdPolicy, ThresholdSpecification,
};

use crate::{DatasetId, FeatureSetSpecification, LabelsSpecification, grammar::Grammar};
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
    /// What tells whether a sample is an anomaly, or of which class it is. Without it nothing is labelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelsSpecification>,
    #[serde(default)]
    pub missing: MissingSpecification,
    #[serde(default)]
    pub scaler: ScalerSpecification,
    /// `{"type": "auto"}` tries a few and takes the best, with its scaler; `{"type": "isolation_forest", …}` is that one.
    /// `GET /algorithms` has the JSON Schema of each type's parameters.
    #[serde(default = "default_algorithm")]
    #[schema(value_type = Object, example = json!({"type": "isolation_forest", "n_estimators": 100, "random_state": 42}))]
    pub algorithm: serde_json::Value,
    /// Calibrate the probabilities of a classifier. Nothing is calibrated without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<CalibrationSpecification>,
    #[serde(default)]
    pub threshold: ThresholdSpecification,
    #[serde(default)]
    pub evaluation: EvaluationSpecification,
    /// Look for better parameters and another scaler before the model is fitted. Nothing is searched without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchSpecification>,
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
    /// The zone of times that are written without one, with its daylight saving: a name of the IANA database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Berlin")]
    pub time_zone: Option<String>,
    /// The year of times that are written without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1970, maximum = 2105)]
    pub year: Option<i32>,
    /// Whether numeric dates have the day first (`01/05/2025` is 1 May); found from the dates when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_first: Option<bool>,
    /// Grammars that are known: each file is read by the one that reads most of it. They are found when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grammars: Vec<Grammar>,
    /// Drop what was taken in twice, and count it: equal records with an id, and files that a dataset holds twice. Equal
    /// lines of one file are records.
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
    /// Which field plays a role: `timestamp`, `host`, `level`, `process`, `pid`, `message`, `id`, or a name of one's own;
    /// and the path (`a.b.c`) or column it is at, or, of lines, the attribute it was found as. An empty path says that
    /// nothing is that field.
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
            time_zone: None,
            year: None,
            day_first: None,
            grammars: Vec::new(),
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
    serde_json::json!({"type": "auto"})
}

fn enabled() -> bool {
    true
}
