//! What intake found in a dataset.

use crate::{Weight, grammar::Grammar};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Nothing is dropped in silence: `read = parsed + rejected + duplicates`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Accounting {
    /// Records found in the files (blank lines are not records).
    pub read: u64,
    /// Records that became samples.
    pub parsed: u64,
    /// Records that could not be parsed; each is kept with its place and reason.
    pub rejected: u64,
    /// Records that were taken in twice.
    pub duplicates: u64,
    /// Lines that belong to no record: a table's header, directives, a banner before the first record.
    #[serde(default)]
    pub outside: u64,
}

/// What a reader of a source must know about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    pub kind: FindingKind,
    /// The file, where it is of one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How many records it concerns (lines, where it is of lines).
    pub records: u64,
    /// Of how many.
    pub of: u64,
    #[schema(example = "no time of 12 records says a zone: UTC is assumed")]
    pub detail: String,
    /// A record or line that it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The field of the format specification that does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "time_zone")]
    pub setting: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Nothing of a file is a record.
    NothingRead,
    /// No record has a time.
    NoTime,
    /// Some records have none.
    SomeWithoutTime,
    /// No record has a level.
    NoLevel,
    /// Few records have one.
    FewLevels,
    /// Times say no zone.
    ZoneAssumed,
    /// Times say no year.
    YearAssumed,
    /// Nothing tells day and month of numeric dates apart.
    OrderAssumed,
    /// Records are built in more than one way.
    SeveralLayouts,
    /// Files are read by more than one grammar.
    SeveralGrammars,
    /// Lines are not UTF-8.
    OtherEncoding,
    /// Bytes that are no text were passed over.
    Nuls,
    /// Escape sequences for terminals were passed over.
    Escapes,
    /// Lines continue the record before them.
    LinesContinued,
    /// Lines belong to no record.
    LinesOutside,
    /// Times of a file go backwards.
    TimesBackwards,
}

/// A record that could not be parsed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reject {
    pub file: String,
    /// The line in the (decompressed) file where the record starts, counted from 1.
    pub line: u64,
    /// The record's number in the file, counted from 1.
    pub record: u64,
    #[schema(example = "timestamp `tomorrow` is in no known form")]
    pub reason: String,
    /// The beginning of the record, at most 200 characters; the whole is in the dataset's content.
    pub excerpt: String,
}

/// The format that a dataset looks like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FormatDetection {
    /// The name of a known format, or `found`.
    #[schema(example = "syslog")]
    pub preset: String,
    /// How a record is built, for people.
    #[serde(default)]
    #[schema(example = "<timestamp> [<level>] <process>: <message>")]
    pub layout: String,
    /// The share of the sampled records that this preset parses.
    pub confidence: f64,
    /// The other presets that parse some of the sampled records, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
}

/// Another format that a dataset could be in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Alternative {
    pub preset: String,
    /// The share of the sampled records that this preset parses.
    pub confidence: f64,
}

/// What is in a dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DatasetProfile {
    pub format: FormatDetection,
    pub records: Accounting,
    /// Decompressed size in bytes.
    pub content_bytes: u64,
    pub first_timestamp: Option<DateTime<Utc>>,
    pub last_timestamp: Option<DateTime<Utc>>,
    /// Records per level; records without one are under `unknown`.
    pub levels: BTreeMap<String, u64>,
    /// Records per process, the 20 most frequent.
    pub processes: Vec<Count>,
    /// Records per host, the 20 most frequent.
    pub hosts: Vec<Count>,
    /// Fields found in the records beside the usual ones, in alphabetical order.
    pub columns: Vec<String>,
    /// The first 20 parsed records, in time order.
    pub preview: Vec<PreviewRecord>,
    /// Records over time.
    #[serde(default)]
    pub rate: RecordRate,
    /// What the messages say, with their variable parts masked.
    #[serde(default)]
    pub templates: TemplateSummary,
    /// What to make samples of.
    #[serde(default)]
    pub suggestion: Option<SampleSuggestion>,
    /// What a reader of these logs must know.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// How the records are built: the grammars that the files are read by.
    #[serde(default)]
    pub grammars: Vec<Grammar>,
}

/// Records per bucket of time. Records without a time are not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordRate {
    /// The width of a bucket.
    #[schema(example = 600)]
    pub bucket_seconds: u64,
    /// Where the first bucket begins; null when no record has a time.
    pub start: Option<DateTime<Utc>>,
    /// Records per bucket, at most 240, empty buckets included.
    pub counts: Vec<u64>,
}

/// The templates of a dataset at a glance; `GET /datasets/{id}/templates` has all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateSummary {
    /// How many different templates there are.
    pub total: u64,
    /// The 20 most frequent.
    pub top: Vec<TemplateCount>,
    /// The 20 least frequent, rarest first.
    pub rare: Vec<TemplateCount>,
}

/// A template and how many records it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateCount {
    /// A hash of the text.
    pub id: String,
    #[schema(example = "Receiving block <*> src: <*> dest: <*>")]
    pub text: String,
    pub count: u64,
}

/// A guess at what the samples are, from the first records; anyone may overrule it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SampleSuggestion {
    /// `record`, `window`, `session` or `row`.
    #[schema(example = "session")]
    pub sample_kind: String,
    /// The feature set to begin with.
    #[schema(example = "hdfs-session")]
    pub preset: String,
    /// What ties records into sessions.
    pub session_key: Option<SessionKey>,
    pub reason: String,
    /// How many samples each way of cutting gives, so that it can be seen which are enough.
    #[serde(default)]
    pub ways: Vec<SampleWay>,
}

/// A way to make samples of records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SampleWay {
    /// `record`, `window` or `session`.
    #[schema(example = "window")]
    pub sample_kind: String,
    /// The feature set to begin with.
    #[schema(example = "surprise-window")]
    pub preset: String,
    /// How templates are counted, where otherwise than the feature set does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Weight>,
    /// How many samples there are; of sessions at least.
    #[schema(example = 28)]
    pub samples: u64,
    /// Whether they are fewer than can be learned from and judged by.
    pub too_few: bool,
    /// With what average precision a plain detector finds incidents that are staged in the records. It compares ways, and
    /// says little about real anomalies. Absent where it was not tried: of too few samples, or too many records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_precision: Option<f64>,
}

/// A key found in messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionKey {
    #[schema(example = "blk_-?\\d+")]
    pub regex: String,
    /// How many different keys were found.
    pub keys: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Count {
    pub value: String,
    pub count: u64,
}

/// A record as the features see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PreviewRecord {
    pub file: String,
    pub line: u64,
    /// Absent when the record has none.
    pub timestamp: Option<DateTime<Utc>>,
    pub host: Option<String>,
    pub level: Option<String>,
    pub process: Option<String>,
    pub pid: Option<String>,
    pub message: String,
    /// Further named fields, as a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<serde_json::Value>,
}

/// One uploaded file, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetFile {
    pub name: String,
    pub size_bytes: u64,
    /// Lower-case hexadecimal SHA-256 of the bytes.
    pub sha256: String,
}
