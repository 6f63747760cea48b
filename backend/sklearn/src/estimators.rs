//! What each scikit-learn estimator keeps: the same attributes, of the same types, as a real fit leaves.
//!
//! `feature_names_in_` is left out, so that plain arrays can be passed without a warning.

mod isolation_forest;
mod scaler;

pub use isolation_forest::isolation_forest;
pub use scaler::standard_scaler;

use crate::{Target, pickle::Value};
use thiserror::Error;

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
