//! How well predictions agree with known classes, as `sklearn.metrics` defines it: accuracy, precision, recall,
//! F1, ROC AUC, average precision, log loss, Brier score, with curves, a report by class and bootstrap intervals.
//!
//! [`Judged`] is what is judged, [`measure`] the whole report, [`point`] the numbers alone. What cannot be
//! measured (an AUC of one class) is absent.

mod bootstrap;
mod curves;
mod numbers;
mod ranking;
mod report;

pub use numbers::{Numbers, point};

use ndarray::ArrayView2;
use numbers::Prepared;
use trainyard_types::{ConfusionMatrix, Metrics};

/// Predictions for samples whose class is known.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The classes' names, at least two. Of two classes the second is the positive one.
    pub classes: &'a [String],
    /// The number of each sample's class.
    pub truth: &'a [u32],
    /// The number of each sample's predicted class.
    pub predicted: &'a [u32],
    /// Of two classes one column, higher for the positive class; of more, a column per class.
    pub scores: ArrayView2<'a, f64>,
    /// Whether the scores are probabilities.
    pub probabilities: bool,
}

/// Everything that can be measured, with 95 % intervals from `resamples` bootstrap resamples.
pub fn measure(judged: Judged<'_>, resamples: u32, seed: u32) -> Metrics {
    let prepared = Prepared::new(judged);
    let numbers = prepared.numbers(None);
    let binary = judged.classes.len() == 2;
    let positives = judged.truth.iter().filter(|class| **class == 1).count() as u64;
    let (class_report, averages) = report::report(&judged);
    let resamples = bootstrap::affordable(resamples, judged.truth.len());
    Metrics {
        samples: judged.truth.len() as u64,
        positives: binary.then_some(positives),
        average: if binary { "binary".into() } else { "macro".into() },
        accuracy: numbers.accuracy,
        precision: numbers.precision,
        recall: numbers.recall,
        f1_score: numbers.f1_score,
        roc_auc: numbers.roc_auc,
        average_precision: numbers.average_precision,
        log_loss: numbers.log_loss,
        brier_score: numbers.brier_score,
        intervals: bootstrap::intervals(&prepared, resamples, seed),
        bootstrap_resamples: resamples,
        confusion_matrix: Some(ConfusionMatrix {
            classes: judged.classes.to_vec(),
            counts: report::confusion(&judged),
        }),
        class_report,
        averages,
        roc_curve: binary.then(|| curves::roc(&prepared)).flatten(),
        precision_recall_curve: binary.then(|| curves::precision_recall(&prepared)).flatten(),
        calibration_curve: (binary && judged.probabilities).then(|| curves::calibration(&judged)).flatten(),
    }
}

#[cfg(test)]
mod tests;
