//! Log formats: the presets, and what is known of one file's format before it is read.

pub(crate) mod detect;
mod looks;
pub(crate) mod presets;
mod roles;
mod wish;

use crate::{
    parse::{csv::CsvHeader, pattern::LinePattern},
    time::Clock,
};
use regex::Regex;
pub(crate) use roles::{ALL_ROLES, ROLES, Role, names, role};
use std::sync::Arc;
use trainyard_types::FormatDetection;
pub use wish::validate_format;
pub(crate) use wish::{Wanted, Wish};

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
