//! The confusion matrix and what follows from it by class.

use super::{Judged, numbers::ratio};
use trainyard_types::{Averages, ClassReport, Scores};

/// Counts by true class (rows) and predicted class (columns).
pub(super) fn confusion(judged: &Judged<'_>) -> Vec<Vec<u64>> {
    let mut counts = vec![vec![0; judged.classes.len()]; judged.classes.len()];
    for (truth, predicted) in judged.truth.iter().zip(judged.predicted) {
        counts[*truth as usize][*predicted as usize] += 1;
    }
    counts
}

/// Precision, recall and F1 of each class, and their means.
pub(super) fn report(judged: &Judged<'_>) -> (Vec<ClassReport>, Option<Averages>) {
    let counts = confusion(judged);
    let of_class = |(class, name): (usize, &String)| {
        let (hits, support, flagged) = of(&counts, class);
        ClassReport {
            class: name.clone(),
            precision: ratio(hits, flagged),
            recall: ratio(hits, support),
            f1_score: ratio(2 * hits, support + flagged),
            support,
        }
    };
    let report = judged.classes.iter().enumerate().map(of_class).collect();
    (report, (!judged.truth.is_empty()).then(|| averages_of(&counts)))
}

/// Correct predictions, samples and predictions of a class.
fn of(counts: &[Vec<u64>], class: usize) -> (u64, u64, u64) {
    (counts[class][class], counts[class].iter().sum(), counts.iter().map(|row| row[class]).sum())
}

/// The means over the classes that occur or were predicted, as `classification_report` has them.
pub(super) fn averages_of(counts: &[Vec<u64>]) -> Averages {
    let (mut classes, mut samples) = (0.0, 0.0);
    let (mut macro_average, mut weighted_average) = (Scores::default(), Scores::default());
    for class in 0..counts.len() {
        let (hits, support, flagged) = of(counts, class);
        if support + flagged == 0 {
            continue;
        }
        classes += 1.0;
        samples += support as f64;
        let precision = ratio(hits, flagged).unwrap_or(0.0);
        let recall = ratio(hits, support).unwrap_or(0.0);
        let f1_score = ratio(2 * hits, support + flagged).unwrap_or(0.0);
        add(&mut macro_average, 1.0, precision, recall, f1_score);
        add(&mut weighted_average, support as f64, precision, recall, f1_score);
    }
    divide(&mut macro_average, classes);
    divide(&mut weighted_average, samples);
    Averages { macro_average, weighted_average }
}

fn add(sum: &mut Scores, weight: f64, precision: f64, recall: f64, f1_score: f64) {
    sum.precision += weight * precision;
    sum.recall += weight * recall;
    sum.f1_score += weight * f1_score;
}

fn divide(sum: &mut Scores, by: f64) {
    if by > 0.0 {
        sum.precision /= by;
        sum.recall /= by;
        sum.f1_score /= by;
    }
}
