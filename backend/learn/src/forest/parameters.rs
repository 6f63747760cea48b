//! The parameters of a forest: scikit-learn's names and defaults, but for `random_state`, which is always a number
//! here so that every model can be grown again.

use crate::{
    FitError,
    tree::{
        Amount, ClassWeight, Criterion, FeatureAmount, FeatureRoot, Growth, GrowthParameters, is_share, wrong,
    },
};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// The most trees that a forest may have.
pub const MAX_ESTIMATORS: u32 = 10_000;

/// A kind of forest.
pub trait Kind: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static {
    /// Whether thresholds are drawn and, by default, samples are not.
    const EXTRA: bool;
}

/// Random forests.
#[derive(Clone, Debug, PartialEq)]
pub struct Bagged;

/// Extremely randomised trees.
#[derive(Clone, Debug, PartialEq)]
pub struct Extra;

impl Kind for Bagged {
    const EXTRA: bool = false;
}

impl Kind for Extra {
    const EXTRA: bool = true;
}

/// The kinds differ in the default of `bootstrap`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", deny_unknown_fields, default)]
pub struct ForestParameters<K: Kind> {
    /// Trees, 1 to 10,000.
    pub n_estimators: u32,
    pub criterion: Criterion,
    /// Levels below the root; as many as it takes when absent.
    pub max_depth: Option<u32>,
    /// Nodes of fewer samples are leaves.
    pub min_samples_split: Amount,
    /// No leaf has fewer samples.
    pub min_samples_leaf: Amount,
    /// Features looked at per split; all when absent.
    pub max_features: Option<FeatureAmount>,
    /// A split must lessen the impurity by so much.
    pub min_impurity_decrease: f64,
    /// Whether each tree draws samples with replacement, instead of seeing all.
    pub bootstrap: bool,
    /// Samples drawn per tree, as many as there are when absent. Only with `bootstrap`.
    pub max_samples: Option<Amount>,
    pub class_weight: Option<ClassWeight>,
    /// The seed of all randomness.
    pub random_state: u32,
    #[serde(skip)]
    kind: PhantomData<K>,
}

impl<K: Kind> Default for ForestParameters<K> {
    fn default() -> Self {
        Self {
            n_estimators: 100,
            criterion: Criterion::Gini,
            max_depth: None,
            min_samples_split: Amount::Count(2),
            min_samples_leaf: Amount::Count(1),
            max_features: Some(FeatureAmount::Root(FeatureRoot::Sqrt)),
            min_impurity_decrease: 0.0,
            bootstrap: !K::EXTRA,
            max_samples: None,
            class_weight: None,
            random_state: 42,
            kind: PhantomData,
        }
    }
}

impl<K: Kind> ForestParameters<K> {
    /// Checks the parameters, by themselves and for `rows` × `columns`.
    pub(super) fn resolve(&self, rows: usize, columns: usize) -> Result<Growth, FitError> {
        if !(1..=MAX_ESTIMATORS).contains(&self.n_estimators) {
            return wrong(
                "n_estimators",
                format!("{} is not within 1 to {MAX_ESTIMATORS}", self.n_estimators),
            );
        }
        match self.max_samples {
            Some(_) if !self.bootstrap => {
                return wrong("max_samples", "without `bootstrap`, every tree sees all samples".into());
            }
            Some(Amount::Count(count)) if !(1..=u64::from(u32::MAX)).contains(&count) => {
                return wrong("max_samples", format!("{count} is not within 1 to {}", u32::MAX));
            }
            Some(Amount::Share(share)) if !is_share(share) => {
                return wrong("max_samples", format!("the share {share} is not above 0 and at most 1"));
            }
            _ => {}
        }
        let growth = GrowthParameters {
            criterion: self.criterion,
            max_depth: self.max_depth,
            min_samples_split: self.min_samples_split,
            min_samples_leaf: self.min_samples_leaf,
            max_features: self.max_features,
            min_impurity_decrease: self.min_impurity_decrease,
        };
        growth.resolve(rows, columns)
    }
}
