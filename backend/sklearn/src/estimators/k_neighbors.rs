//! `sklearn.neighbors.KNeighborsClassifier`.

use super::neighbors;
use crate::{Target, pickle::Value};
use trainyard_learn::{Estimator, KNeighbors, k_neighbors::NeighborWeights};

pub(super) fn value(model: &KNeighbors, target: &Target) -> Value {
    let parameters = model.parameters();
    let metric = parameters.metric.name();
    let weights = match parameters.weights {
        NeighborWeights::Uniform => "uniform",
        NeighborWeights::Distance => "distance",
    };
    let mut state = neighbors::parameters(parameters.n_neighbors as usize, Value::None, metric);
    state.extend([
        ("weights", weights.into()),
        ("outputs_2d_", false.into()),
        ("classes_", Value::ints(0..model.n_classes() as i64)),
        ("_y", Value::ints(model.classes().iter().map(|class| i64::from(*class)))),
    ]);
    state.extend(neighbors::fitted(model.samples(), metric, target));
    Value::Object { module: "sklearn.neighbors._classification", class: "KNeighborsClassifier", state }
}
