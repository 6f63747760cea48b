//! Cuts classification nodes whose samples have any weights, exactly as `sklearn/tree/_splitter.pyx`,
//! `_partitioner.pyx` and `_criterion.pyx` of scikit-learn 1.9 do it: sums are rounded, so the order of the samples is
//! part of the result, and every sort and partition leaves them as scikit-learn's would.

use super::{
    Columns, Criterion, Tree,
    build::{FEATURE_THRESHOLD, Split, Splitter, Watch},
    criterion::Weights,
    features::Features,
    introsort,
};
use crate::{Classes, FitError};
use std::ops::Range;

pub(super) struct OrderedSplitter<'a> {
    columns: &'a Columns,
    classes: Classes<'a>,
    weights: &'a [f64],
    /// Whether thresholds are drawn, instead of the best one being sought.
    random: bool,
    criterion: Criterion,
    min_samples_leaf: usize,
    total_weight: f64,
    /// Row numbers; each node owns a range.
    samples: Vec<u32>,
    /// The values of the column under test, in the order of `samples`.
    values: Vec<f32>,
    features: Features,
    sums: Sums,
}

/// `ClassificationCriterion`: the weights of the classes of a node, and of those left of a position.
struct Sums {
    range: Range<usize>,
    position: usize,
    all: Vec<f64>,
    weight: f64,
    left: Vec<f64>,
    left_weight: f64,
}

#[derive(Clone, Copy)]
struct Best {
    feature: usize,
    threshold: f64,
    position: usize,
}

impl<'a> OrderedSplitter<'a> {
    /// A splitter of the samples that have a weight.
    pub(super) fn new(
        columns: &'a Columns,
        random: bool,
        criterion: Criterion,
        min_samples_leaf: usize,
        features: Features,
        classes: Classes<'a>,
        weights: &'a [f64],
    ) -> Self {
        let samples: Vec<u32> =
            (0..).zip(weights).filter(|(_, weight)| **weight != 0.0).map(|(row, _)| row).collect();
        Self {
            columns,
            classes,
            weights,
            random,
            criterion,
            min_samples_leaf,
            total_weight: weights.iter().fold(0.0, |sum, weight| sum + weight),
            values: vec![0.0; samples.len()],
            samples,
            features,
            sums: Sums {
                range: 0..0,
                position: 0,
                all: vec![0.0; classes.count],
                weight: 0.0,
                left: vec![0.0; classes.count],
                left_weight: 0.0,
            },
        }
    }

    pub(super) fn count(&self) -> usize {
        self.samples.len()
    }

    pub(super) fn empty_tree(&self) -> Tree {
        Tree::new(self.columns.n_features(), self.classes.count)
    }

    /// Copies a column of the node's samples into `values`; its smallest and largest value.
    fn load(&mut self, feature: usize) -> (f32, f32) {
        let column = self.columns.column(feature);
        let samples = &self.samples[self.sums.range.clone()];
        let first = column[samples[0] as usize];
        let (mut min, mut max) = (first, first);
        for (slot, sample) in self.values[self.sums.range.clone()].iter_mut().zip(samples) {
            let value = column[*sample as usize];
            *slot = value;
            min = if value < min { value } else { min };
            max = if value > max { value } else { max };
        }
        (min, max)
    }

    /// Sorts the node's samples by a feature and weighs every cut between two values.
    fn try_best(&mut self, feature: usize, best: &mut Option<Best>, best_proxy: &mut f64) {
        let range = self.sums.range.clone();
        self.sums.reset();
        for position in range.start + 1..range.end {
            let (low, high) = (self.values[position - 1], self.values[position]);
            if high <= low + FEATURE_THRESHOLD
                || position - range.start < self.min_samples_leaf
                || range.end - position < self.min_samples_leaf
            {
                continue;
            }
            let Some(proxy) = self.proxy(position) else { continue };
            if proxy > *best_proxy {
                *best_proxy = proxy;
                let threshold = f64::from(low) / 2.0 + f64::from(high) / 2.0;
                *best = Some(Best { feature, threshold, position });
            }
        }
    }

    /// Draws a threshold and parts the node's samples by it.
    fn try_random(
        &mut self,
        feature: usize,
        min: f32,
        max: f32,
        best: &mut Option<Best>,
        best_proxy: &mut f64,
    ) {
        let range = self.sums.range.clone();
        let threshold = self.features.draw_threshold(min, max);
        let (mut position, mut end) = (range.start, range.end);
        while position < end {
            if f64::from(self.values[position]) <= threshold {
                position += 1;
            } else {
                end -= 1;
                self.values.swap(position, end);
                self.samples.swap(position, end);
            }
        }
        if position - range.start < self.min_samples_leaf || range.end - position < self.min_samples_leaf {
            return;
        }
        self.sums.reset();
        let Some(proxy) = self.proxy(position) else { return };
        if proxy > *best_proxy {
            *best_proxy = proxy;
            *best = Some(Best { feature, threshold, position });
        }
    }

    /// How good a cut before `position` is; none when rounding leaves a side without weight.
    fn proxy(&mut self, position: usize) -> Option<f64> {
        self.sums.advance(position, &self.samples, self.weights, self.classes.of);
        let weights = self.sums.sides();
        if weights.left < 0.0 || weights.right < 0.0 {
            return None;
        }
        Some(weights.proxy(self.criterion.children(&self.sums.all, &self.sums.left, weights)))
    }

    /// `partition_samples_final`.
    fn partition(&mut self, best: Best) {
        let column = self.columns.column(best.feature);
        let Range { start: mut position, mut end } = self.sums.range.clone();
        while position < end {
            if f64::from(column[self.samples[position] as usize]) <= best.threshold {
                position += 1;
            } else {
                end -= 1;
                self.samples.swap(position, end);
            }
        }
    }
}

impl Splitter for OrderedSplitter<'_> {
    fn enter(&mut self, samples: Range<usize>, values: &mut Vec<f64>) -> f64 {
        self.sums.all.fill(0.0);
        self.sums.weight = 0.0;
        for sample in &self.samples[samples.clone()] {
            let weight = self.weights[*sample as usize];
            self.sums.all[self.classes.of[*sample as usize] as usize] += weight;
            self.sums.weight += weight;
        }
        self.sums.range = samples;
        values.extend(self.sums.all.iter().map(|class| class / self.sums.weight));
        self.sums.weight
    }

    fn impurity(&self) -> f64 {
        self.criterion.impurity(self.sums.all.iter().copied(), self.sums.weight)
    }

    fn split(
        &mut self,
        impurity: f64,
        constants: &mut usize,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Split>, FitError> {
        let mut draws = self.features.begin(*constants);
        let (mut best, mut best_proxy) = (None, f64::NEG_INFINITY);
        let mut last = None;
        while let Some(feature) = self.features.draw(&mut draws) {
            watch.spend(self.sums.range.len())?;
            last = Some(feature);
            let (min, max) = self.load(feature);
            if !self.random {
                let range = self.sums.range.clone();
                introsort::sort(&mut self.values[range.clone()], &mut self.samples[range]);
            }
            if max <= min + FEATURE_THRESHOLD {
                self.features.constant(&mut draws);
                continue;
            }
            self.features.varies(&mut draws);
            if self.random {
                self.try_random(feature, min, max, &mut best, &mut best_proxy);
            } else {
                self.try_best(feature, &mut best, &mut best_proxy);
            }
        }
        *constants = self.features.end(&draws);
        let Some(best) = best else { return Ok(None) };
        // After a random search, the samples may lie as the best cut has left them.
        if !self.random || last != Some(best.feature) {
            self.partition(best);
        }
        self.sums.reset();
        self.sums.advance(best.position, &self.samples, self.weights, self.classes.of);
        let weights = self.sums.sides();
        let impurities = self.criterion.children(&self.sums.all, &self.sums.left, weights);
        Ok(Some(Split {
            feature: best.feature,
            threshold: best.threshold,
            position: best.position,
            impurity_left: impurities.0,
            impurity_right: impurities.1,
            gain: weights.gain(self.sums.weight, self.total_weight, impurity, impurities),
        }))
    }
}

impl Sums {
    fn reset(&mut self) {
        self.position = self.range.start;
        self.left.fill(0.0);
        self.left_weight = 0.0;
    }

    /// `update`: adds the samples up to `position`, or, when these are fewer, takes those after it off the whole.
    fn advance(&mut self, position: usize, samples: &[u32], weights: &[f64], classes: &[u32]) {
        if position - self.position <= self.range.end - position {
            for sample in &samples[self.position..position] {
                let weight = weights[*sample as usize];
                self.left[classes[*sample as usize] as usize] += weight;
                self.left_weight += weight;
            }
        } else {
            self.left.copy_from_slice(&self.all);
            self.left_weight = self.weight;
            for sample in samples[position..self.range.end].iter().rev() {
                let weight = weights[*sample as usize];
                self.left[classes[*sample as usize] as usize] -= weight;
                self.left_weight -= weight;
            }
        }
        self.position = position;
    }

    fn sides(&self) -> Weights {
        Weights { left: self.left_weight, right: self.weight - self.left_weight }
    }
}
