//! Thresholds as functions of scores, and of labels or times where a policy needs them.

use super::{gap::gap, offset};
use crate::{FitError, Output};
use ndarray::{Array1, ArrayView1};
use trainyard_types::{ThresholdPolicy, ThresholdSpecification};

/// The samples that a threshold is chosen on; higher scores are more anomalous.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    pub scores: ArrayView1<'a, f64>,
    /// Whether each sample is an anomaly, where that is known.
    pub anomalous: Option<&'a [bool]>,
    /// The time of each sample, microseconds since 1970 UTC.
    pub timestamps: Option<&'a [i64]>,
    /// What the model's scores are.
    pub output: Output,
}

const MICROSECONDS_PER_DAY: f64 = 86_400e6;

/// The threshold that a policy comes to; a score above it is an anomaly.
///
/// # Errors
/// A policy that needs labels or times without them, or a precision that no threshold reaches.
pub fn choose(specification: &ThresholdSpecification, reference: Reference<'_>) -> Result<f64, FitError> {
    let wrong = |detail: String| FitError::Parameter { name: "threshold", detail };
    let value = specification.value;
    match specification.policy {
        ThresholdPolicy::Contamination | ThresholdPolicy::Percentile => {
            let share = specification.contamination().unwrap_or(value);
            let score_samples: Array1<f64> = -&reference.scores;
            Ok(-offset(score_samples.view(), share))
        }
        ThresholdPolicy::Gap => {
            let score_samples: Array1<f64> = -&reference.scores;
            let least = -offset(score_samples.view(), value);
            Ok(gap(reference.scores).map_or(least, |gap| gap.max(least)))
        }
        ThresholdPolicy::Probability => match reference.output {
            Output::Probabilities => Ok(value),
            Output::Decision if value == 0.5 => Ok(0.0),
            Output::Decision => Err(wrong(
                "this classifier gives decision values, not probabilities: only 0.5, the decision boundary, can be asked for".into(),
            )),
            Output::Abnormality => Err(wrong(
                "an anomaly detector gives no probabilities: use `contamination`, `percentile`, `best_f1`, `recall_at_precision`, `alarms_per_day` or `gap`".into(),
            )),
        },
        ThresholdPolicy::BestF1 => {
            let cuts = Cuts::new(&reference).ok_or_else(|| {
                wrong("`best_f1` needs labelled samples of two classes, some of them anomalies".into())
            })?;
            Ok(cuts.best(|hits, flagged, anomalies| Some(2.0 * hits / (flagged + anomalies))).unwrap_or(0.0))
        }
        ThresholdPolicy::RecallAtPrecision => {
            let cuts = Cuts::new(&reference).ok_or_else(|| {
                wrong("`recall_at_precision` needs labelled samples of two classes, some of them anomalies".into())
            })?;
            cuts.best(|hits, flagged, anomalies| (hits / flagged >= value).then(|| hits / anomalies))
                .ok_or_else(|| wrong(format!("no threshold reaches a precision of {value} on these samples")))
        }
        ThresholdPolicy::AlarmsPerDay => {
            let times = reference.timestamps.unwrap_or_default();
            let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else {
                return Err(wrong("`alarms_per_day` needs samples with times".into()));
            };
            let days = (*last as f64 - *first as f64) / MICROSECONDS_PER_DAY;
            if days <= 0.0 {
                return Err(wrong("`alarms_per_day` needs samples of more than one moment".into()));
            }
            Ok(within_budget(reference.scores, (value * days).floor() as usize))
        }
    }
}

/// The lowest threshold, among the scores, that flags at most `alarms` samples.
fn within_budget(scores: ArrayView1<'_, f64>, alarms: usize) -> f64 {
    let mut falling = scores.to_vec();
    falling.sort_unstable_by(|a, b| b.total_cmp(a));
    match falling.get(alarms) {
        // Nothing at or below this score is flagged, and above it there are no more than `alarms`.
        Some(score) => *score,
        None => falling.last().map_or(0.0, |lowest| lowest.next_down()),
    }
}

/// What each possible threshold, between two distinct scores, flags.
struct Cuts {
    /// Anomalies flagged, samples flagged, the threshold.
    cuts: Vec<(f64, f64, f64)>,
    anomalies: f64,
}

impl Cuts {
    /// None without labels or without anomalies.
    fn new(reference: &Reference<'_>) -> Option<Self> {
        let anomalous = reference.anomalous?;
        let mut order: Vec<usize> = (0..reference.scores.len()).collect();
        order.sort_unstable_by(|a, b| {
            reference.scores[*b].total_cmp(&reference.scores[*a]).then_with(|| a.cmp(b))
        });
        let mut cuts = Vec::new();
        let mut hits = 0.0;
        for (place, sample) in order.iter().enumerate() {
            hits += f64::from(u8::from(*anomalous.get(*sample)?));
            let score = reference.scores[*sample];
            let next = order.get(place + 1).map(|next| reference.scores[*next]);
            if next == Some(score) {
                continue;
            }
            // Half-way to the next score, so that a score moved by rounding stays on its side.
            let threshold = match next {
                Some(next) => between(next, score),
                None => score.next_down(),
            };
            cuts.push((hits, (place + 1) as f64, threshold));
        }
        (hits > 0.0).then_some(Self { cuts, anomalies: hits })
    }

    /// The threshold of the largest worth; of equal ones the highest.
    fn best(&self, worth: impl Fn(f64, f64, f64) -> Option<f64>) -> Option<f64> {
        let mut best: Option<(f64, f64)> = None;
        for (hits, flagged, threshold) in &self.cuts {
            if let Some(worth) = worth(*hits, *flagged, self.anomalies)
                && best.is_none_or(|(most, _)| worth > most)
            {
                best = Some((worth, *threshold));
            }
        }
        best.map(|(_, threshold)| threshold)
    }
}

/// A number at least `low` and below `high`.
fn between(low: f64, high: f64) -> f64 {
    let middle = low + (high - low) / 2.0;
    if middle < high { middle } else { low }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::aview1;

    const SCORES: [f64; 6] = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
    const ANOMALOUS: [bool; 6] = [true, false, true, true, false, false];

    fn threshold(policy: ThresholdPolicy, value: f64) -> Result<f64, FitError> {
        let day = MICROSECONDS_PER_DAY as i64;
        let reference = Reference {
            scores: aview1(&SCORES),
            anomalous: Some(&ANOMALOUS),
            timestamps: Some(&[0, day / 2, day, day, 3 * day / 2, 2 * day]),
            output: Output::Abnormality,
        };
        choose(&ThresholdSpecification { policy, value }, reference)
    }

    fn flagged(threshold: f64) -> usize {
        SCORES.iter().filter(|score| **score > threshold).count()
    }

    #[test]
    fn best_f1_is_the_best_of_all_cuts() {
        // F1 of 1 to 6 flagged: 2/4, 2/5, 4/6, 6/7, 6/8, 6/9.
        assert_eq!(flagged(threshold(ThresholdPolicy::BestF1, 0.0).unwrap()), 4);
    }

    #[test]
    fn recall_is_highest_among_cuts_with_the_precision() {
        let count = |precision| flagged(threshold(ThresholdPolicy::RecallAtPrecision, precision).unwrap());
        assert_eq!((count(1.0), count(0.75), count(0.5)), (1, 4, 4));
    }

    #[test]
    fn alarms_stay_within_the_budget() {
        let count = |alarms| flagged(threshold(ThresholdPolicy::AlarmsPerDay, alarms).unwrap());
        assert_eq!((count(0.4), count(1.0), count(1.9), count(2.5), count(100.0)), (0, 2, 3, 5, 6));
    }

    #[test]
    fn equal_scores_are_flagged_together_or_not_at_all() {
        let reference = |anomalous| Reference {
            scores: aview1(&[0.5, 0.5, 0.5, 0.1]),
            anomalous: Some(anomalous),
            timestamps: Some(&[0, 1, 2, MICROSECONDS_PER_DAY as i64]),
            output: Output::Abnormality,
        };
        let budget = ThresholdSpecification { policy: ThresholdPolicy::AlarmsPerDay, value: 2.0 };
        assert_eq!(choose(&budget, reference(&[false; 4])), Ok(0.5));
        let best = ThresholdSpecification { policy: ThresholdPolicy::BestF1, value: 0.0 };
        let threshold = choose(&best, reference(&[true, true, false, false])).unwrap();
        assert!((0.1..0.5).contains(&threshold), "{threshold}");
        let precise = ThresholdSpecification { policy: ThresholdPolicy::RecallAtPrecision, value: 0.9 };
        let error = choose(&precise, reference(&[true, true, false, false])).unwrap_err().to_string();
        assert!(error.contains("0.9"), "{error}");
    }

    #[test]
    fn what_a_policy_needs_is_told() {
        let bare = Reference {
            scores: aview1(&SCORES),
            anomalous: None,
            timestamps: None,
            output: Output::Decision,
        };
        let error =
            |policy, value| choose(&ThresholdSpecification { policy, value }, bare).unwrap_err().to_string();
        assert!(error(ThresholdPolicy::BestF1, 0.0).contains("labelled"));
        assert!(error(ThresholdPolicy::RecallAtPrecision, 0.9).contains("labelled"));
        assert!(error(ThresholdPolicy::AlarmsPerDay, 1.0).contains("times"));
        assert!(error(ThresholdPolicy::Probability, 0.7).contains("boundary"));
        let half = ThresholdSpecification::of_classifiers();
        assert_eq!(choose(&half, bare), Ok(0.0));
        assert_eq!(choose(&half, Reference { output: Output::Probabilities, ..bare }), Ok(0.5));
    }
}
