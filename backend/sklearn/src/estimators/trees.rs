//! What estimators made of trees share: `sklearn.tree._tree.Tree`, and parameters.

use super::{PickleError, release};
use crate::{
    Target,
    pickle::{Array, Dtype, Value},
};
use trainyard_learn::tree::{Amount, ClassWeight, FeatureAmount, FeatureRoot, Tree};

/// Refuses a broken tree: scikit-learn would read outside its memory.
pub(super) fn check(tree: &Tree, number: usize) -> Result<(), PickleError> {
    tree.check().map_err(|detail| PickleError::Tree { tree: number, detail })
}

/// `sklearn.tree._tree.Tree(n_features, n_classes, n_outputs)` with its nodes.
pub(super) fn structure(tree: &Tree) -> Value {
    let count = tree.node_count();
    let mut nodes = Vec::with_capacity(count * Dtype::Node.size());
    for node in tree.nodes() {
        nodes.extend(node.left_child.to_le_bytes());
        nodes.extend(node.right_child.to_le_bytes());
        nodes.extend(node.feature.to_le_bytes());
        nodes.extend(node.threshold.to_le_bytes());
        nodes.extend(node.impurity.to_le_bytes());
        nodes.extend(node.n_node_samples.to_le_bytes());
        nodes.extend(node.weighted_n_node_samples.to_le_bytes());
        // One byte, and seven that fill up the record.
        nodes.extend([node.missing_go_to_left, 0, 0, 0, 0, 0, 0, 0]);
    }
    let values = tree.values().iter().flat_map(|value| value.to_le_bytes()).collect();
    let shape = vec![count, 1, tree.n_values()];
    Value::Call {
        module: "sklearn.tree._tree",
        function: "Tree",
        arguments: vec![tree.n_features().into(), Value::ints([tree.n_values() as i64]), Value::Int(1)],
        state: Some(vec![
            ("max_depth", tree.max_depth().into()),
            ("node_count", count.into()),
            ("nodes", Value::Array(Array { dtype: Dtype::Node, shape: vec![count], data: nodes })),
            ("values", Value::Array(Array { dtype: Dtype::Float64, shape, data: values })),
        ]),
    }
}

/// What a fit adds to the parameters of a classification tree. `classes` are its `classes_`.
pub(super) fn fitted(
    tree: &Tree,
    max_features: usize,
    classes: Value,
    target: &Target,
) -> Vec<(&'static str, Value)> {
    vec![
        ("n_features_in_", tree.n_features().into()),
        ("n_outputs_", Value::Int(1)),
        ("classes_", classes),
        ("n_classes_", Value::int64(tree.n_values() as i64)),
        ("max_features_", max_features.into()),
        ("tree_", structure(tree)),
        release(target),
    ]
}

pub(super) fn max_depth(depth: Option<u32>) -> Value {
    depth.map_or(Value::None, Value::from)
}

pub(super) fn amount(amount: Amount) -> Value {
    match amount {
        Amount::Count(count) => Value::Int(i64::try_from(count).unwrap_or(i64::MAX)),
        Amount::Share(share) => share.into(),
    }
}

pub(super) fn max_features(amount: Option<FeatureAmount>) -> Value {
    match amount {
        None => Value::None,
        Some(FeatureAmount::Count(count)) => Value::Int(i64::try_from(count).unwrap_or(i64::MAX)),
        Some(FeatureAmount::Share(share)) => share.into(),
        Some(FeatureAmount::Root(FeatureRoot::Sqrt)) => "sqrt".into(),
        Some(FeatureAmount::Root(FeatureRoot::Log2)) => "log2".into(),
    }
}

pub(super) fn class_weight(weight: Option<ClassWeight>) -> Value {
    match weight {
        None => Value::None,
        Some(ClassWeight::Balanced) => "balanced".into(),
        Some(ClassWeight::BalancedSubsample) => "balanced_subsample".into(),
    }
}

/// The `_sample_weight` of an ensemble, from which it knows what its trees have drawn.
pub(super) fn sample_weight(weights: Option<&[f64]>) -> Value {
    weights.map_or(Value::None, Value::floats)
}
