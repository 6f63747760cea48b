//! Checks of a matrix before it is used.

use crate::MatrixError;
use ndarray::{ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

/// Fails unless the matrix has rows and columns and every value is finite in single precision.
pub(crate) fn check_samples(samples: ArrayView2<'_, f64>) -> Result<(), MatrixError> {
    let (rows, columns) = samples.dim();
    if rows == 0 || columns == 0 {
        return Err(MatrixError::Empty { rows, columns });
    }
    let fine = samples
        .axis_chunks_iter(Axis(0), 4096)
        .into_par_iter()
        .all(|rows| rows.iter().fold(true, |fine, value| fine & (*value as f32).is_finite()));
    if fine { Ok(()) } else { Err(first_unusable(samples)) }
}

/// The first value, by rows, that is not finite in single precision.
fn first_unusable(samples: ArrayView2<'_, f64>) -> MatrixError {
    for (row, values) in samples.rows().into_iter().enumerate() {
        if let Err(error) = check_row(row, values, |_, value| value) {
            return error;
        }
    }
    MatrixError::Empty { rows: samples.nrows(), columns: samples.ncols() }
}

/// Fails when a value of a row, after `transform(column, value)`, is not finite in single precision.
pub(crate) fn check_row(
    row: usize,
    values: ArrayView1<'_, f64>,
    transform: impl Fn(usize, f64) -> f64,
) -> Result<(), MatrixError> {
    for (column, &value) in values.iter().enumerate() {
        if !value.is_finite() {
            return Err(MatrixError::NotFinite { row, column, value });
        }
        if !(transform(column, value) as f32).is_finite() {
            return Err(MatrixError::BeyondFloat32 { row, column, value });
        }
    }
    Ok(())
}

/// Fails unless the matrix has `expected` columns.
pub(crate) fn check_columns(samples: ArrayView2<'_, f64>, expected: usize) -> Result<(), MatrixError> {
    let found = samples.ncols();
    if found == expected { Ok(()) } else { Err(MatrixError::Columns { expected, found }) }
}
