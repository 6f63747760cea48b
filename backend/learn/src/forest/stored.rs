//! The stored form of a forest. Reading rebuilds and checks every tree.

use super::{Forest, ForestParameters, Kind};
use crate::tree::{StoredTree, Voting};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
struct StoredForest<K: Kind> {
    parameters: ForestParameters<K>,
    n_samples: u32,
    n_features: usize,
    n_classes: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n_samples_bootstrap: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sample_weight: Option<Vec<f64>>,
    trees: Vec<StoredTree>,
}

impl<K: Kind> Serialize for Forest<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        StoredForest {
            parameters: self.parameters.clone(),
            n_samples: self.n_samples,
            n_features: self.trees()[0].n_features(),
            n_classes: self.n_classes(),
            n_samples_bootstrap: self.n_samples_bootstrap,
            sample_weight: self.sample_weight.clone(),
            trees: self.voting.stored(),
        }
        .serialize(serializer)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Forest<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StoredForest::deserialize(deserializer)?.restore().map_err(D::Error::custom)
    }
}

impl<K: Kind> StoredForest<K> {
    fn restore(self) -> Result<Forest<K>, String> {
        let Self { parameters, n_samples, n_features, n_classes, n_samples_bootstrap, sample_weight, trees } =
            self;
        if n_samples == 0 {
            return Err("a forest fitted on no samples".into());
        }
        let growth = parameters.resolve(n_samples as usize, n_features).map_err(|error| error.to_string())?;
        if trees.len() != parameters.n_estimators as usize {
            return Err(format!("{} trees instead of {}", trees.len(), parameters.n_estimators));
        }
        if n_samples_bootstrap.is_some() != parameters.bootstrap {
            return Err("whether samples were drawn is not said".into());
        }
        if sample_weight.as_ref().is_some_and(|weights| weights.len() != n_samples as usize) {
            return Err(format!("not a weight for each of {n_samples} samples"));
        }
        let voting = Voting::restore(trees, n_features, n_classes)?;
        Ok(Forest {
            parameters,
            n_samples,
            max_features: growth.max_features,
            n_samples_bootstrap,
            sample_weight,
            voting,
        })
    }
}
