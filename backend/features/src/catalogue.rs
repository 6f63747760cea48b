//! The catalogue of features: their names, definitions, units and kinds. The order here is the order of the columns.

use serde::Serialize;
use std::sync::LazyLock;
use utoipa::ToSchema;

/// One column of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Feature {
    #[schema(example = "word_count")]
    pub name: String,
    /// The exact definition.
    pub description: String,
    /// What one unit of the value is; empty for flags, ratios and angles.
    #[schema(example = "words")]
    pub unit: String,
    pub kind: Kind,
}

/// What values a feature takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 0 or 1.
    Flag,
    /// A whole number, not negative.
    Count,
    /// Between 0 and 1.
    Ratio,
    /// Any number.
    Number,
}

/// The trailing windows: the part of the name that tells them apart, and their length in seconds.
pub(crate) const WINDOWS: [(&str, u32); 3] = [("5min", 300), ("15min", 900), ("1h", 3600)];

/// The places of the features that are not computed in one sweep over the catalogue.
pub(crate) const EVENTS: [&str; 7] = [
    "is_error",
    "is_connection",
    "is_disconnection",
    "is_authentication",
    "is_authentication_failure",
    "is_timeout",
    "is_restart",
];

/// Features of one window, in order; the names follow `last_<window>_`.
pub(crate) const PER_WINDOW: [&str; 8] = [
    "records",
    "errors",
    "connections",
    "disconnections",
    "distinct_macs",
    "distinct_ips",
    "distinct_processes",
    "error_ratio",
];

/// Every feature of a `record` sample, in column order.
pub fn features() -> &'static [Feature] {
    static FEATURES: LazyLock<Vec<Feature>> = LazyLock::new(catalogue);
    &FEATURES
}

const CALENDAR: &[(&str, &str, &str, Kind)] = &[
    ("hour_of_day", "Hour of the timestamp on the logs' clock, 0 to 23", "hours", Kind::Count),
    ("day_of_week", "Weekday of the timestamp on the logs' clock, 0 Monday to 6 Sunday", "days", Kind::Count),
    ("hour_sin", "sin(2π s / 86400), s: seconds since midnight on the logs' clock", "", Kind::Number),
    ("hour_cos", "cos(2π s / 86400), s: seconds since midnight on the logs' clock", "", Kind::Number),
    ("day_sin", "sin(2π d / 7), d: day_of_week", "", Kind::Number),
    ("day_cos", "cos(2π d / 7), d: day_of_week", "", Kind::Number),
    ("is_weekend", "1 on Saturday and Sunday", "", Kind::Flag),
    ("is_business_hours", "1 from 9:00 to before 17:00 on Monday to Friday", "", Kind::Flag),
];

const MESSAGE: &[(&str, &str, &str, Kind)] = &[
    ("message_length", "Unicode scalar values in the message", "characters", Kind::Count),
    (
        "word_count",
        "Maximal runs of characters other than ASCII white space (space, \\t, \\n, \\v, \\f, \\r)",
        "words",
        Kind::Count,
    ),
    ("letter_count", "ASCII letters", "characters", Kind::Count),
    ("digit_count", "ASCII digits", "characters", Kind::Count),
    ("uppercase_count", "ASCII letters A to Z", "characters", Kind::Count),
    ("whitespace_count", "ASCII white space, as in word_count", "characters", Kind::Count),
    (
        "punctuation_count",
        "The 32 ASCII characters !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "characters",
        Kind::Count,
    ),
    ("letter_ratio", "letter_count / message_length; 0 for an empty message", "", Kind::Ratio),
    ("digit_ratio", "digit_count / message_length; 0 for an empty message", "", Kind::Ratio),
    ("uppercase_ratio", "uppercase_count / message_length; 0 for an empty message", "", Kind::Ratio),
    ("whitespace_ratio", "whitespace_count / message_length; 0 for an empty message", "", Kind::Ratio),
    ("punctuation_ratio", "punctuation_count / message_length; 0 for an empty message", "", Kind::Ratio),
    ("unique_characters", "Different Unicode scalar values in the message", "characters", Kind::Count),
    (
        "ip_count",
        "IPv4 addresses: maximal runs of digits and dots, without dots at the ends, of four numbers of 1 to 3 digits up \
         to 255, not next to an ASCII letter. And IPv6 addresses: in maximal runs of ASCII letters, digits and colons, \
         the longest sequences of groups of at most four hexadecimal digits, without a single colon at the ends, that \
         hold a digit and two colons and are an address of RFC 4291",
        "addresses",
        Kind::Count,
    ),
    (
        "mac_count",
        "In maximal runs of ASCII letters, digits and colons (or of letters, digits and hyphens): the sequences of \
         groups of exactly two hexadecimal digits that are exactly six groups long",
        "addresses",
        Kind::Count,
    ),
    (
        "url_count",
        "`://` after an ASCII letter or digit and before something other than ASCII white space",
        "addresses",
        Kind::Count,
    ),
    ("number_count", "Maximal runs of ASCII digits", "numbers", Kind::Count),
];

const LEVEL: &[(&str, &str, &str, Kind)] = &[
    (
        "level_severity",
        "0 emergency, 1 alert, 2 critical, 3 error, 4 warning, 5 notice, 6 info or missing, 7 debug",
        "",
        Kind::Count,
    ),
    ("level_missing", "1 when the record has no known level", "", Kind::Flag),
];

const EVENT_TEXTS: [&str; 7] = [
    "1 when the level is error or more severe, or a pattern of the feature set occurs in the message",
    "1 when a pattern for a connection occurs in the message",
    "1 when a pattern for the end of a connection occurs in the message",
    "1 when a pattern for an authentication occurs in the message",
    "1 when a pattern for a refused authentication occurs in the message",
    "1 when a pattern for a timeout occurs in the message",
    "1 when a pattern for a start, stop or restart occurs in the message",
];

const PROCESS: &[(&str, &str, &str, Kind)] = &[
    (
        "process_frequency",
        "Share of the training records with the same process; 0 for one that was not among them",
        "",
        Kind::Ratio,
    ),
    (
        "seconds_since_previous_same_process",
        "Seconds since the latest strictly earlier record with the same process, at most 3600, and 3600 without one",
        "s",
        Kind::Number,
    ),
    (
        "seconds_since_previous_same_host",
        "Seconds since the latest strictly earlier record with the same host, at most 3600, and 3600 without one",
        "s",
        Kind::Number,
    ),
];

const WINDOW_TEXTS: [(&str, &str, Kind); 8] = [
    ("Records", "records", Kind::Count),
    ("Records with is_error", "records", Kind::Count),
    ("Records with is_connection", "records", Kind::Count),
    ("Records with is_disconnection", "records", Kind::Count),
    ("Different MAC addresses, as found by mac_count,", "addresses", Kind::Count),
    (
        "Different IP addresses, as found by ip_count (an IPv4 address equals its IPv4-mapped IPv6 address),",
        "addresses",
        Kind::Count,
    ),
    ("Different processes, none counting as one,", "processes", Kind::Count),
    ("errors / records", "", Kind::Ratio),
];

fn catalogue() -> Vec<Feature> {
    let feature = |name: &str, description: &str, unit: &str, kind| Feature {
        name: name.to_owned(),
        description: description.to_owned(),
        unit: unit.to_owned(),
        kind,
    };
    let listed = |list: &[(&str, &str, &str, Kind)]| {
        list.iter().map(|(name, text, unit, kind)| feature(name, text, unit, *kind)).collect::<Vec<_>>()
    };
    let mut features = [listed(CALENDAR), listed(MESSAGE), listed(LEVEL)].concat();
    features.extend(EVENTS.iter().zip(EVENT_TEXTS).map(|(name, text)| feature(name, text, "", Kind::Flag)));
    features.extend(listed(PROCESS));
    for (window, seconds) in WINDOWS {
        for (name, (text, unit, kind)) in PER_WINDOW.iter().zip(WINDOW_TEXTS) {
            let description = format!(
                "{text} in the {seconds} seconds up to and including the record's timestamp t: (t - {seconds} s, t], \
                 records with the same timestamp included"
            );
            features.push(feature(&format!("last_{window}_{name}"), &description, unit, kind));
        }
    }
    features
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_every_feature_is_described() {
        let names: HashSet<&str> = features().iter().map(|f| &*f.name).collect();
        assert_eq!(names.len(), features().len());
        assert!(features().iter().all(|f| !f.description.is_empty()));
        assert!(names.contains("last_15min_distinct_macs"));
    }
}
