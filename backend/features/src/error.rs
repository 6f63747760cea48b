//! What can be wrong with a feature set.

use thiserror::Error;

/// Why features cannot be computed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FeatureError {
    #[error("the feature set has version {found}; this program computes version {known}")]
    Version { found: u32, known: u32 },
    #[error(
        "the feature set's samples are `{0}`; this program computes `record`, `window`, `session` and `row`"
    )]
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
    #[error(
        "the matrix would have {rows} × {columns} values, more than fit in memory; ask for fewer `features` or \
         `templates`, for longer windows, or give fewer records"
    )]
    TooLarge { rows: usize, columns: usize },
    #[error(
        "windows of {seconds} s every {step} s would hold {records} records each in several, {limit} in all at most; \
         take a longer step"
    )]
    TooManyMembers { seconds: u32, step: u32, records: usize, limit: usize },
    #[error("sessions are put together of {limit} records at most; give fewer files at a time")]
    TooManyRecords { limit: u32 },
    #[error(
        "there would be {features} features and more, {limit} at most; ask for fewer `features`, `templates` or `columns`"
    )]
    TooManyFeatures { features: usize, limit: usize },
    #[error(
        "the table gives {features} features, {limit} at most, {of_column} of them for the column `{column}`: leave it \
         out with `exclude`, raise `min_frequency`, or use the encoding `ordinal`"
    )]
    TableTooWide { features: usize, limit: usize, column: String, of_column: usize },
    #[error(
        "two features of the table would be called `{name}`; leave one of the columns out with `exclude`"
    )]
    SameName { name: String },
    #[error(
        "no training row has a value in the column `{name}`; leave it out of `columns`, or keep it as an attribute"
    )]
    NoColumn { name: String },
    #[error(
        "the training rows have no columns; name the format's `attributes`, or ask for other samples than rows"
    )]
    NoColumns,
    #[error("no record has the field `{name}` that the labels are in; its attributes are: {}", list(known))]
    NoField { name: String, known: Vec<String> },
    #[error(
        "the field `{name}` has {classes} different values in {records} records, {limit} at most are classes; say which \
         of them are `positive`"
    )]
    TooManyClasses { name: String, classes: usize, limit: usize, records: usize },
    #[error("the labels are in a file, and none is given")]
    NoLabelFile,
    #[error("the label file has no column `{name}`; its columns are: {}", list(known))]
    LabelColumn { name: String, known: Vec<String> },
    #[error("the label file cannot be read as CSV: {reason}")]
    LabelFile { reason: String },
    #[error(transparent)]
    Records(#[from] trainyard_intake::IntakeError),
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}
