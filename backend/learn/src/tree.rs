//! Decision trees in scikit-learn's own layout: an array of [`Node`]s in preorder, the root first.
//!
//! [`Tree`] is what `sklearn.tree._tree.Tree` keeps, field for field; [`grow`] grows the trees of an
//! isolation forest.

mod grow;

pub(crate) use grow::{Grower, Subsample};

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
    /// The same, each counted as often as it was drawn.
    pub weighted_n_node_samples: f64,
    /// Whether missing values go left: 1 when more training samples went left than right.
    pub missing_go_to_left: u8,
}

impl Node {
    pub fn is_leaf(&self) -> bool {
        self.left_child == LEAF
    }
}

/// A grown regression tree with one output.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Columns of the matrix that the tree was grown on.
    pub n_features: usize,
    /// Depth of the deepest node; the root has depth 0.
    pub max_depth: usize,
    /// In preorder: a left child follows its parent.
    pub nodes: Vec<Node>,
    /// The mean target of each node.
    pub values: Vec<f64>,
}

impl Tree {
    /// The depth of each node, the root's being 1: `compute_node_depths` of scikit-learn.
    pub fn node_depths(&self) -> Vec<i64> {
        let mut depths = vec![1; self.nodes.len()];
        for (i, node) in self.nodes.iter().enumerate() {
            if !node.is_leaf() {
                depths[node.left_child as usize] = depths[i] + 1;
                depths[node.right_child as usize] = depths[i] + 1;
            }
        }
        depths
    }

    /// Checks everything that a traversal relies on, and scikit-learn does not check when it loads a tree:
    /// preorder (so that every node but the root has one parent, which stands before it), features within
    /// range, finite thresholds, and the depth. Says what is wrong otherwise.
    pub fn check(&self) -> Result<(), String> {
        if self.nodes.is_empty() || self.values.len() != self.nodes.len() {
            return Err(format!("{} nodes and {} values", self.nodes.len(), self.values.len()));
        }
        // In preorder, the next node is the left child of an inner node, or else the right child of the
        // nearest ancestor whose right subtree has not begun.
        let count = self.nodes.len() as i64;
        let mut pending: Vec<(i64, usize)> = Vec::new();
        let mut depth = 0;
        let mut deepest = 0;
        for (i, node) in self.nodes.iter().enumerate() {
            let next = i as i64 + 1;
            deepest = deepest.max(depth);
            if !node.impurity.is_finite() || !self.values[i].is_finite() || node.n_node_samples < 1 {
                return Err(format!("node {i} has impossible statistics"));
            }
            if node.is_leaf() {
                if node.right_child != LEAF {
                    return Err(format!("node {i} has one child"));
                }
                match pending.pop() {
                    Some((right, right_depth)) if right == next && right < count => depth = right_depth,
                    None if next == count => {}
                    _ => return Err(format!("the nodes after {i} are not in preorder")),
                }
            } else {
                if node.left_child != next || node.right_child <= next {
                    return Err(format!("the children of node {i} are not in preorder"));
                }
                if node.feature < 0 || node.feature as usize >= self.n_features {
                    return Err(format!("node {i} compares feature {} of {}", node.feature, self.n_features));
                }
                if !node.threshold.is_finite() {
                    return Err(format!("the threshold of node {i} is {}", node.threshold));
                }
                depth += 1;
                pending.push((node.right_child, depth));
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

    fn leaf() -> Node {
        Node {
            left_child: LEAF,
            right_child: LEAF,
            feature: UNDEFINED,
            threshold: -2.0,
            impurity: 0.0,
            n_node_samples: 1,
            weighted_n_node_samples: 1.0,
            missing_go_to_left: 0,
        }
    }

    fn stump() -> Tree {
        let root = Node { left_child: 1, right_child: 2, feature: 0, threshold: 0.5, ..leaf() };
        Tree { n_features: 1, max_depth: 1, nodes: vec![root, leaf(), leaf()], values: vec![0.5; 3] }
    }

    #[test]
    fn depths_count_from_one() {
        assert_eq!(stump().check(), Ok(()));
        assert_eq!(stump().node_depths(), [1, 2, 2]);
    }

    #[test]
    fn broken_structures_are_found() {
        let breaks: [fn(&mut Tree); 9] = [
            |tree| tree.nodes[0].right_child = 7,
            |tree| tree.nodes[0].left_child = 0,
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
