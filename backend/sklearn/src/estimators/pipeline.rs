//! `sklearn.pipeline.Pipeline`.

use super::release;
use crate::{Target, pickle::Value};

/// A pipeline of fitted steps, each with its name.
pub(super) fn value(steps: impl IntoIterator<Item = (&'static str, Value)>, target: &Target) -> Value {
    let steps = steps.into_iter().map(|(name, step)| Value::Tuple(vec![name.into(), step]));
    let state = vec![
        ("steps", Value::List(steps.collect())),
        ("transform_input", Value::None),
        ("memory", Value::None),
        ("verbose", false.into()),
        release(target),
    ];
    Value::Object { module: "sklearn.pipeline", class: "Pipeline", state }
}
