//! `sklearn.impute.SimpleImputer`.

use super::release;
use crate::{
    Target,
    pickle::{Dtype, Value},
};
use trainyard_learn::{Imputer, ImputerStrategy};

pub(super) fn value(imputer: &Imputer, target: &Target) -> Value {
    let (strategy, fill_value) = match imputer.strategy {
        ImputerStrategy::Mean => ("mean", Value::None),
        ImputerStrategy::Median => ("median", Value::None),
        ImputerStrategy::Constant => {
            ("constant", imputer.statistics.first().copied().unwrap_or_default().into())
        }
    };
    // A real one keeps constants as whatever objects they are.
    let statistics = match imputer.strategy {
        ImputerStrategy::Constant => {
            Value::Objects(imputer.statistics.iter().map(|number| Value::Float(*number)).collect())
        }
        ImputerStrategy::Mean | ImputerStrategy::Median => Value::floats(&imputer.statistics),
    };
    let state = vec![
        ("missing_values", Value::Float(f64::NAN)),
        ("add_indicator", false.into()),
        ("keep_empty_features", true.into()),
        ("strategy", strategy.into()),
        ("fill_value", fill_value),
        ("copy", true.into()),
        ("n_features_in_", imputer.n_features().into()),
        ("_fit_dtype", Value::Dtype(Dtype::Float64)),
        ("_fill_dtype", Value::Dtype(Dtype::Float64)),
        ("indicator_", Value::None),
        ("statistics_", statistics),
        release(target),
    ];
    Value::Object { module: "sklearn.impute._base", class: "SimpleImputer", state }
}
