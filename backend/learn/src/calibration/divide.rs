//! Folds that every class is learned in.

use super::Known;
use crate::{
    FitError, FoldRows, folds,
    folds::{class_counts, contiguous, stratified_in_order},
    split::by_first_appearance,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use trainyard_types::FoldKind;

/// How training rows were divided, and into how many folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationFolds {
    /// Spans of rows that follow each other in time: `KFold(n)`.
    Contiguous(u32),
    /// In time order, each with its share of every class: `StratifiedKFold(n)`.
    Stratified(u32),
    /// Whole groups: `GroupKFold(n)`.
    Grouped(u32),
}

impl fmt::Display for CalibrationFolds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contiguous(count) => write!(formatter, "{count} spans of time"),
            Self::Stratified(count) => write!(formatter, "{count} folds, each with its share of every class"),
            Self::Grouped(count) => write!(formatter, "{count} folds of whole groups"),
        }
    }
}

/// Folds, and the rows of each.
pub(crate) type Division = (CalibrationFolds, Vec<FoldRows>);

/// Divides rows in time order into `wanted` folds, or as many as the rarest class has samples: spans of time, or whole
/// groups where there are groups. Where a span holds all samples of a class, folds are stratified instead.
///
/// # Errors
/// No two folds can be made.
pub(crate) fn divide(wanted: u32, known: Known<'_>) -> Result<Division, FitError> {
    let mut counts = class_counts(known.of);
    counts.resize(known.classes.len(), 0);
    let rarest = counts.iter().zip(known.classes).min_by_key(|(count, _)| **count);
    let (fewest, name) = rarest.ok_or(FitError::NoClasses)?;
    if *fewest < 2 {
        return Err(FitError::Impossible(format!(
            "calibration needs at least 2 training samples of every class, and `{name}` has {fewest}: label more of \
             them, or leave `calibration` out"
        )));
    }
    let count = (wanted as usize).min(*fewest);
    if let Some(groups) = known.groups {
        let (_, group_count) = by_first_appearance(groups);
        for count in (2..=count.min(group_count)).rev() {
            let rows = folds(FoldKind::Grouped, known.of.len(), count, None, Some(groups), 0)?;
            if rows.iter().all(|fold| has_every_class(fold, known)) {
                return Ok((CalibrationFolds::Grouped(count as u32), rows));
            }
        }
        return Err(FitError::Impossible(
            "calibration needs samples of every class in two groups or more: label more groups, or leave `calibration` \
             out"
                .into(),
        ));
    }
    let rows = contiguous(known.of.len(), count);
    if rows.iter().all(|fold| has_every_class(fold, known)) {
        return Ok((CalibrationFolds::Contiguous(count as u32), rows));
    }
    Ok((CalibrationFolds::Stratified(count as u32), stratified_in_order(known.of, count)))
}

/// Whether a fit to the training part learns every class.
fn has_every_class(fold: &FoldRows, known: Known<'_>) -> bool {
    let mut seen = vec![false; known.classes.len()];
    fold.training.iter().for_each(|row| seen[known.of[*row] as usize] = true);
    seen.into_iter().all(|seen| seen)
}
