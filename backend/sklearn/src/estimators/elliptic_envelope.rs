//! `sklearn.covariance.EllipticEnvelope`.

use super::{PickleError, Verdict, release};
use crate::{
    Target,
    pickle::{Array, Dtype, Value},
};
use trainyard_learn::{EllipticEnvelope, Estimator};

/// A fitted `EllipticEnvelope`: its `offset_` is the verdict's, which a fit in Python takes from `dist_`.
pub(super) fn value(
    model: &EllipticEnvelope,
    verdict: Verdict,
    target: &Target,
) -> Result<Value, PickleError> {
    verdict.check()?;
    let parameters = model.parameters();
    let flags = |flags: &[bool]| {
        let data = flags.iter().map(|flag| u8::from(*flag)).collect();
        Value::Array(Array { dtype: Dtype::Bool, shape: vec![flags.len()], data })
    };
    let state = vec![
        ("store_precision", true.into()),
        ("assume_centered", parameters.assume_centered.into()),
        ("support_fraction", parameters.support_fraction.map_or(Value::None, Value::Float)),
        ("random_state", parameters.random_state.into()),
        ("contamination", verdict.contamination.into()),
        ("n_features_in_", model.n_features().into()),
        ("raw_location_", Value::floats(&model.raw.location.to_vec())),
        ("raw_covariance_", Value::matrix(model.raw.covariance.view())),
        ("raw_support_", flags(&model.raw.support)),
        ("location_", Value::floats(&model.reweighted.location.to_vec())),
        ("support_", flags(&model.reweighted.support)),
        ("dist_", Value::floats(&model.distances)),
        ("covariance_", Value::matrix(model.reweighted.covariance.view())),
        ("precision_", Value::matrix(model.precision.view())),
        ("offset_", Value::float64(verdict.offset)),
        release(target),
    ];
    Ok(Value::Object { module: "sklearn.covariance._elliptic_envelope", class: "EllipticEnvelope", state })
}
