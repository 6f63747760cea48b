//! What weakens the figures of an evaluation.

use super::data::{Data, SplitRows};
use crate::drift::SIGNIFICANT;
use ndarray::ArrayView2;
use trainyard_types::{Evaluation, EvaluationWarning};

/// Features that a warning names.
const NAMED: usize = 5;
/// Characters of what a feature means in a warning.
const DESCRIBED: usize = 100;
/// Of fewer samples of a class, a feature tells them apart by chance.
const FEWEST_TO_LEAK: usize = 10;
/// Fewer samples or anomalies are too few for a figure to be believed.
const FEW: u64 = 50;

/// What weakens the figures of an evaluation.
pub(super) fn warnings(evaluation: &Evaluation, data: &Data<'_>, rows: &SplitRows) -> Vec<EvaluationWarning> {
    let mut found = Vec::new();
    let mut warn = |code: &str, detail: String| {
        found.push(EvaluationWarning { code: code.into(), detail });
    };
    let (training, test) = (rows.training.len() as u64, rows.test.len() as u64);
    if training < FEW {
        warn(
            "few-training-samples",
            format!("the model has learned from {training} samples only: too few to know what is usual"),
        );
    }
    if (1..FEW).contains(&test) {
        warn("few-test-samples", format!("{test} samples were held back: every figure rests on these few"));
    }
    if let Some(metrics) = &evaluation.metrics
        && let Some(positives) = metrics.positives
    {
        let labelled = evaluation.mode == "labelled";
        if labelled && positives == 0 {
            warn(
                "no-anomalies",
                "none of the held-out samples is an anomaly: whether anomalies are found was not measured"
                    .into(),
            );
        } else if labelled && positives < FEW {
            warn(
                "few-anomalies",
                format!(
                    "{positives} of the held-out samples are anomalies: one more or less that is found changes the figures by much"
                ),
            );
        } else if labelled && positives == metrics.samples {
            warn(
                "only-anomalies",
                "all held-out samples are anomalies: whether ordinary ones are left alone was not measured"
                    .into(),
            );
        } else if labelled && positives * 200 < metrics.samples {
            warn(
                "imbalance",
                format!(
                    "{positives} of {} held-out samples are anomalies: accuracy says nothing here, precision and recall do",
                    metrics.samples
                ),
            );
        }
    }
    if evaluation.training_scores.minimum == evaluation.training_scores.maximum {
        warn(
            "equal-scores",
            "all training samples have the same score: the features tell nothing apart".into(),
        );
    }
    if let Some(alarms) = &evaluation.alarms
        && alarms.samples > 0
        && alarms.alarms * 5 > alarms.samples
    {
        warn(
            "many-alarms",
            format!(
                "{:.0} % of the {} samples are alarms: what is usual has changed, or the threshold is too low",
                100.0 * alarms.alarms as f64 / alarms.samples as f64,
                alarms.measured_on
            ),
        );
    }
    if let Some(drift) = evaluation.drift.as_ref().filter(|drift| drift.stability_index > SIGNIFICANT)
        && test >= FEW
    {
        let moved = drift.features.iter().take(NAMED).map(|feature| named(data, &feature.feature));
        let moved = moved.collect::<Vec<_>>().join(", ");
        let moved = if moved.is_empty() { String::new() } else { format!("; what moved most: {moved}") };
        warn(
            "drift",
            format!(
                "the scores of the held-out samples are not distributed as those of the training samples (stability index {:.2}, above {SIGNIFICANT} is a shift){moved}",
                drift.stability_index
            ),
        );
    }
    if training > 0 {
        let samples = data.rows(&rows.training);
        if let Some(classes) = data.classes_of(&rows.training).filter(|_| data.class_names.len() == 2) {
            for column in leaks(samples.view(), &classes) {
                let name = &data.feature_names[column];
                warn(
                    "leaking-feature",
                    format!(
                        "{} alone tells the classes apart: if it is known only when the outcome is, leave it out (`\"features\": [\"-{name}\"]`)",
                        named(data, name)
                    ),
                );
            }
        }
    }
    found
}

/// A feature by its name and, where that is known, what it means.
fn named(data: &Data<'_>, name: &str) -> String {
    let at = data.feature_names.iter().position(|known| known == name);
    match at.and_then(|at| data.feature_descriptions.get(at)) {
        None => format!("`{name}`"),
        Some(text) => {
            let text = text.trim_end_matches('.');
            let short: String = text.chars().take(DESCRIBED).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("`{name}` ({short}{more})")
        }
    }
}

/// Columns by which alone every anomaly can be told from every ordinary sample.
fn leaks(samples: ArrayView2<'_, f64>, classes: &[u32]) -> Vec<usize> {
    let anomalies = classes.iter().filter(|class| **class == 1).count();
    if anomalies < FEWEST_TO_LEAK || classes.len() - anomalies < FEWEST_TO_LEAK {
        return Vec::new();
    }
    let apart = |column: &usize| {
        let mut ends = [(f64::INFINITY, f64::NEG_INFINITY); 2];
        for (value, class) in samples.column(*column).iter().zip(classes) {
            let (least, most) = &mut ends[usize::from(*class == 1)];
            (*least, *most) = (least.min(*value), most.max(*value));
        }
        ends[0].1 < ends[1].0 || ends[1].1 < ends[0].0
    };
    (0..samples.ncols()).filter(apart).take(NAMED).collect()
}
