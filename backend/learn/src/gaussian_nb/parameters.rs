//! The parameters of Gaussian naive Bayes: scikit-learn's names and defaults.

use crate::FitError;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GaussianNbParameters {
    /// The probability of each class beforehand; that among the samples when absent. They sum to 1.
    pub priors: Option<Vec<f64>>,
    /// The share of the largest variance of all features that is added to every variance; at least 0.
    pub var_smoothing: f64,
}

impl Default for GaussianNbParameters {
    fn default() -> Self {
        Self { priors: None, var_smoothing: 1e-9 }
    }
}

impl GaussianNbParameters {
    /// Checks the parameters, by themselves and for `n_classes`.
    pub(super) fn check(&self, n_classes: usize) -> Result<(), FitError> {
        let wrong = |name, detail| Err(FitError::Parameter { name, detail });
        if !(self.var_smoothing.is_finite() && self.var_smoothing >= 0.0) {
            return wrong("var_smoothing", format!("{} is not a number of at least 0", self.var_smoothing));
        }
        let Some(priors) = &self.priors else { return Ok(()) };
        if priors.len() != n_classes {
            return wrong("priors", format!("{} of them for {n_classes} classes", priors.len()));
        }
        // A class of probability 0 would have the logit -∞.
        if let Some(prior) = priors.iter().find(|prior| !(**prior > 0.0 && **prior <= 1.0)) {
            return wrong("priors", format!("{prior} is not above 0 and at most 1"));
        }
        let sum: f64 = priors.iter().sum();
        if (sum - 1.0).abs() > 1e-8 {
            return wrong("priors", format!("they sum to {sum}, not to 1"));
        }
        Ok(())
    }
}
