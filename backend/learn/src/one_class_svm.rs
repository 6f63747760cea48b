//! One-class support vector machine (Schölkopf and others, 2001): the boundary around where most samples are.
//!
//! `sklearn.svm.OneClassSVM` by the same solver, so that scores agree to about 1e-6 at the same `tol`. A score is
//! `score_samples`: lower is more abnormal, and [`OneClassSvm::rho`] is the boundary.

mod describe;
mod parameters;

pub use parameters::OneClassSvmParameters;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, matrix,
    svm::{KernelFunction, Machine, Problem, solve},
};
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneClassSvm {
    parameters: OneClassSvmParameters,
    n_samples: usize,
    machine: Machine,
    rho: f64,
    iterations: u32,
}

impl OneClassSvm {
    /// Rows of the matrix that it was fitted on.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    pub fn kernel(&self) -> KernelFunction {
        self.machine.kernel
    }

    /// Row numbers of the support vectors.
    pub fn support(&self) -> &[u32] {
        &self.machine.support
    }

    /// `n_support` × `n_features`.
    pub fn support_vectors(&self) -> ArrayView2<'_, f64> {
        self.machine.vectors.view()
    }

    /// What each support vector counts: 1 × `n_support`.
    pub fn coefficients(&self) -> ArrayView2<'_, f64> {
        self.machine.coefficients.view()
    }

    /// The score of the boundary: scikit-learn's `offset_`.
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// Steps that the solver took.
    pub fn iterations(&self) -> u32 {
        self.iterations
    }
}

impl Estimator for OneClassSvm {
    type Parameters = OneClassSvmParameters;
    const CLASS_NAME: &'static str = "OneClassSVM";
    const OUTPUT: Output = Output::Abnormality;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &OneClassSvmParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        matrix::check_samples(training.samples)?;
        let weights = training.known_weights()?;
        let samples = training.samples.as_standard_layout();
        if i32::try_from(samples.nrows()).is_err() {
            return Err(FitError::Impossible(format!("{} samples are too many", samples.nrows())));
        }
        if !(parameters.nu > 0.0 && parameters.nu <= 1.0) {
            let detail = format!("{} is not above 0 and at most 1", parameters.nu);
            return Err(FitError::Parameter { name: "nu", detail });
        }
        let shared = parameters.shared();
        let kernel = shared.resolve(samples.view())?;
        // Samples that count nothing are left out; the kernel's gamma has seen them.
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let kept: Vec<usize> = (0..samples.nrows()).filter(|row| weight(*row) > 0.0).collect();
        let samples = samples.select(Axis(0), &kept);
        let bounds: Vec<f64> = kept.iter().map(|row| weight(*row)).collect();
        let mut left = bounds.iter().fold(0.0, |sum, bound| sum + bound * parameters.nu);
        let fill = |bound: &f64| {
            let alpha = if left > 0.0 { bound.min(left) } else { 0.0 };
            left -= alpha;
            alpha
        };
        let start = bounds.iter().map(fill).collect();
        let problem = Problem {
            kernel,
            samples: samples.view(),
            signs: vec![1.0; kept.len()],
            linear: 0.0,
            bounds,
            start,
            tolerance: parameters.tol,
            shrinking: parameters.shrinking,
            cache_megabytes: parameters.cache_size,
        };
        let solution = solve(problem, progress)?;
        let support: Vec<usize> =
            (0..kept.len()).filter(|row| solution.coefficients[*row].abs() > 0.0).collect();
        let coefficients = support.iter().map(|row| solution.coefficients[*row]).collect::<Vec<_>>();
        Ok(Self {
            parameters: parameters.clone(),
            n_samples: training.samples.nrows(),
            machine: Machine {
                kernel,
                support: support.iter().map(|row| kept[*row] as u32).collect(),
                vectors: samples.select(Axis(0), &support),
                coefficients: ndarray::Array1::from_vec(coefficients).insert_axis(Axis(0)),
            },
            rho: solution.rho,
            iterations: solution.iterations,
        })
    }

    fn memory_bytes(parameters: &OneClassSvmParameters, rows: usize, columns: usize, _: usize) -> u64 {
        parameters.shared().memory_bytes(rows, columns)
    }

    fn parameters(&self) -> &OneClassSvmParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.machine.vectors.ncols()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        self.machine.score(samples, 1, |kernels, scores| {
            let pairs = kernels.iter().zip(self.machine.coefficients.row(0));
            scores[0] = pairs.map(|(kernel, coefficient)| kernel * coefficient).sum();
        })
    }

    /// With the linear kernel, each feature's weight times its value; other kernels mix the features.
    fn contributions(&self, row: ArrayView1<'_, f64>, _column: usize) -> Option<Contributions> {
        let weights = self.machine.weights().filter(|weights| weights.len() == row.len())?;
        Some(Contributions { base: 0.0, features: (&weights * &row).to_vec() })
    }

    fn check(&self) -> Result<(), String> {
        self.machine.check(1)?;
        let known = |row: &u32| (*row as usize) < self.n_samples;
        if !self.rho.is_finite() || !self.machine.support.iter().all(known) {
            return Err("a boundary or support vectors that cannot be".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
