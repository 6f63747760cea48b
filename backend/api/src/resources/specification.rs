//! Reading a training specification: every fault at once, each by its pointer, every default filled in.

use crate::{input, problem::Problem};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use trainyard_learn::{parse_algorithm, validate_evaluation, validate_threshold};
use trainyard_types::{FieldError, FormatSpecification, TrainingSpecification};

const KNOWN: &[&str] =
    &["name", "dataset_id", "format", "feature_set", "scaler", "algorithm", "threshold", "evaluation"];

/// Reads and checks a specification. The algorithm's parameters come back resolved.
pub(crate) fn read(value: Value) -> Result<TrainingSpecification, Problem> {
    let Value::Object(mut fields) = value else {
        return Err(Problem::invalid_field("", "a training specification is a JSON object"));
    };
    // `null` asks for the default, as leaving the field out does.
    fields.retain(|_, value| !value.is_null());
    let mut errors: Vec<FieldError> = fields
        .keys()
        .filter(|key| !KNOWN.contains(&key.as_str()))
        .map(|key| FieldError::new(format!("/{key}"), format!("is unknown; known are {}", KNOWN.join(", "))))
        .collect();

    let name: Option<String> = required(&fields, "name", &mut errors);
    if let Some(name) = &name {
        errors.extend(check_name(name));
    }
    let dataset_id = required(&fields, "dataset_id", &mut errors);
    let format: Option<FormatSpecification> = optional(&fields, "format", &mut errors);
    if let Some(format) = &format {
        errors.extend(trainyard_intake::validate_format(format));
    }
    let feature_set = optional(&fields, "feature_set", &mut errors);
    if let Some(feature_set) = &feature_set {
        errors.extend(trainyard_features::validate_feature_set(feature_set));
    }
    let scaler = optional(&fields, "scaler", &mut errors);
    let threshold = optional(&fields, "threshold", &mut errors);
    if let Some(threshold) = &threshold {
        errors.extend(validate_threshold(threshold));
    }
    let evaluation: Option<trainyard_types::EvaluationSpecification> =
        optional(&fields, "evaluation", &mut errors);
    if let Some(evaluation) = &evaluation {
        errors.extend(validate_evaluation(evaluation));
    }
    let default = Value::Object(Map::from_iter([("type".to_owned(), Value::from("isolation_forest"))]));
    let algorithm = match parse_algorithm(fields.get("algorithm").unwrap_or(&default), "/algorithm") {
        Ok(algorithm) => Some(serde_json::to_value(algorithm).map_err(Problem::internal)?),
        Err(more) => {
            errors.extend(more);
            None
        }
    };
    match (name, dataset_id, format, feature_set, scaler, algorithm, threshold, evaluation) {
        (
            Some(name),
            Some(dataset_id),
            Some(format),
            Some(feature_set),
            Some(scaler),
            Some(algorithm),
            Some(threshold),
            Some(evaluation),
        ) if errors.is_empty() => Ok(TrainingSpecification {
            name: name.trim().to_owned(),
            dataset_id,
            format,
            feature_set,
            scaler,
            algorithm,
            threshold,
            evaluation,
        }),
        _ => Err(Problem::invalid(errors)),
    }
}

/// A name that can stand in addresses such as `name@deployed`.
pub(crate) fn check_name(name: &str) -> Option<FieldError> {
    let length = name.trim().chars().count();
    let fault = if !(1..=100).contains(&length) {
        "must have 1 to 100 characters"
    } else if name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | '@' | '?' | '#' | '%')) {
        "may not contain control characters or any of / \\ @ ? # %"
    } else {
        return None;
    };
    Some(FieldError::new("/name", fault))
}

fn required<T: DeserializeOwned>(
    fields: &Map<String, Value>,
    key: &str,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    let Some(value) = fields.get(key) else {
        errors.push(FieldError::new(format!("/{key}"), "is required"));
        return None;
    };
    section(value, key, errors)
}

fn optional<T: DeserializeOwned + Default>(
    fields: &Map<String, Value>,
    key: &str,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    fields.get(key).map_or_else(|| Some(T::default()), |value| section(value, key, errors))
}

fn section<T: DeserializeOwned>(value: &Value, key: &str, errors: &mut Vec<FieldError>) -> Option<T> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| {
            let pointer = format!("/{key}{}", input::pointer(error.path()));
            errors.push(FieldError::new(pointer, error.inner().to_string()));
        })
        .ok()
}
