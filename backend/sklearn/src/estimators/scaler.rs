//! The scalers of `sklearn.preprocessing`.

use super::{pipeline, release};
use crate::{Target, pickle::Value};
use trainyard_learn::{LogScaler, MinMaxScaler, RobustScaler, StandardScaler};

pub(super) fn standard(scaler: &StandardScaler, target: &Target) -> Value {
    let state = vec![
        ("with_mean", true.into()),
        ("with_std", true.into()),
        ("copy", true.into()),
        ("n_features_in_", scaler.n_features().into()),
        ("n_samples_seen_", Value::float64(scaler.n_samples as f64)),
        ("mean_", Value::floats(&scaler.mean)),
        ("var_", Value::floats(&scaler.variance)),
        ("scale_", Value::floats(&scaler.scale)),
        release(target),
    ];
    scaler_of_class("StandardScaler", state)
}

pub(super) fn min_max(scaler: &MinMaxScaler, target: &Target) -> Value {
    let ends = scaler.data_min.iter().zip(&scaler.data_max);
    let ranges: Vec<f64> = ends.map(|(min, max)| max - min).collect();
    let state = vec![
        ("feature_range", Value::Tuple(vec![Value::Int(0), Value::Int(1)])),
        ("copy", true.into()),
        ("clip", false.into()),
        ("n_features_in_", scaler.n_features().into()),
        ("n_samples_seen_", Value::Int(i64::try_from(scaler.n_samples).unwrap_or(i64::MAX))),
        ("scale_", Value::floats(&scaler.scale)),
        ("min_", Value::floats(&scaler.offset)),
        ("data_min_", Value::floats(&scaler.data_min)),
        ("data_max_", Value::floats(&scaler.data_max)),
        ("data_range_", Value::floats(&ranges)),
        release(target),
    ];
    scaler_of_class("MinMaxScaler", state)
}

pub(super) fn robust(scaler: &RobustScaler, target: &Target) -> Value {
    let state = vec![
        ("with_centering", true.into()),
        ("with_scaling", true.into()),
        ("quantile_range", Value::Tuple(vec![25.0.into(), 75.0.into()])),
        ("unit_variance", false.into()),
        ("copy", true.into()),
        ("n_features_in_", scaler.n_features().into()),
        ("center_", Value::floats(&scaler.median)),
        ("scale_", Value::floats(&scaler.scale)),
        release(target),
    ];
    scaler_of_class("RobustScaler", state)
}

/// A `sklearn.pipeline.Pipeline` of both steps.
pub(super) fn log1p(scaler: &LogScaler, target: &Target) -> Value {
    let state = vec![
        ("func", Value::Global { module: "numpy", name: "log1p" }),
        ("inverse_func", Value::None),
        ("validate", false.into()),
        ("accept_sparse", false.into()),
        ("check_inverse", true.into()),
        ("feature_names_out", Value::None),
        ("kw_args", Value::None),
        ("inv_kw_args", Value::None),
        ("n_features_in_", scaler.n_features().into()),
        release(target),
    ];
    let module = "sklearn.preprocessing._function_transformer";
    let logarithm = Value::Object { module, class: "FunctionTransformer", state };
    pipeline::value([("log1p", logarithm), ("standard", standard(&scaler.standard, target))], target)
}

fn scaler_of_class(class: &'static str, state: Vec<(&'static str, Value)>) -> Value {
    Value::Object { module: "sklearn.preprocessing._data", class, state }
}
