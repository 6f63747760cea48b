//! `sklearn.naive_bayes.GaussianNB`.

use super::{classes, release};
use crate::{Target, pickle::Value};
use trainyard_learn::{Estimator, GaussianNb};

pub(super) fn value(model: &GaussianNb, target: &Target) -> Value {
    let parameters = model.parameters();
    let priors = match &parameters.priors {
        None => Value::None,
        Some(priors) => Value::List(priors.iter().map(|prior| Value::Float(*prior)).collect()),
    };
    let state = vec![
        ("priors", priors),
        ("var_smoothing", parameters.var_smoothing.into()),
        ("classes_", classes(model.n_classes())),
        ("n_features_in_", model.n_features().into()),
        ("epsilon_", Value::float64(model.epsilon())),
        ("theta_", Value::matrix(model.means())),
        ("var_", Value::matrix(model.variances())),
        ("class_count_", Value::floats(model.class_counts())),
        ("class_prior_", Value::floats(model.class_priors())),
        release(target),
    ];
    Value::Object { module: "sklearn.naive_bayes", class: "GaussianNB", state }
}
