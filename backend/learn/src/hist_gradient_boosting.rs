//! Gradient boosting on histograms (Friedman, 2001; Ke et al., LightGBM, 2017), as
//! `sklearn.ensemble.HistGradientBoostingClassifier` of scikit-learn 1.9 does it without early stopping: the same bins,
//! the same splits, the same leaves; with two classes one tree an iteration, with more one per class.
//!
//! Sums are made in scikit-learn's order. What may differ in the last digit is the exponential function, so that a
//! split between two equally good ones may now and then fall the other way.

mod bins;
mod describe;
mod grow;
mod histogram;
mod loss;
mod parameters;
mod splitting;
mod tree;
mod walk;

pub use parameters::{HistGradientBoostingParameters, MAX_DEPTH, MAX_ITER, MAX_LEAF_NODES};
pub use tree::{BoostedNode, BoostedTree};

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet, class_weight,
    matrix, random::RandomState, rows, shares,
};
use bins::Binned;
use grow::Grower;
use ndarray::{Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};
use walk::Walk;

/// A fitted boosted model.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct HistGradientBoosting {
    stored: Stored,
    walk: Walk,
}

/// What is stored; the rest follows from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    parameters: HistGradientBoostingParameters,
    n_classes: u32,
    /// Between the bins of each feature.
    thresholds: Vec<Vec<f64>>,
    /// What is predicted before any tree, per output.
    baseline: Vec<f64>,
    /// The trees of each iteration, one per output.
    iterations: Vec<Vec<BoostedTree>>,
    /// Whether samples had weights.
    weighted: bool,
}

impl HistGradientBoosting {
    /// The upper ends of all bins but the last, of each feature: scikit-learn's `bin_thresholds_`.
    pub fn thresholds(&self) -> &[Vec<f64>] {
        &self.stored.thresholds
    }

    /// What is predicted before any tree: the log-odds of the second of two classes, or a logit per class.
    pub fn baseline(&self) -> &[f64] {
        &self.stored.baseline
    }

    /// The trees of each iteration: one for two classes, one per class for more.
    pub fn iterations(&self) -> &[Vec<BoostedTree>] {
        &self.stored.iterations
    }

    /// Whether it was fitted to samples with weights of their own.
    pub fn is_weighted(&self) -> bool {
        self.stored.weighted
    }

    /// The seeds that scikit-learn draws from `random_state`: of the bins, and of a choice of features that is not made.
    pub fn seeds(&self) -> [u32; 2] {
        seeds(self.stored.parameters.random_state)
    }

    fn outputs(&self) -> usize {
        self.stored.baseline.len()
    }
}

fn seeds(random_state: u32) -> [u32; 2] {
    let mut random = RandomState::new(random_state);
    [random.below(u32::MAX), random.below(u32::MAX)]
}

/// Missing values go their way; others must be as for other trees.
fn is_usable(value: f64) -> bool {
    value.is_nan() || (value as f32).is_finite()
}

impl Estimator for HistGradientBoosting {
    type Parameters = HistGradientBoostingParameters;
    const CLASS_NAME: &'static str = "HistGradientBoostingClassifier";
    const OUTPUT: Output = Output::Probabilities;

    fn describe() -> Algorithm {
        describe::describe()
    }

    fn fit(
        parameters: &HistGradientBoostingParameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        parameters.check()?;
        let samples = training.samples;
        let (n_samples, columns) = samples.dim();
        if n_samples == 0 || columns == 0 {
            return Err(MatrixError::Empty { rows: n_samples, columns }.into());
        }
        if u32::try_from(n_samples).is_err() {
            return Err(FitError::Parameter { name: "samples", detail: "more than 2^32 - 1".into() });
        }
        rows::check_rows(samples, is_usable)?;
        let classes = training.known_classes()?;
        class_weight::class_totals(training)?;
        let weights = weights(parameters, training)?;
        let weights = weights.as_deref();
        let max_bins = parameters.max_bins;
        let [random_seed, _] = seeds(parameters.random_state);
        let thresholds = bins::thresholds(samples, weights, max_bins, random_seed, progress)?;
        let binned = Binned::new(samples, &thresholds, max_bins);
        let outputs = if classes.count == 2 { 1 } else { classes.count };
        let baseline = loss::baseline(classes.of, weights, outputs);

        // Inside the pool, where starting work on other threads costs least.
        let iterations = rayon::scope(|_| {
            let mut raw: Vec<Vec<f64>> = baseline.iter().map(|base| vec![*base; n_samples]).collect();
            let mut derivatives = vec![vec![[0.0; 2]; n_samples]; outputs];
            let mut grower = Grower::new(parameters, &binned, &thresholds, progress);
            let mut iterations = Vec::with_capacity(parameters.max_iter as usize);
            for iteration in 1..=parameters.max_iter {
                loss::differentiate(&raw, classes.of, weights, &mut derivatives);
                let trees =
                    derivatives.iter().zip(&mut raw).map(|(derivatives, raw)| grower.grow(derivatives, raw));
                iterations.push(trees.collect::<Result<Vec<_>, _>>()?);
                progress.report(f64::from(iteration) / f64::from(parameters.max_iter));
            }
            Ok::<_, FitError>(iterations)
        })?;
        let n_classes = classes.count as u32;
        let weighted = training.weights.is_some();
        let parameters = parameters.clone();
        let stored = Stored { parameters, n_classes, thresholds, baseline, iterations, weighted };
        Self::try_from(stored).map_err(FitError::Impossible)
    }

    /// Bins, derivatives and predictions per sample, histograms of the leaves that are open, sorted columns.
    fn memory_bytes(
        parameters: &HistGradientBoostingParameters,
        rows: usize,
        columns: usize,
        classes: usize,
    ) -> u64 {
        let outputs = if classes <= 2 { 1 } else { classes as u64 };
        let (rows, columns) = (rows as u64, columns as u64);
        let leaves = u64::from(parameters.max_leaf_nodes.unwrap_or(u32::MAX))
            .min(rows / u64::from(parameters.min_samples_leaf) + 1);
        let groups = columns.div_ceil(bins::LANES as u64);
        let trees = u64::from(parameters.max_iter) * outputs * 2 * leaves * 88;
        let threads = rayon::current_num_threads() as u64;
        rows * (4 * groups + outputs * 16 + 32)
            + (leaves + 1) * groups * 20_480
            + trees
            + threads * rows.min(200_000) * 24
    }

    fn parameters(&self) -> &HistGradientBoostingParameters {
        &self.stored.parameters
    }

    fn n_features(&self) -> usize {
        self.stored.thresholds.len()
    }

    fn n_classes(&self) -> usize {
        self.stored.n_classes as usize
    }

    /// As [`Estimator::score`]; a missing value is NaN and goes its way.
    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        let raw = self.response(samples)?;
        if raw.ncols() == 1 {
            let mut scores = Array2::zeros((samples.nrows(), 2));
            for (mut scores, raw) in scores.rows_mut().into_iter().zip(&raw) {
                scores[1] = shares::sigmoid(*raw);
                scores[0] = 1.0 - scores[1];
            }
            return Ok(scores);
        }
        let mut scores = raw;
        for mut row in scores.rows_mut() {
            row.as_slice_mut().map(shares::softmax_in_place);
        }
        Ok(scores)
    }

    /// The sums of what the trees say, before they become probabilities.
    fn response(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        matrix::check_columns(samples, self.n_features())?;
        let outputs = self.outputs();
        rows::score_blocks(samples, outputs, is_usable, |rows, sums| {
            sums.chunks_exact_mut(outputs).for_each(|sums| sums.copy_from_slice(&self.stored.baseline));
            self.walk.add(rows, self.n_features(), outputs, sums);
        })
    }

    /// How the probability divides among the features, each being credited with how much the value of the nodes
    /// changes where a tree asks for it; the base is the probability before any tree.
    fn contributions(&self, row: ArrayView1<'_, f64>, column: usize) -> Option<Contributions> {
        if row.len() != self.n_features() || column >= self.n_classes() {
            return None;
        }
        let mut terms = Array2::zeros((self.outputs(), row.len()));
        for trees in &self.stored.iterations {
            for (output, tree) in trees.iter().enumerate() {
                let mut node = tree.nodes.first()?;
                let mut value = 0.0;
                while !node.is_leaf() {
                    let feature = node.feature as usize;
                    node = tree.nodes.get(node.child(row[feature]) as usize)?;
                    let rate = if node.is_leaf() { 1.0 } else { self.stored.parameters.learning_rate };
                    terms[[output, feature]] += rate * node.value - value;
                    value = rate * node.value;
                }
            }
        }
        if self.outputs() > 1 {
            return Some(shares::softmax(&self.stored.baseline, terms.view(), column));
        }
        let sign = if column == 1 { 1.0 } else { -1.0 };
        let terms: Vec<f64> = terms.iter().map(|term| sign * term).collect();
        Some(shares::logistic(sign * self.stored.baseline[0], &terms))
    }

    /// Reading checks every tree.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// The weight of each sample; scikit-learn balances classes by their number of samples, whatever those weigh.
fn weights(
    parameters: &HistGradientBoostingParameters,
    training: TrainingSet<'_>,
) -> Result<Option<Vec<f64>>, FitError> {
    let unweighted = TrainingSet { weights: None, ..training };
    let of_classes = class_weight::sample_weights(unweighted, parameters.class_weight)?;
    let own = training.known_weights()?;
    Ok(match (of_classes, own) {
        (None, own) => own.map(|own| own.to_vec()),
        (of_classes, None) => of_classes,
        (Some(of_classes), Some(own)) => Some(of_classes.iter().zip(own).map(|(a, b)| a * b).collect()),
    })
}

impl PartialEq for HistGradientBoosting {
    fn eq(&self, other: &Self) -> bool {
        // What is walked follows from the rest.
        self.stored == other.stored
    }
}

impl From<HistGradientBoosting> for Stored {
    fn from(model: HistGradientBoosting) -> Self {
        model.stored
    }
}

impl TryFrom<Stored> for HistGradientBoosting {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        stored.parameters.check().map_err(|error| error.to_string())?;
        let outputs = if stored.n_classes == 2 { 1 } else { stored.n_classes as usize };
        if stored.n_classes < 2 || stored.thresholds.is_empty() || stored.baseline.len() != outputs {
            return Err(format!(
                "{} classes, {} features, a baseline of {}",
                stored.n_classes,
                stored.thresholds.len(),
                stored.baseline.len()
            ));
        }
        let is_ascending = |thresholds: &Vec<f64>| {
            thresholds.len() < 255
                && thresholds.iter().all(|value| value.is_finite())
                && thresholds.is_sorted()
        };
        if !stored.thresholds.iter().all(is_ascending)
            || !stored.baseline.iter().all(|value| value.is_finite())
        {
            return Err("thresholds or a baseline that are no usable numbers".into());
        }
        if stored.iterations.len() != stored.parameters.max_iter as usize {
            return Err(format!("{} iterations", stored.iterations.len()));
        }
        for (i, trees) in stored.iterations.iter().enumerate() {
            if trees.len() != outputs {
                return Err(format!("{} trees in iteration {i}", trees.len()));
            }
            for tree in trees {
                tree.check(stored.thresholds.len()).map_err(|error| format!("iteration {i}: {error}"))?;
            }
        }
        let walk = Walk::new(stored.iterations.iter().flatten());
        Ok(Self { stored, walk })
    }
}

#[cfg(test)]
mod tests;
