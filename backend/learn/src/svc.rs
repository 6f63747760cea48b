//! Support vector classification (Cortes and Vapnik, 1995), classes one against one.
//!
//! `sklearn.svm.SVC(decision_function_shape="ovr", break_ties=True)` by the same solver, so that decisions agree to about
//! 1e-6 at the same `tol`: the class of the largest decision is the prediction.

mod describe;
mod parameters;
mod train;

pub use parameters::SvcParameters;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet,
    svm::{KernelFunction, Machine},
};
use ndarray::{Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Svc {
    parameters: SvcParameters,
    n_samples: usize,
    class_weights: Vec<f64>,
    machine: Machine,
    /// Support vectors of each class: first those of class 0, and so on.
    n_support: Vec<u32>,
    /// Of each pair of classes, (0, 1), (0, 2), … (1, 2), …: what is taken off its decision.
    rhos: Vec<f64>,
    iterations: Vec<u32>,
}

impl Svc {
    /// Rows of the matrix that it was fitted on.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    pub fn kernel(&self) -> KernelFunction {
        self.machine.kernel
    }

    /// How much C is multiplied by, per class.
    pub fn class_weights(&self) -> &[f64] {
        &self.class_weights
    }

    /// Row numbers of the support vectors, class by class.
    pub fn support(&self) -> &[u32] {
        &self.machine.support
    }

    /// `n_support` × `n_features`.
    pub fn support_vectors(&self) -> ArrayView2<'_, f64> {
        self.machine.vectors.view()
    }

    /// Support vectors of each class.
    pub fn n_support(&self) -> &[u32] {
        &self.n_support
    }

    /// (`n_classes` - 1) × `n_support`, positive for the first class of a pair: libsvm's `sv_coef`.
    pub fn coefficients(&self) -> ArrayView2<'_, f64> {
        self.machine.coefficients.view()
    }

    /// Of each pair of classes, what is taken off its decision.
    pub fn rhos(&self) -> &[f64] {
        &self.rhos
    }

    /// Steps that the solver took for each pair.
    pub fn iterations(&self) -> &[u32] {
        &self.iterations
    }

    /// The decision of each pair of classes, above 0 for the first: `_dense_decision_function`.
    fn pairs(&self, kernels: &[f64], mut decide: impl FnMut(usize, usize, f64)) {
        let classes = self.n_support.len();
        let starts: Vec<usize> = self
            .n_support
            .iter()
            .scan(0, |start, count| Some(std::mem::replace(start, *start + *count as usize)))
            .collect();
        let part = |class: usize, row: usize| -> f64 {
            let range = starts[class]..starts[class] + self.n_support[class] as usize;
            range.map(|i| self.machine.coefficients[[row, i]] * kernels[i]).sum()
        };
        let pairs = (0..classes).flat_map(|i| (i + 1..classes).map(move |j| (i, j)));
        for ((i, j), rho) in pairs.zip(&self.rhos) {
            decide(i, j, part(i, j - 1) + part(j, i) - rho);
        }
    }

    fn decide(&self, kernels: &[f64], scores: &mut [f64]) {
        if scores.len() == 1 {
            return self.pairs(kernels, |_, _, decision| scores[0] = -decision);
        }
        // Votes, and a confidence that never outweighs one: `_ovr_decision_function` of `utils/multiclass.py`.
        let mut confidences = vec![0.0; scores.len()];
        self.pairs(kernels, |i, j, decision| {
            confidences[i] += decision;
            confidences[j] -= decision;
            scores[if decision < 0.0 { j } else { i }] += 1.0;
        });
        for (score, confidence) in scores.iter_mut().zip(confidences) {
            *score += confidence / (3.0 * (confidence.abs() + 1.0));
        }
    }
}

impl Estimator for Svc {
    type Parameters = SvcParameters;
    const CLASS_NAME: &'static str = "SVC";
    const OUTPUT: Output = Output::Decision;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &SvcParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        train::fit(parameters, training, progress)
    }

    fn memory_bytes(parameters: &SvcParameters, rows: usize, columns: usize, classes: usize) -> u64 {
        parameters.shared().memory_bytes(rows, columns) + 16 * rows as u64 * classes as u64
    }

    fn parameters(&self) -> &SvcParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.machine.vectors.ncols()
    }

    fn n_classes(&self) -> usize {
        self.n_support.len()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        let classes = self.n_support.len();
        let width = if classes == 2 { 1 } else { classes };
        self.machine.score(samples, width, |kernels, scores| self.decide(kernels, scores))
    }

    /// With the linear kernel and two classes, each feature's weight times its value; all else mixes the features.
    fn contributions(&self, row: ArrayView1<'_, f64>, _column: usize) -> Option<Contributions> {
        let weights = self.machine.weights().filter(|weights| weights.len() == row.len())?;
        Some(Contributions { base: *self.rhos.first()?, features: (-&weights * row).to_vec() })
    }

    fn check(&self) -> Result<(), String> {
        let classes = self.n_support.len();
        if classes < 2 {
            return Err(format!("{classes} classes"));
        }
        self.machine.check(classes - 1)?;
        let pairs = classes * (classes - 1) / 2;
        let counted: usize = self.n_support.iter().map(|count| *count as usize).sum();
        if [self.rhos.len(), self.iterations.len()] != [pairs; 2]
            || self.class_weights.len() != classes
            || counted != self.machine.support.len()
        {
            return Err(format!("parts that are not those of {classes} classes"));
        }
        let known = |row: &u32| (*row as usize) < self.n_samples;
        let mut numbers = self.rhos.iter().chain(&self.class_weights);
        if numbers.all(|number| number.is_finite()) && self.machine.support.iter().all(known) {
            Ok(())
        } else {
            Err("numbers or support vectors that cannot be".into())
        }
    }
}

#[cfg(test)]
mod tests;
