//! Classification trees that vote: the mean of their shares of each class is the probability.

use super::{
    StoredTree, Tree,
    layout::{Layout, Leaves},
};
use crate::{Contributions, MatrixError, matrix};
use ndarray::{Array2, ArrayView1, ArrayView2};

/// One tree or more, of the same features and classes.
#[derive(Clone, Debug)]
pub(crate) struct Voting {
    trees: Vec<Tree>,
    layout: Layout,
    /// The node, in the preorder of its tree, at each place of the layout.
    nodes: Vec<u32>,
}

impl Voting {
    /// Of at least one tree.
    pub(crate) fn new(trees: Vec<Tree>) -> Self {
        let mut nodes = Vec::with_capacity(trees.iter().map(Tree::node_count).sum());
        let layout = Layout::new(trees.iter().map(|tree| (tree, None)), |_, node| nodes.push(node as u32));
        Self { trees, layout, nodes }
    }

    pub(crate) fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// The probability of each class: rows × classes, as `predict_proba` gives them.
    pub(crate) fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        matrix::check_columns(samples, self.trees[0].n_features())?;
        self.layout.score(samples, None, self)
    }

    /// What each feature adds to the probability of a class: on the way down a tree, every step changes the share of
    /// the class among the training samples that took it; the change belongs to the feature that is compared
    /// (Saabas, 2014).
    pub(crate) fn contributions(&self, row: ArrayView1<'_, f64>, class: usize) -> Option<Contributions> {
        let first = &self.trees[0];
        if row.len() != first.n_features() || class >= first.n_values() {
            return None;
        }
        let count = self.trees.len() as f64;
        let mut contributions = Contributions { base: 0.0, features: vec![0.0; row.len()] };
        for tree in &self.trees {
            let share = |node| tree.value(node)[class];
            let mut before = share(0);
            contributions.base += before / count;
            let mut compared = None;
            for (node, compares) in tree.path(|feature| row[feature] as f32) {
                if let Some(feature) = compared {
                    let feature: usize = feature;
                    contributions.features[feature] += (share(node) - before) / count;
                }
                (before, compared) = (share(node), compares);
            }
        }
        Some(contributions)
    }

    pub(crate) fn stored(&self) -> Vec<StoredTree> {
        self.trees.iter().map(StoredTree::new).collect()
    }

    /// The trees of a stored form; says what is wrong otherwise.
    pub(crate) fn restore(
        stored: Vec<StoredTree>,
        n_features: usize,
        n_classes: usize,
    ) -> Result<Self, String> {
        if stored.is_empty() || n_features == 0 || n_classes < 2 {
            return Err(format!("{} trees of {n_features} features and {n_classes} classes", stored.len()));
        }
        let restore = |(i, tree): (usize, StoredTree)| {
            tree.restore(n_features, n_classes).map_err(|error| format!("tree {i}: {error}"))
        };
        Ok(Self::new(stored.into_iter().enumerate().map(restore).collect::<Result<_, _>>()?))
    }
}

impl PartialEq for Voting {
    fn eq(&self, other: &Self) -> bool {
        // The layout follows from the trees.
        self.trees == other.trees
    }
}

impl Leaves for Voting {
    fn width(&self) -> usize {
        self.trees[0].n_values()
    }

    fn add(&self, tree: usize, place: usize, sums: &mut [f64]) {
        let shares = self.trees[tree].value(self.nodes[place] as usize);
        for (sum, share) in sums.iter_mut().zip(shares) {
            *sum += share;
        }
    }

    fn finish(&self, sums: &mut [f64]) {
        let count = self.trees.len() as f64;
        for sum in sums {
            *sum /= count;
        }
    }
}
