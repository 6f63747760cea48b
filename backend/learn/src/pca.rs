//! Distance from what usually varies together: the likelihood of a sample under a normal distribution whose principal
//! components are kept and in whose other directions all variance is taken for noise (Tipping and Bishop, Probabilistic
//! principal component analysis, 1999). What leaves the subspace of the components is improbable, as is what goes far
//! within it.
//!
//! Equal to `sklearn.decomposition.PCA` with `svd_solver="full"` and its `score_samples`: what is fitted to 1e-9 of the
//! largest, scores as far as scikit-learn's own digits reach. Components belong to the eigenvalues of the covariance; each has its largest entry above 0.

mod describe;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, matrix,
    symmetric::eigen,
};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// A variance below this share of the largest is too small to measure by: scikit-learn's scores lose their digits there.
const NONE: f64 = 1e-8;
/// Variances that differ by less, as a share of the largest, are equal.
const EQUAL: f64 = 1e-12;

/// How many components are kept. Its text form is a whole or a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Components {
    Count(u64),
    /// As many as it takes for more than this share of the variance, in (0, 1).
    Share(f64),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PcaParameters {
    pub n_components: Components,
}

impl Default for PcaParameters {
    fn default() -> Self {
        Self { n_components: Components::Share(0.9) }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pca {
    parameters: PcaParameters,
    /// `n_features`.
    pub mean: Array1<f64>,
    /// `n_components` × `n_features`, the one of the largest variance first.
    pub components: Array2<f64>,
    /// Of each component.
    pub explained_variance: Array1<f64>,
    /// The same as shares of the variance of all features.
    pub explained_variance_ratio: Array1<f64>,
    /// In every direction that is no component; none where there is no other direction.
    pub noise_variance: Option<f64>,
    pub n_samples: usize,
}

impl Pca {
    /// Of a row less the mean: what the precision makes of it, so that their product is the squared distance.
    fn weighed(&self, centered: ArrayView1<'_, f64>) -> Array1<f64> {
        let along = self.components.dot(&centered);
        let mut weighed = (&along / &self.explained_variance).dot(&self.components);
        if let Some(noise) = self.noise_variance {
            let rest = &centered - &along.dot(&self.components);
            weighed.scaled_add(1.0 / noise, &rest);
        }
        weighed
    }

    /// The score of a sample that equals the mean: the largest there is.
    pub fn constant(&self) -> f64 {
        let others = (self.n_features() - self.components.nrows()) as f64;
        let noise = self.noise_variance.map_or(0.0, |noise| others * noise.ln());
        let variance = self.explained_variance.mapv(f64::ln).sum() + noise;
        -0.5 * (self.n_features() as f64 * TAU.ln() + variance)
    }
}

/// How many components are kept of those with these shares of the variance.
fn count(asked: Components, ratios: &[f64]) -> Result<usize, FitError> {
    let wrong = |detail| Err(FitError::Parameter { name: "n_components", detail });
    match asked {
        Components::Share(share) if !(share > 0.0 && share < 1.0) => {
            wrong(format!("{share} is not above 0 and below 1"))
        }
        Components::Share(share) => {
            let mut sum = 0.0;
            let below = ratios.iter().take_while(|ratio| {
                sum += **ratio;
                sum <= share
            });
            Ok((below.count() + 1).min(ratios.len()))
        }
        Components::Count(count) => match usize::try_from(count) {
            Ok(count @ 1..) if count <= ratios.len() => Ok(count),
            _ => {
                wrong(format!("{count} is not from 1 to {}, the fewer of samples and features", ratios.len()))
            }
        },
    }
}

impl Estimator for Pca {
    type Parameters = PcaParameters;
    const CLASS_NAME: &'static str = "PCA";
    const OUTPUT: Output = Output::Abnormality;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &PcaParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        matrix::check_samples(training.samples)?;
        let (n_samples, n_features) = training.samples.dim();
        if n_samples < 2 {
            return Err(FitError::Impossible(format!("{n_samples} samples do not vary: 2 or more do")));
        }
        let mean = training.samples.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(n_features));
        let centered = &training.samples - &mean;
        let covariance = centered.t().dot(&centered) / (n_samples - 1) as f64;
        drop(centered);
        if progress.cancelled() {
            return Err(FitError::Cancelled);
        }
        let (values, vectors) = eigen(covariance.view());
        let mut order: Vec<usize> = (0..n_features).collect();
        order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
        order.truncate(n_samples.min(n_features));
        let variances: Array1<f64> = order.iter().map(|at| values[*at].max(0.0)).collect();
        let total = variances.sum();
        if total <= 0.0 {
            return Err(FitError::Impossible("all samples are equal: nothing varies together".into()));
        }
        let ratios = &variances / total;
        let kept = count(parameters.n_components, &ratios.to_vec())?;
        // Without other directions, the least of the components is what others are measured by.
        let (explained_variance, others) = variances.view().split_at(Axis(0), kept);
        let (noise_variance, least) = match others.mean() {
            Some(noise) => (Some(noise), noise),
            None => (None, variances[kept - 1]),
        };
        let singular = kept < n_features && noise_variance.is_none();
        if noise_variance.is_some_and(|noise| variances[kept - 1] - noise <= EQUAL * variances[0]) {
            return Err(FitError::Impossible(format!(
                "the last of {kept} components varies no more than what is left: ask for fewer components"
            )));
        }
        if singular || least <= NONE * variances[0] || variances[kept - 1] <= NONE * variances[0] {
            return Err(FitError::Impossible(format!(
                "beyond {kept} components nothing varies, so that no distance can be measured there: ask for fewer \
                 components, or leave out features that are constant or follow from others"
            )));
        }
        let mut components = Array2::zeros((kept, n_features));
        for (mut component, at) in components.rows_mut().into_iter().zip(&order) {
            let vector = vectors.column(*at);
            let largest = vector
                .iter()
                .copied()
                .fold(0.0, |best: f64, value| if value.abs() > best.abs() { value } else { best });
            component.assign(&(&vector * largest.signum()));
        }
        progress.report(1.0);
        Ok(Self {
            parameters: parameters.clone(),
            mean,
            components,
            explained_variance: explained_variance.to_owned(),
            explained_variance_ratio: ratios.view().split_at(Axis(0), kept).0.to_owned(),
            noise_variance,
            n_samples,
        })
    }

    /// The centred samples, the covariance, its eigenvectors, and what is left of it meanwhile.
    fn memory_bytes(_: &PcaParameters, rows: usize, columns: usize, _: usize) -> u64 {
        let (rows, columns) = (rows as u64, columns as u64);
        8 * (rows * columns + 4 * columns * columns)
    }

    fn parameters(&self) -> &PcaParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.mean.len()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        matrix::check_columns(samples, self.n_features())?;
        if samples.nrows() > 0 {
            matrix::check_samples(samples)?;
        }
        let constant = self.constant();
        // Row by row, so that a row's score does not depend on the rows beside it.
        let score = |row: ArrayView1<'_, f64>| {
            let centered = &row - &self.mean;
            constant - 0.5 * centered.dot(&self.weighed(centered.view()))
        };
        let scores: Vec<f64> = samples.rows().into_iter().map(score).collect();
        Ok(Array1::from_vec(scores).insert_axis(Axis(1)))
    }

    /// Each feature's term of the squared distance; one that makes up for others is above 0.
    fn contributions(&self, row: ArrayView1<'_, f64>, _column: usize) -> Option<Contributions> {
        if row.len() != self.n_features() {
            return None;
        }
        let centered = &row - &self.mean;
        let features = -0.5 * &centered * &self.weighed(centered.view());
        Some(Contributions { base: self.constant(), features: features.to_vec() })
    }

    fn check(&self) -> Result<(), String> {
        let (kept, columns) = self.components.dim();
        let lengths = (self.mean.len(), self.explained_variance.len(), self.explained_variance_ratio.len());
        if kept == 0 || kept > columns || lengths != (columns, kept, kept) {
            return Err("components of different sizes".into());
        }
        if (kept < columns) != self.noise_variance.is_some() {
            return Err("a variance of the noise for no direction, or none for some".into());
        }
        let variances = || self.explained_variance.iter().chain(&self.noise_variance);
        let others = self.mean.iter().chain(&self.components).chain(&self.explained_variance_ratio);
        if variances().all(|variance| *variance > 0.0)
            && variances().chain(others).all(|number| number.is_finite())
        {
            Ok(())
        } else {
            Err("numbers that are not finite, or variances that are not above 0".into())
        }
    }
}

#[cfg(test)]
mod tests;
