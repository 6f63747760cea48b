//! Fitted support vectors.

use super::{Kernel, KernelFunction};
use crate::{MatrixError, matrix};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Support vectors and what each counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Machine {
    pub(crate) kernel: KernelFunction,
    /// Row numbers of the support vectors in the training set.
    pub(crate) support: Vec<u32>,
    /// `n_support` × `n_features`.
    pub(crate) vectors: Array2<f64>,
    /// `n_functions` × `n_support`: libsvm's `sv_coef`.
    pub(crate) coefficients: Array2<f64>,
}

impl Machine {
    /// For each row, what `decide` makes of its kernels with the support vectors: `n_rows` × `width`.
    pub(crate) fn score(
        &self,
        samples: ArrayView2<'_, f64>,
        width: usize,
        decide: impl Fn(&[f64], &mut [f64]) + Sync,
    ) -> Result<Array2<f64>, MatrixError> {
        matrix::check_columns(samples, self.vectors.ncols())?;
        if samples.nrows() > 0 {
            matrix::check_samples(samples)?;
        }
        let samples = samples.as_standard_layout();
        let mut scores = Array2::zeros((samples.nrows(), width));
        let rows = samples.axis_iter(Axis(0)).into_par_iter();
        rows.zip(scores.axis_iter_mut(Axis(0)).into_par_iter()).with_min_len(16).for_each(
            |(row, mut scores)| {
                let row = row.to_slice().unwrap_or_default();
                let vectors = self.vectors.rows().into_iter();
                let kernels: Vec<f64> = vectors
                    .map(|vector| self.kernel.between(row, vector.to_slice().unwrap_or_default()))
                    .collect();
                if let Some(scores) = scores.as_slice_mut() {
                    decide(&kernels, scores);
                }
            },
        );
        Ok(scores)
    }

    /// The weight of each feature, where the kernel is linear.
    pub(crate) fn weights(&self) -> Option<Array1<f64>> {
        let linear = self.kernel.kernel == Kernel::Linear && self.coefficients.nrows() == 1;
        linear.then(|| self.coefficients.row(0).dot(&self.vectors))
    }

    pub(crate) fn check(&self, functions: usize) -> Result<(), String> {
        let count = self.support.len();
        if self.vectors.nrows() != count
            || self.vectors.ncols() == 0
            || self.coefficients.dim() != (functions, count)
            || !self.vectors.is_standard_layout()
        {
            return Err("support vectors and coefficients of different sizes".into());
        }
        let kernel = [self.kernel.gamma, self.kernel.coef0];
        let mut numbers = self.vectors.iter().chain(&self.coefficients).chain(&kernel);
        if numbers.all(|number| number.is_finite()) {
            Ok(())
        } else {
            Err("numbers that are not finite".into())
        }
    }
}
