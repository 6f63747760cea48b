//! Isolation forests (Liu, Ting and Zhou, 2008), equal to `sklearn.ensemble.IsolationForest` of
//! scikit-learn 1.9: the same trees node for node, the same scores to the last digit.
//!
//! [`IsolationForest::fit`] draws and grows in scikit-learn's order (`ensemble/_iforest.py`,
//! `ensemble/_bagging.py`); [`IsolationForest::score_samples`] has its sign: lower is more abnormal.

mod describe;
mod explain;
mod parameters;
mod paths;
mod stored;

pub use parameters::{IsolationForestParameters, MAX_ESTIMATORS, MaxFeatures, MaxSamples};

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, StandardScaler,
    TrainingSet, matrix,
    random::{Chances, RandomState, XorShift, sample_without_replacement},
    tree::{IsolationGrower, Subsample, Tree, Watch},
};
use explain::Expectations;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use parameters::Resolved;
use paths::Paths;
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Seeds are drawn below this: `MAX_INT` of `ensemble/_bagging.py`, `RAND_R_MAX` of the tree code.
const SEED_BOUND: u32 = i32::MAX as u32;

/// A fitted isolation forest.
#[derive(Clone, Debug)]
pub struct IsolationForest {
    parameters: IsolationForestParameters,
    n_samples: u32,
    n_features: u32,
    resolved: Resolved,
    /// The weights that samples were drawn by, if there were any.
    sample_weight: Option<Vec<f64>>,
    trees: Vec<IsolationTree>,
    paths: Paths,
    expectations: Expectations,
}

/// A tree of the forest and what it was grown from.
#[derive(Clone, Debug, PartialEq)]
pub struct IsolationTree {
    /// Seeds the choice of features and samples: an entry of scikit-learn's `_seeds`.
    pub seed: u32,
    /// Seeds the splits: the `random_state` of scikit-learn's tree.
    pub random_state: u32,
    /// The matrix columns that the tree sees: column `i` of the tree is `features[i]` of the matrix.
    pub features: Vec<u32>,
    pub tree: Tree,
}

impl IsolationForest {
    /// Fits a forest to `samples` (`n_samples` × `n_features`), trees in parallel.
    ///
    /// # Errors
    /// A matrix that is empty or has a value that is not finite in single precision; parameters out of
    /// range or not fit for the matrix; cancellation, looked at before and within each tree.
    pub fn fit(
        parameters: &IsolationForestParameters,
        samples: ArrayView2<'_, f64>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        <Self as Estimator>::fit(parameters, TrainingSet::unlabelled(samples), progress)
    }

    fn fit_weighted(
        parameters: &IsolationForestParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        let samples = training.samples;
        matrix::check_samples(samples)?;
        let sample_weight = training.known_weights()?.map(|weights| weights.to_vec());
        let too_many = |name| FitError::Parameter { name, detail: "more than 2^32 - 1".into() };
        let n_samples = u32::try_from(samples.nrows()).map_err(|_| too_many("samples"))?;
        let n_features = u32::try_from(samples.ncols()).map_err(|_| too_many("features"))?;
        let resolved = parameters.resolve(n_samples, n_features)?;
        let chances = sample_weight.as_deref().map(Chances::new);
        if let Some(chances) = &chances
            && !parameters.bootstrap
            && chances.possible() < resolved.max_samples as usize
        {
            return Err(FitError::Weights(format!(
                "{} samples have a weight and each tree draws {} without replacement: draw fewer, or with \
                 replacement",
                chances.possible(),
                resolved.max_samples
            )));
        }
        let drawing = Drawing { resolved, bootstrap: parameters.bootstrap, chances: chances.as_ref() };

        let mut random = RandomState::new(parameters.random_state);
        let targets: Vec<f64> = (0..n_samples).map(|_| random.next_double()).collect();
        // The stream of seeds starts anew: scikit-learn makes a second generator of the same seed.
        let mut random = RandomState::new(parameters.random_state);
        let seeds: Vec<u32> = (0..parameters.n_estimators).map(|_| random.below(SEED_BOUND)).collect();

        let done = Mutex::new(0_usize);
        let trees = seeds
            .par_iter()
            .map_init(Workspace::default, |workspace, &seed| {
                if progress.cancelled() {
                    return Err(FitError::Cancelled);
                }
                let tree = workspace.grow(seed, drawing, samples, &targets, &mut Watch::new(progress))?;
                // Held while reporting, so that reports come in order.
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                *done += 1;
                progress.report(*done as f64 / seeds.len() as f64);
                Ok(tree)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::assemble(parameters.clone(), n_samples, n_features, resolved, sample_weight, trees))
    }

    fn assemble(
        parameters: IsolationForestParameters,
        n_samples: u32,
        n_features: u32,
        resolved: Resolved,
        sample_weight: Option<Vec<f64>>,
        trees: Vec<IsolationTree>,
    ) -> Self {
        let paths = Paths::new(&trees, resolved.max_samples);
        let expectations = Expectations::default();
        Self { parameters, n_samples, n_features, resolved, sample_weight, trees, paths, expectations }
    }

    /// The score of each row of `samples` (any number × `n_features`), in [-1, 0]; lower is more abnormal.
    ///
    /// # Errors
    /// Another number of columns; a value that is not finite in single precision.
    pub fn score_samples(&self, samples: ArrayView2<'_, f64>) -> Result<Array1<f64>, MatrixError> {
        self.score_scaled(samples, None)
    }

    /// [`Self::score_samples`] of the scaled rows, without a scaled copy of the matrix.
    pub(crate) fn score_scaled(
        &self,
        samples: ArrayView2<'_, f64>,
        scaler: Option<&StandardScaler>,
    ) -> Result<Array1<f64>, MatrixError> {
        matrix::check_columns(samples, self.n_features())?;
        self.paths.score(samples, scaler)
    }

    pub fn parameters(&self) -> &IsolationForestParameters {
        &self.parameters
    }

    /// Rows of the matrix that the forest was fitted on.
    pub fn n_samples(&self) -> usize {
        self.n_samples as usize
    }

    pub fn n_features(&self) -> usize {
        self.n_features as usize
    }

    /// Samples drawn per tree.
    pub fn max_samples(&self) -> usize {
        self.resolved.max_samples as usize
    }

    /// Features seen per tree.
    pub fn max_features(&self) -> usize {
        self.resolved.max_features as usize
    }

    /// The most levels that a tree may have below its root.
    pub fn max_depth(&self) -> usize {
        self.resolved.max_depth
    }

    /// The weights that samples were drawn by, if there were any.
    pub fn sample_weight(&self) -> Option<&[f64]> {
        self.sample_weight.as_deref()
    }

    pub fn trees(&self) -> &[IsolationTree] {
        &self.trees
    }
}

impl Estimator for IsolationForest {
    type Parameters = IsolationForestParameters;
    const CLASS_NAME: &'static str = "IsolationForest";
    const OUTPUT: Output = Output::Abnormality;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &IsolationForestParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        Self::fit_weighted(parameters, training, progress)
    }

    /// Nodes as they are grown and as they are walked, and a subsample per thread.
    fn memory_bytes(parameters: &IsolationForestParameters, rows: usize, columns: usize, _: usize) -> u64 {
        let (rows, columns) = (rows.min(u32::MAX as usize) as u32, columns.min(u32::MAX as usize) as u32);
        let Ok(resolved) = parameters.resolve(rows.max(1), columns.max(1)) else { return 0 };
        let nodes = 2 * u64::from(resolved.max_samples) * u64::from(parameters.n_estimators);
        nodes * 112 + u64::from(rows) * 8 + u64::from(resolved.max_samples) * u64::from(columns) * 8
    }

    fn parameters(&self) -> &IsolationForestParameters {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.n_features as usize
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        Ok(self.score_samples(samples)?.insert_axis(Axis(1)))
    }

    fn contributions(&self, row: ArrayView1<'_, f64>, column: usize) -> Option<Contributions> {
        if column == 0 { self.explain(row) } else { None }
    }

    /// Reading rebuilds and checks every tree.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

impl PartialEq for IsolationForest {
    fn eq(&self, other: &Self) -> bool {
        // Paths and expectations follow from the rest.
        self.parameters == other.parameters
            && (self.n_samples, self.n_features) == (other.n_samples, other.n_features)
            && self.sample_weight == other.sample_weight
            && self.trees == other.trees
    }
}

impl IsolationTree {
    /// For each node, the path length still to be expected below it, by the samples that reached it.
    pub fn average_path_lengths(&self) -> Vec<f64> {
        self.tree.nodes().map(|node| average_path_length(node.n_node_samples as f64)).collect()
    }
}

/// The average path length of an unsuccessful search in a binary tree of `count` samples (equation 1 of
/// the paper), as `_average_path_length` in `ensemble/_iforest.py` computes it.
pub fn average_path_length(count: f64) -> f64 {
    const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;
    if count <= 1.0 {
        0.0
    } else if count == 2.0 {
        1.0
    } else {
        2.0 * ((count - 1.0).ln() + EULER_GAMMA) - 2.0 * (count - 1.0) / count
    }
}

/// How each tree draws its features and samples.
#[derive(Clone, Copy)]
struct Drawing<'a> {
    resolved: Resolved,
    bootstrap: bool,
    /// The chances of the samples, when they have weights.
    chances: Option<&'a Chances>,
}

/// What a thread needs to grow trees; reused from tree to tree.
#[derive(Default)]
struct Workspace {
    grower: IsolationGrower,
    data: Subsample,
    rows: Vec<u32>,
}

impl Workspace {
    fn grow(
        &mut self,
        seed: u32,
        drawing: Drawing<'_>,
        samples: ArrayView2<'_, f64>,
        targets: &[f64],
        watch: &mut Watch<'_>,
    ) -> Result<IsolationTree, FitError> {
        let resolved = drawing.resolved;
        let random_state = RandomState::new(seed).below(SEED_BOUND);
        let mut random = RandomState::new(seed);
        let n_features = samples.ncols() as u32;
        let features = sample_without_replacement(n_features, resolved.max_features, &mut random);
        let n_samples = samples.nrows() as u32;
        let count = resolved.max_samples;
        let mut drawn: Vec<u32> = match (drawing.chances, drawing.bootstrap) {
            (None, true) => (0..count).map(|_| random.below(n_samples)).collect(),
            (None, false) => sample_without_replacement(n_samples, count, &mut random),
            (Some(chances), true) => (0..count).map(|_| chances.draw(&mut random)).collect(),
            (Some(chances), false) => chances.draw_distinct(count, &mut random),
        };
        drawn.sort_unstable();
        self.gather(&drawn, &features, samples, targets);
        let stream = XorShift::new(RandomState::new(random_state).below(SEED_BOUND));
        let tree = self.grower.grow(&self.data, resolved.max_depth, stream, watch)?;
        Ok(IsolationTree { seed, random_state, features, tree })
    }

    /// Copies the rows `drawn` (ascending, possibly repeated) next to each other, column by column.
    fn gather(&mut self, drawn: &[u32], features: &[u32], samples: ArrayView2<'_, f64>, targets: &[f64]) {
        let data = &mut self.data;
        self.rows.clear();
        data.weights.clear();
        for &row in drawn {
            match data.weights.last_mut() {
                Some(weight) if self.rows.last() == Some(&row) => *weight += 1.0,
                _ => {
                    self.rows.push(row);
                    data.weights.push(1.0);
                }
            }
        }
        data.targets.clear();
        data.targets.extend(self.rows.iter().map(|&row| targets[row as usize]));
        data.n_features = features.len();
        let count = self.rows.len();
        data.columns.clear();
        data.columns.resize(count * data.n_features, 0.0);
        for (i, &row) in self.rows.iter().enumerate() {
            let row = samples.row(row as usize);
            for (column, &feature) in data.columns.chunks_exact_mut(count).zip(features) {
                column[i] = row[feature as usize] as f32;
            }
        }
    }
}

#[cfg(test)]
mod tests;
