//! What each scikit-learn estimator keeps: the same attributes, of the same types, as a real fit leaves.
//!
//! `feature_names_in_` is left out, so that plain arrays can be passed without a warning.

mod decision_tree;
mod forest;
mod isolation_forest;
mod scaler;
mod trees;

use crate::{
    Target,
    pickle::{self, Value},
};
use thiserror::Error;
use trainyard_learn::{FittedModel, Scaler};

/// What a pickle says beside the fitted model itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The share of the training samples to flag, in (0, 0.5]: an anomaly detector's `contamination`.
    pub contamination: f64,
    /// An anomaly detector's `offset_`, on the scale of `score_samples`.
    pub offset: f64,
}

/// The pickle of a fitted model. Classes are numbered: `classes_` is 0, 1, ….
///
/// # Errors
/// A model that is not sound, or a verdict out of range.
pub fn model(model: &FittedModel, verdict: Verdict, target: &Target) -> Result<Vec<u8>, PickleError> {
    Ok(pickle::write(&model_value(model, verdict, target)?))
}

/// What [`model`] writes.
///
/// # Errors
/// As [`model`].
pub fn model_value(model: &FittedModel, verdict: Verdict, target: &Target) -> Result<Value, PickleError> {
    match model {
        FittedModel::DecisionTree(tree) => decision_tree::value(tree, target),
        FittedModel::ExtraTrees(forest) => forest::value(forest, target),
        FittedModel::IsolationForest(forest) => isolation_forest::value(forest, verdict, target),
        FittedModel::RandomForest(forest) => forest::value(forest, target),
    }
}

/// The pickle of a fitted scaler.
pub fn scaler(scaler: &Scaler, target: &Target) -> Vec<u8> {
    pickle::write(&scaler_value(scaler, target))
}

/// What [`scaler`] writes.
pub fn scaler_value(scaler: &Scaler, target: &Target) -> Value {
    match scaler {
        Scaler::Standard(scaler) => scaler::standard(scaler, target),
    }
}

/// Why a model cannot be written as a scikit-learn estimator.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PickleError {
    /// scikit-learn does not check trees when it loads them; a broken one would read outside its memory.
    #[error("tree {tree} is broken: {detail}")]
    Tree { tree: usize, detail: String },
    #[error("the contamination {0} is not above 0 and at most 0.5")]
    Contamination(f64),
    #[error("the offset {0} is not finite")]
    Offset(f64),
}

/// The mark of the release that wrote an estimator; another release warns when it loads it.
fn release(target: &Target) -> (&'static str, Value) {
    ("_sklearn_version", Value::from(target.scikit_learn))
}
