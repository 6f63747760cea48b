//! What the estimators of libsvm keep alike (`sklearn/svm/_base.py`).

use crate::pickle::{Array, Dtype, Value};
use ndarray::ArrayView2;
use trainyard_learn::svm::{Gamma, GammaRule, KernelFunction, SvmParameters};

/// The constructor's parameters of `BaseLibSVM`. No machine has all of them: one without `C` or `nu` keeps 0 there.
pub(super) fn parameters(parameters: &SvmParameters, c: f64, nu: f64) -> Vec<(&'static str, Value)> {
    vec![
        ("kernel", parameters.kernel.name().into()),
        ("degree", parameters.degree.into()),
        (
            "gamma",
            match parameters.gamma {
                Gamma::Rule(GammaRule::Scale) => "scale".into(),
                Gamma::Rule(GammaRule::Auto) => "auto".into(),
                Gamma::Value(value) => value.into(),
            },
        ),
        ("coef0", parameters.coef0.into()),
        ("tol", parameters.tol.into()),
        ("C", c.into()),
        ("nu", nu.into()),
        ("epsilon", Value::Float(0.0)),
        ("shrinking", parameters.shrinking.into()),
        ("cache_size", parameters.cache_size.into()),
        ("verbose", false.into()),
        ("max_iter", Value::Int(-1)),
        ("random_state", Value::None),
    ]
}

/// The support vectors of a fit to `n_samples` rows.
pub(super) fn fitted(
    gamma_asked: Gamma,
    kernel: KernelFunction,
    support: &[u32],
    vectors: ArrayView2<'_, f64>,
    n_samples: usize,
) -> Vec<(&'static str, Value)> {
    let gamma = match gamma_asked {
        Gamma::Rule(GammaRule::Scale) if kernel.gamma != 1.0 => Value::float64(kernel.gamma),
        _ => Value::Float(kernel.gamma),
    };
    vec![
        ("_sparse", false.into()),
        ("_effective_probability", false.into()),
        ("n_features_in_", vectors.ncols().into()),
        ("_gamma", gamma),
        ("support_", Value::ints32(support.iter().map(|row| *row as i32))),
        ("support_vectors_", Value::matrix(vectors)),
        ("_probA", Value::floats(&[])),
        ("_probB", Value::floats(&[])),
        ("fit_status_", Value::Int(0)),
        ("shape_fit_", Value::Tuple(vec![n_samples.into(), vectors.ncols().into()])),
    ]
}

/// A matrix of `factor` times some numbers; 0 stays 0 without a sign.
pub(super) fn times(factor: f64, matrix: ArrayView2<'_, f64>) -> Value {
    let data = matrix.iter().flat_map(|number| (factor * number + 0.0).to_le_bytes()).collect();
    Value::Array(Array { dtype: Dtype::Float64, shape: matrix.shape().to_vec(), data })
}
