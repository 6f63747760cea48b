//! What every estimator of `sklearn.neighbors` keeps: its parameters, and the rows that it searches.

use super::release;
use crate::{Target, pickle::Value};
use ndarray::ArrayView2;

/// The constructor's parameters of `NeighborsBase`, searching by brute force; `radius` is of no use where None.
pub(super) fn parameters(n_neighbors: usize, radius: Value, metric: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("n_neighbors", n_neighbors.into()),
        ("radius", radius),
        ("algorithm", "brute".into()),
        ("leaf_size", Value::Int(30)),
        ("metric", metric.into()),
        ("metric_params", Value::None),
        ("p", Value::Int(2)),
        ("n_jobs", Value::None),
    ]
}

/// What a fit by brute force leaves.
pub(super) fn fitted(rows: ArrayView2<'_, f64>, metric: &str, target: &Target) -> Vec<(&'static str, Value)> {
    vec![
        ("n_features_in_", rows.ncols().into()),
        ("effective_metric_params_", Value::Dict(vec![])),
        ("effective_metric_", metric.into()),
        ("_fit_method", "brute".into()),
        ("_fit_X", Value::matrix(rows)),
        ("n_samples_fit_", rows.nrows().into()),
        ("_tree", Value::None),
        release(target),
    ]
}
