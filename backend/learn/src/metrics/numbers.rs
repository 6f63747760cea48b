//! The numbers of a judgement, for all samples or a resample of them.

use super::{Judged, ranking::Ranking, report::averages_of};
use std::collections::BTreeMap;

/// Metrics as numbers; what cannot be measured is None.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Numbers {
    pub accuracy: Option<f64>,
    pub precision: Option<f64>,
    pub recall: Option<f64>,
    pub f1_score: Option<f64>,
    pub roc_auc: Option<f64>,
    pub average_precision: Option<f64>,
    pub log_loss: Option<f64>,
    pub brier_score: Option<f64>,
}

impl Numbers {
    /// The metrics' names, in the order of [`Self::values`].
    pub const NAMES: [&'static str; 8] = [
        "accuracy",
        "precision",
        "recall",
        "f1_score",
        "roc_auc",
        "average_precision",
        "log_loss",
        "brier_score",
    ];

    pub fn values(&self) -> [Option<f64>; 8] {
        [
            self.accuracy,
            self.precision,
            self.recall,
            self.f1_score,
            self.roc_auc,
            self.average_precision,
            self.log_loss,
            self.brier_score,
        ]
    }

    /// What was measured, by name.
    pub fn measured(&self) -> BTreeMap<String, f64> {
        let named = Self::NAMES.iter().zip(self.values());
        named.filter_map(|(name, value)| Some(((*name).to_owned(), value?))).collect()
    }
}

/// The numbers alone, of all samples.
pub fn point(judged: Judged<'_>) -> Numbers {
    Prepared::new(judged).numbers(None)
}

/// A judgement with what all its resamples share: rankings and losses.
pub(super) struct Prepared<'a> {
    pub(super) judged: Judged<'a>,
    /// Of two classes one, for the positive class; of more, one per class against the rest.
    pub(super) rankings: Vec<Ranking>,
    /// `-ln` of the probability given to each sample's own class.
    losses: Option<Vec<f64>>,
    /// Of two classes, the square of how far the probability of the second is from the truth.
    squares: Option<Vec<f64>>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(judged: Judged<'a>) -> Self {
        let ranking = |column: usize, class: u32| {
            Ranking::new(judged.scores.column(column), |sample| judged.truth[sample] == class)
        };
        let binary = judged.classes.len() == 2;
        let rankings = if binary {
            vec![ranking(0, 1)]
        } else {
            (0..judged.classes.len()).map(|class| ranking(class, class as u32)).collect()
        };
        let losses = judged.probabilities.then(|| {
            // Probabilities are kept off 0 and 1 as `sklearn.metrics.log_loss` does.
            let loss = |probability: f64| -probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln();
            let of = |(sample, class): (usize, &u32)| match (binary, class) {
                (true, 1) => loss(judged.scores[[sample, 0]]),
                (true, _) => loss(1.0 - judged.scores[[sample, 0]]),
                (false, class) => loss(judged.scores[[sample, *class as usize]]),
            };
            judged.truth.iter().enumerate().map(of).collect()
        });
        let squares = (judged.probabilities && binary).then(|| {
            let miss = |(score, class): (&f64, &u32)| score - f64::from(u8::from(*class == 1));
            let scores = judged.scores.column(0);
            scores.iter().zip(judged.truth).map(|sample| miss(sample).powi(2)).collect()
        });
        Self { judged, rankings, losses, squares }
    }

    /// The numbers when each sample counts as often as `weights` say, or once.
    pub(super) fn numbers(&self, weights: Option<&[u32]>) -> Numbers {
        let Judged { truth, predicted, classes, .. } = self.judged;
        let k = classes.len();
        let weight = |sample: usize| weights.map_or(1, |weights| u64::from(weights[sample]));
        let mut counts = vec![vec![0_u64; k]; k];
        for (sample, (truth, predicted)) in truth.iter().zip(predicted).enumerate() {
            counts[*truth as usize][*predicted as usize] += weight(sample);
        }
        let total: u64 = counts.iter().flatten().sum();
        if total == 0 {
            return Numbers::default();
        }
        let correct: u64 = (0..k).map(|class| counts[class][class]).sum();
        let (precision, recall, f1_score) = if k == 2 {
            let (hits, missed, false_alarms) = (counts[1][1], counts[1][0], counts[0][1]);
            (
                ratio(hits, hits + false_alarms),
                ratio(hits, hits + missed),
                ratio(2 * hits, 2 * hits + missed + false_alarms),
            )
        } else {
            let averages = averages_of(&counts).macro_average;
            (Some(averages.precision), Some(averages.recall), Some(averages.f1_score))
        };
        let areas: Option<Vec<_>> = self.rankings.iter().map(|ranking| ranking.areas(weights)).collect();
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let mean_of = |values: &Vec<f64>| {
            values.iter().enumerate().map(|(sample, value)| weight(sample) as f64 * value).sum::<f64>()
                / total as f64
        };
        Numbers {
            accuracy: ratio(correct, total),
            precision,
            recall,
            f1_score,
            roc_auc: areas.as_ref().map(|areas| mean(areas.iter().map(|area| area.roc_auc).collect())),
            average_precision: areas
                .map(|areas| mean(areas.iter().map(|area| area.average_precision).collect())),
            log_loss: self.losses.as_ref().map(mean_of),
            brier_score: self.squares.as_ref().map(mean_of),
        }
    }
}

pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
