//! How a probability divides among what adds to the log-odds.
//!
//! A probability is no sum over features, but the numbers behind it are: class k has the logit
//! `base_k + Σ_j term_kj`. The shares are those of Aumann and Shapley (as "integrated gradients", Sundararajan,
//! Taly and Yan, 2017): every term grows from nothing to its full size at the same pace, and each feature is
//! credited with what its terms change on the way. They sum to the probability by construction. With two
//! classes they are the terms times one slope: (probability − base probability) / (log-odds − base log-odds).

use crate::Contributions;
use ndarray::ArrayView2;

/// Steps of the midpoint rule along the way; what it misses is divided in proportion.
const STEPS: u32 = 64;

/// The shares of the features in the probability of a positive log-odds `base + Σ terms`.
pub(crate) fn logistic(base: f64, terms: &[f64]) -> Contributions {
    let change: f64 = terms.iter().sum();
    let (from, to) = (sigmoid(base), sigmoid(base + change));
    // So small a change is a straight line.
    let slope = if change.abs() < 1e-6 { to * (1.0 - to) } else { (to - from) / change };
    Contributions { base: from, features: terms.iter().map(|term| slope * term).collect() }
}

/// The shares of the features in the probability of class `class` of more than two, whose logits are `base` plus
/// the sums of the rows of `terms` (classes × features).
pub(crate) fn softmax(base: &[f64], terms: ArrayView2<'_, f64>, class: usize) -> Contributions {
    let changes: Vec<f64> = terms.rows().into_iter().map(|row| row.sum()).collect();
    let at = |part: f64| {
        let mut probabilities: Vec<f64> =
            base.iter().zip(&changes).map(|(base, change)| base + part * change).collect();
        softmax_in_place(&mut probabilities);
        probabilities
    };
    // What a unit of each class's logit is worth on average along the way.
    let mut worth = vec![0.0; base.len()];
    for step in 0..STEPS {
        let probabilities = at((f64::from(step) + 0.5) / f64::from(STEPS));
        for (other, worth) in worth.iter_mut().enumerate() {
            let own = if other == class { 1.0 } else { 0.0 };
            *worth += probabilities[class] * (own - probabilities[other]) / f64::from(STEPS);
        }
    }
    let mut features: Vec<f64> = terms
        .columns()
        .into_iter()
        .map(|terms| terms.iter().zip(&worth).map(|(term, worth)| term * worth).sum())
        .collect();
    let (from, to) = (at(0.0)[class], at(1.0)[class]);
    let missed = to - from - features.iter().sum::<f64>();
    let size: f64 = features.iter().map(|feature| feature.abs()).sum();
    if size > 0.0 {
        features.iter_mut().for_each(|feature| *feature += missed * feature.abs() / size);
    }
    Contributions { base: from, features }
}

/// `1 / (1 + exp(-x))` without overflow.
pub(crate) fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let power = x.exp();
        power / (1.0 + power)
    }
}

/// From logits to probabilities; returns the logarithm of the sum of their exponentials.
pub(crate) fn softmax_in_place(logits: &mut [f64]) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        *logit = (*logit - largest).exp();
        sum += *logit;
    }
    logits.iter_mut().for_each(|logit| *logit /= sum);
    largest + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn shares_sum_to_the_probability() {
        for terms in [vec![0.3, -2.0, 5.0], vec![0.0, 0.0], vec![1e-9, -2e-9], vec![700.0, -800.0]] {
            let shares = logistic(-0.4, &terms);
            let sum = shares.base + shares.features.iter().sum::<f64>();
            assert!((sum - sigmoid(-0.4 + terms.iter().sum::<f64>())).abs() < 1e-12);
        }
        let (base, terms) = ([0.1, -0.2, 0.3], array![[1.0, -3.0], [0.5, 2.0], [40.0, 0.0]]);
        for class in 0..3 {
            let shares = softmax(&base, terms.view(), class);
            let mut expected: Vec<f64> =
                base.iter().zip(terms.rows()).map(|(base, row)| base + row.sum()).collect();
            softmax_in_place(&mut expected);
            let sum = shares.base + shares.features.iter().sum::<f64>();
            assert!((sum - expected[class]).abs() < 1e-12);
        }
    }

    /// Of two classes, both ways to say it agree.
    #[test]
    fn two_classes_divide_as_one_log_odds() {
        let one = logistic(0.5, &[1.0, -0.25, 0.5]);
        let two = softmax(&[0.0, 0.5], array![[0.0, 0.0, 0.0], [1.0, -0.25, 0.5]].view(), 1);
        assert!((one.base - two.base).abs() < 1e-15);
        assert!(one.features.iter().zip(&two.features).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}
