//! Random forests (Breiman, 2001) and extremely randomised trees (Geurts, Ernst and Wehenkel, 2006), equal to
//! `RandomForestClassifier` and `ExtraTreesClassifier` of scikit-learn 1.9: the same trees node for node.
//!
//! [`Forest::fit`] draws in the order of `ensemble/_forest.py`.

mod describe;
mod draw;
mod parameters;
mod stored;

pub use parameters::{Bagged, Extra, ForestParameters, Kind, MAX_ESTIMATORS};

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, matrix,
    random::RandomState,
    tree::{GrowthData, Tree, Voting, Watch},
};
use draw::Draw;
use ndarray::{Array2, ArrayView1, ArrayView2};
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// A random forest: trees of drawn samples, each split the best of a few features.
pub type RandomForest = Forest<Bagged>;
pub type RandomForestParameters = ForestParameters<Bagged>;
/// Extra trees: trees of all samples, each split the best of a few random thresholds.
pub type ExtraTrees = Forest<Extra>;
pub type ExtraTreesParameters = ForestParameters<Extra>;

/// The bound of the seeds of trees: `MAX_INT` of `ensemble/_base.py`.
const SEED_BOUND: u32 = i32::MAX as u32;

/// A fitted forest.
#[derive(Clone, Debug, PartialEq)]
pub struct Forest<K: Kind> {
    parameters: ForestParameters<K>,
    n_samples: u32,
    /// Features looked at per split.
    max_features: usize,
    /// Samples drawn per tree, if they are drawn.
    n_samples_bootstrap: Option<u32>,
    /// The weights of the samples, times those of their classes, if there are any.
    sample_weight: Option<Vec<f64>>,
    voting: Voting,
}

impl<K: Kind> Forest<K> {
    pub fn trees(&self) -> &[Tree] {
        self.voting.trees()
    }

    /// The seed of each tree: its `random_state` in scikit-learn.
    pub fn seeds(&self) -> Vec<u32> {
        seeds(&self.parameters)
    }

    pub fn n_samples(&self) -> usize {
        self.n_samples as usize
    }

    pub fn n_classes(&self) -> usize {
        self.trees()[0].n_values()
    }

    /// Features looked at per split: `max_features_` of scikit-learn's trees.
    pub fn max_features(&self) -> usize {
        self.max_features
    }

    /// Samples drawn per tree, if they are drawn.
    pub fn n_samples_bootstrap(&self) -> Option<u32> {
        self.n_samples_bootstrap
    }

    /// The weights of the samples, times those of their classes, if there are any.
    pub fn sample_weight(&self) -> Option<&[f64]> {
        self.sample_weight.as_deref()
    }
}

fn seeds<K: Kind>(parameters: &ForestParameters<K>) -> Vec<u32> {
    let mut random = RandomState::new(parameters.random_state);
    (0..parameters.n_estimators).map(|_| random.below(SEED_BOUND)).collect()
}

impl<K: Kind> Estimator for Forest<K> {
    type Parameters = ForestParameters<K>;
    const CLASS_NAME: &'static str = if K::EXTRA { "ExtraTreesClassifier" } else { "RandomForestClassifier" };
    const OUTPUT: Output = Output::Probabilities;

    fn describe() -> Algorithm {
        if K::EXTRA { describe::extra_trees() } else { describe::random_forest() }
    }

    /// Trees are grown in parallel; cancellation is looked at before and within each tree.
    fn fit(
        parameters: &ForestParameters<K>,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        matrix::check_samples(training.samples)?;
        let (rows, columns) = training.samples.dim();
        let growth = parameters.resolve(rows, columns)?;
        let classes = training.known_classes()?;
        let draw = Draw::new(parameters, classes, training.known_weights()?)?;
        let data = GrowthData::new(training.samples, draw.is_whole(), K::EXTRA, progress)?;
        let seeds = seeds(parameters);
        let done = Mutex::new(0_usize);
        let grow = |seed: &u32| {
            if progress.cancelled() {
                return Err(FitError::Cancelled);
            }
            let weights = draw.weights(*seed);
            let tree = growth.grow(&data, classes, &weights, *seed, &mut Watch::new(progress))?;
            // Held while reporting, so that reports come in order.
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += 1;
            progress.report(*done as f64 / seeds.len() as f64);
            Ok(tree)
        };
        let trees = seeds.par_iter().with_max_len(1).map(grow).collect::<Result<Vec<_>, _>>()?;
        drop(data);
        Ok(Self {
            parameters: parameters.clone(),
            n_samples: rows as u32,
            max_features: growth.max_features,
            n_samples_bootstrap: draw.count(),
            sample_weight: draw.into_sample_weight(),
            voting: Voting::new(trees),
        })
    }

    /// Nodes as they are grown and as they are walked, the matrix in ranks or single precision, and per thread the
    /// samples in several orders.
    fn memory_bytes(parameters: &ForestParameters<K>, rows: usize, columns: usize, classes: usize) -> u64 {
        let Ok(growth) = parameters.resolve(rows.max(1), columns.max(1)) else { return 0 };
        let (rows, trees) = (rows as u64, u64::from(parameters.n_estimators));
        // Of what is drawn with replacement, a share of 1/e is drawn more than once.
        let drawn = if parameters.bootstrap { rows * 64 / 100 + 1 } else { rows };
        let nodes = trees * growth.most_nodes(drawn);
        let threads = rayon::current_num_threads() as u64;
        nodes * (56 + 8 * classes as u64) + rows * columns as u64 * 8 + threads * rows * 48
    }

    fn parameters(&self) -> &ForestParameters<K> {
        &self.parameters
    }

    fn n_features(&self) -> usize {
        self.trees()[0].n_features()
    }

    fn n_classes(&self) -> usize {
        self.n_classes()
    }

    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        self.voting.score(samples)
    }

    fn contributions(&self, row: ArrayView1<'_, f64>, column: usize) -> Option<Contributions> {
        self.voting.contributions(row, column)
    }

    /// Reading rebuilds and checks every tree.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
