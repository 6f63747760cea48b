//! `sklearn.ensemble.IsolationForest`.

use super::{
    PickleError, Verdict, release,
    trees::{self, structure},
};
use crate::{Target, pickle::Value};
use trainyard_learn::{
    IsolationForest,
    isolation_forest::{IsolationTree, MaxFeatures, MaxSamples},
};

/// A fitted `IsolationForest`: `IsolationForest(**model.get_params()).fit(samples)` gives the same trees and the
/// same offset again.
pub(super) fn value(
    forest: &IsolationForest,
    verdict: Verdict,
    target: &Target,
) -> Result<Value, PickleError> {
    let Verdict { contamination, offset } = verdict;
    verdict.check()?;
    let trees = forest.trees();
    for (i, tree) in trees.iter().enumerate() {
        check(tree, forest).map_err(|detail| PickleError::Tree { tree: i, detail })?;
    }
    let parameters = forest.parameters();
    let each = |value: fn(&IsolationTree) -> Value| trees.iter().map(value).collect();
    let mut unfitted = tree_parameters(forest, parameters.random_state);
    unfitted.push(release(target));
    let state = vec![
        ("estimator", Value::None),
        ("n_estimators", parameters.n_estimators.into()),
        ("estimator_params", Value::Tuple(vec![])),
        ("max_samples", max_samples(parameters.max_samples)),
        ("max_features", max_features(parameters.max_features)),
        ("bootstrap", parameters.bootstrap.into()),
        ("bootstrap_features", false.into()),
        ("oob_score", false.into()),
        ("warm_start", false.into()),
        ("n_jobs", Value::None),
        ("random_state", parameters.random_state.into()),
        ("verbose", Value::Int(0)),
        ("contamination", contamination.into()),
        ("n_features_in_", forest.n_features().into()),
        ("max_samples_", forest.max_samples().into()),
        ("_n_samples", forest.n_samples().into()),
        ("estimator_", extra_tree(unfitted)),
        ("_max_samples", forest.max_samples().into()),
        ("_max_features", forest.max_features().into()),
        ("_sample_weight", trees::sample_weight(forest.sample_weight())),
        ("estimators_", Value::List(trees.iter().map(|tree| fitted_tree(tree, forest, target)).collect())),
        (
            "estimators_features_",
            Value::List(each(|tree| Value::ints(tree.features.iter().map(|f| i64::from(*f))))),
        ),
        ("_seeds", Value::ints(trees.iter().map(|tree| tree.seed.into()))),
        (
            "_average_path_length_per_tree",
            Value::Tuple(each(|tree| Value::floats(&tree.average_path_lengths()))),
        ),
        ("_decision_path_lengths", Value::Tuple(each(|tree| Value::ints(tree.tree.node_depths())))),
        ("offset_", Value::float64(offset)),
        release(target),
    ];
    Ok(Value::Object { module: "sklearn.ensemble._iforest", class: "IsolationForest", state })
}

fn check(tree: &IsolationTree, forest: &IsolationForest) -> Result<(), String> {
    tree.tree.check()?;
    let features = &tree.features;
    if features.len() != forest.max_features()
        || tree.tree.n_features() != features.len()
        || features.iter().any(|feature| *feature as usize >= forest.n_features())
    {
        return Err("its features are not those of the forest".into());
    }
    Ok(())
}

fn max_samples(amount: MaxSamples) -> Value {
    match amount {
        MaxSamples::Auto => "auto".into(),
        MaxSamples::Count(count) => Value::Int(i64::try_from(count).unwrap_or(i64::MAX)),
        MaxSamples::Share(share) => share.into(),
    }
}

fn max_features(amount: MaxFeatures) -> Value {
    match amount {
        MaxFeatures::Count(count) => Value::Int(i64::try_from(count).unwrap_or(i64::MAX)),
        MaxFeatures::Share(share) => share.into(),
    }
}

fn fitted_tree(tree: &IsolationTree, forest: &IsolationForest, target: &Target) -> Value {
    let mut state = tree_parameters(forest, tree.random_state);
    state.extend([
        ("n_features_in_", tree.tree.n_features().into()),
        ("n_outputs_", Value::Int(1)),
        ("max_features_", Value::Int(1)),
        ("tree_", structure(&tree.tree)),
        release(target),
    ]);
    extra_tree(state)
}

fn extra_tree(state: Vec<(&'static str, Value)>) -> Value {
    Value::Object { module: "sklearn.tree._classes", class: "ExtraTreeRegressor", state }
}

/// The constructor's parameters of each tree.
fn tree_parameters(forest: &IsolationForest, random_state: u32) -> Vec<(&'static str, Value)> {
    vec![
        ("criterion", "squared_error".into()),
        ("splitter", "random".into()),
        ("max_depth", forest.max_depth().into()),
        ("min_samples_split", Value::Int(2)),
        ("min_samples_leaf", Value::Int(1)),
        ("min_weight_fraction_leaf", Value::Float(0.0)),
        ("max_features", Value::Int(1)),
        ("max_leaf_nodes", Value::None),
        ("random_state", random_state.into()),
        ("min_impurity_decrease", Value::Float(0.0)),
        ("class_weight", Value::None),
        ("ccp_alpha", Value::Float(0.0)),
        ("monotonic_cst", Value::None),
    ]
}
