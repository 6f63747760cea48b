//! What is known of log formats: what a specification may name, and what a grammar may say.

use crate::auth::Viewer;
use actix_web::{get, web};
use serde::Serialize;
use std::collections::BTreeMap;
use trainyard_intake::{ROLES, known_formats, level_names, level_scales, time_forms};
use trainyard_types::grammar::GRAMMAR_VERSION;
use utoipa::ToSchema;

/// The words of grammars.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Formats {
    /// The version of grammars that is written and read.
    #[schema(example = 1)]
    pub(crate) grammar_version: u32,
    pub(crate) presets: Vec<FormatPreset>,
    /// The roles that a field may play, as `format.fields` names them.
    #[schema(example = json!(["timestamp", "level", "message"]))]
    pub(crate) roles: [&'static str; 7],
    /// What names a level, most severe first.
    pub(crate) levels: Vec<FormatLevel>,
    /// Numeric scales of levels, by name: the level of each number.
    #[schema(example = json!({"pino": {"30": "info", "50": "error"}}))]
    pub(crate) level_scales: BTreeMap<String, BTreeMap<i64, String>>,
    /// The forms that times are written in, in the order of belief.
    pub(crate) time_forms: Vec<TimeForm>,
}

/// A format that can be named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormatPreset {
    /// As `format.preset` takes it.
    #[schema(example = "syslog")]
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// A line in this format; left out where a format is no layout of lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) example: Option<&'static str>,
}

/// What names a level.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormatLevel {
    #[schema(example = "warning")]
    pub(crate) level: &'static str,
    /// In small letters.
    #[schema(example = json!(["warn", "warning", "attention"]))]
    pub(crate) words: Vec<String>,
    /// Those of the words that name a level only where a bracket, a colon or a key beside them speaks for it.
    #[schema(example = json!(["attention"]))]
    pub(crate) weak: Vec<String>,
    /// Single letters and signs.
    #[schema(value_type = Vec<String>, example = json!(["W", "#"]))]
    pub(crate) signs: Vec<char>,
}

/// A form that times are written in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimeForm {
    /// As a grammar names it.
    #[schema(example = "iso")]
    pub(crate) name: &'static str,
    #[schema(example = "2024-05-01T10:00:00.123Z")]
    pub(crate) example: &'static str,
}

/// List formats
///
/// The formats that `format.preset` may name, and the words of grammars: roles, levels and forms of times.
#[utoipa::path(
    tag = "catalogue",
    operation_id = "list_formats",
    responses((status = 200, description = "All formats", body = Formats))
)]
#[get("/formats")]
pub(crate) async fn list_formats(_viewer: Viewer) -> web::Json<Formats> {
    let presets = known_formats().into_iter();
    let levels = level_names().into_iter();
    let forms = time_forms().into_iter();
    web::Json(Formats {
        grammar_version: GRAMMAR_VERSION,
        presets: presets
            .map(|known| FormatPreset {
                name: known.name,
                description: known.description,
                example: known.example,
            })
            .collect(),
        roles: ROLES,
        levels: levels
            .map(|names| FormatLevel {
                level: names.level,
                words: names.words,
                weak: names.weak,
                signs: names.signs,
            })
            .collect(),
        level_scales: level_scales()
            .into_iter()
            .map(|(name, steps)| (name, steps.into_iter().collect()))
            .collect(),
        time_forms: forms.map(|form| TimeForm { name: form.name, example: form.example }).collect(),
    })
}
