//! The parameters that every support vector machine has: scikit-learn's names and defaults.

use super::{Kernel, KernelFunction};
use crate::{FitError, sums::pairwise};
use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

/// Part of the parameters of each machine.
#[derive(Clone, Debug, PartialEq)]
pub struct SvmParameters {
    pub kernel: Kernel,
    /// Of the polynomial kernel.
    pub degree: u32,
    pub gamma: Gamma,
    /// Of the polynomial and the sigmoid kernel.
    pub coef0: f64,
    /// The violation of the optimum at which to stop.
    pub tol: f64,
    /// Whether samples that are sure to stay at a bound are left out of sight.
    pub shrinking: bool,
    /// Megabytes for rows of the kernel matrix.
    pub cache_size: u32,
}

/// `"scale"`, `"auto"` or a number above 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Gamma {
    Rule(GammaRule),
    Value(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GammaRule {
    /// 1 / (features × variance of all values).
    Scale,
    /// 1 / features.
    Auto,
}

impl SvmParameters {
    /// The kernel for a matrix in standard layout.
    ///
    /// # Errors
    /// A parameter out of range.
    pub(crate) fn resolve(&self, samples: ArrayView2<'_, f64>) -> Result<KernelFunction, FitError> {
        let wrong = |name, detail: String| Err(FitError::Parameter { name, detail });
        let above_zero = |value: f64| value > 0.0 && value.is_finite();
        if !above_zero(self.tol) {
            return wrong("tol", format!("{} is not above 0", self.tol));
        }
        if self.cache_size == 0 {
            return wrong("cache_size", "0 megabytes hold no row".into());
        }
        if !self.coef0.is_finite() {
            return wrong("coef0", format!("{} is not finite", self.coef0));
        }
        let columns = samples.ncols() as f64;
        let gamma = match self.gamma {
            Gamma::Value(value) if above_zero(value) => value,
            Gamma::Value(value) => return wrong("gamma", format!("{value} is not above 0")),
            Gamma::Rule(GammaRule::Auto) => 1.0 / columns,
            Gamma::Rule(GammaRule::Scale) => {
                let variance = variance(samples);
                if variance == 0.0 { 1.0 } else { 1.0 / (columns * variance) }
            }
        };
        Ok(KernelFunction { kernel: self.kernel, degree: self.degree, gamma, coef0: self.coef0 })
    }

    /// Bytes for a problem of so many rows: a copy of them, the cache, and the solver's numbers.
    pub(crate) fn memory_bytes(&self, rows: usize, columns: usize) -> u64 {
        let (rows, columns) = (rows as u64, columns as u64);
        let cache = u64::from(self.cache_size) << 20;
        // At least two rows are held, at most all.
        cache.min(4 * rows * rows).max(8 * rows) + rows * (16 * columns + 160)
    }
}

/// numpy's `var` of all values.
fn variance(samples: ArrayView2<'_, f64>) -> f64 {
    let mut values: Vec<f64> = samples.iter().copied().collect();
    let count = values.len() as f64;
    let mean = pairwise(&values) / count;
    values.iter_mut().for_each(|value| *value = (*value - mean) * (*value - mean));
    pairwise(&values) / count
}
