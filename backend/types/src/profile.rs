//! What intake found in a dataset.

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
    /// Records equal to another one in every field.
    pub duplicates: u64,
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
    /// A preset: `json-export`, `json-lines`, `csv`, `syslog`, `hdfs`.
    #[schema(example = "syslog")]
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
    pub timestamp: DateTime<Utc>,
    pub host: Option<String>,
    pub level: Option<String>,
    pub process: Option<String>,
    pub pid: Option<String>,
    pub message: String,
}

/// One uploaded file, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DatasetFile {
    pub name: String,
    pub size_bytes: u64,
    /// Lower-case hexadecimal SHA-256 of the bytes.
    pub sha256: String,
}
