//! Scoring row by row: a row's score does not depend on the rows beside it, nor on the layout of the matrix.

use crate::MatrixError;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};
use rayon::prelude::*;

/// Rows that are scored at a time; they stay in the first-level cache, or nearly.
const BLOCK: usize = 64;
/// Below this many rows, other threads cost more than they save.
const PARALLEL_ROWS: usize = 512;

/// A matrix of `width` columns, a row of which `score` fills in from each row of `samples`, which has columns.
///
/// # Errors
/// The first value, by rows, that `usable` does not accept.
pub(crate) fn score_rows(
    samples: ArrayView2<'_, f64>,
    width: usize,
    usable: impl Fn(f64) -> bool + Sync,
    score: impl Fn(&[f64], &mut [f64]) + Sync,
) -> Result<Array2<f64>, MatrixError> {
    score_blocks(samples, width, usable, |rows, scores| {
        let rows = rows.chunks_exact(samples.ncols());
        rows.zip(scores.chunks_exact_mut(width)).for_each(|(row, scores)| score(row, scores));
    })
}

/// As [`score_rows`], but `score(rows, scores)` is given some rows at a time, one after the other.
pub(crate) fn score_blocks(
    samples: ArrayView2<'_, f64>,
    width: usize,
    usable: impl Fn(f64) -> bool + Sync,
    score: impl Fn(&[f64], &mut [f64]) + Sync,
) -> Result<Array2<f64>, MatrixError> {
    let mut scores = Array2::zeros((samples.nrows(), width));
    let block = |(samples, mut scores): (ArrayView2<'_, f64>, ArrayViewMut2<'_, f64>)| {
        let copy: Vec<f64>;
        let values = match samples.to_slice() {
            Some(values) => values,
            None => {
                copy = samples.iter().copied().collect();
                &copy
            }
        };
        let fine = values.iter().fold(true, |fine, value| fine & usable(*value));
        if let (true, Some(scores)) = (fine, scores.as_slice_mut()) {
            score(values, scores);
        }
        fine
    };
    let blocks = samples.axis_chunks_iter(Axis(0), BLOCK);
    let places = scores.axis_chunks_iter_mut(Axis(0), BLOCK);
    let fine = match samples.nrows() {
        0..PARALLEL_ROWS => blocks.zip(places).all(block),
        _ => blocks.into_par_iter().zip(places).with_min_len(4).all(block),
    };
    if fine { Ok(scores) } else { Err(first_unusable(samples, usable)) }
}

/// Fails unless `usable` accepts every value.
///
/// # Errors
/// The first value, by rows, that it does not accept.
pub(crate) fn check_rows(
    samples: ArrayView2<'_, f64>,
    usable: impl Fn(f64) -> bool + Sync,
) -> Result<(), MatrixError> {
    let fine = samples
        .axis_chunks_iter(Axis(0), 4096)
        .into_par_iter()
        .all(|rows| rows.iter().fold(true, |fine, value| fine & usable(*value)));
    if fine { Ok(()) } else { Err(first_unusable(samples, usable)) }
}

fn first_unusable(samples: ArrayView2<'_, f64>, usable: impl Fn(f64) -> bool) -> MatrixError {
    for (row, values) in samples.rows().into_iter().enumerate() {
        if let Some((column, &value)) = values.iter().enumerate().find(|(_, value)| !usable(**value)) {
            return if value.is_finite() {
                MatrixError::BeyondFloat32 { row, column, value }
            } else {
                MatrixError::NotFinite { row, column, value }
            };
        }
    }
    MatrixError::Empty { rows: samples.nrows(), columns: samples.ncols() }
}

/// The sum of products, in four interleaved sums: the same on every processor.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
