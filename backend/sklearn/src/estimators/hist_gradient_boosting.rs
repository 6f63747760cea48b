//! `sklearn.ensemble.HistGradientBoostingClassifier`.

use super::{PickleError, class_weight, classes, release};
use crate::{
    Target,
    pickle::{Array, Dtype, Value},
};
use trainyard_learn::{
    Estimator, HistGradientBoosting,
    hist_gradient_boosting::{BoostedNode, BoostedTree},
};

/// Where the classes of the pickle's parts live.
const PACKAGE: [&str; 3] = [
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting",
    "sklearn.ensemble._hist_gradient_boosting.binning",
    "sklearn.ensemble._hist_gradient_boosting.predictor",
];
/// With more samples than this, so many that are drawn decide on the bins.
const SUBSAMPLE: i64 = 200_000;

/// A fitted `HistGradientBoostingClassifier`; fitted again, it grows the same trees.
pub(super) fn value(model: &HistGradientBoosting, target: &Target) -> Result<Value, PickleError> {
    let n_features = model.n_features();
    for (i, tree) in model.iterations().iter().flatten().enumerate() {
        tree.check(n_features).map_err(|detail| PickleError::Tree { tree: i, detail })?;
    }
    let parameters = model.parameters();
    let limit = |limit: Option<u32>| limit.map_or(Value::None, Value::from);
    let [random_seed, subsample_seed] = model.seeds();
    let n_classes = model.n_classes();
    let trees = |trees: &Vec<BoostedTree>| Value::List(trees.iter().map(predictor).collect());
    let mut state = vec![
        ("loss", "log_loss".into()),
        ("learning_rate", parameters.learning_rate.into()),
        ("max_iter", parameters.max_iter.into()),
        ("max_leaf_nodes", limit(parameters.max_leaf_nodes)),
        ("max_depth", limit(parameters.max_depth)),
        ("min_samples_leaf", parameters.min_samples_leaf.into()),
        ("l2_regularization", parameters.l2_regularization.into()),
        ("max_features", Value::Float(1.0)),
        ("max_bins", parameters.max_bins.into()),
        ("monotonic_cst", Value::None),
        ("interaction_cst", Value::None),
        ("categorical_features", "from_dtype".into()),
        ("warm_start", false.into()),
        ("early_stopping", false.into()),
        ("scoring", "loss".into()),
        ("validation_fraction", Value::Float(0.1)),
        ("n_iter_no_change", Value::Int(10)),
        ("tol", Value::Float(1e-7)),
        ("verbose", Value::Int(0)),
        ("random_state", parameters.random_state.into()),
        ("class_weight", class_weight(parameters.class_weight)),
        ("is_categorical_", Value::None),
        ("_preprocessor", Value::None),
        ("_is_categorical_remapped", Value::None),
        ("n_features_in_", n_features.into()),
        ("_label_encoder", label_encoder(n_classes, target)),
        ("classes_", classes(n_classes)),
        ("n_trees_per_iteration_", model.baseline().len().into()),
        ("_random_seed", seed(random_seed)),
        // As it is made, since all features are looked at and nothing is drawn.
        ("_feature_subsample_rng", call("numpy.random", "default_rng", vec![seed(subsample_seed)])),
        ("_n_features", n_features.into()),
        ("_loss", loss(n_classes)),
        ("do_early_stopping_", false.into()),
        ("_use_validation_data", true.into()),
        ("_bin_mapper", bin_mapper(model, random_seed, target)),
        ("_baseline_prediction", row(model.baseline())),
        ("_predictors", Value::List(model.iterations().iter().map(trees).collect())),
        ("_scorer", Value::None),
        ("train_score_", Value::floats(&[])),
        ("validation_score_", Value::floats(&[])),
        release(target),
    ];
    if model.is_weighted() {
        state.push(("_fitted_with_sw", true.into()));
    }
    Ok(Value::Object { module: PACKAGE[0], class: "HistGradientBoostingClassifier", state })
}

fn call(module: &'static str, function: &'static str, arguments: Vec<Value>) -> Value {
    Value::Call { module, function, arguments, state: None }
}

fn seed(seed: u32) -> Value {
    call("numpy", "uint64", vec![seed.into()])
}

fn label_encoder(n_classes: usize, target: &Target) -> Value {
    Value::Object {
        module: "sklearn.preprocessing._label",
        class: "LabelEncoder",
        state: vec![("classes_", classes(n_classes)), release(target)],
    }
}

/// Made by its constructor: its state is compiled code's, and of another form in every release.
fn loss(n_classes: usize) -> Value {
    const MODULE: &str = "sklearn._loss.loss";
    match n_classes {
        2 => call(MODULE, "HalfBinomialLoss", vec![]),
        count => call(MODULE, "HalfMultinomialLoss", vec![Value::None, count.into()]),
    }
}

/// A matrix of one row.
fn row(values: &[f64]) -> Value {
    let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Value::Array(Array { dtype: Dtype::Float64, shape: vec![1, values.len()], data })
}

fn bin_mapper(model: &HistGradientBoosting, random_seed: u32, target: &Target) -> Value {
    let thresholds = model.thresholds();
    let max_bins = model.parameters().max_bins;
    let n_bins =
        thresholds.iter().flat_map(|thresholds| (thresholds.len() as u32 + 1).to_le_bytes()).collect();
    let array = |dtype, data| Value::Array(Array { dtype, shape: vec![thresholds.len()], data });
    let state = vec![
        ("n_bins", (max_bins + 1).into()),
        ("subsample", Value::Int(SUBSAMPLE)),
        ("is_categorical", Value::None),
        ("known_categories", Value::None),
        ("random_state", seed(random_seed)),
        ("n_threads", Value::Int(1)),
        ("is_categorical_", array(Dtype::UInt8, vec![0; thresholds.len()])),
        ("missing_values_bin_idx_", max_bins.into()),
        ("bin_thresholds_", Value::List(thresholds.iter().map(|values| Value::floats(values)).collect())),
        ("n_bins_non_missing_", array(Dtype::UInt32, n_bins)),
        release(target),
    ];
    Value::Object { module: PACKAGE[1], class: "_BinMapper", state }
}

fn predictor(tree: &BoostedTree) -> Value {
    let nodes = tree.nodes.iter().flat_map(record).collect();
    let no_bitsets = || Value::Array(Array { dtype: Dtype::UInt32, shape: vec![0, 8], data: Vec::new() });
    let nodes = Array { dtype: Dtype::BoostedNode, shape: vec![tree.nodes.len()], data: nodes };
    let state = vec![
        ("nodes", Value::Array(nodes)),
        ("binned_left_cat_bitsets", no_bitsets()),
        ("raw_left_cat_bitsets", no_bitsets()),
    ];
    Value::Object { module: PACKAGE[2], class: "TreePredictor", state }
}

/// The bytes of [`Dtype::BoostedNode`].
fn record(node: &BoostedNode) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(Dtype::BoostedNode.size());
    bytes.extend(node.value.to_le_bytes());
    bytes.extend(node.count.to_le_bytes());
    bytes.extend(i64::from(node.feature).to_le_bytes());
    bytes.extend(node.threshold.to_le_bytes());
    bytes.push(node.missing_go_to_left.into());
    bytes.extend(node.left.to_le_bytes());
    bytes.extend(node.right.to_le_bytes());
    bytes.extend(node.gain.to_le_bytes());
    bytes.extend(node.depth.to_le_bytes());
    bytes.extend([u8::from(node.is_leaf()), node.bin]);
    // Neither categorical nor with a set of categories.
    bytes.extend([0; 5]);
    bytes
}
