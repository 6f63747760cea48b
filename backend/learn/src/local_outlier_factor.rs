//! Local outlier factor (Breunig, Kriegel, Ng and Sander, 2000) for novelty: how thinly the surroundings of a
//! sample are settled, compared with those of its neighbours.
//!
//! Equal to `LocalOutlierFactor(novelty=True, algorithm="brute")` of `sklearn/neighbors/_lof.py` to 1e-9,
//! euclidean distances. A score is `score_samples`: about -1 within the settled country, lower outside.

mod describe;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, matrix,
    neighbors::{self, Metric, Nearest, References},
    sums::pairwise,
};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Keeps densities finite where more than `n_neighbors` samples are equal.
const LEAST_REACH: f64 = 1e-10;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LocalOutlierFactorParameters {
    /// How many neighbours are the surroundings; fewer than there are samples.
    pub n_neighbors: u32,
}

impl Default for LocalOutlierFactorParameters {
    fn default() -> Self {
        Self { n_neighbors: 20 }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalOutlierFactor {
    parameters: LocalOutlierFactorParameters,
    references: References,
    distances: Array2<f64>,
    densities: Array1<f64>,
    negative_outlier_factors: Array1<f64>,
}

impl LocalOutlierFactor {
    /// The training samples: `n_samples` × `n_features`.
    pub fn samples(&self) -> ArrayView2<'_, f64> {
        self.references.rows()
    }

    /// From each training sample to its neighbours, nearest first: `n_samples` × `n_neighbors`.
    pub fn distances(&self) -> ArrayView2<'_, f64> {
        self.distances.view()
    }

    /// The local reachability density of each training sample.
    pub fn densities(&self) -> ArrayView1<'_, f64> {
        self.densities.view()
    }

    /// The score of each training sample, which is not its own neighbour here.
    pub fn negative_outlier_factors(&self) -> ArrayView1<'_, f64> {
        self.negative_outlier_factors.view()
    }

    fn n_neighbors(&self) -> usize {
        self.parameters.n_neighbors as usize
    }

    /// The distance from training sample `index` to its last neighbour.
    fn radius(&self, index: u32) -> f64 {
        self.distances[[index as usize, self.n_neighbors() - 1]]
    }

    /// The density around samples with these neighbours.
    fn density(&self, distances: ArrayView1<'_, f64>, indices: ArrayView1<'_, u32>) -> f64 {
        let reaches: Vec<f64> = distances
            .iter()
            .zip(indices)
            .map(|(distance, index)| distance.max(self.radius(*index)))
            .collect();
        1.0 / (pairwise(&reaches) / reaches.len() as f64 + LEAST_REACH)
    }

    /// How many times thinner a sample of this density is settled than its neighbours, below 0.
    fn factor(&self, density: f64, indices: ArrayView1<'_, u32>) -> f64 {
        let ratios: Vec<f64> =
            indices.iter().map(|index| self.densities[*index as usize] / density).collect();
        -(pairwise(&ratios) / ratios.len() as f64)
    }
}

/// Takes each sample out of its own neighbours; where it is not among them, as many are equal to it, the first.
fn without_self(nearest: Nearest) -> Nearest {
    let (rows, columns) = nearest.distances.dim();
    let places: Vec<usize> = (0..rows)
        .map(|row| nearest.indices.row(row).iter().position(|index| *index as usize == row).unwrap_or(0))
        .collect();
    let keep = |at: usize| at % columns != places[at / columns];
    Nearest { distances: others(nearest.distances, keep), indices: others(nearest.indices, keep) }
}

/// What is kept when every row loses one value.
fn others<T>(all: Array2<T>, keep: impl Fn(usize) -> bool) -> Array2<T> {
    let (rows, columns) = all.dim();
    let (mut values, _) = all.into_raw_vec_and_offset();
    let mut at = 0..;
    values.retain(|_| at.next().is_some_and(&keep));
    values.shrink_to_fit();
    Array2::from_shape_vec((rows, columns - 1), values).unwrap_or_else(|error| unreachable!("{error}"))
}

impl Estimator for LocalOutlierFactor {
    type Parameters = LocalOutlierFactorParameters;
    const CLASS_NAME: &'static str = "LocalOutlierFactor";
    const OUTPUT: Output = Output::Abnormality;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &LocalOutlierFactorParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        let samples = training.samples;
        matrix::check_samples(samples)?;
        let k = parameters.n_neighbors as usize;
        if k == 0 || k >= samples.nrows() {
            let detail = format!(
                "{k} neighbours among {} samples: at least 1 and fewer than there are samples are needed",
                samples.nrows()
            );
            return Err(FitError::Parameter { name: "n_neighbors", detail });
        }
        let nearest = without_self(neighbors::among(Metric::Euclidean, samples, k + 1, progress)?);
        // Copied when the search has given its memory back.
        let references = References::new(Metric::Euclidean, samples.to_owned());
        let n_samples = samples.nrows();
        let mut model = Self {
            parameters: parameters.clone(),
            references,
            distances: nearest.distances,
            densities: Array1::zeros(n_samples),
            negative_outlier_factors: Array1::zeros(n_samples),
        };
        let neighbours = |row| nearest.indices.row(row);
        let densities: Vec<f64> = (0..n_samples)
            .into_par_iter()
            .map(|row| model.density(model.distances.row(row), neighbours(row)))
            .collect();
        model.densities = Array1::from_vec(densities);
        let factors: Vec<f64> = (0..n_samples)
            .into_par_iter()
            .map(|row| model.factor(model.densities[row], neighbours(row)))
            .collect();
        model.negative_outlier_factors = Array1::from_vec(factors);
        Ok(model)
    }

    /// The samples; neighbours and their distances, with and without the sample itself; blocks.
    fn memory_bytes(parameters: &LocalOutlierFactorParameters, rows: usize, columns: usize, _: usize) -> u64 {
        let per_row = 8 * columns as u64 + 24 * (u64::from(parameters.n_neighbors) + 1) + 32;
        rows as u64 * per_row + (2 << 20)
    }

    fn parameters(&self) -> &LocalOutlierFactorParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.references.rows().ncols()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        let nearest = self.references.score(samples, self.n_neighbors())?;
        let score = |row| {
            let indices = nearest.indices.row(row);
            self.factor(self.density(nearest.distances.row(row), indices), indices)
        };
        let scores: Vec<f64> = (0..samples.nrows()).map(score).collect();
        Ok(Array1::from_vec(scores).insert_axis(Axis(1)))
    }

    /// A score is the neighbours' mean density times the mean reach; a reach that is a distance is shared among
    /// the features, one that is the neighbour's own radius is nobody's.
    fn contributions(&self, row: ArrayView1<'_, f64>, _column: usize) -> Option<Contributions> {
        let nearest = self.references.score(row.insert_axis(Axis(0)), self.n_neighbors()).ok()?;
        let indices = nearest.indices.row(0);
        let count = indices.len() as f64;
        let density = indices.iter().map(|index| self.densities[*index as usize]).sum::<f64>() / count;
        let mut base = -density * LEAST_REACH;
        let mut features = vec![0.0; row.len()];
        for (&index, &distance) in indices.iter().zip(nearest.distances.row(0)) {
            let radius = self.radius(index);
            if radius >= distance {
                base -= density * radius / count;
                continue;
            }
            for (feature, share) in features.iter_mut().zip(self.references.shares(row, index as usize)) {
                *feature -= density * share / count;
            }
        }
        Some(Contributions { base, features })
    }

    /// The negative outlier factors: in the fit, a sample is not its own neighbour.
    fn training_scores(&self) -> Option<Array1<f64>> {
        Some(self.negative_outlier_factors.clone())
    }

    fn check(&self) -> Result<(), String> {
        self.references.check()?;
        let (rows, k) = (self.references.rows().nrows(), self.n_neighbors());
        if self.references.metric() != Metric::Euclidean || k == 0 || k >= rows {
            return Err(format!("{k} neighbours among {rows} samples"));
        }
        if self.distances.dim() != (rows, k)
            || [self.densities.len(), self.negative_outlier_factors.len()] != [rows; 2]
        {
            return Err("distances or densities of another number of samples".into());
        }
        let is_finite = |value: &f64| value.is_finite();
        let fine = self.distances.iter().all(|distance| (0.0..f64::INFINITY).contains(distance))
            && self.densities.iter().all(|density| *density > 0.0)
            && self.densities.iter().all(is_finite)
            && self.negative_outlier_factors.iter().all(is_finite);
        if fine { Ok(()) } else { Err("distances or densities that cannot be".into()) }
    }
}

#[cfg(test)]
mod tests;
