//! Which samples a model is trained on, and which are held back.

use crate::random::RandomState;
use std::collections::HashMap;
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

/// The row numbers of the training and the test samples, each ascending, of samples in time order; groups are
/// kept together, classes keep their shares.
///
/// Without groups: `Time` is [`split`]; `Shuffled` holds back of each class its share, the samples that
/// `StratifiedShuffleSplit(test_size=…, random_state=seed)` of scikit-learn holds back, or is [`split`] without
/// classes. With groups, whole groups are held back, until they have the samples: with `Time` the ones whose
/// first sample is the latest, with `Shuffled` ones drawn at random.
pub fn partition(
    count: usize,
    classes: Option<&[u32]>,
    groups: Option<&[u32]>,
    way: Split,
    test_fraction: f64,
    seed: u32,
) -> (Vec<usize>, Vec<usize>) {
    let test = ((count as f64 * test_fraction) as usize).min(count.saturating_sub(1));
    match (way, classes, groups) {
        (Split::Time | Split::Shuffled, _, Some(groups)) => {
            let (number_of, group_count) = by_first_appearance(groups);
            let mut order: Vec<usize> = (0..group_count).rev().collect();
            if way == Split::Shuffled {
                RandomState::new(seed).shuffle(&mut order);
            }
            let mut sizes = vec![0; group_count];
            for number in &number_of {
                sizes[*number] += 1;
            }
            let mut held_back = vec![false; group_count];
            let mut samples = 0;
            // One group stays for training.
            for group in order.into_iter().take(group_count.saturating_sub(1)) {
                if samples >= test {
                    break;
                }
                samples += sizes[group];
                held_back[group] = true;
            }
            (0..count).partition(|row| !held_back[number_of[*row]])
        }
        (Split::Shuffled, Some(classes), None) => stratified(classes, test, seed),
        _ => split(count, way, test_fraction, seed),
    }
}

/// Numbers values in the order in which they first appear, and counts the distinct ones.
pub(crate) fn by_first_appearance(values: &[u32]) -> (Vec<usize>, usize) {
    let mut numbers = HashMap::new();
    let number_of = values
        .iter()
        .map(|value| {
            let next = numbers.len();
            *numbers.entry(*value).or_insert(next)
        })
        .collect();
    (number_of, numbers.len())
}

/// Holds back `test` samples, of each class its share (`StratifiedShuffleSplit._iter_indices` in
/// `sklearn/model_selection/_split.py`).
fn stratified(classes: &[u32], test: usize, seed: u32) -> (Vec<usize>, Vec<usize>) {
    let mut rows_of: Vec<Vec<usize>> = Vec::new();
    for (row, class) in classes.iter().enumerate() {
        let class = *class as usize;
        if rows_of.len() <= class {
            rows_of.resize(class + 1, Vec::new());
        }
        rows_of[class].push(row);
    }
    rows_of.retain(|rows| !rows.is_empty());
    let mut random = RandomState::new(seed);
    let counts: Vec<usize> = rows_of.iter().map(Vec::len).collect();
    let training_counts = shares(&counts, classes.len() - test, &mut random);
    let left: Vec<usize> = counts.iter().zip(&training_counts).map(|(all, taken)| all - taken).collect();
    let test_counts = shares(&left, test, &mut random);
    let mut held_back = vec![false; classes.len()];
    for ((rows, training), test) in rows_of.iter().zip(training_counts).zip(test_counts) {
        let order = random.permutation(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        for place in &order[training..training + test] {
            held_back[rows[*place as usize]] = true;
        }
    }
    (0..classes.len()).partition(|row| !held_back[*row])
}

/// How `draws` are shared out by `counts`: rounded down, and what is left to the largest remainders, chance
/// deciding among equal ones (`_approximate_mode` in `sklearn/utils/extmath.py`).
fn shares(counts: &[usize], draws: usize, random: &mut RandomState) -> Vec<usize> {
    let total: usize = counts.iter().sum();
    if total == 0 {
        return vec![0; counts.len()];
    }
    let exact: Vec<f64> = counts.iter().map(|count| *count as f64 / total as f64 * draws as f64).collect();
    let mut taken: Vec<usize> = exact.iter().map(|share| share.floor() as usize).collect();
    let mut needed = draws.saturating_sub(taken.iter().sum());
    let remainders: Vec<f64> = exact.iter().map(|share| share - share.floor()).collect();
    let mut values = remainders.clone();
    values.sort_unstable_by(|a, b| b.total_cmp(a));
    values.dedup();
    for value in values {
        if needed == 0 {
            break;
        }
        let ties: Vec<usize> = (0..counts.len()).filter(|class| remainders[*class] == value).collect();
        let drawn = ties.len().min(needed);
        for place in &random.permutation(ties.len() as u32)[..drawn] {
            taken[ties[*place as usize]] += 1;
        }
        needed -= drawn;
    }
    taken
}

/// The most folds of a cross-validation.
pub const MAX_FOLDS: u32 = 20;

/// What is wrong with an evaluation specification, at `/evaluation/…`.
pub fn validate_evaluation(specification: &EvaluationSpecification) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let fraction = specification.test_fraction;
    if !(0.0..=MAX_TEST_FRACTION).contains(&fraction) {
        let detail = format!("must be at least 0 and at most {MAX_TEST_FRACTION}; it is {fraction}");
        errors.push(FieldError::new("/evaluation/test_fraction", detail));
    }
    let folds = specification.folds;
    if folds == 1 || folds > MAX_FOLDS {
        let detail = format!("must be 0 (none) or 2 to {MAX_FOLDS}; it is {folds}");
        errors.push(FieldError::new("/evaluation/folds", detail));
    }
    for (name, value, most) in [
        ("bootstrap_resamples", specification.bootstrap_resamples, 10_000),
        ("importance_repeats", specification.importance_repeats, 50),
    ] {
        if value > most {
            let detail = format!("must be at most {most}; it is {value}");
            errors.push(FieldError::new(format!("/evaluation/{name}"), detail));
        }
    }
    errors
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
    fn classes_keep_their_shares_and_groups_stay_whole() {
        let classes: Vec<u32> = (0..200).map(|row| u32::from(row % 20 == 3)).collect();
        let (training, test) = partition(200, Some(&classes), None, Split::Shuffled, 0.2, 5);
        assert_eq!((training.len(), test.len()), (160, 40));
        assert_eq!(test.iter().filter(|row| classes[**row] == 1).count(), 2);
        let groups: Vec<u32> = (0..200).map(|row| row / 7).collect();
        for way in [Split::Time, Split::Shuffled] {
            let (training, test) = partition(200, None, Some(&groups), way, 0.2, 5);
            assert!((40..47).contains(&test.len()), "{}", test.len());
            assert_eq!(training.len() + test.len(), 200);
            let held_back: std::collections::HashSet<u32> = test.iter().map(|row| groups[*row]).collect();
            assert!(training.iter().all(|row| !held_back.contains(&groups[*row])));
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
