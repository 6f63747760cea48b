//! `sklearn.linear_model.LogisticRegression`.

use super::{class_weight, classes, release};
use crate::{Target, pickle::Value};
use trainyard_learn::{Estimator, LogisticRegression};

/// A fitted `LogisticRegression`; fitted again, scikit-learn's default solver looks for the same optimum.
pub(super) fn value(model: &LogisticRegression, target: &Target) -> Value {
    let parameters = model.parameters();
    let state = vec![
        ("penalty", "deprecated".into()),
        ("C", parameters.c.into()),
        ("l1_ratio", Value::Float(0.0)),
        ("dual", false.into()),
        ("tol", parameters.tol.into()),
        ("fit_intercept", parameters.fit_intercept.into()),
        ("intercept_scaling", Value::Int(1)),
        ("class_weight", class_weight(parameters.class_weight)),
        ("random_state", Value::None),
        ("solver", "lbfgs".into()),
        ("max_iter", parameters.max_iter.into()),
        ("verbose", Value::Int(0)),
        ("warm_start", false.into()),
        ("n_jobs", Value::None),
        ("n_features_in_", model.n_features().into()),
        ("classes_", classes(model.n_classes())),
        ("n_iter_", Value::ints32([model.n_iter() as i32])),
        ("coef_", Value::matrix(model.coefficients())),
        ("intercept_", Value::floats(model.intercepts())),
        release(target),
    ];
    Value::Object { module: "sklearn.linear_model._logistic", class: "LogisticRegression", state }
}
