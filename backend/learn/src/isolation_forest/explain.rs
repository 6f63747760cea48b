//! What each feature adds to a score: along a path, every step changes the length that is to be expected.

use super::{IsolationForest, IsolationTree, paths};
use crate::Contributions;
use ndarray::ArrayView1;
use std::sync::OnceLock;

/// The expected path lengths of all nodes, computed when they are first asked for: they follow from the trees.
#[derive(Clone, Debug, Default)]
pub(super) struct Expectations(OnceLock<Vec<Vec<f64>>>);

impl Expectations {
    fn of(&self, trees: &[IsolationTree]) -> &[Vec<f64>] {
        self.0.get_or_init(|| trees.iter().map(expected_lengths).collect())
    }
}

/// For each node, the mean path length of the tree's samples that pass it.
fn expected_lengths(tree: &IsolationTree) -> Vec<f64> {
    let mut lengths = tree.path_lengths();
    // In preorder, children come after their parent.
    for (id, node) in tree.tree.nodes().enumerate().collect::<Vec<_>>().into_iter().rev() {
        if !node.is_leaf() {
            let weigh = |child: i64| {
                let child = child as usize;
                tree.tree.node(child).weighted_n_node_samples * lengths[child]
            };
            lengths[id] = (weigh(node.left_child) + weigh(node.right_child)) / node.weighted_n_node_samples;
        }
    }
    lengths
}

impl IsolationForest {
    /// In units of path length the steps add up to the difference to the expectation; the score is a power of the
    /// length, so the steps are scaled alike until they add up to the difference of the scores.
    pub(super) fn explain(&self, row: ArrayView1<'_, f64>) -> Option<Contributions> {
        if row.len() != self.n_features() {
            return None;
        }
        let mut features = vec![0.0; row.len()];
        let (mut expected, mut length) = (0.0, 0.0);
        for (tree, lengths) in self.trees.iter().zip(self.expectations.of(&self.trees)) {
            expected += lengths[0];
            let column = |feature: usize| tree.features[feature] as usize;
            let mut before = lengths[0];
            let mut compared: Option<usize> = None;
            for (node, compares) in tree.tree.path(|feature| row[column(feature)] as f32) {
                if let Some(feature) = compared {
                    features[column(feature)] += lengths[node] - before;
                }
                (before, compared) = (lengths[node], compares);
            }
            length += before;
        }
        let denominator = paths::denominator(self.trees.len(), self.resolved.max_samples);
        let base = paths::score(expected, denominator);
        let score = paths::score(length, denominator);
        let scale = if length != expected {
            (score - base) / (length - expected)
        } else if denominator > 0.0 {
            -score * std::f64::consts::LN_2 / denominator
        } else {
            0.0
        };
        features.iter_mut().for_each(|feature| *feature *= scale);
        Some(Contributions { base, features })
    }
}
