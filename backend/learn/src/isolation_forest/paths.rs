//! From leaves to scores: the path length that each leaf stands for, laid out for scoring.

use super::{IsolationTree, average_path_length};
use crate::{
    MatrixError, StandardScaler,
    tree::{Layout, Leaves},
};
use ndarray::{Array1, ArrayView2, Axis};

#[derive(Clone, Debug)]
pub(super) struct Paths {
    layout: Layout,
    lengths: Lengths,
}

#[derive(Clone, Debug)]
struct Lengths {
    /// The path length that a leaf stands for, by its place in the layout; for other nodes without meaning.
    of: Vec<f64>,
    /// Trees × the average path length of a whole subsample.
    denominator: f64,
}

impl Paths {
    pub(super) fn new(trees: &[IsolationTree], max_samples: u32) -> Self {
        let leaf_lengths: Vec<Vec<f64>> = trees.iter().map(IsolationTree::path_lengths).collect();
        let mut of = Vec::with_capacity(leaf_lengths.iter().map(Vec::len).sum());
        let seen = trees.iter().map(|tree| (&tree.tree, Some(tree.features.as_slice())));
        let layout = Layout::new(seen, |tree, node| of.push(leaf_lengths[tree][node]));
        Self { layout, lengths: Lengths { of, denominator: denominator(trees.len(), max_samples) } }
    }

    /// The scores of `samples`, whose columns are those of the fit, scaled first if there is a scaler.
    pub(super) fn score(
        &self,
        samples: ArrayView2<'_, f64>,
        scaler: Option<&StandardScaler>,
    ) -> Result<Array1<f64>, MatrixError> {
        Ok(self.layout.score(samples, scaler, &self.lengths)?.remove_axis(Axis(1)))
    }
}

/// What the lengths of the paths of a row are divided by.
pub(super) fn denominator(trees: usize, max_samples: u32) -> f64 {
    trees as f64 * average_path_length(f64::from(max_samples))
}

/// The score of a row whose paths have this length altogether.
pub(super) fn score(length: f64, denominator: f64) -> f64 {
    // A forest of single samples has no paths: every score is -0.5 by definition.
    let exponent = if denominator == 0.0 { 1.0 } else { length / denominator };
    -(-exponent).exp2()
}

impl IsolationTree {
    /// For each node, the length of a path that ends there.
    pub(super) fn path_lengths(&self) -> Vec<f64> {
        // The order of operations of `_parallel_compute_tree_depths` in `ensemble/_iforest.py`.
        let length = |(depth, node): (i64, crate::tree::Node)| {
            depth as f64 + average_path_length(node.n_node_samples as f64) - 1.0
        };
        self.tree.node_depths().into_iter().zip(self.tree.nodes()).map(length).collect()
    }
}

impl Leaves for Lengths {
    fn width(&self) -> usize {
        1
    }

    fn add(&self, _tree: usize, place: usize, sums: &mut [f64]) {
        for sum in sums {
            *sum += self.of[place];
        }
    }

    fn finish(&self, sums: &mut [f64]) {
        for sum in sums {
            *sum = score(*sum, self.denominator);
        }
    }
}
