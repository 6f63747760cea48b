//! The parameters of support vector classification: scikit-learn's names and defaults.

use crate::{
    ClassWeight,
    svm::{Gamma, GammaRule, Kernel, SvmParameters},
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SvcParameters {
    /// How much a sample on the wrong side counts, above 0.
    #[serde(rename = "C")]
    pub c: f64,
    /// What C is multiplied by, per class.
    pub class_weight: Option<ClassWeight>,
    pub kernel: Kernel,
    pub degree: u32,
    pub gamma: Gamma,
    pub coef0: f64,
    pub tol: f64,
    pub shrinking: bool,
    pub cache_size: u32,
}

impl Default for SvcParameters {
    fn default() -> Self {
        Self {
            c: 1.0,
            class_weight: None,
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

impl SvcParameters {
    /// Those that every machine has.
    pub fn shared(&self) -> SvmParameters {
        let Self { c: _, class_weight: _, kernel, degree, gamma, coef0, tol, shrinking, cache_size } = *self;
        SvmParameters { kernel, degree, gamma, coef0, tol, shrinking, cache_size }
    }
}
