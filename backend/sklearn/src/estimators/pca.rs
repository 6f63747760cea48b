//! `sklearn.decomposition.PCA`: the log-likelihood of its `score_samples` is the score.

use super::release;
use crate::{Target, pickle::Value};
use trainyard_learn::{Estimator, Pca, pca::Components};

/// A fitted `PCA`. It has no threshold: whoever uses it brings one.
pub(super) fn value(model: &Pca, target: &Target) -> Value {
    let kept = model.components.nrows();
    // A share is looked up in an array, which gives numpy's kind of number.
    let (asked, found) = match model.parameters().n_components {
        Components::Count(_) => (kept.into(), kept.into()),
        Components::Share(share) => (Value::Float(share), Value::int64(kept as i64)),
    };
    let singular = model.explained_variance.mapv(|variance| (variance * (model.n_samples - 1) as f64).sqrt());
    let state = vec![
        ("n_components", asked),
        ("copy", true.into()),
        ("whiten", false.into()),
        ("svd_solver", "full".into()),
        ("tol", Value::Float(0.0)),
        ("iterated_power", "auto".into()),
        ("n_oversamples", 10_usize.into()),
        ("power_iteration_normalizer", "auto".into()),
        ("random_state", Value::None),
        ("n_features_in_", model.n_features().into()),
        ("_fit_svd_solver", "full".into()),
        ("mean_", Value::floats(&model.mean.to_vec())),
        ("noise_variance_", model.noise_variance.map_or(Value::Float(0.0), Value::float64)),
        ("n_samples_", model.n_samples.into()),
        ("n_components_", found),
        ("components_", Value::matrix(model.components.view())),
        ("explained_variance_", Value::floats(&model.explained_variance.to_vec())),
        ("explained_variance_ratio_", Value::floats(&model.explained_variance_ratio.to_vec())),
        ("singular_values_", Value::floats(&singular.to_vec())),
        release(target),
    ];
    Value::Object { module: "sklearn.decomposition._pca", class: "PCA", state }
}
