//! Kernels: what stands for the product of two samples.

use crate::neighbors::dot;
use serde::{Deserialize, Serialize};

/// The kind of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kernel {
    /// xy
    Linear,
    /// (gamma × xy + coef0)^degree
    Poly,
    /// exp(-gamma × |x - y|²)
    Rbf,
    /// tanh(gamma × xy + coef0)
    Sigmoid,
}

impl Kernel {
    /// What scikit-learn calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Poly => "poly",
            Self::Rbf => "rbf",
            Self::Sigmoid => "sigmoid",
        }
    }
}

/// A kernel with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KernelFunction {
    pub kernel: Kernel,
    pub degree: u32,
    pub gamma: f64,
    pub coef0: f64,
}

impl KernelFunction {
    /// Between two rows, for scoring.
    pub(crate) fn between(&self, a: &[f64], b: &[f64]) -> f64 {
        if self.kernel == Kernel::Rbf {
            let square: f64 = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum();
            return (-self.gamma * square).exp();
        }
        self.of_product(dot(a, b), 0.0)
    }

    /// From the product of two rows and the sum of their squares, as the solver computes it.
    pub(super) fn of_product(&self, product: f64, squares: f64) -> f64 {
        match self.kernel {
            Kernel::Linear => product,
            Kernel::Poly => power(self.gamma * product + self.coef0, self.degree),
            Kernel::Rbf => (-self.gamma * (squares - 2.0 * product)).exp(),
            Kernel::Sigmoid => (self.gamma * product + self.coef0).tanh(),
        }
    }
}

/// By squaring, in the order of libsvm's `powi`.
fn power(base: f64, exponent: u32) -> f64 {
    let (mut square, mut result, mut left) = (base, 1.0, exponent);
    while left > 0 {
        if left % 2 == 1 {
            result *= square;
        }
        square *= square;
        left /= 2;
    }
    result
}
