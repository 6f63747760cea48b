//! Walks over the sorted samples of a node and weighs every place to cut.

use super::{Best, Entry, class, weight};
use crate::tree::{Criterion, build::FEATURE_THRESHOLD, criterion::Weights, samples::RankColumn};

/// How far below the best an estimate may lie by rounding, generously.
const ROUNDING: f64 = 1.0 - 1e-9;

/// Working memory: the weights of the classes left and right of a cut.
pub(super) struct Scan {
    pub(super) left: Vec<f64>,
    right: Vec<f64>,
}

/// The samples of a node, sorted by the rank of a column.
pub(super) struct Node<'a> {
    pub(super) keys: &'a [u64],
    pub(super) column: &'a RankColumn,
    pub(super) classes: &'a [f64],
    pub(super) weight: f64,
    pub(super) min_samples_leaf: usize,
}

impl Node<'_> {
    /// Whether a cut before the sample at `at` parts two values, and leaves enough samples on both sides.
    fn parts(&self, at: usize) -> bool {
        let (low, high) = (self.rank(at - 1), self.rank(at));
        low != high
            && (self.column.separated || self.value(high) > self.value(low) + FEATURE_THRESHOLD)
            && at >= self.min_samples_leaf
            && self.keys.len() - at >= self.min_samples_leaf
    }

    fn rank(&self, at: usize) -> u32 {
        (self.keys[at] >> 32) as u32
    }

    fn value(&self, rank: u32) -> f32 {
        self.column.distinct[rank as usize]
    }

    /// Notes a cut before the sample at `at` if it is better.
    fn weigh(
        &self,
        at: usize,
        criterion: Criterion,
        left: &[f64],
        left_weight: f64,
        best: &mut Best,
    ) -> bool {
        let weights = Weights { left: left_weight, right: self.weight - left_weight };
        let proxy = weights.proxy(criterion.children(self.classes, left, weights));
        if proxy <= best.proxy {
            return false;
        }
        let (low, high) = (self.rank(at - 1), self.rank(at));
        let half = |rank| f64::from(self.value(rank)) / 2.0;
        best.left.copy_from_slice(left);
        (best.proxy, best.threshold) = (proxy, half(low) + half(high));
        (best.rank, best.count, best.weights) = (low, at, weights);
        true
    }
}

impl Scan {
    pub(super) fn new(classes: usize) -> Self {
        Self { left: vec![0.0; classes], right: vec![0.0; classes] }
    }

    /// Looks for a cut that is better than the best; whether there is one.
    pub(super) fn run(&mut self, criterion: Criterion, node: &Node<'_>, best: &mut Best) -> bool {
        match (criterion, node.classes.len()) {
            (Criterion::Gini, 2) => self.gini_of_two(node, best),
            (Criterion::Gini, _) => self.gini(node, best),
            _ => self.any(criterion, node, best),
        }
    }

    fn any(&mut self, criterion: Criterion, node: &Node<'_>, best: &mut Best) -> bool {
        self.left.fill(0.0);
        let (mut left_weight, mut found) = (0.0, false);
        for at in 1..node.keys.len() {
            let info = node.keys[at - 1] as u32;
            self.left[class(info)] += weight(info);
            left_weight += weight(info);
            if node.parts(at) {
                found |= node.weigh(at, criterion, &self.left, left_weight, best);
            }
        }
        found
    }

    /// As [`Self::any`]. With `l` and `r` the weights of both sides and `L` and `R` the sums of the squares of their
    /// classes, the proxy is `L/l + R/r - (l + r)` but for rounding: without a division it can be told whether a cut
    /// may be better than the best. The few that may are weighed.
    fn gini(&mut self, node: &Node<'_>, best: &mut Best) -> bool {
        self.left.fill(0.0);
        self.right.copy_from_slice(node.classes);
        let mut squares_left = 0.0;
        let mut squares_right: f64 = self.right.iter().map(|class| class * class).sum();
        let mut bound = (best.proxy + node.weight) * ROUNDING;
        let (mut left_weight, mut found) = (0.0, false);
        for at in 1..node.keys.len() {
            let info = node.keys[at - 1] as u32;
            let (weight, class) = (weight(info), class(info));
            let (left, right) = (&mut self.left[class], &mut self.right[class]);
            squares_left += weight * (2.0 * *left + weight);
            squares_right -= weight * (2.0 * *right - weight);
            *left += weight;
            *right -= weight;
            left_weight += weight;
            if !node.parts(at) {
                continue;
            }
            let right_weight = node.weight - left_weight;
            let promise = squares_left * right_weight + squares_right * left_weight;
            if promise >= bound * (left_weight * right_weight)
                && node.weigh(at, Criterion::Gini, &self.left, left_weight, best)
            {
                bound = (best.proxy + node.weight) * ROUNDING;
                found = true;
            }
        }
        found
    }

    /// [`Self::gini`] of two classes, whose weights stay in registers.
    fn gini_of_two(&mut self, node: &Node<'_>, best: &mut Best) -> bool {
        let (first, second) = (node.classes[0], node.classes[1]);
        let mut bound = (best.proxy + node.weight) * ROUNDING;
        let (mut left_weight, mut left_second, mut found) = (0.0, 0.0, false);
        for at in 1..node.keys.len() {
            let info = node.keys[at - 1] as u32;
            let weight = weight(info);
            left_weight += weight;
            left_second += if class(info) == 0 { 0.0 } else { weight };
            if !node.parts(at) {
                continue;
            }
            let left_first = left_weight - left_second;
            let (right_first, right_second) = (first - left_first, second - left_second);
            let right_weight = node.weight - left_weight;
            let squares_left = left_first * left_first + left_second * left_second;
            let squares_right = right_first * right_first + right_second * right_second;
            let promise = squares_left * right_weight + squares_right * left_weight;
            if promise >= bound * (left_weight * right_weight)
                && node.weigh(at, Criterion::Gini, &[left_first, left_second], left_weight, best)
            {
                bound = (best.proxy + node.weight) * ROUNDING;
                found = true;
            }
        }
        found
    }

    /// Leaves in `left` what the samples with a value up to `threshold` weigh; how many they are, and their weight.
    pub(super) fn count_left(&mut self, values: &[f32], entries: &[Entry], threshold: f32) -> (usize, f64) {
        if let [first, second] = self.left.as_mut_slice() {
            let (mut count, mut weight, mut of_second) = (0, 0, 0);
            for (value, entry) in values.iter().zip(entries) {
                let goes_left = u32::from(*value <= threshold);
                let part = (entry.info >> super::CLASS_BITS) & 0_u32.wrapping_sub(goes_left);
                count += goes_left;
                weight += part;
                of_second += part & 0_u32.wrapping_sub(entry.info & 1);
            }
            (*first, *second) = (f64::from(weight - of_second), f64::from(of_second));
            return (count as usize, f64::from(weight));
        }
        self.left.fill(0.0);
        let mut count = 0;
        for (value, entry) in values.iter().zip(entries) {
            let goes_left = *value <= threshold;
            count += usize::from(goes_left);
            self.left[entry.class()] += if goes_left { entry.weight() } else { 0.0 };
        }
        (count, self.left.iter().sum())
    }
}
