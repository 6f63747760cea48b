//! Non-decreasing steps (`sklearn.isotonic.IsotonicRegression(out_of_bounds="clip")`).

use serde::{Deserialize, Serialize};

/// Scores that are nearer than this count as one: `numpy.finfo(float).resolution`.
const RESOLUTION: f64 = 1e-15;

/// Probabilities at some scores: between two of them the straight line, beyond the ends the nearest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Isotonic {
    /// Ascending scores; at least one.
    pub x: Vec<f64>,
    /// As many probabilities, none below the one before.
    pub y: Vec<f64>,
}

impl Isotonic {
    /// The least squares among all non-decreasing functions of the score.
    pub(super) fn fit(scores: &[f64], positive: &[bool]) -> Self {
        let mut samples: Vec<(f64, bool)> = scores.iter().copied().zip(positive.iter().copied()).collect();
        samples.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let (x, shares, weights) = distinct(&samples);
        let y = pool_adjacent_violators(&shares, &weights);
        // What lies between two equal ones says nothing.
        let inner = |at: usize| at > 0 && at + 1 < y.len() && y[at] == y[at - 1] && y[at] == y[at + 1];
        let (x, y) = (0..x.len()).filter(|at| !inner(*at)).map(|at| (x[at], y[at])).unzip();
        Self { x, y }
    }

    /// As `numpy.interp`, to the last digit.
    pub(super) fn probability(&self, score: f64) -> f64 {
        let above = self.x.partition_point(|x| *x <= score);
        let Some(at) = above.checked_sub(1) else { return self.y[0] };
        if above == self.x.len() || self.x[at] == score {
            return self.y[at];
        }
        let slope = (self.y[above] - self.y[at]) / (self.x[above] - self.x[at]);
        slope * (score - self.x[at]) + self.y[at]
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let ascending = self.x.is_sorted_by(|a, b| a < b) && self.y.is_sorted();
        let usable = self.x.iter().all(|x| x.is_finite()) && self.y.iter().all(|y| (0.0..=1.0).contains(y));
        if ascending && usable && !self.x.is_empty() && self.x.len() == self.y.len() {
            return Ok(());
        }
        Err(format!("isotonic steps of {} scores and {} probabilities", self.x.len(), self.y.len()))
    }
}

/// The distinct scores, the share of positives at each, and how many samples each has (`_make_unique` of
/// `sklearn/_isotonic.pyx`).
fn distinct(samples: &[(f64, bool)]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (mut x, mut y, mut weights): (Vec<f64>, Vec<f64>, Vec<f64>) = Default::default();
    for (score, positive) in samples {
        let positive = f64::from(u8::from(*positive));
        match (x.last(), y.last_mut(), weights.last_mut()) {
            (Some(last), Some(sum), Some(weight)) if score - last < RESOLUTION => {
                *sum += positive;
                *weight += 1.0;
            }
            _ => {
                x.push(*score);
                y.push(positive);
                weights.push(1.0);
            }
        }
    }
    y.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum /= weight);
    (x, y, weights)
}

/// The weighted least squares fit to `y` that never falls. Blocks are pooled in the order in which
/// `scipy.optimize.isotonic_regression` does it (Busing, 2022), so that sums are rounded alike.
fn pool_adjacent_violators(y: &[f64], weights: &[f64]) -> Vec<f64> {
    // Value, weight and length.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    let mut at = 0;
    while at < y.len() {
        let (mut value, mut weight, mut length) = (y[at], weights[at], 1);
        if let Some((other, others, more)) = blocks.pop_if(|block| block.0 >= value) {
            let mut sum = others * other + weight * value;
            (weight, length) = (weight + others, length + more);
            value = sum / weight;
            while at + 1 < y.len() && value >= y[at + 1] {
                at += 1;
                sum += weights[at] * y[at];
                (weight, length) = (weight + weights[at], length + 1);
                value = sum / weight;
            }
            while let Some((other, others, more)) = blocks.pop_if(|block| block.0 >= value) {
                sum += others * other;
                (weight, length) = (weight + others, length + more);
                value = sum / weight;
            }
        }
        blocks.push((value, weight, length));
        at += 1;
    }
    blocks.into_iter().flat_map(|(value, _, length)| std::iter::repeat_n(value, length)).collect()
}
