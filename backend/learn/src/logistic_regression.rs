//! Logistic regression with an L2 penalty: the optimum of `sklearn.linear_model.LogisticRegression`, for two classes
//! by their log-odds, for more by the softmax of a logit per class.
//!
//! The problem is convex, so that the optimum does not depend on who finds it: scikit-learn's default solver is
//! L-BFGS, here it is Newton's method, which converges in a few iterations and goes further below the tolerance.
//! Run to a tight tolerance, both give the same coefficients within 1e-6.

mod cholesky;
mod describe;
mod loss;
mod newton;
mod parameters;

pub use parameters::{LogisticRegressionParameters, MAX_ITER};

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, class_weight,
    matrix,
    rows::{dot, score_rows},
    shares,
};
use loss::Problem;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

/// A fitted logistic regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogisticRegression {
    parameters: LogisticRegressionParameters,
    /// A row per class, of two classes one row for the second; a column per feature.
    coefficients: Array2<f64>,
    /// One per row of the coefficients; 0 where no intercept is fitted.
    intercepts: Vec<f64>,
    n_iter: u32,
}

impl LogisticRegression {
    /// 1 × `n_features` for two classes, `n_classes` × `n_features` for more: scikit-learn's `coef_`.
    pub fn coefficients(&self) -> ArrayView2<'_, f64> {
        self.coefficients.view()
    }

    /// scikit-learn's `intercept_`.
    pub fn intercepts(&self) -> &[f64] {
        &self.intercepts
    }

    /// The iterations that the solver took; `max_iter` when it did not converge.
    pub fn n_iter(&self) -> u32 {
        self.n_iter
    }

    fn logit(&self, output: usize, row: &[f64]) -> f64 {
        let coefficients = self.coefficients.row(output);
        self.intercepts[output] + coefficients.to_slice().map_or(0.0, |coefficients| dot(coefficients, row))
    }
}

impl Estimator for LogisticRegression {
    type Parameters = LogisticRegressionParameters;
    const CLASS_NAME: &'static str = "LogisticRegression";
    const OUTPUT: Output = Output::Probabilities;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &LogisticRegressionParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        parameters.check()?;
        matrix::check_samples(training.samples)?;
        let classes = training.known_classes()?;
        let rows = training.samples.nrows();
        let mut weights = class_weight::sample_weights(training, parameters.class_weight)?
            .unwrap_or_else(|| vec![1.0; rows]);
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        let problem = Problem {
            samples: training.samples,
            classes: classes.of,
            weights,
            outputs: if classes.count == 2 { 1 } else { classes.count },
            intercept: parameters.fit_intercept,
            penalty: 1.0 / (parameters.c * total),
            progress,
        };
        let (optimum, n_iter) = newton::minimise(&problem, parameters.max_iter, parameters.tol)?;
        progress.report(1.0);
        let features = training.samples.ncols();
        let intercepts = match parameters.fit_intercept {
            true => optimum.column(features).to_vec(),
            false => vec![0.0; problem.outputs],
        };
        let coefficients = optimum.slice_axis(Axis(1), (..features).into()).as_standard_layout().into_owned();
        let model = Self { parameters: parameters.clone(), coefficients, intercepts, n_iter };
        match model.check() {
            Ok(()) => Ok(model),
            Err(_) => Err(FitError::Impossible(
                "the weights of the features grow without end: scale the features, or choose a smaller C"
                    .into(),
            )),
        }
    }

    /// The second derivatives in parts, or what conjugate gradients keep; a weight and the probabilities per row.
    fn memory_bytes(_: &LogisticRegressionParameters, rows: usize, columns: usize, classes: usize) -> u64 {
        let outputs = if classes <= 2 { 1 } else { classes as u64 };
        let numbers = outputs * (columns as u64 + 1);
        let rows = rows as u64;
        let dense = |parts: u64| (1 << 22).max(parts * numbers.pow(2)) + 4 * numbers.pow(2);
        let curvature = match numbers {
            0..=512 => dense(4),
            513..=2048 => dense(4) + rows * outputs,
            _ => rows * outputs,
        };
        8 * (rows + curvature + 80 * numbers + (1 << 18))
    }

    fn parameters(&self) -> &LogisticRegressionParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.coefficients.ncols()
    }

    fn n_classes(&self) -> usize {
        self.coefficients.nrows().max(2)
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        matrix::check_columns(samples, self.n_features())?;
        score_rows(
            samples,
            self.n_classes(),
            |value| (value as f32).is_finite(),
            |row, scores| match scores {
                [first, second] => {
                    // As scikit-learn has it: the first is what is left.
                    *second = shares::sigmoid(self.logit(0, row));
                    *first = 1.0 - *second;
                }
                scores => {
                    scores.iter_mut().enumerate().for_each(|(class, score)| *score = self.logit(class, row));
                    shares::softmax_in_place(scores);
                }
            },
        )
    }

    fn response(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        matrix::check_columns(samples, self.n_features())?;
        let usable = |value: f64| (value as f32).is_finite();
        score_rows(samples, self.coefficients.nrows(), usable, |row, logits| {
            logits.iter_mut().enumerate().for_each(|(class, logit)| *logit = self.logit(class, row));
        })
    }

    /// How the probability divides among the products of coefficient and value, which add up to the log-odds; the
    /// base is the probability of a row of zeros, which for standardised features is the mean.
    fn contributions(&self, row: ArrayView1<'_, f64>, column: usize) -> Option<Contributions> {
        if row.len() != self.n_features() || column >= self.n_classes() {
            return None;
        }
        let terms = &self.coefficients * &row;
        if self.n_classes() > 2 {
            return Some(shares::softmax(&self.intercepts, terms.view(), column));
        }
        let sign = if column == 1 { 1.0 } else { -1.0 };
        let terms: Vec<f64> = terms.iter().map(|term| sign * term).collect();
        Some(shares::logistic(sign * self.intercepts[0], &terms))
    }

    fn check(&self) -> Result<(), String> {
        self.parameters.check().map_err(|error| error.to_string())?;
        let (outputs, features) = self.coefficients.dim();
        if outputs == 0 || outputs == 2 || features == 0 || self.intercepts.len() != outputs {
            return Err(format!(
                "{outputs} × {features} coefficients with {} intercepts",
                self.intercepts.len()
            ));
        }
        // So large that no product with a value in range overflows.
        let is_usable = |value: &f64| value.abs() < 1e200;
        if !self.coefficients.is_standard_layout()
            || !self.coefficients.iter().chain(&self.intercepts).all(is_usable)
        {
            return Err("a coefficient is no usable number".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
