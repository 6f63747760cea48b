//! Distance to the nearest normal sample: what is far from everything normal is an anomaly.
//!
//! Becomes scikit-learn's `NearestNeighbors(n_neighbors=1, algorithm="brute")`, whose one neighbour's distance is
//! the score. A score here is minus that distance: lower is more abnormal, 0 is a sample that was seen.

mod describe;

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, matrix,
    neighbors::{Metric, References},
};
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The metrics that can be asked for.
const METRICS: [Metric; 2] = [Metric::Cosine, Metric::Euclidean];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NearestNormalParameters {
    /// Cosine or euclidean.
    pub metric: Metric,
}

impl Default for NearestNormalParameters {
    fn default() -> Self {
        Self { metric: Metric::Cosine }
    }
}

/// The normal samples, each distinct one once: a second one would change no distance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NearestNormal {
    parameters: NearestNormalParameters,
    references: References,
}

impl NearestNormal {
    /// The distinct normal samples, in the order in which each first came: `n_distinct` × `n_features`.
    pub fn samples(&self) -> ArrayView2<'_, f64> {
        self.references.rows()
    }
}

fn check_metric(metric: Metric) -> Result<(), FitError> {
    if METRICS.contains(&metric) {
        return Ok(());
    }
    Err(FitError::Parameter { name: "metric", detail: format!("{} is not offered here", metric.name()) })
}

/// The rows to keep: of class 0 where there are classes, each distinct row once.
fn distinct_normal(training: TrainingSet<'_>, progress: &dyn Progress) -> Result<Vec<usize>, FitError> {
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
        let bits: Box<[u64]> = values.iter().map(|value| (value + 0.0).to_bits()).collect();
        if seen.insert(bits) {
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
        check_metric(parameters.metric)?;
        matrix::check_samples(training.samples)?;
        let kept = distinct_normal(training, progress)?;
        let references = References::new(parameters.metric, training.samples.select(Axis(0), &kept));
        references.check().map_err(FitError::Impossible)?;
        progress.report(1.0);
        Ok(Self { parameters: parameters.clone(), references })
    }

    /// Every row as it is told from the others, as it is kept, and at length 1.
    fn memory_bytes(_: &NearestNormalParameters, rows: usize, columns: usize, _: usize) -> u64 {
        rows as u64 * (24 * columns as u64 + 48)
    }

    fn parameters(&self) -> &NearestNormalParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.references.rows().ncols()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        Ok(-self.references.score(samples, 1)?.distances)
    }

    /// A feature's share of the distance to the nearest normal sample.
    fn contributions(&self, row: ArrayView1<'_, f64>, _column: usize) -> Option<Contributions> {
        let nearest = self.references.score(row.insert_axis(Axis(0)), 1).ok()?;
        let shares = self.references.shares(row, *nearest.indices.first()? as usize);
        let distance = *nearest.distances.first()?;
        let features: Vec<f64> = shares.into_iter().map(|share| -share).collect();
        // Between two rows of zeros, at cosine distance 1, no feature has a part in it.
        let base = if features.iter().all(|share| *share == 0.0) { -distance } else { 0.0 };
        Some(Contributions { base, features })
    }

    fn check(&self) -> Result<(), String> {
        check_metric(self.parameters.metric).map_err(|error| error.to_string())?;
        if self.parameters.metric != self.references.metric() {
            return Err("samples prepared for another metric".into());
        }
        self.references.check()
    }
}

#[cfg(test)]
mod tests;
