//! Decision trees in scikit-learn's own order: an array of nodes in preorder, the root first.
//!
//! [`Tree`] holds what `sklearn.tree._tree.Tree` holds, without what follows from the rest: [`Node`] is its record,
//! field for field. Beside it are the algorithms that grow trees: `build` is the loop over nodes, and the splitters say
//! where a node is cut. `layout` is the form that rows walk through.

mod amounts;
mod build;
mod class_weight;
mod criterion;
pub(crate) mod describe;
mod features;
mod growing;
mod introsort;
mod layout;
mod ordered;
mod samples;
mod squared_error;
mod stored;
mod voting;
mod whole;

pub use amounts::{Amount, FeatureAmount, FeatureRoot};
pub use class_weight::ClassWeight;
pub use criterion::Criterion;

pub(crate) use amounts::{is_share, wrong};
pub(crate) use build::Watch;
pub(crate) use class_weight::balanced;
pub(crate) use growing::{Growth, GrowthData, GrowthParameters, SampleWeights, fits};
pub(crate) use layout::{Layout, Leaves};
pub(crate) use squared_error::{IsolationGrower, Subsample};
pub(crate) use stored::StoredTree;
pub(crate) use voting::Voting;

use build::Limits;
use samples::{Columns, Ranks};

/// A child of a leaf.
pub const LEAF: i64 = -1;
/// The feature (and, as a number, the threshold) of a leaf.
pub const UNDEFINED: i64 = -2;

/// One node; the fields of scikit-learn's node record, in its order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// Where samples with `value <= threshold` go; [`LEAF`] for a leaf.
    pub left_child: i64,
    pub right_child: i64,
    /// The column that is compared; [`UNDEFINED`] for a leaf.
    pub feature: i64,
    pub threshold: f64,
    pub impurity: f64,
    /// Distinct training samples that reached the node.
    pub n_node_samples: i64,
    /// The sum of their weights.
    pub weighted_n_node_samples: f64,
    /// Whether missing values go left: 1 when more training samples went left than right.
    pub missing_go_to_left: u8,
}

impl Node {
    pub fn is_leaf(&self) -> bool {
        self.left_child == LEAF
    }
}

/// A grown tree with one output: a number, or a share per class.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Columns of the matrix that the tree was grown on.
    n_features: usize,
    /// Numbers per node.
    n_values: usize,
    /// Depth of the deepest node; the root has depth 0.
    max_depth: usize,
    /// In preorder: a left child follows its parent.
    nodes: Vec<Packed>,
    /// Nodes × `n_values`.
    values: Vec<f64>,
}

/// A node without what its place and its children say.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Packed {
    threshold: f64,
    impurity: f64,
    weight: f64,
    /// 0 for a leaf, since the root is nobody's child.
    right_child: u32,
    feature: u32,
    n_samples: u32,
}

impl Tree {
    /// A tree without nodes.
    fn new(n_features: usize, n_values: usize) -> Self {
        Self { n_features, n_values, max_depth: 0, nodes: Vec::new(), values: Vec::new() }
    }

    /// Columns of the matrix that the tree was grown on.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Numbers per node: 1, or one per class.
    pub fn n_values(&self) -> usize {
        self.n_values
    }

    /// Depth of the deepest node; the root has depth 0.
    pub fn max_depth(&self) -> usize {
        self.max_depth
    }

    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The record of a node.
    ///
    /// # Panics
    /// There is no such node.
    pub fn node(&self, id: usize) -> Node {
        let packed = &self.nodes[id];
        let is_leaf = packed.right_child == 0;
        let samples = |child: usize| self.nodes.get(child).map(|node| node.n_samples);
        Node {
            left_child: if is_leaf { LEAF } else { id as i64 + 1 },
            right_child: if is_leaf { LEAF } else { packed.right_child.into() },
            feature: if is_leaf { UNDEFINED } else { packed.feature.into() },
            threshold: if is_leaf { UNDEFINED as f64 } else { packed.threshold },
            impurity: packed.impurity,
            n_node_samples: packed.n_samples.into(),
            weighted_n_node_samples: packed.weight,
            missing_go_to_left: u8::from(!is_leaf && samples(id + 1) > samples(packed.right_child as usize)),
        }
    }

    /// The records of all nodes, in preorder.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = Node> {
        (0..self.nodes.len()).map(|id| self.node(id))
    }

    /// The values of all nodes: nodes × [`Self::n_values`]. Of a regression tree the mean target, of a classification
    /// tree the share of each class.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The values of one node.
    pub(crate) fn value(&self, id: usize) -> &[f64] {
        &self.values[id * self.n_values..(id + 1) * self.n_values]
    }

    /// The nodes that a row with these values of the tree's features passes, from the root to a leaf, each with the
    /// feature that it compares; a leaf compares none.
    pub(crate) fn path(&self, value: impl Fn(usize) -> f32) -> impl Iterator<Item = (usize, Option<usize>)> {
        let mut next = Some(0);
        std::iter::from_fn(move || {
            let id = next?;
            let node = &self.nodes[id];
            if node.right_child == 0 {
                next = None;
                return Some((id, None));
            }
            let feature = node.feature as usize;
            let goes_left = f64::from(value(feature)) <= node.threshold;
            next = Some(if goes_left { id + 1 } else { node.right_child as usize });
            Some((id, Some(feature)))
        })
    }

    /// The depth of each node, the root's being 1: `compute_node_depths` of scikit-learn.
    pub fn node_depths(&self) -> Vec<i64> {
        let mut depths = vec![1; self.nodes.len()];
        for (i, node) in self.nodes.iter().enumerate() {
            if node.right_child != 0 {
                depths[i + 1] = depths[i] + 1;
                depths[node.right_child as usize] = depths[i] + 1;
            }
        }
        depths
    }

    /// Checks everything that a traversal relies on, and scikit-learn does not check when it loads a tree:
    /// preorder (so that every node but the root has one parent, which stands before it), features within
    /// range, finite thresholds, and the depth. Says what is wrong otherwise.
    pub fn check(&self) -> Result<(), String> {
        if self.nodes.is_empty() || self.values.len() != self.nodes.len() * self.n_values {
            return Err(format!("{} nodes and {} values", self.nodes.len(), self.values.len()));
        }
        // In preorder, the next node is the left child of an inner node, or else the right child of the
        // nearest ancestor whose right subtree has not begun.
        let count = self.nodes.len();
        let mut pending: Vec<(usize, usize)> = Vec::new();
        let mut depth = 0;
        let mut deepest = 0;
        for (i, node) in self.nodes.iter().enumerate() {
            let next = i + 1;
            deepest = deepest.max(depth);
            let numbers = [node.impurity, node.weight];
            let mut numbers = numbers.iter().chain(self.value(i));
            if !numbers.all(|number| number.is_finite()) || node.n_samples < 1 {
                return Err(format!("node {i} has impossible statistics"));
            }
            if node.right_child == 0 {
                match pending.pop() {
                    Some((right, right_depth)) if right == next && right < count => depth = right_depth,
                    None if next == count => {}
                    _ => return Err(format!("the nodes after {i} are not in preorder")),
                }
            } else {
                if node.right_child as usize <= next {
                    return Err(format!("the children of node {i} are not in preorder"));
                }
                if node.feature as usize >= self.n_features {
                    return Err(format!("node {i} compares feature {} of {}", node.feature, self.n_features));
                }
                if !node.threshold.is_finite() {
                    return Err(format!("the threshold of node {i} is {}", node.threshold));
                }
                depth += 1;
                pending.push((node.right_child as usize, depth));
            }
        }
        if !pending.is_empty() {
            return Err("the last subtree is missing".into());
        }
        if deepest != self.max_depth {
            return Err(format!("depth {deepest} instead of {}", self.max_depth));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf() -> Packed {
        Packed { threshold: 0.0, impurity: 0.0, weight: 1.0, right_child: 0, feature: 0, n_samples: 1 }
    }

    fn stump() -> Tree {
        let root = Packed { right_child: 2, threshold: 0.5, n_samples: 2, ..leaf() };
        let nodes = vec![root, leaf(), leaf()];
        Tree { n_features: 1, n_values: 1, max_depth: 1, nodes, values: vec![0.5; 3] }
    }

    #[test]
    fn depths_count_from_one() {
        assert_eq!(stump().check(), Ok(()));
        assert_eq!(stump().node_depths(), [1, 2, 2]);
    }

    #[test]
    fn broken_structures_are_found() {
        let breaks: [fn(&mut Tree); 8] = [
            |tree| tree.nodes[0].right_child = 7,
            |tree| tree.nodes[0].right_child = 1,
            |tree| tree.nodes[0].feature = 1,
            |tree| tree.nodes[0].threshold = f64::NAN,
            |tree| tree.nodes[1].right_child = 2,
            |tree| tree.nodes.truncate(2),
            |tree| tree.max_depth = 3,
            |tree| tree.nodes[0] = leaf(),
        ];
        for (i, damage) in breaks.iter().enumerate() {
            let mut tree = stump();
            damage(&mut tree);
            tree.values.truncate(tree.nodes.len());
            assert!(tree.check().is_err(), "break {i} went unnoticed");
        }
    }
}
