//! What can be wrong with a matrix, a fit or stored bytes.

use thiserror::Error;

/// A matrix (samples × features) that cannot be used. Rows and columns count from 0.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MatrixError {
    #[error("the matrix is empty: {rows} rows × {columns} columns")]
    Empty { rows: usize, columns: usize },
    #[error("the matrix has {found} columns, expected {expected}")]
    Columns { expected: usize, found: usize },
    #[error("the value at row {row}, column {column} is {value}: only finite numbers can be learned from")]
    NotFinite { row: usize, column: usize, value: f64 },
    /// Trees compare single-precision numbers, as scikit-learn's do.
    #[error("the value {value} at row {row}, column {column} is beyond the range of 32-bit floating point")]
    BeyondFloat32 { row: usize, column: usize, value: f64 },
    #[error(
        "the values of column {column} are too large: their mean or variance is beyond 64-bit floating point"
    )]
    Overflow { column: usize },
    #[error("the value at row {row}, column {column} is {value}: the scaler `log1p` takes values above -1")]
    NoLogarithm { row: usize, column: usize, value: f64 },
}

/// Why a model could not be fitted.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FitError {
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// A parameter that is wrong by itself, or wrong for this matrix.
    #[error("{name}: {detail}")]
    Parameter { name: &'static str, detail: String },
    #[error("this algorithm learns classes: it needs labelled samples")]
    NoClasses,
    #[error("{labels} labels for {samples} samples")]
    Labels { samples: usize, labels: usize },
    #[error("the class of row {row} is {class}, of {count} classes numbered from 0")]
    ClassNumber { row: usize, class: u32, count: usize },
    #[error("every sample is of class {class}: at least two classes are needed to tell them apart")]
    OneClass { class: u32 },
    #[error("sample weights: {0}")]
    Weights(String),
    /// What makes a fit impossible for these samples, and what to do about it.
    #[error("{0}")]
    Impossible(String),
    #[error(
        "the fit needs about {needed} bytes of memory and {available} are available: use fewer samples, features or trees"
    )]
    Memory { needed: u64, available: u64 },
    #[error("cancelled")]
    Cancelled,
}

/// Why bytes are not a stored pipeline.
#[derive(Debug, Error)]
pub enum StoredError {
    #[error("these bytes are not a stored pipeline")]
    Foreign,
    #[error("the stored pipeline has format version {0}, this program reads version {expected}", expected = crate::pipeline::FORMAT_VERSION)]
    Version(u8),
    #[error("the stored pipeline is damaged: {0}")]
    Damaged(String),
    #[error("the pipeline cannot be stored: {0}")]
    Write(#[from] rmp_serde::encode::Error),
}
