//! How much each class counts: the totals of the classes, and the weights that make up for unequal ones.

use crate::{FitError, TrainingSet};
use serde::{Deserialize, Serialize};

/// Weights of classes that follow from the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeight {
    /// Every class counts as much as every other in all: `n_samples / (n_classes × samples of the class)`, where
    /// a sample of weight w counts as w samples (`sklearn/utils/class_weight.py`).
    Balanced,
}

/// The total weight of each class.
///
/// # Errors
/// As [`TrainingSet::known_classes`] and [`TrainingSet::known_weights`]; a class that no sample is of, or only
/// samples without weight.
pub(crate) fn class_totals(training: TrainingSet<'_>) -> Result<Vec<f64>, FitError> {
    let classes = training.known_classes()?;
    let weights = training.known_weights()?;
    let mut totals = vec![0.0; classes.count];
    for (row, class) in classes.of.iter().enumerate() {
        totals[*class as usize] += weights.map_or(1.0, |weights| weights[row]);
    }
    match totals.iter().position(|total| *total <= 0.0) {
        Some(class) => Err(FitError::Impossible(format!(
            "no sample of class {class} has any weight among the samples to learn from: leave the class out, or \
             add samples of it"
        ))),
        None => Ok(totals),
    }
}

/// The weight of each sample, with that of its class; none when all count 1.
///
/// # Errors
/// As [`class_totals`].
pub(crate) fn sample_weights(
    training: TrainingSet<'_>,
    class_weight: Option<ClassWeight>,
) -> Result<Option<Vec<f64>>, FitError> {
    let totals = class_totals(training)?;
    let classes = training.known_classes()?;
    let weights = training.known_weights()?;
    let Some(ClassWeight::Balanced) = class_weight else {
        return Ok(weights.map(|weights| weights.to_vec()));
    };
    let share = totals.iter().sum::<f64>() / classes.count as f64;
    let of_class: Vec<f64> = totals.iter().map(|total| share / total).collect();
    let weight =
        |(row, class): (usize, &u32)| of_class[*class as usize] * weights.map_or(1.0, |weights| weights[row]);
    Ok(Some(classes.of.iter().enumerate().map(weight).collect()))
}
