//! Values sorted into at most 255 ranges per feature, as scikit-learn's `_BinMapper` does
//! (`ensemble/_hist_gradient_boosting/binning.py`): between neighbours where there are few distinct values, at
//! percentiles where there are many.

use crate::{FitError, Progress, random::RandomState};
use ndarray::ArrayView2;
use rayon::prelude::*;

/// With more samples than this, so many that are drawn decide on the ranges.
const SUBSAMPLE: usize = 200_000;
/// No threshold is above this: infinity stands for "every value that is not missing".
const ALMOST_INFINITE: f64 = 1e300;
/// Features whose bins lie side by side in a row, so that one read serves them all.
pub(super) const LANES: usize = 4;

/// The bins of every value of a matrix.
pub(super) struct Binned {
    /// For each group of features, the bins of each row.
    bins: Vec<[u8; LANES]>,
    pub(super) rows: usize,
    pub(super) features: Vec<Feature>,
    /// The bin of missing values.
    pub(super) missing_bin: u8,
}

/// What growing needs to know of a feature.
pub(super) struct Feature {
    /// Bins that are not for missing values, at least 1.
    pub(super) n_bins: usize,
    pub(super) has_missing: bool,
}

impl Binned {
    /// Sorts `samples` into the bins between `thresholds`, of `max_bins` at most.
    pub(super) fn new(samples: ArrayView2<'_, f64>, thresholds: &[Vec<f64>], max_bins: u32) -> Self {
        let rows = samples.nrows();
        let missing_bin = max_bins as u8;
        let mut bins = vec![[0; LANES]; thresholds.len().div_ceil(LANES) * rows];
        bins.par_chunks_mut(rows).zip(thresholds.par_chunks(LANES)).enumerate().for_each(
            |(group, (bins, thresholds))| {
                for (lane, thresholds) in thresholds.iter().enumerate() {
                    let column = samples.column(group * LANES + lane);
                    for (bins, value) in bins.iter_mut().zip(column) {
                        bins[lane] = bin(*value, thresholds, missing_bin);
                    }
                }
            },
        );
        let feature = |(i, thresholds): (usize, &Vec<f64>)| Feature {
            n_bins: thresholds.len() + 1,
            has_missing: bins[i / LANES * rows..][..rows].iter().any(|bins| bins[i % LANES] == missing_bin),
        };
        let features = thresholds.iter().enumerate().map(feature).collect();
        Self { bins, rows, features, missing_bin }
    }

    pub(super) fn groups(&self) -> usize {
        self.features.len().div_ceil(LANES)
    }

    /// The bins of each row in the features of a group.
    pub(super) fn group(&self, group: usize) -> &[[u8; LANES]] {
        &self.bins[group * self.rows..(group + 1) * self.rows]
    }
}

fn bin(value: f64, thresholds: &[f64], missing_bin: u8) -> u8 {
    if value.is_nan() {
        return missing_bin;
    }
    thresholds.partition_point(|threshold| *threshold < value) as u8
}

/// The thresholds of each feature: a value is in the bin whose number is that of the first threshold that it is not
/// above. `random_seed` draws samples when there are more than 200,000.
pub(super) fn thresholds(
    samples: ArrayView2<'_, f64>,
    weights: Option<&[f64]>,
    max_bins: u32,
    random_seed: u32,
    progress: &dyn Progress,
) -> Result<Vec<Vec<f64>>, FitError> {
    let drawn = (samples.nrows() > SUBSAMPLE).then(|| draw(samples.nrows(), weights, random_seed));
    (0..samples.ncols())
        .into_par_iter()
        .map(|feature| {
            if progress.cancelled() {
                return Err(FitError::Cancelled);
            }
            let column = samples.column(feature);
            let values = match (&drawn, weights) {
                (Some(drawn), _) => sorted(drawn.iter().map(|row| (column[*row as usize], 1.0))),
                (None, None) => sorted(column.iter().map(|value| (*value, 1.0))),
                (None, Some(weights)) => sorted(column.iter().copied().zip(weights.iter().copied())),
            };
            if values.is_empty() {
                let detail = format!("column {feature} has no value at all: leave it out");
                return Err(FitError::Impossible(detail));
            }
            Ok(between(&values, weights.is_some() && drawn.is_none(), max_bins))
        })
        .collect()
}

/// `RandomState(seed).choice(rows, SUBSAMPLE, p=weights / sum(weights))`.
fn draw(rows: usize, weights: Option<&[f64]>, seed: u32) -> Vec<u32> {
    let mut random = RandomState::new(seed);
    let Some(weights) = weights else {
        return (0..SUBSAMPLE).map(|_| random.below(rows as u32)).collect();
    };
    let sum: f64 = crate::sums::pairwise(weights);
    let mut cumulative = Vec::with_capacity(rows);
    let mut total = 0.0;
    for weight in weights {
        total += weight / sum;
        cumulative.push(total);
    }
    cumulative.iter_mut().for_each(|value| *value /= total);
    let drawn = (0..SUBSAMPLE).map(|_| {
        let place = random.next_double();
        cumulative.partition_point(|value| *value <= place).min(rows - 1) as u32
    });
    drawn.collect()
}

/// The values that are there and count, in ascending order, with their weights.
fn sorted(values: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut values: Vec<(f64, f64)> =
        values.filter(|(value, weight)| !value.is_nan() && *weight != 0.0).collect();
    values.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    values
}

fn between(values: &[(f64, f64)], weighted: bool, max_bins: u32) -> Vec<f64> {
    let mut distinct: Vec<f64> = values.iter().map(|(value, _)| *value).collect();
    distinct.dedup();
    let mut thresholds: Vec<f64> = if distinct.len() <= max_bins as usize {
        distinct.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect()
    } else {
        // `numpy.linspace(0, 100, max_bins + 1)` without its ends.
        let step = 100.0 / f64::from(max_bins);
        let percentages = (1..max_bins).map(|i| f64::from(i) * step);
        match weighted {
            false => percentages.map(|percentage| percentile(values, percentage)).collect(),
            true => {
                let mut total = 0.0;
                let cumulative: Vec<f64> = values
                    .iter()
                    .map(|(_, weight)| {
                        total += weight;
                        total
                    })
                    .collect();
                percentages.map(|percentage| weighted_percentile(values, &cumulative, percentage)).collect()
            }
        }
    };
    thresholds.dedup();
    thresholds.iter_mut().for_each(|threshold| *threshold = threshold.min(ALMOST_INFINITE));
    thresholds
}

/// `numpy.percentile(values, percentage, method="averaged_inverted_cdf")`.
fn percentile(values: &[(f64, f64)], percentage: f64) -> f64 {
    let last = values.len() - 1;
    let place = values.len() as f64 * (percentage / 100.0) - 1.0;
    if place < 0.0 {
        return values[0].0;
    }
    if place >= last as f64 {
        return values[last].0;
    }
    let below = place.floor();
    let (a, b) = (values[below as usize].0, values[below as usize + 1].0);
    if place == below { b - (b - a) * 0.5 } else { b }
}

/// `_weighted_percentile(values, weights, percentage, average=True)` of `sklearn/utils/stats.py`.
fn weighted_percentile(values: &[(f64, f64)], cumulative: &[f64], percentage: f64) -> f64 {
    let last = values.len() - 1;
    let place = percentage / 100.0 * cumulative[last];
    let at = cumulative.partition_point(|value| *value < place).min(last);
    if cumulative[at] - place > f64::EPSILON {
        return values[at].0;
    }
    (values[at].0 + values[(at + 1).min(last)].0) / 2.0
}
