//! Platt's logistic curve (`_SigmoidCalibration` of `sklearn/calibration.py`).

use crate::{shares::sigmoid, sums::mean_and_deviation};
use serde::{Deserialize, Serialize};

/// Scores that differ by less, relative to the largest, differ by rounding.
const ROUNDING: f64 = 1e-12;
/// scikit-learn divides scores that reach this by the largest of them.
const LARGE: f64 = 30.0;
/// Newton steps, and halvings of one.
const MOST_STEPS: usize = 100;

/// The probability `1 / (1 + exp(a · score + b))`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sigmoid {
    pub a: f64,
    pub b: f64,
}

impl Sigmoid {
    /// The curve with the least log loss. Truth is smoothed (Platt, 1999, section 2.2), so that there is one even where
    /// scores tell the classes apart. scikit-learn looks for the same optimum by L-BFGS.
    pub(super) fn fit(scores: &[f64], positive: &[bool]) -> Self {
        let ones = positive.iter().filter(|positive| **positive).count() as f64;
        let zeros = positive.len() as f64 - ones;
        let target =
            |positive: &bool| if *positive { (ones + 1.0) / (ones + 2.0) } else { 1.0 / (zeros + 2.0) };
        let targets: Vec<f64> = positive.iter().map(target).collect();
        let start = ((zeros + 1.0) / (ones + 1.0)).ln();
        let ends = scores.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), score| {
            (score.min(least), score.max(most))
        });
        let (least, most) = ends;
        if most - least <= ROUNDING * least.abs().max(most.abs()) {
            return Self::of_one_score(most, &targets, start);
        }
        // In standard units the two numbers do not depend on each other much.
        let (mean, deviation) = mean_and_deviation(scores);
        let units: Vec<f64> = scores.iter().map(|score| (score - mean) / deviation).collect();
        let [a, b] = minimise(&units, &targets, [0.0, start]);
        Self { a: a / deviation, b: b - a / deviation * mean }
    }

    /// Any curve through one point is as good: the one is taken that lies nearest to where scikit-learn begins.
    fn of_one_score(score: f64, targets: &[f64], start: f64) -> Self {
        let mean = targets.iter().sum::<f64>() / targets.len() as f64;
        let wanted = ((1.0 - mean) / mean).ln();
        let scale = if score.abs() >= LARGE { score.abs() } else { 1.0 };
        let unit = score / scale;
        let along = (wanted - start) / (unit * unit + 1.0);
        Self { a: along * unit / scale, b: start + along }
    }

    pub(super) fn probability(&self, score: f64) -> f64 {
        sigmoid(-(self.a * score + self.b))
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.a.is_finite() && self.b.is_finite() {
            return Ok(());
        }
        Err(format!("a sigmoid of {} and {}", self.a, self.b))
    }
}

/// The `[a, b]` with the least log loss of `1 / (1 + exp(a · score + b))`, by Newton's method with backtracking (Lin, Lin
/// and Weng, 2007).
fn minimise(scores: &[f64], targets: &[f64], start: [f64; 2]) -> [f64; 2] {
    let loss = |[a, b]: [f64; 2]| -> f64 {
        let of = |(score, target): (&f64, &f64)| {
            let odds = a * score + b;
            // ln(1 + exp(odds)) without overflow.
            odds.max(0.0) + (-odds.abs()).exp().ln_1p() - (1.0 - target) * odds
        };
        scores.iter().zip(targets).map(of).sum()
    };
    let (mut at, mut now) = (start, loss(start));
    for _ in 0..MOST_STEPS {
        let (mut slope, mut curvature) = ([0.0; 2], [0.0; 3]);
        for (score, target) in scores.iter().zip(targets) {
            let probability = sigmoid(-(at[0] * score + at[1]));
            let (miss, weight) = (target - probability, probability * (1.0 - probability));
            slope[0] += miss * score;
            slope[1] += miss;
            curvature[0] += weight * score * score;
            curvature[1] += weight * score;
            curvature[2] += weight;
        }
        let [aa, ab, bb] = curvature;
        let (aa, bb) = (aa + 1e-12, bb + 1e-12);
        let determinant = aa * bb - ab * ab;
        let step =
            [(ab * slope[1] - bb * slope[0]) / determinant, (ab * slope[0] - aa * slope[1]) / determinant];
        let descent = -(slope[0] * step[0] + slope[1] * step[1]);
        if descent.is_nan() || descent <= 0.0 {
            break;
        }
        let moved = |share: f64| [at[0] + share * step[0], at[1] + share * step[1]];
        // So near to the optimum a whole step is right to the last digits, and the loss is the same but for rounding.
        if descent <= 1e-13 * (1.0 + now) {
            return moved(1.0);
        }
        let lower = (0..MOST_STEPS).map(|halvings| 0.5_f64.powi(halvings as i32)).find_map(|share| {
            let (place, value) = (moved(share), loss(moved(share)));
            (value <= now - 1e-4 * share * descent).then_some((place, value))
        });
        let Some(lower) = lower else { break };
        (at, now) = lower;
    }
    at
}
