//! Log formats: the presets, and what is known of one file's format before it is read.

pub(crate) mod detect;

use crate::{parse::csv::CsvHeader, time::Clock};
use trainyard_types::{FieldError, FormatDetection, FormatSpecification};

/// The formats that are read. Their order decides between equals in detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// One JSON document: `{"export_metadata": {…}, "data": [{…}, …]}`.
    JsonExport,
    /// One JSON object per line, or one array of objects over any number of lines.
    JsonLines,
    /// Comma-, semicolon- or tab-separated values under a header line (RFC 4180).
    Csv,
    /// RFC 3164, RFC 5424, and their relatives with ISO times or OpenWrt's `facility.level`.
    Syslog,
    /// `081109 203530 147 INFO dfs.DataNode$DataXceiver: message`.
    Hdfs,
}

impl Preset {
    pub const ALL: [Self; 5] = [Self::JsonExport, Self::JsonLines, Self::Csv, Self::Syslog, Self::Hdfs];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::JsonExport => "json-export",
            Self::JsonLines => "json-lines",
            Self::Csv => "csv",
            Self::Syslog => "syslog",
            Self::Hdfs => "hdfs",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }

    /// All names, for messages.
    pub fn names() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

/// How one file is framed and parsed.
#[derive(Clone, Debug)]
pub(crate) struct FileFormat {
    pub(crate) preset: Preset,
    pub(crate) framing: Framing,
    /// Present for CSV.
    pub(crate) header: Option<CsvHeader>,
    pub(crate) clock: Clock,
}

/// How bytes are cut into records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Lines,
    JsonDocument,
    Csv { delimiter: u8 },
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
    if format.preset != "auto" && Preset::from_name(&format.preset).is_none() {
        let detail = format!("`{}` is none of auto, {}", format.preset, Preset::names());
        errors.push(FieldError::new("/format/preset", detail));
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

pub(crate) const TIMESTAMP_NAMES: &[&str] =
    &["timestamp", "@timestamp", "time", "ts", "datetime", "date", "event_time", "created_at"];
pub(crate) const MESSAGE_NAMES: &[&str] = &["message", "msg", "log", "text", "body", "content"];
const HOST_NAMES: &[&str] = &["host", "hostname", "device_ip", "host_name", "server", "device"];
const LEVEL_NAMES: &[&str] = &["log_level", "level", "severity", "loglevel", "lvl", "priority"];
const PROCESS_NAMES: &[&str] =
    &["process_name", "process", "program", "logger", "component", "service", "app", "appname"];
const PID_NAMES: &[&str] = &["pid", "process_id", "procid"];
const ID_NAMES: &[&str] = &["id", "_id", "record_id"];

/// What a field's name stands for, and how good a name for it it is (0 is best). Case does not matter.
pub(crate) fn role(name: &str) -> Option<(Role, usize)> {
    [
        (Role::Timestamp, TIMESTAMP_NAMES),
        (Role::Host, HOST_NAMES),
        (Role::Level, LEVEL_NAMES),
        (Role::Process, PROCESS_NAMES),
        (Role::Pid, PID_NAMES),
        (Role::Message, MESSAGE_NAMES),
        (Role::Id, ID_NAMES),
    ]
    .into_iter()
    .find_map(|(role, names)| {
        names.iter().position(|known| name.eq_ignore_ascii_case(known)).map(|rank| (role, rank))
    })
}
