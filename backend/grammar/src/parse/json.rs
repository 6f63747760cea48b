//! One JSON object to fields. Names are looked up among the usual aliases; other fields are passed over.

mod nested;

use super::{Fields, attributes, unknown_timestamp};
use crate::{
    format::{FileFormat, Framing, ROLES, Role, Wanted, role},
    level,
    time::{self, Clock},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{borrow::Cow, collections::BTreeSet, fmt};

/// A value that can be a field.
#[derive(Debug)]
enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Unsigned(u64),
    Number(f64),
    Signed(i64),
    Flag(bool),
    /// An object or array.
    Nested,
}

pub(crate) fn parse<'a>(text: &'a str, line: u64, format: &FileFormat) -> Result<Fields<'a>, String> {
    if !text.trim_start().starts_with('{') {
        serde_json::from_str::<IgnoredAny>(text).map_err(|error| invalid(&error, line))?;
        return Err("the record is not a JSON object".into());
    }
    let mut values = values(text, line)?;
    let attributes = match &format.wanted {
        Some(wanted) => apply(text, wanted, &mut values).map_err(|error| invalid(&error, line))?,
        None => None,
    };
    let clock = &format.clock;
    let mut take = |role: Role| values[role as usize].take().map(|(_, value)| value);
    let timestamp = timestamp(take(Role::Timestamp), clock)?;
    let message = match take(Role::Message) {
        None => return Err("message is missing".into()),
        Some(Value::Null) => return Err("message is null".into()),
        Some(value) => without_line_end(value.into_text().ok_or("message is not text")?),
    };
    Ok(Fields {
        timestamp: Some(timestamp),
        host: optional(take(Role::Host)),
        severity: optional(take(Role::Level)).and_then(|text| level::severity(&text)),
        process: optional(take(Role::Process)),
        pid: optional(take(Role::Pid)),
        message,
        attributes,
        id: optional(take(Role::Id)),
    })
}

type Values<'a> = [Option<(usize, Value<'a>)>; ROLES];

/// The values of the roles, wherever in the object they are.
fn values(text: &str, line: u64) -> Result<Values<'_>, String> {
    let Record { mut values, nested } = serde_json::from_str(text).map_err(|error| invalid(&error, line))?;
    if nested {
        nested::find(text, &mut values).map_err(|error| invalid(&error, line))?;
    }
    Ok(values)
}

/// Docker ends its messages as the program ended its line.
fn without_line_end(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(['\r', '\n'])),
        Cow::Owned(mut text) => {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
            Cow::Owned(text)
        }
    }
}

/// A row of a Parquet file: as [`parse`], but it may lack a time, and all of it may be attributes.
pub(crate) fn parse_row<'a>(text: &'a str, line: u64, format: &FileFormat) -> Result<Fields<'a>, String> {
    let mut values = values(text, line)?;
    let wanted = match &format.wanted {
        Some(wanted) => apply(text, wanted, &mut values).map_err(|error| invalid(&error, line))?,
        None => None,
    };
    let table = format.framing == Framing::Rows { table: true };
    let mut take = |role: Role| values[role as usize].take().map(|(_, value)| value);
    let timestamp = match take(Role::Timestamp) {
        None | Some(Value::Null) => None,
        value if table => timestamp(value, &format.clock).ok(),
        value => Some(timestamp(value, &format.clock)?),
    };
    let message = match take(Role::Message) {
        _ if table => Cow::Borrowed(""),
        value => optional(value).ok_or("message is missing")?,
    };
    Ok(Fields {
        timestamp,
        host: optional(take(Role::Host)),
        severity: optional(take(Role::Level)).and_then(|text| level::severity(&text)),
        process: optional(take(Role::Process)),
        pid: optional(take(Role::Pid)),
        message,
        attributes: if table { Some(text.to_owned()) } else { wanted },
        id: optional(take(Role::Id)),
    })
}

/// Looks the wanted fields up by their paths; returns the attributes.
fn apply(text: &str, wanted: &Wanted, values: &mut Values<'_>) -> Result<Option<String>, serde_json::Error> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text)?;
    for (role, path) in &wanted.roles {
        values[*role as usize] = lookup(&object, path).map(|value| (0, Value::of(value)));
    }
    let listed = wanted.attributes.iter();
    let mut found: Vec<(&str, &serde_json::Value)> =
        listed.filter_map(|(name, path)| Some((name.as_str(), lookup(&object, path)?))).collect();
    if wanted.all {
        let path = |name: &str| wanted.roles.iter().any(|(_, path)| path == name);
        let other = |name: &str| role(name).is_none() && !path(name);
        found.extend(
            object.iter().map(|(name, value)| (name.as_str(), value)).filter(|(name, _)| other(name)),
        );
    }
    Ok(attributes::values(found))
}

/// The value under a key, or at a path of keys and array positions. Keys may have points in them: the longest counts.
fn lookup<'v>(
    object: &'v serde_json::Map<String, serde_json::Value>,
    path: &str,
) -> Option<&'v serde_json::Value> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    let points = path.rmatch_indices('.').map(|(at, _)| at);
    points.filter_map(|at| inside(object.get(&path[..at])?, &path[at + 1..])).next()
}

fn inside<'v>(value: &'v serde_json::Value, path: &str) -> Option<&'v serde_json::Value> {
    match value {
        serde_json::Value::Object(object) => lookup(object, path),
        serde_json::Value::Array(elements) => {
            let (position, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
            let element = elements.get(position.parse::<usize>().ok()?)?;
            rest.map_or(Some(element), |rest| inside(element, rest))
        }
        _ => None,
    }
}

/// Adds the names of a record's fields that have no role. Broken records add none.
pub(crate) fn other_fields(text: &str, names: &mut BTreeSet<String>) {
    if let Ok(fields) = serde_json::from_str::<std::collections::BTreeMap<String, IgnoredAny>>(text) {
        names.extend(fields.into_keys().filter(|name| role(name).is_none()));
    }
}

fn invalid(error: &serde_json::Error, line: u64) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(&*text, |(what, _)| what);
    format!("invalid JSON at line {}, column {}: {what}", line + error.line() as u64 - 1, error.column())
}

fn timestamp(value: Option<Value<'_>>, clock: &Clock) -> Result<i64, String> {
    let (instant, text) = match value {
        None => return Err("timestamp is missing".into()),
        Some(Value::Null) => return Err("timestamp is null".into()),
        Some(Value::Unsigned(number)) => (time::epoch_integer(number), number.to_string()),
        Some(Value::Number(number)) => (time::epoch(number), number.to_string()),
        Some(value) => {
            let text = value.into_text().ok_or("timestamp is not text or number")?;
            (time::parse(&text, clock), text.into_owned())
        }
    };
    instant.ok_or_else(|| unknown_timestamp(&text))
}

fn optional(value: Option<Value<'_>>) -> Option<Cow<'_, str>> {
    value?.into_text().filter(|text| !text.is_empty())
}

impl<'a> Value<'a> {
    /// Owned, so that it outlives what it is taken from.
    fn of(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Flag(*flag),
            serde_json::Value::String(text) => Self::Text(Cow::Owned(text.clone())),
            serde_json::Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(unsigned), _) => Self::Unsigned(unsigned),
                (None, Some(signed)) => Self::Signed(signed),
                (None, None) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            },
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => Self::Nested,
        }
    }

    fn into_text(self) -> Option<Cow<'a, str>> {
        Some(match self {
            Self::Text(text) => text,
            Self::Unsigned(number) => number.to_string().into(),
            Self::Signed(number) => number.to_string().into(),
            Self::Number(number) => number.to_string().into(),
            Self::Flag(flag) => flag.to_string().into(),
            Self::Null | Self::Nested => return None,
        })
    }
}

/// The value of each role, with the rank of the name it came under: of several names the best one counts.
struct Record<'a> {
    values: Values<'a>,
    /// Whether fields may be inside of objects.
    nested: bool,
}

impl<'de> Deserialize<'de> for Record<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecordVisitor)
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record<'de>, A::Error> {
        let mut values: Values<'de> = Default::default();
        let mut nested = false;
        while let Some(Key(name)) = map.next_key()? {
            let Some((role, rank)) = role(&name) else {
                nested |= name == nested::WRAPPER;
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let slot = &mut values[role as usize];
            let value: Value<'de> = map.next_value()?;
            nested |= matches!(value, Value::Nested);
            if slot.as_ref().is_none_or(|(best, _)| rank <= *best) {
                *slot = Some((rank, value));
            }
        }
        Ok(Record { values, nested })
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(ValueVisitor)? {
            Value::Text(text) => Ok(Key(text)),
            _ => Err(D::Error::custom("a key must be a string")),
        }
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Value<'de>, E> {
        Ok(Value::Flag(flag))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Unsigned(number))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Signed(number))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Framing, Preset, Wish};
    use trainyard_types::FormatSpecification;

    fn read(text: &str) -> Result<Fields<'_>, String> {
        let clock = Clock::new("2025-07-01T12:00:00Z".parse().unwrap(), 0);
        let wish = Wish::of(&FormatSpecification::default(), clock).unwrap();
        parse(text, 7, &wish.format(Preset::JsonLines, Framing::Lines, None))
    }

    #[test]
    fn fields_are_found_under_their_usual_names() {
        let a = read(
            r#"{"id": 5, "device_ip": "gw", "timestamp": "2025-07-01T04:56:35", "log_level": "emergency",
                "process_name": "WATCHDOG", "message": "say \"hi\"\u00e9", "x": {"message": 1}}"#,
        );
        let b = read(
            r#"{"_id":"5","hostname":"gw","@timestamp":1751345795,"severity":0,"logger":"WATCHDOG","msg":"say \"hi\"é"}"#,
        );
        let a = a.unwrap();
        assert_eq!(a, b.unwrap());
        assert_eq!(a.message, "say \"hi\"é");
        assert_eq!(a.timestamp, Some(1_751_345_795_000_000));
        assert_eq!((a.severity, a.id.as_deref(), a.host.as_deref()), (Some(0), Some("5"), Some("gw")));
    }

    #[test]
    fn the_best_of_several_names_counts_wherever_it_stands() {
        for text in [
            r#"{"time":"2020-01-01","timestamp":"2025-07-01","log":"no","message":"yes"}"#,
            r#"{"message":"yes","log":"no","timestamp":"2025-07-01","time":"2020-01-01"}"#,
        ] {
            let fields = read(text).unwrap();
            assert_eq!((fields.timestamp, &*fields.message), (Some(1_751_328_000_000_000), "yes"));
        }
    }

    #[test]
    fn fields_of_journald_docker_elastic_and_opentelemetry_are_found() {
        for text in [
            r#"{"__REALTIME_TIMESTAMP":"1751345795000000","PRIORITY":"3","_HOSTNAME":"gw","SYSLOG_IDENTIFIER":"sshd","_PID":"7","MESSAGE":[104,105]}"#,
            r#"{"time":"2025-07-01T04:56:35.000000000Z","log":"hi\n","stream":"stdout","level":"err","host":"gw","process":"sshd","pid":7}"#,
            r#"{"@timestamp":"2025-07-01T04:56:35.000Z","log":{"level":"error"},"message":"hi","host":{"name":"gw"},"process":{"pid":7,"name":"sshd"},"service":{"name":"x"}}"#,
            r#"{"_index":"a","_source":{"@timestamp":"2025-07-01T04:56:35Z","log.level":"error","message":"hi","host":{"hostname":"gw"},"process":{"pid":7},"service":{"name":"sshd"}}}"#,
            r#"{"timeUnixNano":"1751345795000000000","severityText":"ERROR","body":{"stringValue":"hi"},"host":{"name":"gw"},"process":"sshd","pid":7}"#,
        ] {
            let fields = read(text).unwrap();
            assert_eq!((fields.timestamp, &*fields.message), (Some(1_751_345_795_000_000), "hi"), "{text}");
            assert_eq!((fields.severity, fields.host.as_deref()), (Some(3), Some("gw")), "{text}");
            assert_eq!(
                (fields.process.as_deref(), fields.pid.as_deref()),
                (Some("sshd"), Some("7")),
                "{text}"
            );
        }
    }

    #[test]
    fn a_missing_level_is_no_reason_to_reject() {
        let fields = read(r#"{"ts":1751345795.5,"msg":"","level":null,"host":{"ip":"x"}}"#).unwrap();
        assert_eq!((fields.severity, fields.host, &*fields.message), (None, None, ""));
        assert_eq!(fields.timestamp, Some(1_751_345_795_500_000));
    }

    #[test]
    fn reasons_say_what_and_where() {
        for (text, reason) in [
            (r#"{"timestamp":"2025-07-01"}"#, "message is missing"),
            (r#"{"timestamp":"2025-07-01","message":null}"#, "message is null"),
            (r#"{"timestamp":"2025-07-01","message":[{}]}"#, "message is not text"),
            (r#"{"message":"x"}"#, "timestamp is missing"),
            (r#"{"timestamp":null,"message":"x"}"#, "timestamp is null"),
            (r#"{"timestamp":"tomorrow","message":"x"}"#, "timestamp `tomorrow` is in no known form"),
            (r#"{"timestamp":-5,"message":"x"}"#, "timestamp `-5` is in no known form"),
            (r#"[1]"#, "the record is not a JSON object"),
            (r#"{"timestamp":12:30}"#, "invalid JSON at line 7, column 16: expected `,` or `}`"),
            ("{\"a\":1,\n\"b\" 2}", "invalid JSON at line 8, column 5: expected `:`"),
        ] {
            assert_eq!(read(text).unwrap_err(), reason, "{text}");
        }
    }
}
