//! `sklearn.preprocessing.StandardScaler`.

use super::release;
use crate::{Target, pickle::Value};
use trainyard_learn::StandardScaler;

pub(super) fn standard(scaler: &StandardScaler, target: &Target) -> Value {
    Value::Object {
        module: "sklearn.preprocessing._data",
        class: "StandardScaler",
        state: vec![
            ("with_mean", true.into()),
            ("with_std", true.into()),
            ("copy", true.into()),
            ("n_features_in_", scaler.n_features().into()),
            ("n_samples_seen_", Value::float64(scaler.n_samples as f64)),
            ("mean_", Value::floats(&scaler.mean)),
            ("var_", Value::floats(&scaler.variance)),
            ("scale_", Value::floats(&scaler.scale)),
            release(target),
        ],
    }
}
