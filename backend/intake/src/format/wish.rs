//! What a specification says of a dataset's format: checked, and made ready.

use crate::IntakeError;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use regex::RegexBuilder;
use std::{iter, sync::Arc};
use trainyard_grammar::{Applied, of_expressions, preset, presets, time::Clock, translate};
use trainyard_types::{FieldError, FormatSpecification, Grammar, Multiline};

/// Kinds of files that are told by what they hold rather than by expressions.
pub(super) const KINDS: [&str; 6] = ["json-export", "json-lines", "parquet", "csv", "table", "logfmt"];

/// A format that can be named, for those who choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFormat {
    /// As `format.preset` takes it.
    pub name: &'static str,
    pub description: &'static str,
    /// A line in this format; none where a format is no layout of lines.
    pub example: Option<&'static str>,
}

/// Every format that can be named.
pub fn known_formats() -> Vec<KnownFormat> {
    let kinds = KINDS.into_iter().zip(["JSON export", "JSON Lines", "Parquet", "CSV", "Table", "logfmt"]);
    let kinds = kinds.map(|(name, description)| KnownFormat { name, description, example: None });
    let lines = presets().iter().map(|preset| KnownFormat {
        name: &preset.name,
        description: &preset.description,
        example: Some(&preset.example),
    });
    let one = |name, description| KnownFormat { name, description, example: None };
    iter::once(one("auto", "As detected"))
        .chain(kinds)
        .chain(lines)
        .chain([one("pattern", "A pattern of one's own"), one("regex", "A regular expression of one's own")])
        .collect()
}

/// What a specification says of every file.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// The grammars to choose from; they are found when there are none.
    pub(super) grammars: Vec<Arc<Grammar>>,
    /// The kind that the files are said to be of.
    pub(super) kind: Option<&'static str>,
    pub(super) format: FormatSpecification,
    pub(super) clock: Clock,
    pub(super) now: DateTime<Utc>,
}

impl Wish {
    /// # Errors
    /// The first invalid field.
    pub(crate) fn of(format: &FormatSpecification, now: DateTime<Utc>) -> Result<Self, IntakeError> {
        if let Some(error) = validate_format(format).into_iter().next() {
            return Err(match error.pointer.as_str() {
                "/format/preset" => {
                    IntakeError::UnknownPreset { preset: format.preset.clone(), known: names() }
                }
                _ => IntakeError::InvalidFormat { pointer: error.pointer, detail: error.detail },
            });
        }
        let mut grammars: Vec<Arc<Grammar>> = format.grammars.iter().cloned().map(Arc::new).collect();
        grammars.extend(own(format).ok().flatten().map(Arc::new));
        let kind = KINDS.into_iter().find(|kind| *kind == format.preset);
        Ok(Self { grammars, kind, format: format.clone(), clock: clock(format, now), now })
    }

    /// A grammar, ready to read, with what the specification corrects.
    pub(super) fn apply(&self, grammar: Grammar) -> Result<Applied, IntakeError> {
        self.ready(super::correct::correct(grammar, &self.format))
    }

    /// A grammar that needs no corrections any more, ready to read.
    pub(super) fn ready(&self, grammar: Grammar) -> Result<Applied, IntakeError> {
        Applied::new(Arc::new(grammar), &self.clock).map_err(|error| IntakeError::InvalidFormat {
            pointer: format!("/format/grammars{}", error.pointer),
            detail: error.detail,
        })
    }
}

/// How times are understood that leave something open.
fn clock(format: &FormatSpecification, now: DateTime<Utc>) -> Clock {
    let clock = Clock::new(now, format.utc_offset_minutes);
    let clock = match format.time_zone.as_deref().and_then(|zone| zone.parse::<Tz>().ok()) {
        Some(zone) => clock.with_zone(zone),
        None => clock,
    };
    let clock = format.year.map_or(clock, |year| clock.with_year(year));
    format.day_first.map_or(clock, |day_first| clock.with_day_first(day_first))
}

/// The grammar that a preset, a pattern or an expression stands for; nothing where it is to be found.
fn own(format: &FormatSpecification) -> Result<Option<Grammar>, FieldError> {
    match format.preset.as_str() {
        "auto" => Ok(None),
        "pattern" => own_pattern(format).map(Some),
        "regex" => own_regex(format).map(Some),
        name if KINDS.contains(&name) => Ok(None),
        name => match preset(name) {
            Some(preset) => Ok(Some(preset.grammar.clone())),
            None => Err(unknown_preset(name)),
        },
    }
}

/// All names, for messages.
pub(super) fn names() -> String {
    let known = KINDS.into_iter().chain(presets().iter().map(|preset| preset.name.as_str()));
    known.chain(["pattern", "regex"]).collect::<Vec<_>>().join(", ")
}

fn unknown_preset(name: &str) -> FieldError {
    FieldError::new("/format/preset", format!("`{name}` is none of auto, {}", names()))
}

fn own_pattern(format: &FormatSpecification) -> Result<Grammar, FieldError> {
    let invalid = |reason: String| FieldError::new("/format/pattern", reason);
    let pattern = format.pattern.as_deref().ok_or_else(|| {
        invalid(
            "the preset `pattern` needs one, such as `<timestamp> <level> <process>[<pid>]: <message>`"
                .into(),
        )
    })?;
    let expression = translate(pattern).map_err(invalid)?;
    checked(of_expressions("pattern", vec![expression], false)).map_err(invalid)
}

fn own_regex(format: &FormatSpecification) -> Result<Grammar, FieldError> {
    let invalid = |reason: String| FieldError::new("/format/regex", reason);
    let regex = format.regex.clone().ok_or_else(|| {
        invalid(
            "the preset `regex` needs one with named groups, such as `^(?P<level>[A-Z]+) (?P<message>.*)`"
                .into(),
        )
    })?;
    checked(of_expressions("regex", vec![regex], false)).map_err(invalid)
}

/// A grammar that can be applied.
fn checked(grammar: Grammar) -> Result<Grammar, String> {
    let clock = Clock::new(DateTime::UNIX_EPOCH, 0);
    Applied::new(Arc::new(grammar.clone()), &clock).map_err(|error| error.detail)?;
    Ok(grammar)
}

/// Every invalid field of a format specification, under `/format`.
pub fn validate_format(format: &FormatSpecification) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let known = ["auto", "pattern", "regex"].contains(&format.preset.as_str())
        || KINDS.contains(&format.preset.as_str())
        || preset(&format.preset).is_some();
    if !known {
        errors.push(unknown_preset(&format.preset));
    }
    if format.preset == "pattern" || format.pattern.is_some() {
        errors.extend(own_pattern(format).err());
    }
    if format.preset == "regex" || format.regex.is_some() {
        errors.extend(own_regex(format).err());
    }
    for (field, given) in [("pattern", format.pattern.is_some()), ("regex", format.regex.is_some())] {
        if given && known && format.preset != field {
            let detail = format!("a {field} is used with the preset `{field}`, not with `{}`", format.preset);
            errors.push(FieldError::new(format!("/format/{field}"), detail));
        }
    }
    for (at, grammar) in format.grammars.iter().enumerate() {
        let clock = Clock::new(DateTime::UNIX_EPOCH, 0);
        if let Err(error) = Applied::new(Arc::new(grammar.clone()), &clock) {
            errors.push(FieldError::new(format!("/format/grammars/{at}{}", error.pointer), error.detail));
        }
    }
    if !format.grammars.is_empty() && format.preset != "auto" {
        let detail =
            format!("grammars say it all: use them with the preset `auto`, not with `{}`", format.preset);
        errors.push(FieldError::new("/format/grammars", detail));
    }
    if let Some(Multiline::Start { start }) = &format.multiline
        && let Err(error) = RegexBuilder::new(start).size_limit(1 << 20).build()
    {
        errors.push(FieldError::new("/format/multiline/start", error.to_string()));
    }
    if let Some(zone) = &format.time_zone
        && zone.parse::<Tz>().is_err()
    {
        let detail = format!("`{zone}` is no zone of the IANA database, such as `Europe/Berlin`");
        errors.push(FieldError::new("/format/time_zone", detail));
    }
    if format.time_zone.is_some() && format.utc_offset_minutes != 0 {
        let detail = "a zone has its own offset: leave one of `time_zone` and `utc_offset_minutes` out";
        errors.push(FieldError::new("/format/time_zone", detail));
    }
    if let Some(year) = format.year.filter(|year| !(1970..=2105).contains(year)) {
        errors.push(FieldError::new("/format/year", format!("{year} is not between 1970 and 2105")));
    }
    if !(-1080..=1080).contains(&format.utc_offset_minutes) {
        let detail = format!("{} is not between -1080 and 1080 minutes", format.utc_offset_minutes);
        errors.push(FieldError::new("/format/utc_offset_minutes", detail));
    }
    if !(0.0..=1.0).contains(&format.max_rejected_share) {
        let detail = format!("{} is not between 0 and 1", format.max_rejected_share);
        errors.push(FieldError::new("/format/max_rejected_share", detail));
    }
    errors
}
