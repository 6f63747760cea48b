//! What a specification says of a dataset's format: checked, and compiled.

use super::{FileFormat, Framing, Joining, Preset, Role, presets};
use crate::{
    IntakeError,
    parse::{
        csv::CsvHeader,
        pattern::{LinePattern, translate},
    },
    time::Clock,
};
use regex::RegexBuilder;
use std::sync::{Arc, OnceLock};
use trainyard_types::{Attributes, FieldError, FormatSpecification, Multiline};

/// The fields that a specification asks for beside the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The path or column of a role.
    pub(crate) roles: Vec<(Role, String)>,
    /// The name of an attribute, and its path or column.
    pub(crate) attributes: Vec<(String, String)>,
    /// Every other field is an attribute, too.
    pub(crate) all: bool,
}

impl Wanted {
    fn of(format: &FormatSpecification) -> Option<Self> {
        let mut wanted = Self::default();
        for (name, path) in &format.fields {
            match Role::named(name) {
                Some(role) => wanted.roles.push((role, path.clone())),
                None => wanted.attributes.push((name.clone(), path.clone())),
            }
        }
        match &format.attributes {
            Some(Attributes::Word(_)) => wanted.all = true,
            Some(Attributes::Listed(names)) => {
                wanted.attributes.extend(names.iter().map(|name| (name.clone(), name.clone())));
            }
            None => {}
        }
        (wanted != Self::default()).then_some(wanted)
    }
}

/// What a specification says of every file, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// Restricts the choice.
    pub(crate) preset: Option<Preset>,
    lines: Option<Arc<LinePattern>>,
    pub(crate) wanted: Option<Arc<Wanted>>,
    joining: Joining,
    clock: Clock,
}

impl Wish {
    /// The error is the first invalid field.
    pub(crate) fn new(format: &FormatSpecification, clock: Clock) -> Result<Self, FieldError> {
        let preset = match format.preset.as_str() {
            "auto" => None,
            name => Some(Preset::from_name(name).ok_or_else(|| unknown_preset(name))?),
        };
        let lines = match preset {
            Some(Preset::Pattern) => Some(own_pattern(format)?),
            Some(Preset::Regex) => Some(own_regex(format)?),
            _ => None,
        };
        Ok(Self {
            preset,
            lines: lines.map(Arc::new),
            wanted: Wanted::of(format).map(Arc::new),
            joining: joining(format)?,
            clock,
        })
    }

    /// As [`Wish::new`], with an error of the dataset.
    pub(crate) fn of(format: &FormatSpecification, clock: Clock) -> Result<Self, IntakeError> {
        Self::new(format, clock).map_err(|error| match error.pointer.as_str() {
            "/format/preset" => IntakeError::UnknownPreset { preset: format.preset.clone() },
            _ => IntakeError::InvalidFormat { pointer: error.pointer, detail: error.detail },
        })
    }

    /// The format of a file in `preset`.
    pub(crate) fn format(&self, preset: Preset, framing: Framing, header: Option<CsvHeader>) -> FileFormat {
        FileFormat {
            preset,
            framing,
            batches: false,
            header,
            lines: self.lines.clone().or_else(|| compiled(preset)),
            wanted: self.wanted.clone(),
            joining: self.joining.clone(),
            clock: self.clock,
        }
    }
}

/// A preset's expressions, compiled when they are first needed; none where lines are read without.
fn compiled(preset: Preset) -> Option<Arc<LinePattern>> {
    static KNOWN: [OnceLock<Option<Arc<LinePattern>>>; Preset::ALL.len()] =
        [const { OnceLock::new() }; Preset::ALL.len()];
    if matches!(preset, Preset::Syslog | Preset::Hdfs) {
        return None;
    }
    let place = Preset::ALL.into_iter().position(|known| known == preset)?;
    let compile = || {
        let known = presets::line_preset(preset)?;
        LinePattern::new(&known.patterns, preset == Preset::Text).ok().map(Arc::new)
    };
    KNOWN[place].get_or_init(compile).clone()
}

fn unknown_preset(name: &str) -> FieldError {
    FieldError::new("/format/preset", format!("`{name}` is none of auto, {}", Preset::names()))
}

fn own_pattern(format: &FormatSpecification) -> Result<LinePattern, FieldError> {
    let invalid = |reason: String| FieldError::new("/format/pattern", reason);
    let pattern = format.pattern.as_deref().ok_or_else(|| {
        invalid(
            "the preset `pattern` needs one, such as `<timestamp> <level> <process>[<pid>]: <message>`"
                .into(),
        )
    })?;
    LinePattern::new(&[translate(pattern).map_err(invalid)?], false).map_err(invalid)
}

fn own_regex(format: &FormatSpecification) -> Result<LinePattern, FieldError> {
    let invalid = |reason: String| FieldError::new("/format/regex", reason);
    let regex = format.regex.clone().ok_or_else(|| {
        invalid(
            "the preset `regex` needs one with named groups, such as `^(?P<level>[A-Z]+) (?P<message>.*)`"
                .into(),
        )
    })?;
    LinePattern::new(&[regex], false).map_err(invalid)
}

fn joining(format: &FormatSpecification) -> Result<Joining, FieldError> {
    use trainyard_types::Joining as Word;
    match &format.multiline {
        None | Some(Multiline::Word(Word::Auto)) => Ok(Joining::Auto),
        Some(Multiline::Word(Word::Off)) => Ok(Joining::Off),
        Some(Multiline::Start { start }) => RegexBuilder::new(start)
            .size_limit(1 << 20)
            .build()
            .map(Joining::Start)
            .map_err(|error| FieldError::new("/format/multiline/start", error.to_string())),
    }
}

/// Every invalid field of a format specification, under `/format`.
pub fn validate_format(format: &FormatSpecification) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let preset = Preset::from_name(&format.preset);
    if format.preset != "auto" && preset.is_none() {
        errors.push(unknown_preset(&format.preset));
    }
    if preset == Some(Preset::Pattern) || format.pattern.is_some() {
        errors.extend(own_pattern(format).err());
    }
    if preset == Some(Preset::Regex) || format.regex.is_some() {
        errors.extend(own_regex(format).err());
    }
    for (field, given, name) in [
        ("pattern", format.pattern.is_some(), Preset::Pattern),
        ("regex", format.regex.is_some(), Preset::Regex),
    ] {
        if given && preset.is_some_and(|preset| preset != name) {
            let detail = format!("a {field} is used with the preset `{field}`, not with `{}`", format.preset);
            errors.push(FieldError::new(format!("/format/{field}"), detail));
        }
    }
    errors.extend(joining(format).err());
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
