//! The log loss: what is predicted before any tree, and the derivatives that trees are fitted to, as scikit-learn
//! computes them (`_loss/_loss.pyx.tp`, `_loss/link.py`).

use super::histogram::Derivatives;
use crate::sums::pairwise;
use rayon::prelude::*;

/// Rows that a thread takes at a time.
const BLOCK: usize = 2048;

/// The log-odds of the second of two classes among the samples, or the logit of each of more.
pub(super) fn baseline(classes: &[u32], weights: Option<&[f64]>, outputs: usize) -> Vec<f64> {
    let share = |class: u32| {
        let ones = classes.iter().map(|other| f64::from(u8::from(*other == class)));
        let share = match weights {
            None => ones.sum::<f64>() / classes.len() as f64,
            Some(weights) => {
                let weighted: Vec<f64> = ones.zip(weights).map(|(one, weight)| one * weight).collect();
                pairwise(&weighted) / pairwise(weights)
            }
        };
        share.clamp(10.0 * f64::EPSILON, 1.0 - 10.0 * f64::EPSILON)
    };
    if outputs == 1 {
        return vec![logit(share(1))];
    }
    let logarithms: Vec<f64> = (0..outputs as u32).map(|class| share(class).ln()).collect();
    let mean = logarithms.iter().sum::<f64>() / outputs as f64;
    logarithms.iter().map(|logarithm| logarithm - mean).collect()
}

/// As `scipy.special.logit` computes it: precise near one half, too.
fn logit(share: f64) -> f64 {
    if !(0.3..=0.65).contains(&share) {
        return (share / (1.0 - share)).ln();
    }
    let twice = 2.0 * (share - 0.5);
    twice.ln_1p() - (-twice).ln_1p()
}

/// The derivatives by what is predicted so far; `raw` and `derivatives` are a list per output.
pub(super) fn differentiate(
    raw: &[Vec<f64>],
    classes: &[u32],
    weights: Option<&[f64]>,
    derivatives: &mut [Vec<Derivatives>],
) {
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    if let ([raw], [derivatives]) = (raw, &mut *derivatives) {
        derivatives.par_chunks_mut(BLOCK).enumerate().for_each(|(block, derivatives)| {
            for (row, derivatives) in (block * BLOCK..).zip(derivatives) {
                *derivatives = binary(raw[row], f64::from(classes[row]), weight(row));
            }
        });
        return;
    }
    // The exponentials are worked out once a row, then each output takes its own.
    let rows = classes.len();
    let scales: Vec<(f64, f64)> = (0..rows)
        .into_par_iter()
        .with_min_len(BLOCK)
        .map(|row| {
            let largest = raw.iter().fold(f64::NEG_INFINITY, |largest, raw| raw[row].max(largest));
            (largest, raw.iter().map(|raw| (raw[row] - largest).exp()).sum())
        })
        .collect();
    for (class, (raw, derivatives)) in (0_u32..).zip(raw.iter().zip(derivatives)) {
        derivatives.par_chunks_mut(BLOCK).enumerate().for_each(|(block, derivatives)| {
            for (row, derivatives) in (block * BLOCK..).zip(derivatives) {
                let (largest, sum) = scales[row];
                let probability = (raw[row] - largest).exp() / sum;
                let is = f64::from(u8::from(classes[row] == class));
                let (gradient, hessian) = (probability - is, probability * (1.0 - probability));
                *derivatives = [(gradient * weight(row)) as f32, (hessian * weight(row)) as f32];
            }
        });
    }
}

fn binary(raw: f64, class: f64, weight: f64) -> Derivatives {
    let (gradient, hessian) = if raw > -37.0 {
        let power = (-raw).exp();
        (((1.0 - class) - class * power) / (1.0 + power), power / ((1.0 + power) * (1.0 + power)))
    } else {
        let power = raw.exp();
        (power - class, power)
    };
    [(gradient * weight) as f32, (hessian * weight) as f32]
}
