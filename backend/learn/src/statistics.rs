//! What a set of scores looks like.

use crate::sums::mean_and_deviation;
use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet, hash_map::Entry};
use trainyard_types::{Histogram, ScoreStatistics};

/// Statistics of `scores` (higher is more anomalous). Of no scores at all, every number is 0.
pub fn score_statistics(scores: ArrayView1<'_, f64>, threshold: f64) -> ScoreStatistics {
    let mut sorted = scores.to_vec();
    let (mean, standard_deviation) = mean_and_deviation(&sorted);
    sorted.sort_unstable_by(f64::total_cmp);
    let anomaly_count = sorted.iter().filter(|score| **score > threshold).count() as u64;
    let count = sorted.len() as u64;
    ScoreStatistics {
        count,
        mean,
        standard_deviation,
        minimum: percentile(&sorted, 0.0),
        percentile_25: percentile(&sorted, 25.0),
        median: percentile(&sorted, 50.0),
        percentile_75: percentile(&sorted, 75.0),
        percentile_95: percentile(&sorted, 95.0),
        percentile_99: percentile(&sorted, 99.0),
        maximum: percentile(&sorted, 100.0),
        anomaly_count,
        anomaly_ratio: if count == 0 { 0.0 } else { anomaly_count as f64 / count as f64 },
    }
}

/// Bins of a histogram.
const BINS: usize = 40;

/// How scores are distributed, over bins that both sets share; None when there are no training scores.
pub fn histogram(training: ArrayView1<'_, f64>, test: Option<ArrayView1<'_, f64>>) -> Option<Histogram> {
    let all = || training.iter().chain(test.iter().flat_map(|scores| scores.iter())).copied();
    let low = all().min_by(f64::total_cmp)?;
    let high = all().max_by(f64::total_cmp)?;
    // As `numpy.histogram`: of one value only, a bin around it.
    let (low, high) = if low == high { (low - 0.5, high + 0.5) } else { (low, high) };
    let step = (high - low) / BINS as f64;
    let mut edges: Vec<f64> = (0..=BINS).map(|edge| low + edge as f64 * step).collect();
    edges[BINS] = high;
    let count = |scores: ArrayView1<'_, f64>| {
        let mut counts = vec![0; BINS];
        for score in scores {
            let above = edges[..BINS].partition_point(|edge| edge <= score);
            counts[above.saturating_sub(1)] += 1;
        }
        counts
    };
    Some(Histogram { training: count(training), test: test.map(count).unwrap_or_default(), edges })
}

/// The columns of `samples` that have one value in all rows: they cannot tell anything apart.
pub fn constant_columns(samples: ArrayView2<'_, f64>) -> Vec<usize> {
    let Some(first) = samples.rows().into_iter().next() else { return Vec::new() };
    let mut constant = vec![true; samples.ncols()];
    for row in samples.rows() {
        for ((constant, value), first) in constant.iter_mut().zip(row).zip(first) {
            *constant &= value == first;
        }
    }
    (0..samples.ncols()).filter(|column| constant[*column]).collect()
}

/// Whether no value is negative, so that logarithms of 1 + value can be taken: true of counts.
pub fn are_counts(samples: ArrayView2<'_, f64>) -> bool {
    samples.iter().all(|value| value.is_nan() || *value >= 0.0)
}

/// Each column that equals an earlier one in every row, and that one. Columns with one value only are left out.
pub fn duplicate_columns(samples: ArrayView2<'_, f64>) -> Vec<(usize, usize)> {
    let constant: HashSet<usize> = constant_columns(samples).into_iter().collect();
    let mut first: HashMap<Vec<u64>, usize> = HashMap::new();
    let mut found = Vec::new();
    for column in (0..samples.ncols()).filter(|column| !constant.contains(column)) {
        // Adding 0 makes the two zeros one.
        let bits = samples.column(column).iter().map(|value| (value + 0.0).to_bits()).collect();
        match first.entry(bits) {
            Entry::Occupied(earlier) => found.push((column, *earlier.get())),
            Entry::Vacant(free) => drop(free.insert(column)),
        }
    }
    found
}

/// The median of each column; of a column without values, 0. Values that are missing (NaN) are left out.
pub fn medians(samples: ArrayView2<'_, f64>) -> Vec<f64> {
    let median = |column: usize| {
        let mut values: Vec<f64> =
            samples.column(column).iter().copied().filter(|value| !value.is_nan()).collect();
        values.sort_unstable_by(f64::total_cmp);
        percentile(&values, 50.0)
    };
    (0..samples.ncols()).into_par_iter().map(median).collect()
}

/// `numpy.percentile(values, q)` of ascending `values`, `q` in [0, 100]; 0 when there are none.
pub(crate) fn percentile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.last() else { return 0.0 };
    let (index, share) = virtual_index(sorted.len(), q);
    match (sorted.get(index), sorted.get(index + 1)) {
        (Some(low), Some(high)) => interpolate(*low, *high, share),
        _ => *last,
    }
}

/// Where the percentile `q` of `count` ascending values lies: the index below, and the share of the way to
/// the next (method `linear` of `numpy/lib/_function_base_impl.py`).
pub(crate) fn virtual_index(count: usize, q: f64) -> (usize, f64) {
    let place = (count as f64 - 1.0) * (q / 100.0);
    let below = place.floor().max(0.0);
    (below as usize, place - below)
}

/// numpy's `_lerp`: exact at both ends.
pub(crate) fn interpolate(low: f64, high: f64, share: f64) -> f64 {
    let range = high - low;
    if share >= 0.5 { high - range * (1.0 - share) } else { low + range * share }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{array, aview1};

    #[test]
    fn columns_that_repeat_another_are_found() {
        let samples = array![[1.0, 0.0, 1.0, 7.0, 2.0], [2.0, -0.0, 2.0, 7.0, 1.0]];
        assert_eq!(duplicate_columns(samples.view()), [(2, 0)]);
        assert!(are_counts(samples.view()) && !are_counts((-samples).view()));
    }

    /// numpy 2.4.6 on the same values.
    #[test]
    fn numbers_are_those_of_numpy() {
        let found = score_statistics(aview1(&[0.4, 0.1, 0.9, 0.35, 0.6]), 0.5);
        assert_eq!(found.count, 5);
        assert_eq!((found.minimum, found.median, found.maximum), (0.1, 0.4, 0.9));
        assert_eq!((found.percentile_25, found.percentile_75), (0.35, 0.6));
        assert!((found.percentile_95 - 0.84).abs() < 1e-15);
        assert!((found.percentile_99 - 0.888).abs() < 1e-15);
        assert!((found.mean - 0.47).abs() < 1e-15);
        assert!((found.standard_deviation - 0.267_581_763_205_192_9).abs() < 1e-15);
        assert_eq!((found.anomaly_count, found.anomaly_ratio), (2, 0.4));
    }

    #[test]
    fn a_score_on_the_threshold_is_no_anomaly() {
        assert_eq!(score_statistics(aview1(&[0.5, 0.5, 0.7]), 0.5).anomaly_count, 1);
        assert_eq!(score_statistics(aview1(&[]), 0.5).count, 0);
    }

    /// numpy 2.4.6: `np.histogram([0, 1, 1, 2, 4], 40)`.
    #[test]
    fn histograms_share_their_edges() {
        let found = histogram(aview1(&[0.0, 1.0, 1.0, 2.0]), Some(aview1(&[4.0]))).unwrap();
        assert_eq!((found.edges.len(), found.edges[0], found.edges[40]), (41, 0.0, 4.0));
        assert_eq!((found.training[0], found.training[10], found.training[20]), (1, 2, 1));
        assert_eq!((found.test[39], found.test.iter().sum::<u64>()), (1, 1));
        assert_eq!(histogram(aview1(&[3.0, 3.0]), None).unwrap().training[20], 2);
        assert_eq!(histogram(aview1(&[]), None), None);
    }

    #[test]
    fn medians_are_per_column() {
        let samples = array![[1.0, f64::NAN], [9.0, 4.0], [2.0, 5.0]];
        assert_eq!(medians(samples.view()), [2.0, 4.5]);
    }

    #[test]
    fn constant_columns_are_found() {
        assert_eq!(constant_columns(array![[1.0, 2.0, 3.0], [1.0, 5.0, 3.0]].view()), [0, 2]);
        assert_eq!(constant_columns(array![[1.0, 2.0]].view()), [0, 1]);
    }
}
