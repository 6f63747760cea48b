//! Distance to the nearest normal samples: what is far from everything normal is an anomaly.
//!
//! Becomes scikit-learn's `NearestNeighbors(algorithm="brute")`, whose last neighbour's distance is the score. A score
//! here is minus that distance (Ramaswamy, Rastogi and Shim, 2000): lower is more abnormal, 0 is a sample that was
//! seen, as many times as there are neighbours.

mod describe;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, matrix,
    neighbors::{Metric, References},
    random::{RandomState, sample_without_replacement},
};
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The metrics that can be asked for.
const METRICS: [Metric; 3] = [Metric::Cosine, Metric::Euclidean, Metric::Manhattan];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NearestNormalParameters {
    /// How many normal samples have to be near; where fewer are kept, all of them. One is enough to vouch for a sample
    /// when there is one neighbour: then equal samples are kept once. With more, equal samples vouch for each other,
    /// and each is kept.
    pub n_neighbors: u32,
    pub metric: Metric,
    /// The most samples to keep, drawn at random where there are more; all when absent.
    pub max_samples: Option<u32>,
    /// The seed of the draw.
    pub random_state: u32,
}

impl Default for NearestNormalParameters {
    fn default() -> Self {
        Self { n_neighbors: 1, metric: Metric::Cosine, max_samples: None, random_state: 42 }
    }
}

/// The normal samples; with one neighbour each distinct one once, as a second one would change no distance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NearestNormal {
    parameters: NearestNormalParameters,
    references: References,
}

impl NearestNormal {
    /// The normal samples that are kept, in the order in which each first came: `n_kept` × `n_features`.
    pub fn samples(&self) -> ArrayView2<'_, f64> {
        self.references.rows()
    }

    /// How many neighbours are looked for: as many as were asked for, or all.
    pub fn n_neighbors(&self) -> usize {
        (self.parameters.n_neighbors as usize).min(self.references.rows().nrows())
    }
}

impl NearestNormalParameters {
    fn check(&self) -> Result<(), FitError> {
        let amounts = [("n_neighbors", Some(self.n_neighbors)), ("max_samples", self.max_samples)];
        match amounts.into_iter().find(|(_, amount)| *amount == Some(0)) {
            Some((name, _)) => Err(FitError::Parameter { name, detail: "0 is not at least 1".into() }),
            None => Ok(()),
        }
    }

    /// Whether equal rows are kept once.
    fn distinct(&self) -> bool {
        self.n_neighbors == 1
    }

    /// The rows to keep: the normal ones, in their order, or as many of them as are drawn.
    fn choose(&self, training: TrainingSet<'_>, progress: &dyn Progress) -> Result<Vec<usize>, FitError> {
        let normal = normal(training, self.distinct(), progress)?;
        let Some(most) = self.max_samples.filter(|most| (*most as usize) < normal.len()) else {
            return Ok(normal);
        };
        let count = u32::try_from(normal.len()).map_err(|_| FitError::Impossible("too many rows".into()))?;
        let mut random = RandomState::new(self.random_state);
        let mut drawn = sample_without_replacement(count, most, &mut random);
        drawn.sort_unstable();
        Ok(drawn.into_iter().map(|place| normal[place as usize]).collect())
    }
}

/// The rows of class 0 where there are classes, else all; if `distinct`, the first of those that are equal.
fn normal(
    training: TrainingSet<'_>,
    distinct: bool,
    progress: &dyn Progress,
) -> Result<Vec<usize>, FitError> {
    let rows = training.samples.nrows();
    let of = training.classes.map(|classes| classes.of);
    if let Some(of) = of
        && of.len() != rows
    {
        return Err(FitError::Labels { samples: rows, labels: of.len() });
    }
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for (row, values) in training.samples.rows().into_iter().enumerate() {
        if row % 4096 == 0 && progress.cancelled() {
            return Err(FitError::Cancelled);
        }
        if of.is_some_and(|of| of[row] != 0) {
            continue;
        }
        // Adding 0 makes the two zeros one.
        let bits = || -> Box<[u64]> { values.iter().map(|value| (value + 0.0).to_bits()).collect() };
        if !distinct || seen.insert(bits()) {
            kept.push(row);
        }
    }
    if kept.is_empty() {
        return Err(FitError::Impossible(
            "no sample is of the first class, the normal one: there is nothing to measure distances from"
                .into(),
        ));
    }
    Ok(kept)
}

impl Estimator for NearestNormal {
    type Parameters = NearestNormalParameters;
    const CLASS_NAME: &'static str = "NearestNeighbors";
    const OUTPUT: Output = Output::Abnormality;

    fn describe() -> Algorithm {
        describe::describe()
    }

    /// Keeps the samples of class 0, or all when there are no classes.
    fn fit(
        parameters: &NearestNormalParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        parameters.check()?;
        matrix::check_samples(training.samples)?;
        let kept = parameters.choose(training, progress)?;
        let references = References::new(parameters.metric, training.samples.select(Axis(0), &kept));
        references.check().map_err(FitError::Impossible)?;
        progress.report(1.0);
        // What was asked for cannot be more than there are.
        let n_neighbors = parameters.n_neighbors.min(kept.len().try_into().unwrap_or(u32::MAX));
        Ok(Self { parameters: NearestNormalParameters { n_neighbors, ..parameters.clone() }, references })
    }

    /// Every row as it is told from the others, or its number; each that is kept as it is, and at length 1.
    fn memory_bytes(parameters: &NearestNormalParameters, rows: usize, columns: usize, _: usize) -> u64 {
        let (rows, columns) = (rows as u64, columns as u64);
        let kept = parameters.max_samples.map_or(rows, |most| rows.min(most.into()));
        let told = if parameters.distinct() { 8 * columns + 48 } else { 24 };
        rows * told + kept * 16 * columns
    }

    /// The draw is all that chance decides.
    fn is_random(parameters: &NearestNormalParameters) -> bool {
        parameters.max_samples.is_some()
    }

    fn parameters(&self) -> &NearestNormalParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.references.rows().ncols()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        let last = self.n_neighbors() - 1;
        let distances = self.references.score(samples, last + 1)?.distances;
        Ok(-distances.select(Axis(1), &[last]))
    }

    /// A feature's share of the distance to the last of the neighbours.
    fn contributions(&self, row: ArrayView1<'_, f64>, _column: usize) -> Option<Contributions> {
        let nearest = self.references.score(row.insert_axis(Axis(0)), self.n_neighbors()).ok()?;
        let shares = self.references.shares(row, *nearest.indices.last()? as usize);
        let distance = *nearest.distances.last()?;
        let features: Vec<f64> = shares.into_iter().map(|share| -share).collect();
        // Between two rows of zeros, at cosine distance 1, no feature has a part in it.
        let base = if features.iter().all(|share| *share == 0.0) { -distance } else { 0.0 };
        Some(Contributions { base, features })
    }

    fn check(&self) -> Result<(), String> {
        self.parameters.check().map_err(|error| error.to_string())?;
        if self.parameters.metric != self.references.metric() {
            return Err("samples prepared for another metric".into());
        }
        self.references.check()
    }
}

#[cfg(test)]
mod tests;
