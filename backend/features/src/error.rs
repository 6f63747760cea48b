//! What can be wrong with a feature set.

use thiserror::Error;

/// Why features cannot be computed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FeatureError {
    #[error("the feature set has version {found}; this program computes version {known}")]
    Version { found: u32, known: u32 },
    #[error("the feature set's samples are `{0}`; this program computes `record`, `window` and `session`")]
    Sample(String),
    #[error(
        "windows of {seconds} s every {step} s cannot be computed; the step must be at least 1 and a 1000th"
    )]
    Window { seconds: u32, step: u32 },
    #[error("`{0}` is no feature")]
    UnknownFeature(String),
    #[error("the feature set has no windows that `{0}` could be computed from")]
    MissingWindow(String),
    #[error("the pattern `{pattern}` of `{feature}` is invalid: {reason}")]
    Pattern { feature: String, pattern: String, reason: String },
    #[error("the matrix would have {rows} × {columns} values, more than fit in memory")]
    TooLarge { rows: usize, columns: usize },
    #[error("{records} records have no time, and these features need it; give a format that reads one")]
    NoTime { records: usize },
    #[error(transparent)]
    Records(#[from] trainyard_intake::IntakeError),
}
