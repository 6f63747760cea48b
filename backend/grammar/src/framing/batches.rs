//! Log records of OpenTelemetry, which travel in batches: an object with `resourceLogs`, or an element of it, holds
//! records and, once for all of them, the attributes of where they come from. (The OTLP/JSON encoding of
//! `opentelemetry/proto/logs/v1/logs.proto`.)
//!
//! A record becomes an object of its own: its fields, `attributes` as an object, values without their types, and those
//! attributes of the resource that it has no field for, such as `host.name` and `service.name`.

use super::{EXCERPT_BYTES, Frame, FrameBytes, json::next_value, too_long};
use serde::Deserialize;
use serde_json::{Map, Value};

/// How much longer than a record a batch may be.
pub(super) const RECORDS: usize = 64;

/// Where batches are in a document.
const PATH: &str = "resourceLogs[]";

/// Whether this is the path of batches, or of something in them.
pub(crate) fn is_path(path: &str) -> bool {
    path.starts_with("resourceLogs[]") || path.starts_with("resource_logs[]")
}

/// The path of the batches themselves.
pub(super) fn path(path: &str) -> &str {
    path.find("[]").map_or(PATH, |at| &path[..at + 2])
}

/// Takes batches apart.
#[derive(Debug)]
pub(super) struct Batches {
    /// Bytes of a record.
    limit: usize,
    records: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    #[serde(alias = "resource_logs")]
    resource_logs: Option<Vec<Batch>>,
    resource: Option<Resource>,
    #[serde(alias = "scope_logs", alias = "instrumentationLibraryLogs")]
    scope_logs: Option<Vec<ScopeLogs>>,
}

#[derive(Deserialize)]
struct Resource {
    attributes: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScopeLogs {
    #[serde(alias = "log_records", alias = "logs")]
    log_records: Option<Vec<Value>>,
}

impl Batches {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, records: 0 }
    }

    /// Adds the records of batches to `frames`; what is no batch is a record itself.
    pub(super) fn split(&mut self, batches: &mut Vec<Frame>, buffer: &[u8], frames: &mut Vec<Frame>) {
        for frame in batches.drain(..) {
            let line = frame.line;
            let records = match &frame.bytes {
                FrameBytes::Range(range) => records(&buffer[range.clone()]),
                _ => None,
            };
            match records {
                Some(records) => {
                    frames
                        .extend(records.into_iter().map(|record| self.frame(FrameBytes::Made(record), line)));
                }
                None if frame.fault.is_some() => frames.push(Frame { record: self.next(), ..frame }),
                None => frames.push(self.frame(frame.bytes, line)),
            }
        }
    }

    fn next(&mut self) -> u64 {
        self.records += 1;
        self.records
    }

    fn frame(&mut self, bytes: FrameBytes, line: u64) -> Frame {
        let long = bytes.len() > self.limit;
        let bytes = match bytes {
            FrameBytes::Made(record) if long => {
                FrameBytes::Beginning(record[..EXCERPT_BYTES.min(self.limit)].to_vec())
            }
            FrameBytes::Range(range) if long => {
                FrameBytes::Range(range.start..range.start + EXCERPT_BYTES.min(self.limit))
            }
            bytes => bytes,
        };
        Frame { bytes, line, record: self.next(), fault: long.then(|| too_long(self.limit)) }
    }
}

/// The records of a batch; nothing when it is none.
fn records(text: &[u8]) -> Option<Vec<Vec<u8>>> {
    let batch: Batch = serde_json::from_slice(text).ok()?;
    if batch.resource_logs.is_none() && batch.scope_logs.is_none() {
        return None;
    }
    let mut records = Vec::new();
    for batch in batch.resource_logs.into_iter().flatten().chain([Batch { resource_logs: None, ..batch }]) {
        let resource = batch.resource.and_then(|resource| resource.attributes).map(named).unwrap_or_default();
        let scopes = batch.scope_logs.into_iter().flatten();
        records.extend(
            scopes.flat_map(|scope| scope.log_records.into_iter().flatten()).map(|r| record(r, &resource)),
        );
    }
    Some(records)
}

/// The records at the beginning of a batch that is longer than what is here of it.
pub(crate) fn beginning(bytes: &[u8]) -> Vec<Vec<u8>> {
    const KEY: &[u8] = b"\"logRecords\"";
    let Some(key) = memchr::memmem::find(bytes, KEY) else { return Vec::new() };
    let mut at = key + KEY.len();
    let mut found = Vec::new();
    loop {
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || b":[,".contains(byte)) {
            at += 1;
        }
        let Some(end) = next_value(bytes, at).filter(|end| *end > at) else { return found };
        let Ok(value) = serde_json::from_slice(&bytes[at..end]) else { return found };
        found.push(record(value, &Map::new()));
        at = end;
    }
}

/// A record with what is known of all of its batch.
fn record(value: Value, resource: &Map<String, Value>) -> Vec<u8> {
    let Value::Object(mut record) = value else { return value.to_string().into_bytes() };
    if let Some(body) = record.remove("body") {
        record.insert("body".into(), plain(body));
    }
    if let Some(attributes) = record.remove("attributes") {
        record.insert("attributes".into(), named(attributes).into());
    }
    let zero = |time: &Value| matches!(time, Value::String(text) if text == "0") || time.as_u64() == Some(0);
    if record.get("timeUnixNano").is_none_or(|time| time.is_null() || zero(time))
        && let Some(observed) = record.get("observedTimeUnixNano").cloned()
    {
        record.insert("timeUnixNano".into(), observed);
    }
    if record.get("severityText").is_none_or(|text| text.is_null() || text == "")
        && let Some(level) = record.get("severityNumber").and_then(Value::as_u64).and_then(level)
    {
        record.insert("severityText".into(), level.into());
    }
    for (name, value) in resource {
        if !record.contains_key(name) {
            record.insert(name.clone(), value.clone());
        }
    }
    Value::Object(record).to_string().into_bytes()
}

/// Four numbers each for TRACE to FATAL.
fn level(number: u64) -> Option<&'static str> {
    let place = usize::try_from(number.checked_sub(1)? / 4).ok()?;
    ["trace", "debug", "info", "warn", "error", "fatal"].get(place).copied()
}

/// A list of keys and values as an object.
fn named(list: Value) -> Map<String, Value> {
    let entries = match list {
        Value::Array(entries) => entries,
        Value::Object(object) => return object,
        _ => return Map::new(),
    };
    let entry = |entry: Value| match entry {
        Value::Object(mut entry) => match (entry.remove("key"), entry.remove("value")) {
            (Some(Value::String(key)), value) => Some((key, value.map_or(Value::Null, plain))),
            _ => None,
        },
        _ => None,
    };
    entries.into_iter().filter_map(entry).collect()
}

/// A value without its type: `{"stringValue": "x"}` is `"x"`.
fn plain(value: Value) -> Value {
    let Value::Object(mut typed) = value else { return value };
    let mut only = typed.iter().map(|(name, _)| name.clone());
    let (Some(name), None) = (only.next(), only.next()) else { return Value::Object(typed) };
    let list = |value: &mut Value| value.get_mut("values").map_or(Value::Null, Value::take);
    match (&*name, typed.get_mut(&name)) {
        ("stringValue" | "boolValue" | "doubleValue" | "bytesValue", Some(value)) => value.take(),
        // A number of 64 bits is written as text.
        ("intValue", Some(Value::String(text))) => match text.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => text.as_str().into(),
        },
        ("intValue", Some(value)) => value.take(),
        ("arrayValue", Some(value)) => match list(value) {
            Value::Array(values) => values.into_iter().map(plain).collect(),
            other => other,
        },
        ("kvlistValue", Some(value)) => named(list(value)).into(),
        _ => Value::Object(typed),
    }
}
