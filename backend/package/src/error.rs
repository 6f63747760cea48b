//! Why a package cannot be built. Every variant but the last two means that the caller's facts contradict
//! each other; none is caused by the machine.

/// A package was not built.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error("version `{0}` is not MAJOR.MINOR.PATCH+YYYYMMDDTHHMMSSZ with a time from 1980 to 2107")]
    Version(String),
    #[error("the features are unusable: {0}")]
    Features(String),
    #[error("the example row is unusable: {0}")]
    ExampleRow(String),
    #[error("{0} is not a finite number")]
    NotFinite(&'static str),
    #[error("requirement `{0}` is not an exact pin such as `numpy==2.4.6`")]
    Requirement(String),
    #[error("the model file is empty")]
    EmptyModel,
    #[error("a JSON file cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the ZIP cannot be written: {0}")]
    Archive(#[from] zip::result::ZipError),
}
