//! JSON Schema errors in words for people.

use jsonschema::{ValidationError, error::ValidationErrorKind};
use serde_json::Value;
use trainyard_types::FieldError;

/// The errors that `error` stands for, their pointers below `prefix`.
pub(super) fn field_errors(error: &ValidationError<'_>, schema: &Value, prefix: &str) -> Vec<FieldError> {
    let path = error.instance_path().as_str();
    if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
        let unknown = |name: &String| {
            FieldError::new(format!("{prefix}{path}/{}", escape(name)), unknown(name, schema))
        };
        return unexpected.iter().map(unknown).collect();
    }
    // A parameter is one step below the whole; its schema names what it may be.
    let property = &schema["properties"][path.trim_start_matches('/')];
    let found = error.instance();
    let detail = match error.kind() {
        ValidationErrorKind::Type { .. } => match property["type"].as_str() {
            Some("integer") => format!("must be a whole number; it is {found}"),
            Some("boolean") => format!("must be true or false; it is {found}"),
            Some(kind) => format!("must be of type {kind}; it is {found}"),
            None => error.to_string(),
        },
        ValidationErrorKind::Minimum { limit } => format!("must be at least {limit}; it is {found}"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("must be above {limit}; it is {found}"),
        ValidationErrorKind::Maximum { limit } => format!("must be at most {limit}; it is {found}"),
        ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::OneOfMultipleValid { .. } => {
            format!("must be {}; it is {found}", choices(property))
        }
        _ => error.to_string(),
    };
    vec![FieldError::new(format!("{prefix}{path}"), detail)]
}

fn unknown(name: &str, schema: &Value) -> String {
    if name == "contamination" {
        return "is no parameter here: the share of samples to flag is `threshold`, \
                {\"policy\": \"contamination\", \"value\": …}"
            .into();
    }
    let known = schema["properties"].as_object().into_iter().flatten();
    let known: Vec<String> = known.map(|(name, _)| format!("`{name}`")).collect();
    format!("is no parameter of this algorithm; it has {}", known.join(", "))
}

/// The titles of the choices of a `oneOf`, joined by "or".
fn choices(property: &Value) -> String {
    let choices = property["oneOf"].as_array().into_iter().flatten();
    choices.filter_map(|choice| choice["title"].as_str()).collect::<Vec<_>>().join(", or ")
}

/// A name as one step of a JSON pointer (RFC 6901).
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
