//! The stored form of a forest: columns of numbers per tree, without what follows from them.
//!
//! Reading rebuilds and checks every tree, so that whatever bytes came in, a forest that exists can be
//! scored with.

use super::{IsolationForest, IsolationForestParameters, IsolationTree};
use crate::tree;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

#[derive(Serialize, Deserialize)]
struct StoredForest {
    parameters: IsolationForestParameters,
    n_samples: u32,
    n_features: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sample_weight: Option<Vec<f64>>,
    trees: Vec<StoredTree>,
}

#[derive(Serialize, Deserialize)]
struct StoredTree {
    seed: u32,
    random_state: u32,
    features: Vec<u32>,
    structure: tree::StoredTree,
}

impl Serialize for IsolationForest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        StoredForest {
            parameters: self.parameters.clone(),
            n_samples: self.n_samples,
            n_features: self.n_features,
            sample_weight: self.sample_weight.clone(),
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
        let Self { parameters, n_samples, n_features, sample_weight, trees: stored } = self;
        if n_samples == 0 || n_features == 0 {
            return Err(format!("a forest fitted on {n_samples} × {n_features} values"));
        }
        let resolved = parameters.resolve(n_samples, n_features).map_err(|error| error.to_string())?;
        if stored.len() != parameters.n_estimators as usize {
            return Err(format!("{} trees instead of {}", stored.len(), parameters.n_estimators));
        }
        if sample_weight.as_ref().is_some_and(|weights| weights.len() != n_samples as usize) {
            return Err(format!("not a weight for each of {n_samples} samples"));
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
        Ok(IsolationForest::assemble(parameters, n_samples, n_features, resolved, sample_weight, trees))
    }
}

impl StoredTree {
    fn new(tree: &IsolationTree) -> Self {
        Self {
            seed: tree.seed,
            random_state: tree.random_state,
            features: tree.features.clone(),
            structure: tree::StoredTree::new(&tree.tree),
        }
    }

    fn restore(self) -> Result<IsolationTree, String> {
        let tree = self.structure.restore(self.features.len(), 1)?;
        Ok(IsolationTree { seed: self.seed, random_state: self.random_state, features: self.features, tree })
    }
}
