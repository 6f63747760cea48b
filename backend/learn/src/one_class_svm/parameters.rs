//! The parameters of a one-class machine: scikit-learn's names and defaults.

use crate::svm::{Gamma, GammaRule, Kernel, SvmParameters};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OneClassSvmParameters {
    /// At most this share of the training samples is outside, in (0, 1].
    pub nu: f64,
    pub kernel: Kernel,
    pub degree: u32,
    pub gamma: Gamma,
    pub coef0: f64,
    pub tol: f64,
    pub shrinking: bool,
    pub cache_size: u32,
}

impl Default for OneClassSvmParameters {
    fn default() -> Self {
        Self {
            nu: 0.5,
            kernel: Kernel::Rbf,
            degree: 3,
            gamma: Gamma::Rule(GammaRule::Scale),
            coef0: 0.0,
            tol: 1e-3,
            shrinking: true,
            cache_size: 200,
        }
    }
}

impl OneClassSvmParameters {
    /// Those that every machine has.
    pub fn shared(&self) -> SvmParameters {
        let Self { nu: _, kernel, degree, gamma, coef0, tol, shrinking, cache_size } = *self;
        SvmParameters { kernel, degree, gamma, coef0, tol, shrinking, cache_size }
    }
}
