//! Grows one isolation tree exactly as scikit-learn 1.9 does: `ExtraTreeRegressor` with
//! `max_features=1`, `splitter="random"` and squared error (`sklearn/tree/_tree.pyx`, `_splitter.pyx`,
//! `_partitioner.pyx`, `_criterion.pyx`).
//!
//! The result is equal in every bit, so the order of draws and of floating-point operations is part of
//! the algorithm here: sums run in the order of the (partitioned) samples, and nothing is fused or
//! reassociated.

use super::{
    Limits, Tree, Watch,
    build::{self, FEATURE_THRESHOLD, Pending, Split, Splitter},
    features::Features,
};
use crate::{FitError, random::XorShift};
use std::ops::Range;

/// The samples of one tree, gathered from the matrix. Sample `i` is at `columns[feature * len + i]`.
#[derive(Default)]
pub(crate) struct Subsample {
    /// `n_features` × `len`, one column after the other.
    pub(crate) columns: Vec<f32>,
    pub(crate) n_features: usize,
    /// The random target of each sample.
    pub(crate) targets: Vec<f64>,
    /// How often each sample was drawn.
    pub(crate) weights: Vec<f64>,
}

/// Weight, and weighted sums of the targets and of their squares, of a node's samples.
#[derive(Clone, Copy, Default)]
struct Sums {
    weight: f64,
    total: f64,
    squares: f64,
}

/// The working memory of growing; one per thread, reused from tree to tree.
#[derive(Default)]
pub(crate) struct IsolationGrower {
    /// Sample numbers; each node owns a range.
    samples: Vec<u32>,
    /// The values of the column under test, in the order of `samples`.
    values: Vec<f32>,
    features: Features,
    stack: Vec<Pending>,
}

impl IsolationGrower {
    /// Grows a tree of at most `max_depth` levels below the root. `data` has at least one sample and feature.
    ///
    /// # Errors
    /// Cancellation.
    pub(crate) fn grow(
        &mut self,
        data: &Subsample,
        max_depth: usize,
        random: XorShift,
        watch: &mut Watch<'_>,
    ) -> Result<Tree, FitError> {
        let count = data.targets.len();
        self.samples.clear();
        self.samples.extend(0..count as u32);
        self.values.resize(count, 0.0);
        self.features.restart(data.n_features, 1, random);
        let mut splitter = IsolationSplitter {
            data,
            total_weight: data.weights.iter().fold(0.0, |sum, weight| sum + weight),
            samples: &mut self.samples,
            values: &mut self.values,
            features: &mut self.features,
            range: 0..0,
            sums: Sums::default(),
        };
        let limits =
            Limits { max_depth, min_samples_split: 2, min_samples_leaf: 1, min_impurity_decrease: 0.0 };
        build::grow(&mut splitter, count, Tree::new(data.n_features, 1), &limits, &mut self.stack, watch)
    }
}

struct IsolationSplitter<'a> {
    data: &'a Subsample,
    total_weight: f64,
    samples: &'a mut [u32],
    values: &'a mut [f32],
    features: &'a mut Features,
    /// The node taken up.
    range: Range<usize>,
    sums: Sums,
}

impl Splitter for IsolationSplitter<'_> {
    fn enter(&mut self, samples: Range<usize>, values: &mut Vec<f64>) -> f64 {
        let mut sums = Sums::default();
        for &sample in &self.samples[samples.clone()] {
            let weight = self.data.weights[sample as usize];
            let target = self.data.targets[sample as usize];
            let weighted = weight * target;
            sums.total += weighted;
            sums.squares += weighted * target;
            sums.weight += weight;
        }
        values.push(sums.total / sums.weight);
        (self.range, self.sums) = (samples, sums);
        sums.weight
    }

    fn impurity(&self) -> f64 {
        let mean = self.sums.total / self.sums.weight;
        self.sums.squares / self.sums.weight - mean * mean
    }

    /// Draws features until one can be split, and splits at a random threshold (`node_split_random`).
    fn split(
        &mut self,
        impurity: f64,
        constants: &mut usize,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Split>, FitError> {
        let mut draws = self.features.begin(*constants);
        let mut chosen = None;
        while let Some(feature) = self.features.draw(&mut draws) {
            watch.spend(self.range.len())?;
            let (min, max) = self.load(feature);
            if max <= min + FEATURE_THRESHOLD {
                self.features.constant(&mut draws);
                continue;
            }
            self.features.varies(&mut draws);
            let threshold = self.features.draw_threshold(min, max);
            let position = self.partition(threshold);
            if position > self.range.start && position < self.range.end {
                chosen = Some((feature, threshold, position));
            }
        }
        *constants = self.features.end(&draws);
        Ok(chosen.map(|(feature, threshold, position)| {
            let (impurity_left, impurity_right, gain) = self.evaluate(position, impurity);
            Split { feature, threshold, position, impurity_left, impurity_right, gain }
        }))
    }
}

impl IsolationSplitter<'_> {
    /// Copies a column of the node's samples into `values`; its smallest and largest value.
    fn load(&mut self, feature: usize) -> (f32, f32) {
        let count = self.data.targets.len();
        let column = &self.data.columns[feature * count..(feature + 1) * count];
        let samples = &self.samples[self.range.clone()];
        let first = column[samples[0] as usize];
        let (mut min, mut max) = (first, first);
        for (slot, &sample) in self.values[self.range.clone()].iter_mut().zip(samples) {
            let value = column[sample as usize];
            *slot = value;
            // Of equal values (0.0 and -0.0) the first one stays.
            if value < min {
                min = value;
            }
            if value > max {
                max = value;
            }
        }
        (min, max)
    }

    /// Moves samples with `value <= threshold` to the front; where the others begin.
    fn partition(&mut self, threshold: f64) -> usize {
        let samples = &mut self.samples[self.range.clone()];
        let values = &mut self.values[self.range.clone()];
        let (mut low, mut high) = (0, values.len());
        while low < high {
            if f64::from(values[low]) <= threshold {
                low += 1;
            } else {
                high -= 1;
                samples.swap(low, high);
                values.swap(low, high);
            }
        }
        self.range.start + high
    }

    /// The impurities left and right of `position`, and the gain (`impurity_improvement`).
    fn evaluate(&self, position: usize, impurity: f64) -> (f64, f64, f64) {
        let (data, all) = (self.data, self.sums);
        let of = |sample: &u32| (data.weights[*sample as usize], data.targets[*sample as usize]);
        let left = &self.samples[self.range.start..position];
        let right = &self.samples[position..self.range.end];
        // scikit-learn walks the shorter way: it adds up the left side, or takes the right side off.
        let (mut total_left, mut weight_left);
        if left.len() <= right.len() {
            (total_left, weight_left) = (0.0, 0.0);
            for (weight, target) in left.iter().map(of) {
                total_left += weight * target;
                weight_left += weight;
            }
        } else {
            (total_left, weight_left) = (all.total, all.weight);
            for (weight, target) in right.iter().rev().map(of) {
                total_left -= weight * target;
                weight_left -= weight;
            }
        }
        let weight_right = all.weight - weight_left;
        let total_right = all.total - total_left;
        let mut squares_left = 0.0;
        for (weight, target) in left.iter().map(of) {
            squares_left += weight * target * target;
        }
        let squares_right = all.squares - squares_left;
        let mean_left = total_left / weight_left;
        let mean_right = total_right / weight_right;
        let impurity_left = squares_left / weight_left - mean_left * mean_left;
        let impurity_right = squares_right / weight_right - mean_right * mean_right;
        let gain = (all.weight / self.total_weight)
            * (impurity
                - (weight_right / all.weight * impurity_right)
                - (weight_left / all.weight * impurity_left));
        (impurity_left, impurity_right, gain)
    }
}
