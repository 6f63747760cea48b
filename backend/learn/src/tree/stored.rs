//! The stored form of a tree: columns of numbers, without what follows from them.
//!
//! Reading rebuilds and checks, so that whatever bytes came in, a tree that exists can be scored with.

use super::{Packed, Tree};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct StoredTree {
    /// Per node; 0 for a leaf. The left child is always the next node.
    right_child: Vec<u32>,
    /// Per node that is not a leaf.
    feature: Vec<u32>,
    /// Per node that is not a leaf.
    threshold: Vec<f64>,
    impurity: Vec<f64>,
    n_node_samples: Vec<u32>,
    /// When all are whole, as they mostly are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    weight: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    real_weight: Vec<f64>,
    value: Vec<f64>,
}

impl StoredTree {
    pub(crate) fn new(tree: &Tree) -> Self {
        let nodes = &tree.nodes;
        let inner = || nodes.iter().filter(|node| node.right_child != 0);
        let whole = nodes.iter().all(|node| f64::from(node.weight as u32) == node.weight);
        let (weight, real_weight) = if whole {
            (nodes.iter().map(|node| node.weight as u32).collect(), Vec::new())
        } else {
            (Vec::new(), nodes.iter().map(|node| node.weight).collect())
        };
        Self {
            right_child: nodes.iter().map(|node| node.right_child).collect(),
            feature: inner().map(|node| node.feature).collect(),
            threshold: inner().map(|node| node.threshold).collect(),
            impurity: nodes.iter().map(|node| node.impurity).collect(),
            n_node_samples: nodes.iter().map(|node| node.n_samples).collect(),
            weight,
            real_weight,
            value: tree.values.clone(),
        }
    }

    /// The tree of so many features and numbers per node; says what is wrong otherwise.
    pub(crate) fn restore(self, n_features: usize, n_values: usize) -> Result<Tree, String> {
        let count = self.right_child.len();
        let weights = self.weight.len().max(self.real_weight.len());
        let lengths = [self.impurity.len(), self.n_node_samples.len(), weights];
        let inner = self.right_child.iter().filter(|child| **child != 0).count();
        if lengths != [count; 3] || [self.feature.len(), self.threshold.len()] != [inner; 2] {
            return Err("columns of different lengths".into());
        }
        let mut splits = self.feature.iter().zip(&self.threshold);
        let mut nodes = Vec::with_capacity(count);
        // The depths of open right children, as in `Tree::check`.
        let mut pending: Vec<usize> = Vec::new();
        let (mut depth, mut max_depth) = (0, 0);
        for i in 0..count {
            let right_child = self.right_child[i];
            max_depth = max_depth.max(depth);
            let (mut feature, mut threshold) = (0, 0.0);
            if right_child == 0 {
                depth = pending.pop().unwrap_or(0);
            } else {
                if let Some(split) = splits.next() {
                    (feature, threshold) = (*split.0, *split.1);
                }
                depth += 1;
                pending.push(depth);
            }
            let weight = self.weight.get(i).map(|weight| f64::from(*weight));
            nodes.push(Packed {
                threshold,
                impurity: self.impurity[i],
                weight: weight.or_else(|| self.real_weight.get(i).copied()).unwrap_or(f64::NAN),
                right_child,
                feature,
                n_samples: self.n_node_samples[i],
            });
        }
        let tree = Tree { n_features, n_values, max_depth, nodes, values: self.value };
        tree.check()?;
        Ok(tree)
    }
}
