//! Grows one isolation tree exactly as scikit-learn 1.9 does: `ExtraTreeRegressor` with
//! `max_features=1`, `splitter="random"` and squared error (`sklearn/tree/_tree.pyx`, `_splitter.pyx`,
//! `_partitioner.pyx`, `_criterion.pyx`).
//!
//! The result is equal in every bit, so the order of draws and of floating-point operations is part of
//! the algorithm here: sums run in the order of the (partitioned) samples, and nothing is fused or
//! reassociated.

use super::{LEAF, Node, Tree, UNDEFINED};
use crate::random::{RAND_R_MAX, XorShift};

/// Columns whose range is at most this are constant: `FEATURE_THRESHOLD` in `_partitioner.pyx`.
const FEATURE_THRESHOLD: f32 = 1e-7;
/// Impurities up to this are zero.
const EPSILON: f64 = f64::EPSILON;

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

/// A node whose samples are known and which is not yet in the tree.
struct Pending {
    start: usize,
    end: usize,
    depth: usize,
    parent: Option<usize>,
    is_left: bool,
    impurity: f64,
    known_constants: usize,
}

/// A chosen split of the samples `start..end` at `position`.
struct Split {
    feature: usize,
    threshold: f64,
    position: usize,
    impurity_left: f64,
    impurity_right: f64,
}

/// Weight, and weighted sums of the targets and of their squares, of a node's samples.
#[derive(Clone, Copy)]
struct Sums {
    weight: f64,
    total: f64,
    squares: f64,
}

/// The working memory of growing; one per thread, reused from tree to tree.
#[derive(Default)]
pub(crate) struct Grower {
    /// Sample numbers; each node owns a range.
    samples: Vec<u32>,
    /// The values of the column under test, in the order of `samples`.
    values: Vec<f32>,
    features: Vec<u32>,
    constant_features: Vec<u32>,
    stack: Vec<Pending>,
}

impl Grower {
    /// Grows a tree of at most `max_depth` levels below the root. `data` has at least one sample and feature.
    pub(crate) fn grow(&mut self, data: &Subsample, max_depth: usize, mut random: XorShift) -> Tree {
        let count = data.targets.len();
        self.samples.clear();
        self.samples.extend(0..count as u32);
        self.values.resize(count, 0.0);
        self.features.clear();
        self.features.extend(0..data.n_features as u32);
        self.constant_features.clear();
        self.constant_features.resize(data.n_features, 0);
        let total_weight = data.weights.iter().fold(0.0, |sum, weight| sum + weight);

        let mut tree =
            Tree { n_features: data.n_features, max_depth: 0, nodes: Vec::new(), values: Vec::new() };
        self.stack.clear();
        self.stack.push(Pending {
            start: 0,
            end: count,
            depth: 0,
            parent: None,
            is_left: false,
            impurity: f64::INFINITY,
            known_constants: 0,
        });
        while let Some(node) = self.stack.pop() {
            let sums = self.sums(data, node.start, node.end);
            let mean = sums.total / sums.weight;
            let impurity =
                if node.parent.is_none() { sums.squares / sums.weight - mean * mean } else { node.impurity };
            let size = node.end - node.start;
            let mut constants = node.known_constants;
            let split = if node.depth >= max_depth || size < 2 || impurity <= EPSILON {
                None
            } else {
                self.split(data, &node, impurity, sums, total_weight, &mut constants, &mut random)
            };

            let id = tree.nodes.len();
            if let Some(parent) = node.parent {
                let parent = &mut tree.nodes[parent];
                *(if node.is_left { &mut parent.left_child } else { &mut parent.right_child }) = id as i64;
            }
            tree.max_depth = tree.max_depth.max(node.depth);
            tree.values.push(mean);
            let mut record = Node {
                left_child: LEAF,
                right_child: LEAF,
                feature: UNDEFINED,
                threshold: UNDEFINED as f64,
                impurity,
                n_node_samples: size as i64,
                weighted_n_node_samples: sums.weight,
                missing_go_to_left: 0,
            };
            if let Some(split) = split {
                record.feature = split.feature as i64;
                record.threshold = split.threshold;
                record.missing_go_to_left = u8::from(split.position - node.start > node.end - split.position);
                let child = |start, end, is_left, impurity| Pending {
                    start,
                    end,
                    depth: node.depth + 1,
                    parent: Some(id),
                    is_left,
                    impurity,
                    known_constants: constants,
                };
                // The left subtree is grown first, so it is pushed last.
                self.stack.push(child(split.position, node.end, false, split.impurity_right));
                self.stack.push(child(node.start, split.position, true, split.impurity_left));
            }
            tree.nodes.push(record);
        }
        tree
    }

    fn sums(&self, data: &Subsample, start: usize, end: usize) -> Sums {
        let mut sums = Sums { weight: 0.0, total: 0.0, squares: 0.0 };
        for &sample in &self.samples[start..end] {
            let weight = data.weights[sample as usize];
            let target = data.targets[sample as usize];
            let weighted = weight * target;
            sums.total += weighted;
            sums.squares += weighted * target;
            sums.weight += weight;
        }
        sums
    }

    /// Draws features until one can be split, and splits at a random threshold (`node_split_random`).
    /// `constants` grows by the features found constant, which descendants then need not look at.
    #[expect(clippy::too_many_arguments, reason = "the state of one node, all of it needed once")]
    fn split(
        &mut self,
        data: &Subsample,
        node: &Pending,
        impurity: f64,
        sums: Sums,
        total_weight: f64,
        constants: &mut usize,
        random: &mut XorShift,
    ) -> Option<Split> {
        let known = node.known_constants;
        let mut undrawn = data.n_features;
        let mut found = 0;
        let mut drawn_constants = 0;
        let mut visited = 0;
        let mut split = None;
        // `features` holds, in this order: constants drawn, other known constants, constants found here,
        // features not drawn yet (up to `undrawn`), features drawn.
        while undrawn > known + found && (visited < 1 || visited <= found + drawn_constants) {
            visited += 1;
            let range = (undrawn - found - drawn_constants) as u32;
            let mut drawn = drawn_constants + (random.next_u31() % range) as usize;
            if drawn < known {
                self.features.swap(drawn_constants, drawn);
                drawn_constants += 1;
                continue;
            }
            drawn += found;
            let feature = self.features[drawn] as usize;
            let (min, max) = self.load(data, feature, node.start, node.end);
            if max <= min + FEATURE_THRESHOLD {
                self.features.swap(drawn, known + found);
                found += 1;
                continue;
            }
            undrawn -= 1;
            self.features.swap(undrawn, drawn);

            let (min, max) = (f64::from(min), f64::from(max));
            let mut threshold = (max - min) * f64::from(random.next_u31()) / f64::from(RAND_R_MAX) + min;
            if threshold == max {
                threshold = min;
            }
            let position = self.partition(node.start, node.end, threshold);
            if position > node.start && position < node.end {
                split = Some((feature, threshold, position));
            }
        }
        // The order of the known constants is the same for siblings and descendants.
        self.features[..known].copy_from_slice(&self.constant_features[..known]);
        self.constant_features[known..known + found].copy_from_slice(&self.features[known..known + found]);
        *constants = known + found;

        let (feature, threshold, position) = split?;
        let (impurity_left, impurity_right, gain) =
            self.evaluate(data, node, position, impurity, sums, total_weight);
        // As in scikit-learn, a gain below zero by more than rounding is no split.
        if gain + EPSILON < 0.0 {
            return None;
        }
        Some(Split { feature, threshold, position, impurity_left, impurity_right })
    }

    /// Copies a column of the node's samples into `values`; its smallest and largest value.
    fn load(&mut self, data: &Subsample, feature: usize, start: usize, end: usize) -> (f32, f32) {
        let count = data.targets.len();
        let column = &data.columns[feature * count..(feature + 1) * count];
        let samples = &self.samples[start..end];
        let first = column[samples[0] as usize];
        let (mut min, mut max) = (first, first);
        for (slot, &sample) in self.values[start..end].iter_mut().zip(samples) {
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
    fn partition(&mut self, start: usize, end: usize, threshold: f64) -> usize {
        let samples = &mut self.samples[start..end];
        let values = &mut self.values[start..end];
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
        start + high
    }

    /// The impurities left and right of `position`, and the gain (`impurity_improvement`).
    fn evaluate(
        &self,
        data: &Subsample,
        node: &Pending,
        position: usize,
        impurity: f64,
        all: Sums,
        total_weight: f64,
    ) -> (f64, f64, f64) {
        let of = |sample: &u32| (data.weights[*sample as usize], data.targets[*sample as usize]);
        let left = &self.samples[node.start..position];
        let right = &self.samples[position..node.end];
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
        let gain = (all.weight / total_weight)
            * (impurity
                - (weight_right / all.weight * impurity_right)
                - (weight_left / all.weight * impurity_left));
        (impurity_left, impurity_right, gain)
    }
}
