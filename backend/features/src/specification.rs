//! What is asked for: presets, what is wrong with a specification, and its JSON Schema.

use crate::{
    events::{Events, default_patterns},
    samples::MAX_OVERLAP,
};
use regex::Regex;
use serde_json::{Value, json};
use trainyard_types::{FeatureSetSpecification, FieldError, KeySpecification, SampleSpecification};
use utoipa::{PartialSchema, ToSchema};

const PRESETS: [&str; 5] = ["record", "router-wifi", "syslog", "access-log", "hdfs-session"];

/// The sample that is asked for, or the preset's; none for a preset that is not known.
pub fn sampling(specification: &FeatureSetSpecification) -> Option<SampleSpecification> {
    let window = |seconds| SampleSpecification::Window { seconds, step_seconds: None, by: None };
    let preset = match specification.preset.as_str() {
        "record" => SampleSpecification::Record {},
        "router-wifi" | "syslog" => window(300),
        "access-log" => window(60),
        "hdfs-session" => SampleSpecification::Session {
            key: KeySpecification::Regex(r"blk_-?\d+".into()),
            idle_seconds: None,
        },
        _ => return None,
    };
    Some(specification.sample.clone().unwrap_or(preset))
}

/// Every invalid field of a feature set specification, under `/feature_set`.
pub fn validate_feature_set(specification: &FeatureSetSpecification) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut refuse = |pointer: &str, detail: String| {
        errors.push(FieldError::new(format!("/feature_set{pointer}"), detail));
    };
    if sampling(specification).is_none() {
        refuse("/preset", format!("`{}` is none of {}", specification.preset, PRESETS.join(", ")));
    }
    match &specification.sample {
        Some(SampleSpecification::Window { seconds, step_seconds, .. }) => {
            let step = step_seconds.unwrap_or(*seconds);
            if *seconds == 0 {
                refuse("/sample/seconds", "must be at least 1".into());
            } else if step == 0 || seconds / step > MAX_OVERLAP {
                let text = format!("must be at least 1 and a {MAX_OVERLAP}th of the window's seconds");
                refuse("/sample/step_seconds", text);
            }
        }
        Some(SampleSpecification::Session { key: KeySpecification::Regex(pattern), .. }) => {
            if let Err(error) = Regex::new(pattern) {
                refuse("/sample/key/regex", error.to_string());
            }
        }
        Some(SampleSpecification::Row { .. }) => {
            refuse("/sample/kind", "`row` is none of record, window, session".into());
        }
        _ => {}
    }
    for (event, patterns) in &specification.patterns {
        if !default_patterns().contains_key(event) {
            refuse(&format!("/patterns/{event}"), format!("`{event}` is no event flag"));
            continue;
        }
        for (at, pattern) in patterns.iter().enumerate() {
            let one = [(event.clone(), vec![pattern.clone()])].into();
            if let Err(error) = Events::compile(&one) {
                refuse(&format!("/patterns/{event}/{at}"), error.to_string());
            }
        }
    }
    errors
}

/// The JSON Schema of a feature set specification.
pub fn schema() -> Value {
    let mut parts = Vec::new();
    FeatureSetSpecification::schemas(&mut parts);
    let mut schema = json!(FeatureSetSpecification::schema());
    let parts: serde_json::Map<String, Value> =
        parts.into_iter().map(|(name, part)| (name, json!(part))).collect();
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["$defs"] = parts.into();
    relocate(&mut schema);
    schema
}

/// Points references at the schema itself rather than at an OpenAPI document.
fn relocate(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix("#/components/schemas/") {
                *text = format!("#/$defs/{name}");
            }
        }
        Value::Array(values) => values.iter_mut().for_each(relocate),
        Value::Object(fields) => fields.values_mut().for_each(relocate),
        _ => {}
    }
}

/// The names that are asked for, in the order of `all`.
pub(crate) fn select(all: Vec<String>, asked: Option<&[String]>) -> Result<Vec<String>, String> {
    let Some(asked) = asked else { return Ok(all) };
    let fits = |name: &str, pattern: &str| match pattern.strip_suffix('*') {
        Some(begin) => name.starts_with(begin),
        None => name == pattern,
    };
    let bare = |pattern: &str| pattern.strip_prefix('-').unwrap_or(pattern).to_owned();
    if let Some(unknown) = asked.iter().find(|pattern| !all.iter().any(|name| fits(name, &bare(pattern)))) {
        return Err(unknown.clone());
    }
    let only = asked.iter().any(|pattern| !pattern.starts_with('-'));
    let kept = |name: &String| {
        let dropped = asked.iter().filter_map(|p| p.strip_prefix('-')).any(|pattern| fits(name, pattern));
        let named = asked.iter().filter(|p| !p.starts_with('-')).any(|pattern| fits(name, pattern));
        !dropped && (named || !only)
    };
    Ok(all.into_iter().filter(kept).collect())
}
