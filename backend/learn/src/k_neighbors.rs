//! Classes by the vote of the nearest training samples (Cover and Hart, 1967).
//!
//! Equal to `KNeighborsClassifier(algorithm="brute")` of `sklearn/neighbors/_classification.py` to 1e-9: the same
//! neighbours where several are equally far (with the cosine metric, scikit-learn leaves that open), the
//! first of the classes with the most votes.

mod describe;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, matrix,
    neighbors::{Metric, References},
};
use ndarray::{Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KNeighborsParameters {
    /// How many neighbours vote; at most as many as there are samples.
    pub n_neighbors: u32,
    pub weights: NeighborWeights,
    pub metric: Metric,
}

impl Default for KNeighborsParameters {
    fn default() -> Self {
        Self { n_neighbors: 5, weights: NeighborWeights::Uniform, metric: Metric::Euclidean }
    }
}

/// How much a neighbour's vote counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeighborWeights {
    /// Every vote counts the same.
    Uniform,
    /// A vote counts one over its distance; where neighbours are at distance 0, they alone vote.
    Distance,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KNeighbors {
    parameters: KNeighborsParameters,
    references: References,
    n_classes: usize,
    classes: Vec<u32>,
}

impl KNeighbors {
    /// The training samples: `n_samples` × `n_features`.
    pub fn samples(&self) -> ArrayView2<'_, f64> {
        self.references.rows()
    }

    /// The class of each training sample.
    pub fn classes(&self) -> &[u32] {
        &self.classes
    }

    /// What each neighbour's vote counts.
    fn votes(&self, distances: ArrayView1<'_, f64>) -> Vec<f64> {
        if self.parameters.weights == NeighborWeights::Uniform {
            return vec![1.0; distances.len()];
        }
        let votes: Vec<f64> = distances.iter().map(|distance| 1.0 / distance).collect();
        if votes.iter().any(|vote| vote.is_infinite()) {
            return votes.into_iter().map(|vote| f64::from(u8::from(vote.is_infinite()))).collect();
        }
        votes
    }
}

impl Estimator for KNeighbors {
    type Parameters = KNeighborsParameters;
    const CLASS_NAME: &'static str = "KNeighborsClassifier";
    const OUTPUT: Output = Output::Probabilities;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &KNeighborsParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        matrix::check_samples(training.samples)?;
        let classes = training.known_classes()?;
        let (k, rows) = (parameters.n_neighbors as usize, training.samples.nrows());
        if k == 0 || k > rows {
            let detail =
                format!("{k} neighbours among {rows} samples: at least 1 and at most all of them can vote");
            return Err(FitError::Parameter { name: "n_neighbors", detail });
        }
        let references = References::new(parameters.metric, training.samples.to_owned());
        references.check().map_err(FitError::Impossible)?;
        progress.report(1.0);
        let parameters = parameters.clone();
        Ok(Self { parameters, references, n_classes: classes.count, classes: classes.of.to_vec() })
    }

    /// The samples as they are kept, and at length 1.
    fn memory_bytes(_: &KNeighborsParameters, rows: usize, columns: usize, _: usize) -> u64 {
        rows as u64 * (16 * columns as u64 + 12)
    }

    fn parameters(&self) -> &KNeighborsParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.references.rows().ncols()
    }

    fn n_classes(&self) -> usize {
        self.n_classes
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        let nearest = self.references.score(samples, self.parameters.n_neighbors as usize)?;
        let mut scores = Array2::zeros((samples.nrows(), self.n_classes));
        for (row, mut score) in scores.rows_mut().into_iter().enumerate() {
            for (index, vote) in nearest.indices.row(row).iter().zip(self.votes(nearest.distances.row(row))) {
                score[self.classes[*index as usize] as usize] += vote;
            }
            let all = score.sum();
            score.mapv_inplace(|votes| votes / all);
        }
        Ok(scores)
    }

    /// A vote is no sum over features.
    fn contributions(&self, _row: ArrayView1<'_, f64>, _column: usize) -> Option<Contributions> {
        None
    }

    fn check(&self) -> Result<(), String> {
        self.references.check()?;
        let (rows, k) = (self.references.rows().nrows(), self.parameters.n_neighbors as usize);
        if self.references.metric() != self.parameters.metric || k == 0 || k > rows {
            return Err(format!("{k} neighbours among {rows} samples"));
        }
        let known = |class: &u32| (*class as usize) < self.n_classes;
        if self.n_classes < 2 || self.classes.len() != rows || !self.classes.iter().all(known) {
            return Err("classes that are not those of the samples".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
