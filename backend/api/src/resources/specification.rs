//! Reading a training specification: every fault at once, each by its pointer, every default filled in.

use crate::{input, problem::Problem};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use trainyard_learn::{
    Output,
    auto::{AUTO, AskedAlgorithm},
    validate_calibration, validate_evaluation, validate_search, validate_threshold,
};
use trainyard_types::{
    CalibrationSpecification, FeatureSetSpecification, FieldError, LabelsSpecification, SearchSpecification,
    ThresholdPolicy, ThresholdSpecification, TrainingSpecification,
};

const KNOWN: &[&str] = &[
    "name",
    "dataset_id",
    "format",
    "feature_set",
    "labels",
    "missing",
    "scaler",
    "algorithm",
    "calibration",
    "threshold",
    "evaluation",
    "search",
];

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
    let specification = resolve(&fields, &mut errors);
    match specification {
        Some(specification) if errors.is_empty() => Ok(specification),
        _ => Err(Problem::invalid(errors)),
    }
}

/// The specification with every default, if every field can be read; what is wrong goes to `errors`.
fn resolve(fields: &Map<String, Value>, errors: &mut Vec<FieldError>) -> Option<TrainingSpecification> {
    let name: Option<String> = required(fields, "name", errors);
    errors.extend(name.as_deref().and_then(check_name));
    let dataset_id = required(fields, "dataset_id", errors);
    let format = optional(fields, "format", errors);
    errors.extend(format.iter().flat_map(trainyard_intake::validate_format));
    let unlabelled = !fields.contains_key("labels");
    let feature_set: Option<FeatureSetSpecification> = match fields.get("feature_set") {
        // Where nothing is said, the parts of the recipe suit each other.
        None if unlabelled && !fields.contains_key("algorithm") => {
            Some(FeatureSetSpecification::preset("surprise"))
        }
        _ => optional(fields, "feature_set", errors),
    };
    let of_records = feature_set.as_ref().filter(|asked| unlabelled && asked.sample.is_none());
    let suits = of_records.and_then(|asked| trainyard_features::suits(&asked.preset));
    errors.extend(feature_set.iter().flat_map(trainyard_features::validate_feature_set));
    let labels: Option<Option<LabelsSpecification>> = optional(fields, "labels", errors);
    errors.extend(labels.iter().flatten().flat_map(trainyard_features::validate_labels));
    let missing = optional(fields, "missing", errors);
    let evaluation = optional(fields, "evaluation", errors);
    errors.extend(evaluation.iter().flat_map(validate_evaluation));
    let default = Value::Object(Map::from_iter([("type".to_owned(), Value::from(AUTO))]));
    let is_auto = fields.get("algorithm").unwrap_or(&default)["type"] == AUTO;
    let suits = suits.filter(|_| is_auto);
    let scaler = match &suits {
        Some(suits) if !fields.contains_key("scaler") => Some(suits.scaler),
        _ => optional(fields, "scaler", errors),
    };
    let algorithm = AskedAlgorithm::parse(fields.get("algorithm").unwrap_or(&default), "/algorithm")
        .map_err(|more| errors.extend(more))
        .ok();
    let classifies = match &algorithm {
        Some(AskedAlgorithm::One(algorithm)) => algorithm.output() != Output::Abnormality,
        _ => false,
    };
    if classifies && labels == Some(None) {
        let detail = "this algorithm learns classes: say what tells them, such as \
                      {\"kind\": \"patterns\", \"patterns\": [\"error\"]}";
        errors.push(FieldError::new("/labels", detail));
    }
    let calibration: Option<Option<CalibrationSpecification>> = optional(fields, "calibration", errors);
    if let Some(Some(calibration)) = &calibration {
        errors.extend(validate_calibration(calibration));
        let detects = matches!(&algorithm, Some(AskedAlgorithm::One(_))) && !classifies;
        let unlabelled_choice = is_auto && labels == Some(None);
        if detects || unlabelled_choice {
            let detail = "an anomaly detector gives no probabilities that could be calibrated: train a classifier on \
                          labelled samples, or leave `calibration` out";
            errors.push(FieldError::new("/calibration", detail));
        }
    }
    let threshold = match fields.get("threshold") {
        None if classifies => Some(ThresholdSpecification::of_classifiers()),
        // On what is held out of the training samples: .5 fails where ranking is good.
        None if is_auto && !unlabelled => {
            Some(ThresholdSpecification { policy: ThresholdPolicy::BestF1, value: 0.5 })
        }
        None if is_auto => Some(ThresholdSpecification { policy: ThresholdPolicy::Gap, value: 0.1 }),
        None => Some(suits.map_or_else(ThresholdSpecification::default, |suits| suits.threshold)),
        Some(_) => optional(fields, "threshold", errors),
    };
    errors.extend(threshold.iter().flat_map(validate_threshold));
    let search: Option<Option<SearchSpecification>> = optional(fields, "search", errors);
    match (&search, &algorithm) {
        (Some(Some(search)), Some(AskedAlgorithm::One(algorithm))) => {
            errors.extend(validate_search(search, algorithm));
        }
        (Some(Some(_)), Some(AskedAlgorithm::Auto(_))) => {
            let detail = "the algorithm `auto` searches by itself: say `\"thorough\": true` in `algorithm`, or name an algorithm";
            errors.push(FieldError::new("/search", detail));
        }
        _ => {}
    }
    Some(TrainingSpecification {
        name: name?.trim().to_owned(),
        dataset_id: dataset_id?,
        format: format?,
        feature_set: feature_set?,
        labels: labels?,
        missing: missing?,
        scaler: scaler?,
        algorithm: algorithm?.to_value(),
        calibration: calibration?,
        threshold: threshold?,
        evaluation: evaluation?,
        search: search?,
    })
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
