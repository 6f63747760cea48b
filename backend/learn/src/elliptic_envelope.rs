//! Distance from the bulk of the samples, whose location and covariance are estimated robustly: the minimum
//! covariance determinant (Rousseeuw, 1984).
//!
//! Equal to `sklearn.covariance.EllipticEnvelope` for the same `random_state`: the same subset, and numbers that agree
//! to 1e-9 as long as the covariance is of full rank. Where it is not (constant or dependent columns), every
//! subset has determinant 0, and which of them scikit-learn takes depends on rounding. A score is minus the
//! squared Mahalanobis distance.

mod describe;
mod mcd;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, chi_squared,
    matrix, random::RandomState, symmetric::pseudo_inverse,
};
use mcd::{Candidate, fast_mcd, moments, second_moment, squared_distances};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

/// The share of normal samples beyond which a sample does not count for the final estimate.
const BEYOND: f64 = 0.025;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EllipticEnvelopeParameters {
    /// Whether the location is known to be 0.
    pub assume_centered: bool,
    /// The share of samples in the subset, in (0, 1]; (n + d + 1) / 2 of them when absent.
    pub support_fraction: Option<f64>,
    /// The seed of the subsets that are tried.
    pub random_state: u32,
}

impl Default for EllipticEnvelopeParameters {
    fn default() -> Self {
        Self { assume_centered: false, support_fraction: None, random_state: 42 }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EllipticEnvelope {
    parameters: EllipticEnvelopeParameters,
    /// The estimate of the subset itself.
    pub raw: Estimate,
    /// The estimate of all samples that are not too far by the first one.
    pub reweighted: Estimate,
    /// The inverse of the reweighted covariance.
    pub precision: Array2<f64>,
    /// The squared distance of each training sample.
    pub distances: Vec<f64>,
}

/// A location, a covariance (`n_features` × `n_features`) and the training samples that it is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    pub location: Array1<f64>,
    pub covariance: Array2<f64>,
    /// Per training sample.
    pub support: Vec<bool>,
}

impl EllipticEnvelopeParameters {
    fn n_support(&self, rows: usize, columns: usize) -> Result<usize, FitError> {
        let wrong = |detail| Err(FitError::Parameter { name: "support_fraction", detail });
        match self.support_fraction {
            None => Ok((0.5 * (rows + columns + 1) as f64).ceil().min(rows as f64) as usize),
            Some(share) if !(share > 0.0 && share <= 1.0) => {
                wrong(format!("{share} is not above 0 and at most 1"))
            }
            Some(share) if ((share * rows as f64) as usize) < 2 => {
                wrong(format!("{share} of {rows} samples are fewer than two"))
            }
            Some(share) => Ok((share * rows as f64) as usize),
        }
    }
}

/// What makes a covariance of the nearest share `alpha` one of all, for normal samples (`_consistency_factor`).
fn consistency(n_features: usize, alpha: f64) -> f64 {
    alpha / chi_squared::cdf(chi_squared::quantile(alpha, n_features), n_features + 2)
}

/// The shortest interval that holds `n_support` of the samples of one column.
fn one_column(samples: ArrayView2<'_, f64>, n_support: usize) -> Candidate {
    let values = samples.column(0).to_vec();
    let n_samples = values.len();
    let (location, support) = if n_support < n_samples {
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let width = |start: usize| sorted[start + n_support] - sorted[start];
        let least = (0..n_samples - n_support).map(width).fold(f64::INFINITY, f64::min);
        let starts: Vec<usize> = (0..n_samples - n_support).filter(|start| width(*start) == least).collect();
        let sum: f64 = starts.iter().map(|start| sorted[start + n_support] + sorted[*start]).sum();
        let location = 0.5 * (sum / starts.len() as f64);
        let mut rows: Vec<usize> = (0..n_samples).collect();
        rows.sort_by(|a, b| (values[*a] - location).abs().total_cmp(&(values[*b] - location).abs()));
        rows.truncate(n_support);
        (location, rows)
    } else {
        (samples.mean().unwrap_or_default(), (0..n_samples).collect())
    };
    let (_, covariance) = moments(samples, &support);
    let location = Array1::from_elem(1, location);
    let distances = squared_distances(samples, location.view(), pseudo_inverse(covariance.view()).view());
    Candidate { location, covariance, log_determinant: 0.0, support, distances }
}

fn mask(rows: usize, support: &[usize]) -> Vec<bool> {
    let mut mask = vec![false; rows];
    support.iter().for_each(|row| mask[*row] = true);
    mask
}

impl Estimator for EllipticEnvelope {
    type Parameters = EllipticEnvelopeParameters;
    const CLASS_NAME: &'static str = "EllipticEnvelope";
    const OUTPUT: Output = Output::Abnormality;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &EllipticEnvelopeParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        matrix::check_samples(training.samples)?;
        let samples = training.samples.as_standard_layout();
        let samples = samples.view();
        let (n_samples, n_features) = samples.dim();
        if n_samples < 2 || u32::try_from(n_samples).is_err() {
            return Err(FitError::Impossible(format!(
                "{n_samples} samples have no covariance: 2 or more do"
            )));
        }
        let n_support = parameters.n_support(n_samples, n_features)?;
        let mut random = RandomState::new(parameters.random_state);
        let mut raw = match n_features {
            1 => one_column(samples, n_support),
            _ => fast_mcd(samples, n_support, &mut random, progress)?,
        };
        if parameters.assume_centered {
            raw.location = Array1::zeros(n_features);
            raw.covariance = second_moment(samples.select(Axis(0), &raw.support).view());
            let precision = pseudo_inverse(raw.covariance.view());
            raw.distances = squared_distances(samples, raw.location.view(), precision.view());
        }
        if n_support < n_samples && raw.covariance.iter().all(|value| value.abs() <= 1e-8) {
            return Err(FitError::Impossible(
                "most samples are equal, so that their covariance is 0: leave out constant features, or raise \
                 support_fraction"
                    .into(),
            ));
        }
        let factor = consistency(n_features, n_support as f64 / n_samples as f64);
        let limit = chi_squared::quantile(1.0 - BEYOND, n_features);
        let kept: Vec<usize> = (0..n_samples).filter(|row| raw.distances[*row] / factor < limit).collect();
        if kept.is_empty() {
            return Err(FitError::Impossible(
                "every sample is far from the bulk: no estimate remains".into(),
            ));
        }
        let (location, covariance) = match parameters.assume_centered {
            true => (Array1::zeros(n_features), second_moment(samples.select(Axis(0), &kept).view())),
            false => moments(samples, &kept),
        };
        let covariance = covariance * consistency(n_features, 1.0 - BEYOND);
        let precision = pseudo_inverse(covariance.view());
        let distances = squared_distances(samples, location.view(), precision.view());
        progress.report(1.0);
        let support = mask(n_samples, &raw.support);
        Ok(Self {
            parameters: parameters.clone(),
            raw: Estimate { location: raw.location, covariance: raw.covariance, support },
            reweighted: Estimate { location, covariance, support: mask(n_samples, &kept) },
            precision,
            distances,
        })
    }

    /// A subset and its distances per thread, and what is drawn for the trials.
    fn memory_bytes(_: &EllipticEnvelopeParameters, rows: usize, columns: usize, _: usize) -> u64 {
        let threads = rayon::current_num_threads() as u64;
        let (rows, columns) = (rows as u64, columns as u64);
        let candidates = (10 * (rows / 300 + 1)).max(500) * (columns * columns * 16 + 2048);
        threads * (rows * (16 * columns + 48) + 64 * columns * columns) + candidates + 64 * rows
    }

    fn parameters(&self) -> &EllipticEnvelopeParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.reweighted.location.len()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        matrix::check_columns(samples, self.n_features())?;
        if samples.nrows() > 0 {
            matrix::check_samples(samples)?;
        }
        // Row by row, so that a row's score does not depend on the rows beside it.
        let score = |row: ArrayView1<'_, f64>| {
            let centered = &row - &self.reweighted.location;
            -centered.dot(&self.precision.dot(&centered))
        };
        let scores: Vec<f64> = samples.rows().into_iter().map(score).collect();
        Ok(Array1::from_vec(scores).insert_axis(Axis(1)))
    }

    fn training_scores(&self) -> Option<Array1<f64>> {
        Some(self.distances.iter().map(|distance| -distance).collect())
    }

    /// Each feature's term of the quadratic form; one that makes up for others is above 0.
    fn contributions(&self, row: ArrayView1<'_, f64>, _column: usize) -> Option<Contributions> {
        if row.len() != self.n_features() {
            return None;
        }
        let centered = &row - &self.reweighted.location;
        let features = -(&centered * &self.precision.dot(&centered));
        Some(Contributions { base: 0.0, features: features.to_vec() })
    }

    fn check(&self) -> Result<(), String> {
        let (rows, columns) = (self.distances.len(), self.n_features());
        let square = (columns, columns);
        let estimates = [&self.raw, &self.reweighted];
        let fits = |estimate: &&Estimate| {
            (estimate.location.len(), estimate.covariance.dim(), estimate.support.len())
                == (columns, square, rows)
        };
        if columns == 0 || self.precision.dim() != square || !estimates.iter().all(fits) {
            return Err("estimates of different sizes".into());
        }
        let numbers =
            estimates.iter().flat_map(|estimate| estimate.location.iter().chain(&estimate.covariance));
        let mut numbers = numbers.chain(&self.precision).chain(&self.distances);
        if numbers.all(|number| number.is_finite()) {
            Ok(())
        } else {
            Err("numbers that are not finite".into())
        }
    }
}

#[cfg(test)]
mod tests;
