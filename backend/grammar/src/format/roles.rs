//! The roles of fields, and the names that these go by in logs.

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

const TIMESTAMP_NAMES: &[&str] = &[
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
const MESSAGE_NAMES: &[&str] =
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
