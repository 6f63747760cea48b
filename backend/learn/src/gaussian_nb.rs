//! Gaussian naive Bayes, equal to `sklearn.naive_bayes.GaussianNB`: means, variances and probabilities agree within
//! 1e-9.

mod describe;
mod moments;
mod parameters;

pub use parameters::GaussianNbParameters;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, class_weight,
    matrix, rows::score_rows, shares,
};
use moments::Moments;
use ndarray::{Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// A fitted Gaussian naive Bayes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct GaussianNb {
    stored: Stored,
    /// Of each class, what its log-likelihood is at its mean: `log prior - Σ log(2π variance) / 2`.
    constants: Vec<f64>,
    /// `n_classes` × `n_features`: what a squared distance from the mean takes away, `1 / (2 variance)`.
    steepness: Array2<f64>,
}

/// What is stored; the rest follows from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    parameters: GaussianNbParameters,
    means: Array2<f64>,
    variances: Array2<f64>,
    epsilon: f64,
    class_counts: Vec<f64>,
    class_priors: Vec<f64>,
}

impl From<Stored> for GaussianNb {
    fn from(stored: Stored) -> Self {
        let half_logs = stored
            .variances
            .rows()
            .into_iter()
            .map(|row| row.iter().map(|variance| (2.0 * PI * variance).ln()).sum::<f64>() / 2.0);
        let constants =
            stored.class_priors.iter().zip(half_logs).map(|(prior, half)| prior.ln() - half).collect();
        let steepness = stored.variances.mapv(|variance| 0.5 / variance);
        Self { stored, constants, steepness }
    }
}

impl From<GaussianNb> for Stored {
    fn from(model: GaussianNb) -> Self {
        model.stored
    }
}

impl GaussianNb {
    /// `n_classes` × `n_features`: scikit-learn's `theta_`.
    pub fn means(&self) -> ArrayView2<'_, f64> {
        self.stored.means.view()
    }

    /// `n_classes` × `n_features`, smoothed: scikit-learn's `var_`.
    pub fn variances(&self) -> ArrayView2<'_, f64> {
        self.stored.variances.view()
    }

    /// What smoothing added to every variance: scikit-learn's `epsilon_`.
    pub fn epsilon(&self) -> f64 {
        self.stored.epsilon
    }

    /// The total weight of each class: scikit-learn's `class_count_`.
    pub fn class_counts(&self) -> &[f64] {
        &self.stored.class_counts
    }

    /// scikit-learn's `class_prior_`.
    pub fn class_priors(&self) -> &[f64] {
        &self.stored.class_priors
    }

    /// The logarithm of the joint probability of a class and a row.
    fn log_likelihood(&self, class: usize, row: &[f64]) -> f64 {
        let means = self.stored.means.row(class);
        let steepness = self.steepness.row(class);
        let (Some(means), Some(steepness)) = (means.to_slice(), steepness.to_slice()) else {
            return f64::NAN;
        };
        let mut loss = 0.0;
        for ((value, mean), steepness) in row.iter().zip(means).zip(steepness) {
            loss += (value - mean) * (value - mean) * steepness;
        }
        self.constants[class] - loss
    }
}

impl Estimator for GaussianNb {
    type Parameters = GaussianNbParameters;
    const CLASS_NAME: &'static str = "GaussianNB";
    const OUTPUT: Output = Output::Probabilities;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &GaussianNbParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        matrix::check_samples(training.samples)?;
        let totals = class_weight::class_totals(training)?;
        parameters.check(totals.len())?;
        let classes = training.known_classes()?;
        let weights = class_weight::sample_weights(training, None)?;
        let moments = Moments::new(training.samples, classes.of, weights.as_deref(), &totals, progress)?;
        let epsilon = parameters.var_smoothing * moments.largest_variance;
        let variances = moments.variances + epsilon;
        if let Some(((class, column), _)) = variances.indexed_iter().find(|(_, variance)| **variance < 1e-150)
        {
            return Err(FitError::Impossible(format!(
                "column {column} does not vary among the samples of class {class}, and smoothing adds nothing: leave \
                 constant columns out, or choose a larger var_smoothing"
            )));
        }
        let sum: f64 = totals.iter().sum();
        let class_priors = match &parameters.priors {
            Some(priors) => priors.clone(),
            None => totals.iter().map(|total| total / sum).collect(),
        };
        let stored = Stored {
            parameters: parameters.clone(),
            means: moments.means,
            variances,
            epsilon,
            class_counts: totals,
            class_priors,
        };
        Ok(stored.into())
    }

    /// Sums per block of rows, and the weights.
    fn memory_bytes(_: &GaussianNbParameters, rows: usize, columns: usize, classes: usize) -> u64 {
        let (rows, columns, classes) = (rows as u64, columns as u64, classes as u64);
        8 * ((rows / 4096 + 8) * (classes + 1) * columns + rows)
    }

    fn parameters(&self) -> &GaussianNbParameters {
        &self.stored.parameters
    }

    fn n_features(&self) -> usize {
        self.stored.means.ncols()
    }

    fn n_classes(&self) -> usize {
        self.stored.means.nrows()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        matrix::check_columns(samples, self.n_features())?;
        score_rows(
            samples,
            self.n_classes(),
            |value| (value as f32).is_finite(),
            |row, scores| {
                scores
                    .iter_mut()
                    .enumerate()
                    .for_each(|(class, score)| *score = self.log_likelihood(class, row));
                shares::softmax_in_place(scores);
            },
        )
    }

    /// How the probability divides among the features' log-likelihoods, which add up to the logits of the classes; the
    /// base is the probability of the class beforehand.
    fn contributions(&self, row: ArrayView1<'_, f64>, column: usize) -> Option<Contributions> {
        if row.len() != self.n_features() || column >= self.n_classes() {
            return None;
        }
        let mut terms = &row - &self.stored.means;
        terms.zip_mut_with(&self.stored.variances, |term, variance| {
            *term = -(*term * *term / variance + (2.0 * PI * variance).ln()) / 2.0;
        });
        let logs: Vec<f64> = self.stored.class_priors.iter().map(|prior| prior.ln()).collect();
        if self.n_classes() > 2 {
            return Some(shares::softmax(&logs, terms.view(), column));
        }
        let ratio: Vec<f64> = (&terms.row(column) - &terms.row(1 - column)).to_vec();
        Some(shares::logistic(logs[column] - logs[1 - column], &ratio))
    }

    fn check(&self) -> Result<(), String> {
        let stored = &self.stored;
        let (classes, features) = stored.means.dim();
        stored.parameters.check(classes).map_err(|error| error.to_string())?;
        if classes < 2
            || features == 0
            || stored.variances.dim() != (classes, features)
            || [stored.class_counts.len(), stored.class_priors.len()] != [classes; 2]
            || !(stored.means.is_standard_layout() && stored.variances.is_standard_layout())
        {
            return Err(format!("{classes} × {features} means with other parts of other shapes"));
        }
        let are_usable = stored.means.iter().all(|mean| mean.abs() < 1e100)
            && stored.variances.iter().all(|variance| (1e-160..1e100).contains(variance))
            && stored.class_priors.iter().all(|prior| *prior > 0.0 && *prior <= 1.0)
            && stored.class_counts.iter().chain([&stored.epsilon]).all(|value| value.is_finite());
        if are_usable { Ok(()) } else { Err("a mean, variance or probability is no usable number".into()) }
    }
}

#[cfg(test)]
mod tests;
