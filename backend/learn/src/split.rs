//! Which samples a model is trained on, and which are held back.

use crate::random::RandomState;
use trainyard_types::{EvaluationSpecification, FieldError, Split};

/// The largest share that may be held back.
pub const MAX_TEST_FRACTION: f64 = 0.9;

/// The row numbers of the training and the test samples, each ascending, of `count` samples in time order.
///
/// `count × test_fraction` samples, rounded down, are held back; at least one stays for training.
/// `Split::Shuffled` holds back the first of `RandomState(seed).permutation(count)`, as scikit-learn's
/// `train_test_split` does.
pub fn split(count: usize, split: Split, test_fraction: f64, seed: u32) -> (Vec<usize>, Vec<usize>) {
    let test = ((count as f64 * test_fraction) as usize).min(count.saturating_sub(1));
    match split {
        Split::None => ((0..count).collect(), Vec::new()),
        Split::Time => ((0..count - test).collect(), (count - test..count).collect()),
        Split::Shuffled => {
            let permutation = RandomState::new(seed).permutation(u32::try_from(count).unwrap_or(u32::MAX));
            let mut held_back = vec![false; count];
            for row in &permutation[..test] {
                held_back[*row as usize] = true;
            }
            (0..count).partition(|row| !held_back[*row])
        }
    }
}

/// What is wrong with an evaluation specification, at `/evaluation/test_fraction`.
pub fn validate_evaluation(specification: &EvaluationSpecification) -> Vec<FieldError> {
    let fraction = specification.test_fraction;
    if (0.0..=MAX_TEST_FRACTION).contains(&fraction) {
        return Vec::new();
    }
    let detail = format!("must be at least 0 and at most {MAX_TEST_FRACTION}; it is {fraction}");
    vec![FieldError::new("/evaluation/test_fraction", detail)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_samples_are_held_back() {
        assert_eq!(split(5, Split::Time, 0.4, 0), (vec![0, 1, 2], vec![3, 4]));
        assert_eq!(split(3, Split::None, 0.4, 0), (vec![0, 1, 2], vec![]));
    }

    /// numpy 2.4.6: `RandomState(42).permutation(10)` is 8 1 5 0 7 2 9 4 3 6.
    #[test]
    fn shuffled_samples_are_those_of_numpy() {
        let (training, test) = split(10, Split::Shuffled, 0.3, 42);
        assert_eq!(test, [1, 5, 8]);
        assert_eq!(training, [0, 2, 3, 4, 6, 7, 9]);
    }

    #[test]
    fn training_is_never_left_empty() {
        for way in [Split::Time, Split::Shuffled, Split::None] {
            for count in 0..20 {
                for fraction in [0.0, 0.2, 0.9, 1.0, 7.0, f64::NAN] {
                    let (training, test) = split(count, way, fraction, 1);
                    assert_eq!(training.len() + test.len(), count);
                    assert!(count == 0 || !training.is_empty());
                }
            }
        }
    }

    #[test]
    fn fractions_out_of_range_are_named() {
        let errors = |test_fraction| {
            validate_evaluation(&EvaluationSpecification { test_fraction, ..Default::default() })
        };
        assert!(errors(0.9).is_empty());
        assert_eq!(errors(0.95)[0].pointer, "/evaluation/test_fraction");
        assert_eq!(errors(-0.1).len(), 1);
    }
}
