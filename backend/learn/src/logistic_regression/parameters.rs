//! The parameters of a logistic regression: scikit-learn's names and defaults.

use crate::{ClassWeight, FitError};
use serde::{Deserialize, Serialize};

/// The most iterations that may be asked for.
pub const MAX_ITER: u32 = 100_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogisticRegressionParameters {
    /// The inverse of the strength of the L2 penalty; above 0.
    #[serde(rename = "C")]
    pub c: f64,
    /// Whether the decision has a constant term.
    pub fit_intercept: bool,
    pub class_weight: Option<ClassWeight>,
    /// The most iterations of the solver, at least 1.
    pub max_iter: u32,
    /// The largest part of the gradient of the mean loss at which it has converged; at least 0.
    pub tol: f64,
}

impl Default for LogisticRegressionParameters {
    fn default() -> Self {
        Self { c: 1.0, fit_intercept: true, class_weight: None, max_iter: 100, tol: 1e-4 }
    }
}

impl LogisticRegressionParameters {
    pub(super) fn check(&self) -> Result<(), FitError> {
        let wrong = |name, detail| Err(FitError::Parameter { name, detail });
        if !(self.c.is_finite() && self.c > 0.0) {
            return wrong("C", format!("{} is not a number above 0", self.c));
        }
        if !(self.tol.is_finite() && self.tol >= 0.0) {
            return wrong("tol", format!("{} is not a number of at least 0", self.tol));
        }
        if !(1..=MAX_ITER).contains(&self.max_iter) {
            return wrong("max_iter", format!("{} is not within 1 to {MAX_ITER}", self.max_iter));
        }
        Ok(())
    }
}
