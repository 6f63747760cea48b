//! Log formats: the presets, and what is known of one file's format before it is read.

pub(crate) mod detect;
pub(crate) mod presets;

use crate::{
    IntakeError,
    parse::{
        csv::CsvHeader,
        pattern::{LinePattern, translate},
    },
    time::Clock,
};
use regex::{Regex, RegexBuilder};
use std::sync::{Arc, OnceLock};
use trainyard_types::{Attributes, FieldError, FormatDetection, FormatSpecification, Multiline};

/// The formats that are read, the most specific first: their order decides between equals in detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// One JSON document: `{"export_metadata": {…}, "data": [{…}, …]}`.
    JsonExport,
    /// One JSON object per line, or one array of objects over any number of lines.
    JsonLines,
    /// Rows of a Parquet file; without a message, every column is an attribute.
    Parquet,
    /// Comma-, semicolon- or tab-separated values under a header line (RFC 4180), with a time and a message.
    Csv,
    Zookeeper,
    Hadoop,
    Spark,
    Openstack,
    WindowsCbs,
    KubernetesCri,
    Log4j,
    Hdfs,
    Logcat,
    Healthapp,
    ApacheError,
    AccessCombined,
    AccessCommon,
    Bgl,
    Thunderbird,
    Hpc,
    Proxifier,
    Glog,
    /// RFC 3164, RFC 5424, and their relatives with ISO times or OpenWrt's `facility.level`.
    Syslog,
    /// `time=… level=info msg="…" key=value`.
    Logfmt,
    /// As [`Preset::Csv`], where nothing is a message: every column is an attribute.
    Table,
    /// Any line.
    Text,
    /// Lines as the specification's `pattern` says.
    Pattern,
    /// Lines as the specification's `regex` says.
    Regex,
}

impl Preset {
    /// All that can be detected, in order; [`Preset::Pattern`] and [`Preset::Regex`] must be asked for.
    pub const ALL: [Self; 26] = [
        Self::JsonExport,
        Self::JsonLines,
        Self::Parquet,
        Self::Csv,
        Self::Zookeeper,
        Self::Hadoop,
        Self::Spark,
        Self::Openstack,
        Self::WindowsCbs,
        Self::KubernetesCri,
        Self::Log4j,
        Self::Hdfs,
        Self::Logcat,
        Self::Healthapp,
        Self::ApacheError,
        Self::AccessCombined,
        Self::AccessCommon,
        Self::Bgl,
        Self::Thunderbird,
        Self::Hpc,
        Self::Proxifier,
        Self::Glog,
        Self::Syslog,
        Self::Logfmt,
        Self::Table,
        Self::Text,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::JsonExport => "json-export",
            Self::JsonLines => "json-lines",
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Zookeeper => "zookeeper",
            Self::Hadoop => "hadoop",
            Self::Spark => "spark",
            Self::Openstack => "openstack",
            Self::WindowsCbs => "windows-cbs",
            Self::KubernetesCri => "kubernetes-cri",
            Self::Log4j => "log4j",
            Self::Hdfs => "hdfs",
            Self::Logcat => "logcat",
            Self::Healthapp => "healthapp",
            Self::ApacheError => "apache-error",
            Self::AccessCombined => "access-combined",
            Self::AccessCommon => "access-common",
            Self::Bgl => "bgl",
            Self::Thunderbird => "thunderbird",
            Self::Hpc => "hpc",
            Self::Proxifier => "proxifier",
            Self::Glog => "glog",
            Self::Syslog => "syslog",
            Self::Logfmt => "logfmt",
            Self::Table => "table",
            Self::Text => "text",
            Self::Pattern => "pattern",
            Self::Regex => "regex",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Pattern, Self::Regex]).find(|preset| preset.as_str() == name)
    }

    /// All names, for messages.
    pub fn names() -> String {
        let names = Self::ALL.into_iter().chain([Self::Pattern, Self::Regex]).map(Self::as_str);
        names.collect::<Vec<_>>().join(", ")
    }

    /// Whether lines are cut at places that the preset knows; [`Preset::Text`] takes all.
    pub(crate) fn is_lines(self) -> bool {
        !matches!(self, Self::JsonExport | Self::JsonLines | Self::Parquet | Self::Csv | Self::Table)
    }
}

/// How one file is framed and parsed.
#[derive(Clone, Debug)]
pub(crate) struct FileFormat {
    pub(crate) preset: Preset,
    pub(crate) framing: Framing,
    /// Whether records come in OpenTelemetry's batches.
    pub(crate) batches: bool,
    /// Present for CSV.
    pub(crate) header: Option<CsvHeader>,
    /// Present where expressions cut the lines.
    pub(crate) lines: Option<Arc<LinePattern>>,
    /// Where JSON records hold which field, and what else of them is kept.
    pub(crate) wanted: Option<Arc<Wanted>>,
    pub(crate) joining: Joining,
    pub(crate) clock: Clock,
}

/// Which lines belong to the record before.
#[derive(Clone, Debug)]
pub(crate) enum Joining {
    Off,
    /// Those that look like a stack trace's and that the format cannot read.
    Auto,
    /// Those that do not match.
    Start(Regex),
}

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

/// How bytes are cut into records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Lines,
    JsonDocument,
    Csv {
        delimiter: u8,
    },
    /// Rows of a table that is no text; `table` when nothing in it is a message.
    Rows {
        table: bool,
    },
}

/// What was found of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileDetection {
    pub file: String,
    /// Absent for a file without content among others that have some.
    pub format: Option<FormatDetection>,
    /// Fields beside the usual ones in the sampled records, in alphabetical order.
    pub columns: Vec<String>,
    /// Records that the confidence was measured on.
    pub sampled: u64,
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

/// The roles that a named field of JSON or CSV can have, with the names it goes by, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Timestamp,
    Host,
    Level,
    Process,
    Pid,
    Message,
    Id,
}

pub(crate) const ROLES: usize = 7;

impl Role {
    /// The role of a field in a pattern, whose names are the roles' own.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "timestamp" => Self::Timestamp,
            "host" => Self::Host,
            "level" => Self::Level,
            "process" => Self::Process,
            "pid" => Self::Pid,
            "message" => Self::Message,
            "id" => Self::Id,
            _ => return None,
        })
    }
}

pub(crate) const TIMESTAMP_NAMES: &[&str] = &[
    "timestamp",
    "@timestamp",
    "time",
    "ts",
    "datetime",
    "date",
    "event_time",
    "created_at",
    "__REALTIME_TIMESTAMP",
    "timeUnixNano",
];
pub(crate) const MESSAGE_NAMES: &[&str] =
    &["message", "msg", "log", "text", "body", "content", "body.stringValue", "body.string_value"];
const HOST_NAMES: &[&str] = &[
    "host",
    "hostname",
    "device_ip",
    "host_name",
    "server",
    "device",
    "_HOSTNAME",
    "host.name",
    "host.hostname",
];
const LEVEL_NAMES: &[&str] =
    &["log_level", "level", "severity", "loglevel", "lvl", "priority", "severityText", "log.level"];
const PROCESS_NAMES: &[&str] = &[
    "process_name",
    "process",
    "program",
    "logger",
    "component",
    "service",
    "app",
    "appname",
    "SYSLOG_IDENTIFIER",
    "_COMM",
    "process.name",
    "log.logger",
    "service.name",
];
const PID_NAMES: &[&str] = &["pid", "process_id", "procid", "_PID", "process.pid"];
const ID_NAMES: &[&str] = &["id", "_id", "record_id"];

/// The names of a role, best first.
pub(crate) fn names(role: Role) -> &'static [&'static str] {
    match role {
        Role::Timestamp => TIMESTAMP_NAMES,
        Role::Host => HOST_NAMES,
        Role::Level => LEVEL_NAMES,
        Role::Process => PROCESS_NAMES,
        Role::Pid => PID_NAMES,
        Role::Message => MESSAGE_NAMES,
        Role::Id => ID_NAMES,
    }
}

/// All roles, in the order of their numbers.
pub(crate) const ALL_ROLES: [Role; ROLES] =
    [Role::Timestamp, Role::Host, Role::Level, Role::Process, Role::Pid, Role::Message, Role::Id];

/// What a field's name stands for, and how good a name for it it is (0 is best). Case does not matter.
pub(crate) fn role(name: &str) -> Option<(Role, usize)> {
    ALL_ROLES.into_iter().find_map(|role| {
        let rank = names(role).iter().position(|known| name.eq_ignore_ascii_case(known))?;
        Some((role, rank))
    })
}
