//! `sklearn.neighbors.LocalOutlierFactor`, for novelty.

use super::{PickleError, Verdict, neighbors};
use crate::{Target, pickle::Value};
use trainyard_learn::{Estimator, LocalOutlierFactor};

/// A fitted `LocalOutlierFactor`. A fit in Python sets `offset_` to the percentile of
/// `negative_outlier_factor_`; here it is the verdict's.
pub(super) fn value(
    model: &LocalOutlierFactor,
    verdict: Verdict,
    target: &Target,
) -> Result<Value, PickleError> {
    verdict.check()?;
    let n_neighbors = model.parameters().n_neighbors as usize;
    let mut state = neighbors::parameters(n_neighbors, Value::None, "minkowski");
    state.extend([("contamination", verdict.contamination.into()), ("novelty", true.into())]);
    state.extend(neighbors::fitted(model.samples(), "euclidean", target));
    let array = |values: ndarray::ArrayView1<'_, f64>| Value::floats(&values.to_vec());
    state.extend([
        ("n_neighbors_", n_neighbors.into()),
        ("_distances_fit_X_", Value::matrix(model.distances())),
        ("_lrd", array(model.densities())),
        ("negative_outlier_factor_", array(model.negative_outlier_factors())),
        ("offset_", Value::float64(verdict.offset)),
    ]);
    Ok(Value::Object { module: "sklearn.neighbors._lof", class: "LocalOutlierFactor", state })
}
