//! The stored form of a forest: columns of numbers per tree, without what follows from them.
//!
//! Reading rebuilds and checks every tree, so that whatever bytes came in, a forest that exists can be
//! scored with.

use super::{IsolationForest, IsolationForestParameters, IsolationTree};
use crate::tree::{LEAF, Node, Tree, UNDEFINED};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

#[derive(Serialize, Deserialize)]
struct StoredForest {
    parameters: IsolationForestParameters,
    n_samples: u32,
    n_features: u32,
    trees: Vec<StoredTree>,
}

#[derive(Serialize, Deserialize)]
struct StoredTree {
    seed: u32,
    random_state: u32,
    features: Vec<u32>,
    /// Per node; 0 for a leaf. The left child is always the next node.
    right_child: Vec<u32>,
    /// Per node that is not a leaf.
    feature: Vec<u32>,
    /// Per node that is not a leaf.
    threshold: Vec<f64>,
    impurity: Vec<f64>,
    n_node_samples: Vec<u32>,
    /// Weights are counts, so whole.
    weight: Vec<u32>,
    value: Vec<f64>,
}

impl Serialize for IsolationForest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        StoredForest {
            parameters: self.parameters.clone(),
            n_samples: self.n_samples,
            n_features: self.n_features,
            trees: self.trees.iter().map(StoredTree::new).collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for IsolationForest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StoredForest::deserialize(deserializer)?.restore().map_err(D::Error::custom)
    }
}

impl StoredForest {
    fn restore(self) -> Result<IsolationForest, String> {
        let Self { parameters, n_samples, n_features, trees: stored } = self;
        if n_samples == 0 || n_features == 0 {
            return Err(format!("a forest fitted on {n_samples} × {n_features} values"));
        }
        let resolved = parameters.resolve(n_samples, n_features).map_err(|error| error.to_string())?;
        if stored.len() != parameters.n_estimators as usize {
            return Err(format!("{} trees instead of {}", stored.len(), parameters.n_estimators));
        }
        let mut trees = Vec::with_capacity(stored.len());
        for (i, tree) in stored.into_iter().enumerate() {
            if tree.features.len() != resolved.max_features as usize
                || tree.features.iter().any(|feature| *feature >= n_features)
            {
                return Err(format!(
                    "the features of tree {i} are not {} of {n_features}",
                    resolved.max_features
                ));
            }
            trees.push(tree.restore().map_err(|error| format!("tree {i}: {error}"))?);
        }
        Ok(IsolationForest::assemble(parameters, n_samples, n_features, resolved, trees))
    }
}

impl StoredTree {
    fn new(tree: &IsolationTree) -> Self {
        let nodes = &tree.tree.nodes;
        let inner = || nodes.iter().filter(|node| !node.is_leaf());
        Self {
            seed: tree.seed,
            random_state: tree.random_state,
            features: tree.features.clone(),
            right_child: nodes.iter().map(|node| node.right_child.max(0) as u32).collect(),
            feature: inner().map(|node| node.feature as u32).collect(),
            threshold: inner().map(|node| node.threshold).collect(),
            impurity: nodes.iter().map(|node| node.impurity).collect(),
            n_node_samples: nodes.iter().map(|node| node.n_node_samples as u32).collect(),
            weight: nodes.iter().map(|node| node.weighted_n_node_samples as u32).collect(),
            value: tree.tree.values.clone(),
        }
    }

    fn restore(self) -> Result<IsolationTree, String> {
        let count = self.right_child.len();
        let lengths = [self.impurity.len(), self.n_node_samples.len(), self.weight.len(), self.value.len()];
        let inner = self.right_child.iter().filter(|child| **child != 0).count();
        if lengths != [count; 4] || [self.feature.len(), self.threshold.len()] != [inner; 2] {
            return Err("columns of different lengths".into());
        }
        let mut splits = self.feature.iter().zip(&self.threshold);
        let mut nodes = Vec::with_capacity(count);
        // Open right children, with their depth, as in `Tree::check`.
        let mut pending: Vec<usize> = Vec::new();
        let (mut depth, mut max_depth) = (0, 0);
        for i in 0..count {
            let mut node = Node {
                left_child: LEAF,
                right_child: LEAF,
                feature: UNDEFINED,
                threshold: UNDEFINED as f64,
                impurity: self.impurity[i],
                n_node_samples: self.n_node_samples[i].into(),
                weighted_n_node_samples: self.weight[i].into(),
                missing_go_to_left: 0,
            };
            max_depth = max_depth.max(depth);
            let right = self.right_child[i];
            if right == 0 {
                depth = pending.pop().unwrap_or(0);
            } else if let Some((&feature, &threshold)) = splits.next() {
                node.left_child = i as i64 + 1;
                node.right_child = right.into();
                node.feature = feature.into();
                node.threshold = threshold;
                let samples = |child: usize| self.n_node_samples.get(child);
                node.missing_go_to_left = u8::from(samples(i + 1) > samples(right as usize));
                depth += 1;
                pending.push(depth);
            }
            nodes.push(node);
        }
        let tree = Tree { n_features: self.features.len(), max_depth, nodes, values: self.value };
        tree.check()?;
        Ok(IsolationTree { seed: self.seed, random_state: self.random_state, features: self.features, tree })
    }
}
