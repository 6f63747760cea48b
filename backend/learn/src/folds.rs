//! Folds of a cross-validation, each kind with the indices of the scikit-learn class it is named after
//! (`sklearn/model_selection/_split.py`).

use crate::{FitError, random::RandomState, split::by_first_appearance};
use trainyard_types::{FoldKind, Split};

/// The rows to fit to and the rows to judge by, each ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldRows {
    pub training: Vec<usize>,
    pub test: Vec<usize>,
}

/// The kind of folds that goes with a split: `Time` is cross-validated in time order; anything else by group
/// where samples have groups, by class where they have classes, and at random otherwise.
pub fn fold_kind(split: Split, classes: bool, groups: bool) -> FoldKind {
    match split {
        Split::Time => FoldKind::TimeSeries,
        _ if groups => FoldKind::Grouped,
        _ if classes => FoldKind::Stratified,
        _ => FoldKind::Shuffled,
    }
}

/// Divides `count` samples in time order into `k` folds.
///
/// Time-series folds keep the samples of a group together where there are groups: groups stand in the order of
/// their first sample.
///
/// # Errors
/// Fewer than two folds, too few samples or groups, or no classes or groups where the kind needs them.
pub fn folds(
    kind: FoldKind,
    count: usize,
    k: usize,
    classes: Option<&[u32]>,
    groups: Option<&[u32]>,
    seed: u32,
) -> Result<Vec<FoldRows>, FitError> {
    let wrong = |detail: String| Err(FitError::Parameter { name: "folds", detail });
    if k < 2 {
        return wrong(format!("{k} folds: at least 2 are needed"));
    }
    match (kind, classes, groups) {
        (FoldKind::TimeSeries, _, Some(groups)) => {
            let (number_of, group_count) = by_first_appearance(groups);
            if k + 1 > group_count {
                return wrong(format!(
                    "{k} folds in time order need {} groups; there are {group_count}",
                    k + 1
                ));
            }
            let folds = time_series(group_count, k);
            Ok(folds.into_iter().map(|(from, to)| in_time_order(&number_of, from, to)).collect())
        }
        (FoldKind::TimeSeries, _, None) if k + 1 > count => {
            wrong(format!("{k} folds in time order need {} samples; there are {count}", k + 1))
        }
        (FoldKind::TimeSeries, _, None) => {
            let rows = |(from, to)| FoldRows { training: (0..from).collect(), test: (from..to).collect() };
            Ok(time_series(count, k).into_iter().map(rows).collect())
        }
        (FoldKind::Stratified, Some(classes), _) => {
            let largest = class_counts(classes).into_iter().max().unwrap_or(0);
            if k > largest {
                return wrong(format!("{k} folds, and the most frequent class has {largest} samples"));
            }
            Ok(by_fold(&stratified(classes, k, seed), k))
        }
        (FoldKind::Grouped, _, Some(groups)) => {
            let (number_of, group_count) = by_first_appearance(groups);
            if k > group_count {
                return wrong(format!("{k} folds need {k} groups; there are {group_count}"));
            }
            Ok(by_fold(&grouped(groups, &number_of, group_count, k), k))
        }
        (FoldKind::Shuffled, _, _) if k > count => {
            wrong(format!("{k} folds need {k} samples; there are {count}"))
        }
        (FoldKind::Shuffled, _, _) => Ok(by_fold(&shuffled(count, k, seed), k)),
        (FoldKind::Stratified, None, _) => Err(FitError::NoClasses),
        (FoldKind::Grouped, _, None) => wrong("folds by group need samples with groups".into()),
        (FoldKind::Incidents, ..) => wrong("incidents are no folds of samples".into()),
    }
}

fn by_fold(fold_of: &[usize], k: usize) -> Vec<FoldRows> {
    let rows = |fold| {
        let (test, training) = (0..fold_of.len()).partition(|row| fold_of[*row] == fold);
        FoldRows { training, test }
    };
    (0..k).map(rows).collect()
}

fn in_time_order(number_of: &[usize], from: usize, to: usize) -> FoldRows {
    let rows = |range: std::ops::Range<usize>| {
        (0..number_of.len()).filter(|row| range.contains(&number_of[*row])).collect()
    };
    FoldRows { training: rows(0..from), test: rows(from..to) }
}

/// `TimeSeriesSplit(k)`: where each test part begins and ends.
fn time_series(count: usize, k: usize) -> Vec<(usize, usize)> {
    let size = count / (k + 1);
    (0..k).map(|fold| (count - (k - fold) * size, count - (k - fold - 1) * size)).collect()
}

/// `StratifiedKFold(k, shuffle=True, random_state=seed)`.
fn stratified(classes: &[u32], k: usize, seed: u32) -> Vec<usize> {
    let mut random = RandomState::new(seed);
    by_class(classes, k, |folds| random.shuffle(folds))
}

/// `StratifiedKFold(k)`: the earliest of each class in the first fold.
pub(crate) fn stratified_in_order(classes: &[u32], k: usize) -> Vec<FoldRows> {
    by_fold(&by_class(classes, k, |_| ()), k)
}

/// `KFold(k)`: the earliest in the first fold.
pub(crate) fn contiguous(count: usize, k: usize) -> Vec<FoldRows> {
    let size = |fold| count / k + usize::from(fold < count % k);
    let fold_of: Vec<usize> = (0..k).flat_map(|fold| std::iter::repeat_n(fold, size(fold))).collect();
    by_fold(&fold_of, k)
}

/// The fold of each sample, when `arrange` puts the folds of each class's samples in order.
fn by_class(classes: &[u32], k: usize, mut arrange: impl FnMut(&mut [usize])) -> Vec<usize> {
    let (class_of, class_count) = by_first_appearance(classes);
    let mut sorted = class_of.clone();
    sorted.sort_unstable();
    let mut allocation = vec![vec![0; class_count]; k];
    for (place, class) in sorted.into_iter().enumerate() {
        allocation[place % k][class] += 1;
    }
    let mut fold_of = vec![0; classes.len()];
    for class in 0..class_count {
        let counts = allocation.iter().map(|counts| counts[class]).enumerate();
        let mut folds: Vec<usize> =
            counts.flat_map(|(fold, count)| std::iter::repeat_n(fold, count)).collect();
        arrange(&mut folds);
        let rows = (0..class_of.len()).filter(|row| class_of[*row] == class);
        for (row, fold) in rows.zip(folds) {
            fold_of[row] = fold;
        }
    }
    fold_of
}

/// `GroupKFold(k)`: the largest group first, each into the fold with the fewest samples. Of groups of equal size,
/// the one with the larger number comes first; there scikit-learn's order is that of an unstable sort.
fn grouped(groups: &[u32], number_of: &[usize], group_count: usize, k: usize) -> Vec<usize> {
    let mut sizes = vec![0_usize; group_count];
    let mut names = vec![0; group_count];
    for (row, number) in number_of.iter().enumerate() {
        sizes[*number] += 1;
        names[*number] = groups[row];
    }
    let mut order: Vec<usize> = (0..group_count).collect();
    order.sort_unstable_by_key(|group| std::cmp::Reverse((sizes[*group], names[*group])));
    let mut load = vec![0; k];
    let mut fold_of_group = vec![0; group_count];
    for group in order {
        let lightest = (0..k).min_by_key(|fold| load[*fold]).unwrap_or(0);
        load[lightest] += sizes[group];
        fold_of_group[group] = lightest;
    }
    number_of.iter().map(|number| fold_of_group[*number]).collect()
}

/// `KFold(k, shuffle=True, random_state=seed)`.
fn shuffled(count: usize, k: usize, seed: u32) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..count).collect();
    RandomState::new(seed).shuffle(&mut rows);
    let mut fold_of = vec![0; count];
    let mut rows = rows.into_iter();
    for fold in 0..k {
        for row in rows.by_ref().take(count / k + usize::from(fold < count % k)) {
            fold_of[row] = fold;
        }
    }
    fold_of
}

/// How many samples each class has.
pub(crate) fn class_counts(classes: &[u32]) -> Vec<usize> {
    let mut counts = vec![0; classes.iter().max().map_or(0, |class| *class as usize + 1)];
    for class in classes {
        counts[*class as usize] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scikit-learn 1.9.1: `list(TimeSeriesSplit(3).split(range(10)))`.
    #[test]
    fn later_parts_are_judged_by_fits_to_earlier_ones() {
        let folds = folds(FoldKind::TimeSeries, 10, 3, None, None, 0).unwrap();
        let tests: Vec<_> = folds.iter().map(|fold| fold.test.clone()).collect();
        assert_eq!(tests, [[4, 5], [6, 7], [8, 9]]);
        assert_eq!(folds[1].training, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn groups_stay_together_in_every_kind() {
        let groups: Vec<u32> = (0..60).map(|row| (row * 7 + row / 11) % 13).collect();
        for kind in [FoldKind::TimeSeries, FoldKind::Grouped] {
            for fold in folds(kind, 60, 4, None, Some(&groups), 1).unwrap() {
                assert!(!fold.test.is_empty() && !fold.training.is_empty());
                assert!(
                    fold.test.iter().all(|test| {
                        fold.training.iter().all(|training| groups[*test] != groups[*training])
                    })
                );
            }
        }
    }

    #[test]
    fn too_few_samples_are_told() {
        let error = |kind, count, k, classes: Option<&[u32]>| {
            folds(kind, count, k, classes, None, 0).unwrap_err().to_string()
        };
        assert!(error(FoldKind::TimeSeries, 3, 3, None).contains("need 4 samples"));
        assert!(error(FoldKind::Stratified, 4, 3, Some(&[0, 0, 1, 1])).contains("2 samples"));
        assert!(error(FoldKind::Shuffled, 4, 1, None).contains("at least 2"));
        assert!(error(FoldKind::Grouped, 4, 2, None).contains("groups"));
    }
}
