//! From what is asked for (a share to flag, a precision, a budget of alarms) to the score above which a sample
//! is an anomaly.

mod choose;
mod gap;

pub use choose::{Reference, choose};

use crate::statistics::{interpolate, virtual_index};
use ndarray::ArrayView1;
use trainyard_types::{FieldError, ThresholdPolicy, ThresholdSpecification};

/// The `offset_` of scikit-learn for a `contamination` in (0, 0.5]: the percentile
/// `100 × contamination` of the training samples' `score_samples`, interpolated as `numpy.percentile` does.
///
/// A sample is an anomaly when `score_samples < offset`; on the scale where higher is more anomalous, when
/// its score is above the threshold `-offset`. Of no scores, it is scikit-learn's -0.5.
pub fn offset(score_samples: ArrayView1<'_, f64>, contamination: f64) -> f64 {
    let mut scores = score_samples.to_vec();
    if scores.is_empty() {
        return -0.5;
    }
    let (index, share) = virtual_index(scores.len(), 100.0 * contamination);
    let index = index.min(scores.len() - 1);
    let (_, low, above) = scores.select_nth_unstable_by(index, f64::total_cmp);
    match above.iter().copied().min_by(f64::total_cmp) {
        Some(high) => interpolate(*low, high, share),
        None => *low,
    }
}

/// What is wrong with a threshold specification, at `/threshold/value`.
pub fn validate_threshold(specification: &ThresholdSpecification) -> Vec<FieldError> {
    let value = specification.value;
    let (fine, range) = match specification.policy {
        ThresholdPolicy::Contamination => (
            value > 0.0 && value <= 0.5,
            "must be above 0 and at most 0.5: the share of the training samples to flag",
        ),
        ThresholdPolicy::Percentile => (
            (50.0..100.0).contains(&value),
            "must be at least 50 and below 100: the percentile of the training samples' scores",
        ),
        ThresholdPolicy::BestF1 => (true, ""),
        ThresholdPolicy::RecallAtPrecision => {
            (value > 0.0 && value <= 1.0, "must be above 0 and at most 1: the precision to keep")
        }
        ThresholdPolicy::AlarmsPerDay => {
            (value > 0.0 && value.is_finite(), "must be above 0: how many alarms a day are affordable")
        }
        ThresholdPolicy::Gap => (
            value > 0.0 && value <= 0.5,
            "must be above 0 and at most 0.5: the largest share of the training samples to flag",
        ),
        ThresholdPolicy::Probability => {
            (value > 0.0 && value < 1.0, "must be above 0 and below 1: the probability of being an anomaly")
        }
    };
    if fine {
        Vec::new()
    } else {
        vec![FieldError::new("/threshold/value", format!("{range}; it is {value}"))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::aview1;

    /// numpy 2.4.6: `np.percentile(scores, 100.0 * contamination)`.
    #[test]
    fn offsets_are_percentiles() {
        let scores = [-0.4, -0.7, -0.45, -0.5, -0.42];
        let offset = |contamination| offset(aview1(&scores), contamination);
        assert_eq!(offset(0.5), -0.45);
        assert_eq!(offset(0.25), -0.5);
        assert_eq!(offset(0.1), -0.62);
        assert_eq!(super::offset(aview1(&[-0.3]), 0.1), -0.3);
    }

    #[test]
    fn values_out_of_range_are_named() {
        let errors = |policy, value| validate_threshold(&ThresholdSpecification { policy, value });
        for value in [0.0, -0.1, 0.51, f64::NAN, f64::INFINITY] {
            let errors = errors(ThresholdPolicy::Contamination, value);
            assert_eq!(errors[0].pointer, "/threshold/value");
        }
        assert_eq!(errors(ThresholdPolicy::Percentile, 100.0).len(), 1);
        assert_eq!(errors(ThresholdPolicy::Percentile, 49.9).len(), 1);
        assert!(errors(ThresholdPolicy::Contamination, 0.5).is_empty());
        assert!(errors(ThresholdPolicy::Percentile, 50.0).is_empty());
    }
}
