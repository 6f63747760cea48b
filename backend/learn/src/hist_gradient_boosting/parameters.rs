//! The parameters of histogram gradient boosting: scikit-learn's names and defaults, but for `random_state`, which is
//! always a number here, and early stopping, which there sets in above 10,000 samples and here never does.

use crate::{ClassWeight, FitError};
use serde::{Deserialize, Serialize};

/// The most iterations that may be asked for.
pub const MAX_ITER: u32 = 10_000;
/// The most leaves that a tree may have.
pub const MAX_LEAF_NODES: u32 = 65_536;
/// The deepest that a tree may be.
pub const MAX_DEPTH: u32 = 1_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HistGradientBoostingParameters {
    /// What every leaf is multiplied with, above 0.
    pub learning_rate: f64,
    /// Iterations, 1 to 10,000: one tree each for two classes, one per class for more.
    pub max_iter: u32,
    /// Leaves per tree, 2 or more; no limit when absent.
    pub max_leaf_nodes: Option<u32>,
    /// Edges from the root to the deepest leaf, 1 or more; no limit when absent.
    pub max_depth: Option<u32>,
    /// Samples per leaf, 1 or more.
    pub min_samples_leaf: u32,
    /// The L2 penalty of leaves, at least 0.
    pub l2_regularization: f64,
    /// Bins per feature, 2 to 255; one more is for missing values.
    pub max_bins: u32,
    pub class_weight: Option<ClassWeight>,
    /// The seed of what is drawn: with more than 200,000 samples, those that decide on the bins.
    pub random_state: u32,
}

impl Default for HistGradientBoostingParameters {
    fn default() -> Self {
        Self {
            learning_rate: 0.1,
            max_iter: 100,
            max_leaf_nodes: Some(31),
            max_depth: None,
            min_samples_leaf: 20,
            l2_regularization: 0.0,
            max_bins: 255,
            class_weight: None,
            random_state: 42,
        }
    }
}

impl HistGradientBoostingParameters {
    pub(super) fn check(&self) -> Result<(), FitError> {
        let wrong = |name, detail| Err(FitError::Parameter { name, detail });
        if !(self.learning_rate.is_finite() && self.learning_rate > 0.0) {
            return wrong("learning_rate", format!("{} is not a number above 0", self.learning_rate));
        }
        if !(self.l2_regularization.is_finite() && self.l2_regularization >= 0.0) {
            return wrong(
                "l2_regularization",
                format!("{} is not a number of at least 0", self.l2_regularization),
            );
        }
        let within = |name, value: u32, least: u32, most: u32| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            Err(FitError::Parameter { name, detail: format!("{value} is not within {least} to {most}") })
        };
        within("max_iter", self.max_iter, 1, MAX_ITER)?;
        within("max_leaf_nodes", self.max_leaf_nodes.unwrap_or(2), 2, MAX_LEAF_NODES)?;
        within("max_depth", self.max_depth.unwrap_or(1), 1, MAX_DEPTH)?;
        within("min_samples_leaf", self.min_samples_leaf, 1, u32::MAX)?;
        within("max_bins", self.max_bins, 2, 255)
    }
}
