//! The registry of algorithms: what can be trained, with which parameters.
//!
//! [`algorithms`] describes them, each with a JSON Schema from which a form can be drawn;
//! [`parse_algorithm`] turns what was asked for into an [`AlgorithmSpecification`] with all defaults, or
//! says everything that is wrong with it at once.

mod wording;

use crate::{AlgorithmSpecification, registry};
use jsonschema::Validator;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::LazyLock;
use trainyard_types::FieldError;
use utoipa::ToSchema;

/// An algorithm that can be trained.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Algorithm {
    /// What a specification calls it in `type`.
    #[schema(example = "isolation_forest")]
    pub id: &'static str,
    #[schema(example = "Isolation forest")]
    pub title: &'static str,
    pub description: &'static str,
    /// `anomaly`: scores samples without labels. `classification`: learns classes from labelled samples.
    #[schema(example = "anomaly")]
    pub task: &'static str,
    /// JSON Schema (draft 2020-12) of the parameters: an object whose properties have title, description,
    /// default and limits. `x-order` lists the properties in the order in which a form shows them.
    #[schema(value_type = Object)]
    pub parameters: Value,
}

/// What is trained when nothing else is asked for.
const DEFAULT: &str = "isolation_forest";

static ALGORITHMS: LazyLock<Vec<Algorithm>> = LazyLock::new(|| {
    let mut all = registry::descriptions();
    all.sort_by_key(|algorithm| (algorithm.id != DEFAULT, algorithm.task != "anomaly", algorithm.id));
    all
});

static VALIDATORS: LazyLock<Vec<Validator>> = LazyLock::new(|| {
    let compile = |algorithm: &Algorithm| jsonschema::validator_for(&algorithm.parameters);
    ALGORITHMS.iter().map(|algorithm| compile(algorithm).expect("the registry's schemas are valid")).collect()
});

/// Every algorithm that can be trained: the default first, then what needs no labels, then what does.
pub fn algorithms() -> &'static [Algorithm] {
    &ALGORITHMS
}

/// Reads `{"type": …, parameter: value, …}`. `pointer_prefix` is where that stands in the request
/// (`/algorithm`), so that errors point to the right place.
///
/// # Errors
/// Everything that is wrong, each with its place.
pub fn parse_algorithm(
    value: &Value,
    pointer_prefix: &str,
) -> Result<AlgorithmSpecification, Vec<FieldError>> {
    let error =
        |pointer: &str, detail: String| vec![FieldError::new(format!("{pointer_prefix}{pointer}"), detail)];
    let known =
        || algorithms().iter().map(|algorithm| format!("`{}`", algorithm.id)).collect::<Vec<_>>().join(", ");
    let Some(object) = value.as_object() else {
        return Err(error("", format!("must be an object with a `type`, one of {}", known())));
    };
    let kind = match object.get("type") {
        Some(Value::String(kind)) => kind,
        Some(other) => return Err(error("/type", format!("must be one of {}; it is {other}", known()))),
        None => return Err(error("/type", format!("is missing: one of {}", known()))),
    };
    let Some(index) = algorithms().iter().position(|algorithm| algorithm.id == kind) else {
        return Err(error("/type", format!("`{kind}` is no known algorithm: one of {}", known())));
    };
    let mut parameters = object.clone();
    parameters.remove("type");
    let parameters = Value::Object(parameters);
    let schema = &algorithms()[index].parameters;
    let errors: Vec<FieldError> = VALIDATORS[index]
        .iter_errors(&parameters)
        .flat_map(|error| wording::field_errors(&error, schema, pointer_prefix))
        .collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut parameters = parameters;
    if let Some(parameters) = parameters.as_object_mut() {
        normalise(parameters, schema);
        parameters.insert("type".into(), kind.as_str().into());
    }
    serde_json::from_value(parameters).map_err(|failure| error("", failure.to_string()))
}

/// Gives equal JSON numbers one form: JSON does not tell 100 from 100.0, nor 1.0 from 1. A whole number is
/// an integer, but 1 where a share may stand is the share of all.
fn normalise(parameters: &mut Map<String, Value>, schema: &Value) {
    const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
    for (name, value) in parameters {
        let Value::Number(number) = &*value else { continue };
        let Some(number) = number.as_f64() else { continue };
        if takes_share(&schema["properties"][name]) && number == 1.0 {
            *value = 1.0.into();
        } else if number.fract() == 0.0 && number.abs() <= LARGEST_EXACT {
            *value = (number as i64).into();
        }
    }
}

/// Whether a parameter is a count or a share, so that 1 is the share of all and not a count.
fn takes_share(property: &Value) -> bool {
    let choices = || property["oneOf"].as_array().into_iter().flatten();
    choices().any(|choice| choice["type"] == "integer") && choices().any(|choice| choice["maximum"] == 1)
}

#[cfg(test)]
mod tests;
