//! `sklearn.neighbors.NearestNeighbors`: the distance to its one neighbour is the score.

use super::neighbors;
use crate::{Target, pickle::Value};
use trainyard_learn::{Estimator, NearestNormal};

/// A `NearestNeighbors` of the distinct normal samples. It has no threshold: whoever uses it brings one.
pub(super) fn value(model: &NearestNormal, target: &Target) -> Value {
    let metric = model.parameters().metric.name();
    let mut state = neighbors::parameters(1, Value::Float(1.0), metric);
    state.extend(neighbors::fitted(model.samples(), metric, target));
    Value::Object { module: "sklearn.neighbors._unsupervised", class: "NearestNeighbors", state }
}
