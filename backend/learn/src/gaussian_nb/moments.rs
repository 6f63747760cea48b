//! Means and variances of every feature, of every class and of all samples, in two passes over the rows.
//!
//! Rows are summed in blocks of fixed size that are added up in their order: the result does not depend on the
//! number of threads.

use crate::{FitError, Progress};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

/// Rows that are summed at a time.
const BLOCK: usize = 4096;

/// What the samples of each class are like.
pub(super) struct Moments {
    /// `n_classes` × `n_features`.
    pub(super) means: Array2<f64>,
    /// `n_classes` × `n_features`, of the whole class, not of a sample of it.
    pub(super) variances: Array2<f64>,
    /// The largest variance that a feature has among all samples, whatever their class and weight.
    pub(super) largest_variance: f64,
}

impl Moments {
    /// `totals` is the total weight of each class; none of them 0.
    pub(super) fn new(
        samples: ArrayView2<'_, f64>,
        classes: &[u32],
        weights: Option<&[f64]>,
        totals: &[f64],
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        let (rows, columns) = samples.dim();
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        // The last row is that of all samples, which count the same there.
        let mut means = sums(samples, totals.len() + 1, progress, |row, values, sums| {
            add(&mut sums[classes[row] as usize * columns..][..columns], values, |value, _| {
                weight(row) * value
            });
            add(&mut sums[totals.len() * columns..], values, |value, _| value);
        })?;
        let divide = |sums: &mut Array2<f64>| {
            for (mut sums, total) in sums.rows_mut().into_iter().zip(totals.iter().chain([&(rows as f64)])) {
                sums /= *total;
            }
        };
        divide(&mut means);
        progress.report(0.5);
        let mean = |class: usize| means.row(class).to_slice().unwrap_or_default();
        let mut variances = sums(samples, totals.len() + 1, progress, |row, values, sums| {
            let class = classes[row] as usize;
            let square = |value: f64, mean: f64| (value - mean) * (value - mean);
            let centre = mean(class);
            add(&mut sums[class * columns..][..columns], values, |value, column| {
                weight(row) * square(value, centre[column])
            });
            let centre = mean(totals.len());
            add(&mut sums[totals.len() * columns..], values, |value, column| square(value, centre[column]));
        })?;
        divide(&mut variances);
        progress.report(1.0);
        let largest_variance = variances.row(totals.len()).iter().copied().fold(0.0, f64::max);
        means.remove_index(Axis(0), totals.len());
        variances.remove_index(Axis(0), totals.len());
        Ok(Self { means, variances, largest_variance })
    }
}

/// `height` × columns sums, to which `add(row, values, sums)` adds each row.
fn sums(
    samples: ArrayView2<'_, f64>,
    height: usize,
    progress: &dyn Progress,
    add: impl Fn(usize, &[f64], &mut [f64]) + Sync,
) -> Result<Array2<f64>, FitError> {
    let columns = samples.ncols();
    let parts: Vec<Vec<f64>> = samples
        .axis_chunks_iter(Axis(0), BLOCK)
        .into_par_iter()
        .enumerate()
        .map(|(part, samples)| {
            if progress.cancelled() {
                return Err(FitError::Cancelled);
            }
            let mut sums = vec![0.0; height * columns];
            let mut copy = Vec::new();
            for (i, row) in samples.rows().into_iter().enumerate() {
                let row = row.to_slice().unwrap_or_else(|| {
                    copy.clear();
                    copy.extend(row.iter().copied());
                    &copy
                });
                add(part * BLOCK + i, row, &mut sums);
            }
            Ok(sums)
        })
        .collect::<Result<_, _>>()?;
    let mut sums = Array2::zeros((height, columns));
    for part in parts {
        sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
    Ok(sums)
}

/// Adds to each sum what `term(value, column)` makes of its value.
fn add(sums: &mut [f64], values: &[f64], term: impl Fn(f64, usize) -> f64) {
    for (column, (sum, value)) in sums.iter_mut().zip(values).enumerate() {
        *sum += term(*value, column);
    }
}
