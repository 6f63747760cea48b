//! The gap between ordinary scores and those that stand out.

use crate::statistics::{interpolate, percentile, virtual_index};
use ndarray::ArrayView1;

/// Parts of the range of the scores, and of these, how many on each side are looked at together.
const BINS: usize = 60;
const BESIDE: usize = 2;
/// Scores of ordinary samples: below this percentile, there is no gap.
const BULK: f64 = 85.0;

/// An exponential tail leaves one ordinary score in so many above it.
const ONE_IN: f64 = 1000.0;
/// Percentiles of ordinary scores that the tail goes through: low enough for the anomalies among them, and above the
/// many scores of 0. Of few scores, the higher one is lower.
const TAIL_FROM: f64 = 70.0;
const TAIL_TO: f64 = 93.0;
const TAIL_OF_FEW: f64 = 90.0;
/// Among fewer scores, where the fewest are is chance.
const MANY: usize = 2000;

/// What tells scores that stand out from ordinary ones: where the fewest scores are. Where that is beyond the place above
/// which an exponential tail through their upper third leaves one in a thousand, the middle of both, by
/// ratio: a few scores that are very high would else draw it up to them. Among few scores, the lower of both, the tail
/// leaving one of them. Nothing where all scores are equal, or none is finite.
pub(super) fn gap(scores: ArrayView1<'_, f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = scores.iter().copied().filter(|score| score.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let lowest = *sorted.first()?;
    let is_few = sorted.len() < MANY;
    let tail = tail(&sorted, TAIL_FROM, if is_few { TAIL_OF_FEW } else { TAIL_TO });
    let emptiest = emptiest(&sorted, lowest, (tail - lowest) / 3.0)?;
    if tail <= percentile(&sorted, TAIL_FROM) || emptiest <= tail {
        return Some(emptiest);
    }
    if is_few {
        return Some(tail);
    }
    Some(lowest + ((emptiest - lowest) * (tail - lowest)).sqrt())
}

/// Above which an exponential through two percentiles of ascending scores leaves one in [`ONE_IN`], or one of fewer.
fn tail(scores: &[f64], from: f64, to: f64) -> f64 {
    let (low, high) = (percentile(scores, from), percentile(scores, to));
    let above = |percent: f64| 1.0 - percent / 100.0;
    let one_in = ONE_IN.min(scores.len() as f64).max(20.0);
    low + (high - low) / (above(from) / above(to)).ln() * (above(from) * one_in).ln()
}

/// Where the fewest of some ascending scores are, above their 85th percentile and below the highest, in the logarithm of
/// 1 + score − lowest score; the lowest place, `from` above the lowest score on, that is as
/// empty as that but for chance.
fn emptiest(scores: &[f64], lowest: f64, from: f64) -> Option<f64> {
    let finite = || scores.iter().copied();
    let mut logarithms: Vec<f64> = finite().map(|score| (score - lowest).ln_1p()).collect();
    logarithms.sort_unstable_by(f64::total_cmp);
    let highest = logarithms.last().copied().filter(|highest| *highest > 0.0)?;
    let mut counts = [0u32; BINS];
    for logarithm in &logarithms {
        counts[((logarithm / highest * BINS as f64) as usize).min(BINS - 1)] += 1;
    }
    let (index, share) = virtual_index(logarithms.len(), BULK);
    let at = |index: usize| logarithms[index.min(logarithms.len() - 1)];
    let bulk = interpolate(at(index), at(index + 1), share);
    let edge = |bin: usize| highest * bin as f64 / BINS as f64;
    let density =
        |bin: usize| counts[bin.saturating_sub(BESIDE)..(bin + BESIDE + 1).min(BINS)].iter().sum::<u32>();
    let above = || (0..BINS).filter(|bin| edge(*bin) >= bulk);
    let least = above().map(density).min()?;
    // What differs by a standard deviation of a count is as empty.
    let as_empty = f64::from(least) + f64::from(least + 1).sqrt();
    let from = from.max(0.0).ln_1p();
    let is_as_empty = |bin: &usize| edge(*bin) >= from && f64::from(density(*bin)) <= as_empty;
    let emptiest = above().find(is_as_empty).or_else(|| above().min_by_key(|bin| density(*bin)))?;
    Some(lowest + edge(emptiest).exp_m1())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array1;

    #[test]
    fn what_stands_out_is_beyond_the_gap() {
        let ordinary = (0..950).map(|at| f64::from(at) / 950.0);
        let odd = (0..50).map(|at| 6.0 + f64::from(at) / 25.0);
        let scores: Array1<f64> = ordinary.chain(odd).collect();
        let found = gap(scores.view()).unwrap();
        assert!((1.0..6.0).contains(&found), "{found}");
        assert_eq!(scores.iter().filter(|score| **score > found).count(), 50);
    }

    #[test]
    fn a_few_extreme_scores_do_not_hide_others_that_stand_out() {
        let ordinary = (0..950).map(|at| -(1.0 - f64::from(at) / 950.0).ln());
        let odd = (0..40).map(|at| 14.0 + f64::from(at) / 10.0);
        let extreme = (0..4).map(|at| 4000.0 + f64::from(at));
        let scores: Array1<f64> = ordinary.chain(odd).chain(extreme).collect();
        let found = gap(scores.view()).unwrap();
        assert!((6.0..200.0).contains(&found), "{found}");
    }

    #[test]
    fn without_a_gap_there_is_none() {
        assert_eq!(gap(Array1::from_elem(9, 0.5).view()), None);
        assert_eq!(gap(Array1::from_elem(3, f64::NAN).view()), None);
        assert_eq!(gap(Array1::zeros(0).view()), None);
    }
}
