//! Weights of classes and of samples, as `sklearn/utils/class_weight.py` computes them.

use crate::{Classes, sums::pairwise};
use serde::{Deserialize, Serialize};

/// How classes of different sizes are weighed against each other. Its text form is scikit-learn's; absent, every
/// sample counts the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeight {
    /// Every class weighs the same.
    Balanced,
    /// Every class weighs the same in what each tree draws.
    BalancedSubsample,
}

/// The weight of each class so that all weigh the same; 0 for a class without samples.
pub(crate) fn balanced(classes: Classes<'_>, weight: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut counts = vec![0.0; classes.count];
    let mut present = vec![false; classes.count];
    for (row, class) in classes.of.iter().enumerate() {
        let weight = weight(row);
        counts[*class as usize] += weight;
        present[*class as usize] |= weight != 0.0;
    }
    let total = pairwise(&counts);
    let kinds = present.iter().filter(|present| **present).count() as f64;
    counts.iter().map(|count| if *count == 0.0 { 0.0 } else { total / (kinds * count) }).collect()
}
