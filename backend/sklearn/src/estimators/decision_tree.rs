//! `sklearn.tree.DecisionTreeClassifier`.

use super::{PickleError, trees};
use crate::{Target, pickle::Value};
use trainyard_learn::{DecisionTree, Estimator};

pub(super) fn value(model: &DecisionTree, target: &Target) -> Result<Value, PickleError> {
    trees::check(model.tree(), 0)?;
    let parameters = model.parameters();
    let mut state = vec![
        ("criterion", parameters.criterion.name().into()),
        ("splitter", "best".into()),
        ("max_depth", trees::max_depth(parameters.max_depth)),
        ("min_samples_split", trees::amount(parameters.min_samples_split)),
        ("min_samples_leaf", trees::amount(parameters.min_samples_leaf)),
        ("min_weight_fraction_leaf", Value::Float(0.0)),
        ("max_features", trees::max_features(parameters.max_features)),
        ("max_leaf_nodes", Value::None),
        ("random_state", parameters.random_state.into()),
        ("min_impurity_decrease", parameters.min_impurity_decrease.into()),
        ("class_weight", trees::class_weight(parameters.class_weight)),
        ("ccp_alpha", Value::Float(0.0)),
        ("monotonic_cst", Value::None),
    ];
    let classes = Value::ints(0..model.n_classes() as i64);
    state.extend(trees::fitted(model.tree(), model.max_features(), classes, target));
    Ok(Value::Object { module: "sklearn.tree._classes", class: "DecisionTreeClassifier", state })
}
