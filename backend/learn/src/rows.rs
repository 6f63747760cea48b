//! Scoring row by row: a row's score does not depend on the rows beside it, nor on the layout of the matrix.

use crate::MatrixError;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};
use rayon::prelude::*;

/// Rows that a thread takes at a time; fewer than two such blocks are not worth other threads.
const BLOCK: usize = 256;

/// A matrix of `width` columns, a row of which `score` fills in from each row of `samples`.
///
/// # Errors
/// The first value, by rows, that `usable` does not accept.
pub(crate) fn score_rows(
    samples: ArrayView2<'_, f64>,
    width: usize,
    usable: impl Fn(f64) -> bool + Sync,
    score: impl Fn(&[f64], &mut [f64]) + Sync,
) -> Result<Array2<f64>, MatrixError> {
    score_groups::<1>(samples, width, usable, |row, _, scores| score(row, scores))
}

/// As [`score_rows`], but `score(rows, count, scores)` is given `N` rows at a time, one after the other, and the last
/// ones one by one.
pub(crate) fn score_groups<const N: usize>(
    samples: ArrayView2<'_, f64>,
    width: usize,
    usable: impl Fn(f64) -> bool + Sync,
    score: impl Fn(&[f64], usize, &mut [f64]) + Sync,
) -> Result<Array2<f64>, MatrixError> {
    let columns = samples.ncols();
    let mut scores = Array2::zeros((samples.nrows(), width));
    let block = |samples: ArrayView2<'_, f64>, mut scores: ArrayViewMut2<'_, f64>| {
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
            let full = scores.len() / width / N * N;
            let (values, rest) = values.split_at(full * columns);
            let (scores, rest_scores) = scores.split_at_mut(full * width);
            for (rows, scores) in values.chunks_exact(N * columns).zip(scores.chunks_exact_mut(N * width)) {
                score(rows, N, scores);
            }
            for (row, scores) in rest.chunks_exact(columns).zip(rest_scores.chunks_exact_mut(width)) {
                score(row, 1, scores);
            }
        }
        fine
    };
    let fine = if samples.nrows() < 2 * BLOCK {
        block(samples, scores.view_mut())
    } else {
        let parts = samples.axis_chunks_iter(Axis(0), BLOCK).into_par_iter();
        parts.zip(scores.axis_chunks_iter_mut(Axis(0), BLOCK)).all(|(samples, scores)| block(samples, scores))
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
