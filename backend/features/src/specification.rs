//! What is asked for: presets, what is wrong with a specification, and its JSON Schema.

use crate::{
    events::{Events, default_patterns},
    samples::MAX_OVERLAP,
    surprise,
};
use regex::Regex;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use trainyard_types::{
    AllAttributes, Attributes, Encoding, FeatureSetSpecification, FieldError, FormatSpecification, Grammar,
    KeySpecification, LabelsSpecification, SampleSpecification,
};
use utoipa::{PartialSchema, ToSchema};

const PRESETS: [&str; 8] = [
    "record",
    surprise::PRESET,
    surprise::WINDOWS,
    "router-wifi",
    "syslog",
    "access-log",
    "hdfs-session",
    "table",
];

/// What a record has beside its attributes.
const ROLES: [&str; 5] = ["host", "level", "process", "pid", "message"];

/// The sample that is asked for, or the preset's; none for a preset that is not known.
pub fn sampling(specification: &FeatureSetSpecification) -> Option<SampleSpecification> {
    let window = |seconds| SampleSpecification::Window { seconds, step_seconds: None, by: None };
    let preset = match specification.preset.as_str() {
        "record" | surprise::PRESET => SampleSpecification::Record {},
        "router-wifi" | "syslog" | surprise::WINDOWS => window(300),
        "access-log" => window(60),
        "hdfs-session" => SampleSpecification::Session {
            key: KeySpecification::Regex(r"blk_-?\d+".into()),
            idle_seconds: None,
        },
        "table" => SampleSpecification::Row {
            columns: None,
            exclude: Vec::new(),
            encoding: Encoding::OneHot,
            min_frequency: 1,
        },
        _ => return None,
    };
    Some(specification.sample.clone().unwrap_or(preset))
}

/// How records are to be read for these samples and labels: with the attributes that they are made from.
pub fn reading(
    format: &FormatSpecification,
    sampling: Option<&SampleSpecification>,
    labels: Option<&LabelsSpecification>,
) -> FormatSpecification {
    let mut format = format.clone();
    if matches!(sampling, Some(SampleSpecification::Row { .. })) && format.attributes.is_none() {
        format.attributes = Some(Attributes::Word(AllAttributes::All));
    }
    let key = match sampling {
        Some(SampleSpecification::Session { key: KeySpecification::Field(name), .. }) => Some(name),
        _ => None,
    };
    let label = match labels {
        Some(LabelsSpecification::Field { name, .. } | LabelsSpecification::File { key: name, .. }) => {
            Some(name)
        }
        _ => None,
    };
    for name in key.into_iter().chain(label).filter(|name| !ROLES.contains(&name.as_str())) {
        let given = format.fields.contains_key(name);
        match &mut format.attributes {
            Some(Attributes::Word(AllAttributes::All)) => {}
            Some(Attributes::Listed(names)) if given || names.contains(name) => {}
            Some(Attributes::Listed(names)) => names.push(name.clone()),
            None if given => {}
            None => format.attributes = Some(Attributes::Listed(vec![name.clone()])),
        }
    }
    format
}

/// How production reads what `records` were read by: the grammars that were found, with all that was corrected in them.
/// It finds nothing itself.
pub fn found(format: &FormatSpecification, grammars: Vec<Grammar>) -> FormatSpecification {
    FormatSpecification {
        preset: "auto".to_owned(),
        pattern: None,
        regex: None,
        multiline: None,
        fields: BTreeMap::new(),
        attributes: None,
        grammars,
        ..format.clone()
    }
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
        Some(SampleSpecification::Row { columns, .. }) if columns.as_ref().is_some_and(Vec::is_empty) => {
            refuse("/sample/columns", "lists no column; leave it out for all of them".into());
        }
        Some(SampleSpecification::Row { .. }) if surprise::is_asked(specification) => {
            let text =
                "records, windows and sessions are told by surprise, and no row: for rows take `table`";
            refuse("/sample", text.to_owned());
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
