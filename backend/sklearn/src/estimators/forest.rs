//! `sklearn.ensemble.RandomForestClassifier` and `sklearn.ensemble.ExtraTreesClassifier`.

use super::{PickleError, release, trees};
use crate::{Target, pickle::Value};
use trainyard_learn::{
    Estimator,
    forest::{Forest, ForestParameters, Kind},
    tree::Tree,
};

/// The parameters that a forest hands on to its trees.
const TREE_PARAMETERS: [&str; 11] = [
    "criterion",
    "max_depth",
    "min_samples_split",
    "min_samples_leaf",
    "min_weight_fraction_leaf",
    "max_features",
    "max_leaf_nodes",
    "min_impurity_decrease",
    "random_state",
    "ccp_alpha",
    "monotonic_cst",
];

pub(super) fn value<K: Kind>(forest: &Forest<K>, target: &Target) -> Result<Value, PickleError> {
    for (i, tree) in forest.trees().iter().enumerate() {
        trees::check(tree, i)?;
    }
    let parameters = forest.parameters();
    let grown = forest.trees().iter().zip(forest.seeds());
    let classes = 0..forest.n_classes() as i64;
    let unfitted = default_tree::<K>(target).shared();
    let mut state = vec![
        ("estimator", unfitted.clone()),
        ("n_estimators", parameters.n_estimators.into()),
        ("estimator_params", Value::Tuple(TREE_PARAMETERS.map(Value::from).to_vec())),
        ("bootstrap", parameters.bootstrap.into()),
        ("oob_score", false.into()),
        ("n_jobs", Value::None),
        ("random_state", parameters.random_state.into()),
        ("verbose", Value::Int(0)),
        ("warm_start", false.into()),
        ("class_weight", trees::class_weight(parameters.class_weight)),
        ("max_samples", parameters.max_samples.map_or(Value::None, trees::amount)),
    ];
    state.extend(growth_parameters(parameters));
    state.extend([
        ("n_features_in_", forest.n_features().into()),
        ("_n_samples", forest.n_samples().into()),
        ("n_outputs_", Value::Int(1)),
        ("classes_", Value::ints(classes)),
        ("n_classes_", forest.n_classes().into()),
        ("_sample_weight", trees::sample_weight(forest.sample_weight())),
        ("_n_samples_bootstrap", forest.n_samples_bootstrap().map_or(Value::None, Value::from)),
        ("estimator_", unfitted),
        (
            "estimators_",
            Value::List(grown.map(|(tree, seed)| fitted_tree(forest, tree, seed, target)).collect()),
        ),
        release(target),
    ]);
    let class = <Forest<K> as Estimator>::CLASS_NAME;
    Ok(Value::Object { module: "sklearn.ensemble._forest", class, state })
}

/// What a forest and its trees call the same.
fn growth_parameters<K: Kind>(parameters: &ForestParameters<K>) -> Vec<(&'static str, Value)> {
    vec![
        ("criterion", parameters.criterion.name().into()),
        ("max_depth", trees::max_depth(parameters.max_depth)),
        ("min_samples_split", trees::amount(parameters.min_samples_split)),
        ("min_samples_leaf", trees::amount(parameters.min_samples_leaf)),
        ("min_weight_fraction_leaf", Value::Float(0.0)),
        ("max_features", trees::max_features(parameters.max_features)),
        ("max_leaf_nodes", Value::None),
        ("min_impurity_decrease", parameters.min_impurity_decrease.into()),
        ("ccp_alpha", Value::Float(0.0)),
        ("monotonic_cst", Value::None),
    ]
}

fn fitted_tree<K: Kind>(forest: &Forest<K>, tree: &Tree, seed: u32, target: &Target) -> Value {
    let mut state = growth_parameters(forest.parameters());
    state.extend([
        ("splitter", splitter::<K>()),
        ("random_state", seed.into()),
        ("class_weight", Value::None),
    ]);
    // Inside a forest, trees know classes as floating-point numbers.
    let classes: Vec<f64> = (0..tree.n_values()).map(|class| class as f64).collect();
    state.extend(trees::fitted(tree, forest.max_features(), Value::floats(&classes), target));
    tree_object::<K>(state)
}

/// The tree that a forest's constructor makes: all defaults.
fn default_tree<K: Kind>(target: &Target) -> Value {
    let max_features = if K::EXTRA { "sqrt".into() } else { Value::None };
    tree_object::<K>(vec![
        ("criterion", "gini".into()),
        ("splitter", splitter::<K>()),
        ("max_depth", Value::None),
        ("min_samples_split", Value::Int(2)),
        ("min_samples_leaf", Value::Int(1)),
        ("min_weight_fraction_leaf", Value::Float(0.0)),
        ("max_features", max_features),
        ("max_leaf_nodes", Value::None),
        ("random_state", Value::None),
        ("min_impurity_decrease", Value::Float(0.0)),
        ("class_weight", Value::None),
        ("ccp_alpha", Value::Float(0.0)),
        ("monotonic_cst", Value::None),
        release(target),
    ])
}

fn splitter<K: Kind>() -> Value {
    (if K::EXTRA { "random" } else { "best" }).into()
}

fn tree_object<K: Kind>(state: Vec<(&'static str, Value)>) -> Value {
    let class = if K::EXTRA { "ExtraTreeClassifier" } else { "DecisionTreeClassifier" };
    Value::Object { module: "sklearn.tree._classes", class, state }
}
