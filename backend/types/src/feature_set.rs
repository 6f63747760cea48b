//! What features to compute, and what tells whether a sample is an anomaly.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Which features are computed. The preset fills in whatever is not said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeatureSetSpecification {
    /// `record`, `surprise`, `surprise-window`, `router-wifi` and `syslog` (windows of five minutes), `access-log` (windows
    /// of one minute), `hdfs-session`, `table`.
    #[serde(default = "FeatureSetSpecification::record")]
    #[schema(example = "record")]
    pub preset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleSpecification>,
    /// Names of features; `name*` stands for all that begin so, `-name` leaves out. All when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// Of windows and sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<TemplatesSpecification>,
    /// Regular expressions in place of the built-in ones, per event flag.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub patterns: BTreeMap<String, Vec<String>>,
}

impl FeatureSetSpecification {
    fn record() -> String {
        "record".into()
    }

    /// A preset as it is.
    pub fn preset(name: impl Into<String>) -> Self {
        Self { preset: name.into(), sample: None, features: None, templates: None, patterns: BTreeMap::new() }
    }
}

impl Default for FeatureSetSpecification {
    fn default() -> Self {
        Self::preset("record")
    }
}

/// What a row of the matrix is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SampleSpecification {
    /// A record.
    Record {},
    /// The records of a span of time; spans begin at multiples of the step since 1970 UTC.
    Window {
        seconds: u32,
        /// `seconds` when absent: windows that do not overlap.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step_seconds: Option<u32>,
        /// One row per value of it and span.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Entity>,
    },
    /// The records with the same key.
    Session {
        key: KeySpecification,
        /// A session whose last record is not further from the end of the input is marked as incomplete.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        idle_seconds: Option<u32>,
    },
    /// A row of a table that holds features already.
    Row {
        /// All when absent, but those that hold nothing but times as text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        columns: Option<Vec<String>>,
        /// Columns that are no features, such as the label.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        exclude: Vec<String>,
        #[serde(default)]
        encoding: Encoding,
        /// Categories with fewer training rows are no features of their own.
        #[serde(default = "one")]
        min_frequency: u64,
    },
}

fn one() -> u64 {
    1
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Entity {
    Host,
    Process,
}

/// Where a record's session key is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeySpecification {
    /// Every match in the message; with a group, what the first group matches.
    #[schema(example = "blk_-?\\d+")]
    Regex(String),
    /// `host`, `process`, `pid`, or an attribute.
    Field(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// A flag per category.
    #[default]
    OneHot,
    /// The category's number in the order of the text; -1 for one that is missing, infrequent or not known.
    Ordinal,
}

/// Which templates are features, and with what value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplatesSpecification {
    /// The most frequent ones.
    #[serde(default = "TemplatesSpecification::default_max")]
    pub max: usize,
    /// Only those with as many training records.
    #[serde(default = "one")]
    pub min_count: u64,
    #[serde(default)]
    pub weight: Weight,
}

impl TemplatesSpecification {
    fn default_max() -> usize {
        200
    }
}

impl Default for TemplatesSpecification {
    fn default() -> Self {
        Self { max: Self::default_max(), min_count: 1, weight: Weight::Raw }
    }
}

/// The value of a template that occurs n times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// n
    #[default]
    Raw,
    /// 1 when n > 0
    Binary,
    /// ln(1 + n)
    #[serde(rename = "log1p")]
    Log1p,
    /// n · (ln((1 + N) / (1 + d)) + 1): N training samples, d of them with the template
    TfIdf,
}

/// What tells whether a sample is an anomaly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LabelsSpecification {
    /// A role or attribute of the record. Positive are the values of `positive`, or all but those of `negative`; with
    /// neither, every value is a class.
    Field {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        positive: Option<Vec<String>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        negative: Option<Vec<String>>,
    },
    /// A CSV file with a header. Its column `key` names sessions; where samples are no sessions, the records whose role
    /// or attribute of that name is equal.
    File {
        /// The dataset that holds the file; the job's own when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dataset_id: Option<crate::DatasetId>,
        /// The column that holds the key.
        #[schema(example = "BlockId")]
        key: String,
        /// The column that holds the label.
        #[schema(example = "Label")]
        column: String,
        /// The labels that mean an anomaly.
        #[schema(example = json!(["Anomaly"]))]
        positive: Vec<String>,
    },
    /// Weak labels: positive is a sample with a message that one of the regular expressions matches.
    Patterns { patterns: Vec<String> },
}

/// What became of the labels: `labelled + unlabelled` is the number of samples.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelReport {
    pub kind: LabelKind,
    /// Patterns guess: what is measured against them says how well they are imitated.
    pub weak: bool,
    pub labelled: u64,
    /// Anomalies among the labelled samples; absent where labels are classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive: Option<u64>,
    pub unlabelled: u64,
    /// Those of the unlabelled samples whose records are of different classes.
    pub ambiguous: u64,
    /// Rows of the label file that no sample has the key of.
    pub unmatched_labels: u64,
    /// How many samples each class has, in the order of the text.
    pub classes: BTreeMap<String, u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LabelKind {
    Field,
    File,
    Patterns,
}
