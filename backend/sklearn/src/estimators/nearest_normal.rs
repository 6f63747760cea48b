//! `sklearn.neighbors.NearestNeighbors`: the distance to the last of its neighbours is the score.

use super::neighbors;
use crate::{Target, pickle::Value};
use trainyard_learn::{Estimator, NearestNormal};

/// A `NearestNeighbors` of the normal samples that are kept, which asks for no more neighbours than these are. It has no
/// threshold: whoever uses it brings one.
pub(super) fn value(model: &NearestNormal, target: &Target) -> Value {
    let metric = model.parameters().metric.name();
    let mut state = neighbors::parameters(model.n_neighbors(), Value::Float(1.0), metric);
    state.extend(neighbors::fitted(model.samples(), metric, target));
    Value::Object { module: "sklearn.neighbors._unsupervised", class: "NearestNeighbors", state }
}
