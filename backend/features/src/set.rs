//! The feature set: the contract between training and production. It is JSON and holds all that the features depend
//! on beside the records: their order, the patterns, the windows, and the state fitted on the training records.

use crate::table::TableColumn;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use trainyard_intake::templates::Templates;
use trainyard_types::{FormatSpecification, SampleSpecification, Weight};

/// The version of the definitions in the catalogue.
pub(crate) const VERSION: u32 = 1;
/// The sample that is computed.
pub(crate) const RECORD: &str = "record";
/// The frequency of records without a process is kept under the empty name, which no process has.
pub(crate) const NO_PROCESS: &str = "";
/// The most columns of a matrix.
pub(crate) const MAX_FEATURES: usize = 10_000;

/// A fitted feature set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSet {
    /// The version of the definitions.
    pub version: u32,
    /// What a row is: `record`, `window`, `session` or `row`.
    pub sample: String,
    /// Names of the columns, in order.
    pub features: Vec<String>,
    /// The clock of the logs: offset from UTC in minutes, for hours and weekdays.
    pub utc_offset_minutes: i32,
    /// Per event flag the patterns, any of which raises it.
    pub patterns: BTreeMap<String, Vec<String>>,
    /// The trailing windows.
    pub windows: Vec<Window>,
    /// The bound of `seconds_since_previous_…`.
    pub gap_limit_seconds: u32,
    /// How windows or sessions are cut, or rows encoded; absent for records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<SampleSpecification>,
    /// The value of a template that occurs several times.
    #[serde(default, skip_serializing_if = "is_raw")]
    pub weight: Weight,
    /// How the records were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<FormatSpecification>,
    pub state: State,
}

impl FeatureSet {
    /// Whether all features are surprisals, so that no scaler has to make them comparable.
    pub fn is_in_one_unit(&self) -> bool {
        self.state.surprise.is_some() || self.state.steps.is_some()
    }
}

fn is_raw(weight: &Weight) -> bool {
    *weight == Weight::Raw
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A trailing window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// What tells its features apart: `last_<name>_records`.
    pub name: String,
    pub seconds: u32,
}

/// What was learned from the training records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// How many records it was learned from.
    pub training_records: u64,
    /// The share of each process among them; records without a process are under the empty name.
    pub process_frequency: BTreeMap<String, f64>,
    /// How many windows or sessions it was learned from.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub training_samples: u64,
    /// In how many of them each template occurs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub document_frequency: BTreeMap<String, u64>,
    /// What the training records say; a message that is none of them is unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<Templates>,
    /// What ordinary records are like, for those that are told by surprise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surprise: Option<trainyard_surprise::State>,
    /// What the steps of ordinary sessions are, for those that are told by surprise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<trainyard_surprise::Steps>,
    /// The columns of a table, with their categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<TableColumn>,
}
