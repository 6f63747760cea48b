//! What a worker and its child say to each other: one JSON object a line.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use trainyard_types::{
    DatasetFile, DatasetProfile, Evaluation, Failure, FormatSpecification, Leaderboard, ModelArtifacts, ModelDetail,
    Stage, TrainingSpecification, TrainingStatistics,
};

/// What a child is to do; the first line of its standard input. When the input ends, the worker is gone
/// and the child ends too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) work: Work,
    /// The dataset's files.
    pub(crate) files: Vec<DatasetFile>,
    /// When the dataset was uploaded: the present, for times written without a year.
    pub(crate) uploaded_at: DateTime<Utc>,
    /// The folder of the blobs.
    pub(crate) blobs: PathBuf,
    /// A folder of this attempt's own, removed afterwards.
    pub(crate) scratch: PathBuf,
    /// The most memory that the child may have.
    pub(crate) memory_bytes: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Work {
    /// Find out what is in the dataset.
    Profile { format: Box<FormatSpecification> },
    /// Walk the whole street.
    Train {
        specification: Box<TrainingSpecification>,
        /// The label file, when it is of another dataset than the logs.
        label_files: Vec<DatasetFile>,
        /// What an earlier attempt put on record of its search.
        checkpoint: Option<serde_json::Value>,
    },
}

/// What a child reports; the last one is its result.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Message {
    Progress { stage: Stage, progress: f64 },
    Log { level: LogLevel, message: String },
    /// How far a search is, for the next attempt to go on from.
    Checkpoint(serde_json::Value),
    Profiled(Box<Profiled>),
    Trained(Box<Trained>),
    Failed(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogLevel {
    Info,
    Warning,
    Error,
}

impl LogLevel {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What was found in a dataset.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Profiled {
    pub(crate) profile: DatasetProfile,
    /// The blob of rejected records.
    pub(crate) rejects_sha256: Option<String>,
    /// The blob of templates.
    pub(crate) templates_sha256: String,
}

/// A finished training run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Trained {
    pub(crate) algorithm: String,
    /// The estimator's parameters as they were fitted, under scikit-learn's names.
    pub(crate) parameters: serde_json::Value,
    pub(crate) statistics: TrainingStatistics,
    pub(crate) metrics: Evaluation,
    pub(crate) leaderboard: Option<Leaderboard>,
    pub(crate) detail: ModelDetail,
    pub(crate) artifacts: ModelArtifacts,
}
