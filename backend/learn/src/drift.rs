//! Whether values of later are distributed as those of before: the population stability index and the distance of
//! Kolmogorov and Smirnov.

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;
use trainyard_types::{Drift, FeatureDrift};

/// Above this index a shift is called significant (Siddiqi, *Credit Risk Scorecards*, 2006).
pub const SIGNIFICANT: f64 = 0.25;
/// Bins of the index, each with the same share of the earlier values where these allow it.
const BINS: usize = 10;
/// The share of their range that equal values may differ by.
const ROUNDING: f64 = 1e-6;
/// Features that are named.
const MOST: usize = 10;

/// How far the scores of later samples have left those of earlier ones, and which features have moved most.
pub fn drift(
    scores: (ArrayView1<'_, f64>, ArrayView1<'_, f64>),
    samples: (ArrayView2<'_, f64>, ArrayView2<'_, f64>),
    names: &[String],
) -> Drift {
    let of_feature = |column: usize| {
        let (before, after) = (samples.0.column(column), samples.1.column(column));
        FeatureDrift {
            feature: names[column].clone(),
            stability_index: stability_index(before, after),
            distance: distance(before, after),
        }
    };
    let mut features: Vec<FeatureDrift> = (0..names.len()).into_par_iter().map(of_feature).collect();
    features.retain(|feature| feature.stability_index > SIGNIFICANT);
    features.sort_by(|a, b| b.stability_index.total_cmp(&a.stability_index));
    features.truncate(MOST);
    Drift {
        stability_index: stability_index(scores.0, scores.1),
        distance: distance(scores.0, scores.1),
        features,
    }
}

/// Σ (q - p) · ln(q ⁄ p) over bins that each hold a tenth of the values `before`, p and q being the shares of both in
/// a bin; half a value stands for none. 0 without values on either side.
pub fn stability_index(before: ArrayView1<'_, f64>, after: ArrayView1<'_, f64>) -> f64 {
    let (before, after) = (ascending(before), ascending(after));
    if before.is_empty() || after.is_empty() {
        return 0.0;
    }
    let last = before.len() - 1;
    let mut bounds: Vec<f64> = (1..BINS).map(|bin| before[bin * before.len() / BINS]).collect();
    // Values of which there are many are bins of their own, with what is below them and what is above: a little above the
    // bound, so that rounding does not put equal values on both sides.
    bounds.extend([before[0], before[last]]);
    bounds.sort_unstable_by(f64::total_cmp);
    let little = ROUNDING * (before[last] - before[0]);
    bounds.dedup_by(|next, bound| *next - *bound <= 2.0 * little);
    bounds.iter_mut().for_each(|bound| *bound += little);
    let shares = |values: &[f64]| -> Vec<f64> {
        let below: Vec<usize> =
            bounds.iter().map(|bound| values.partition_point(|value| value <= bound)).collect();
        let starts = std::iter::once(0).chain(below.iter().copied());
        let ends = below.iter().copied().chain([values.len()]);
        let count = values.len() as f64;
        starts.zip(ends).map(|(start, end)| ((end - start) as f64).max(0.5) / count).collect()
    };
    shares(&before).iter().zip(shares(&after)).map(|(p, q)| (q - p) * (q / p).ln()).sum()
}

/// The largest difference between the shares of values up to any bound (Kolmogorov and Smirnov's D). 0 without values
/// on either side.
pub fn distance(before: ArrayView1<'_, f64>, after: ArrayView1<'_, f64>) -> f64 {
    let (before, after) = (ascending(before), ascending(after));
    if before.is_empty() || after.is_empty() {
        return 0.0;
    }
    let up_to = |values: &[f64], bound: f64| {
        values.partition_point(|value| *value <= bound) as f64 / values.len() as f64
    };
    let all = before.iter().chain(&after);
    all.map(|bound| (up_to(&before, *bound) - up_to(&after, *bound)).abs()).fold(0.0, f64::max)
}

/// What is known, in order.
fn ascending(values: ArrayView1<'_, f64>) -> Vec<f64> {
    let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    known.sort_unstable_by(f64::total_cmp);
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, Array2, aview1};

    #[test]
    fn what_stays_has_not_moved_and_what_moves_is_named() {
        let before = Array2::from_shape_fn((1000, 2), |(row, column)| ((row * (7 + column)) % 1000) as f64);
        let mut after = before.clone();
        after.column_mut(1).mapv_inplace(|value| value + 400.0);
        let names = ["still".to_owned(), "moved".to_owned()];
        let scores = (before.column(0), before.column(0));
        let found = drift(scores, (before.view(), after.view()), &names);
        assert!(found.stability_index < 1e-9 && found.distance < 1e-9, "{found:?}");
        assert_eq!(found.features.len(), 1);
        assert_eq!(found.features[0].feature, "moved");
        assert!((found.features[0].distance - 0.4).abs() < 1e-9, "{found:?}");
    }

    /// `scipy.stats.ks_2samp(numpy.arange(10), numpy.arange(10) * 2).statistic` is 0.5.
    #[test]
    fn the_distance_is_that_of_scipy() {
        let (before, after): (Vec<f64>, Vec<f64>) = (0..10).map(|n| (f64::from(n), f64::from(2 * n))).unzip();
        assert!((distance(aview1(&before), aview1(&after)) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn one_value_that_becomes_another_has_moved_and_nothing_is_no_move() {
        let rounded = Array1::from_shape_fn(100, |at| f64::from(u8::from(at > 50)) + 1e-12 * at as f64);
        assert!(stability_index(rounded.view(), (&rounded + 1e-9).view()) < 1e-9);
        let (zeros, ones, none) = (Array1::zeros(100), Array1::ones(100), Array1::zeros(0));
        assert!(stability_index(zeros.view(), ones.view()) > 5.0);
        assert!(stability_index(zeros.view(), zeros.view()).abs() < 1e-12);
        assert_eq!(
            (stability_index(zeros.view(), none.view()), distance(none.view(), ones.view())),
            (0.0, 0.0)
        );
    }
}
