//! Fields inside of objects: Elastic's `host.name` and its hits' `_source`, OpenTelemetry's `body.stringValue`, and
//! journald's messages that are arrays of bytes.

use super::{Value, Values, lookup};
use crate::format::{ALL_ROLES, names};

/// The field of a search result that holds the record.
pub(super) const WRAPPER: &str = "_source";

/// Looks for the roles that have no plain value yet under their names with points in them.
pub(super) fn find(text: &str, values: &mut Values<'_>) -> Result<(), serde_json::Error> {
    let whole: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text)?;
    let record = match whole.get(WRAPPER) {
        Some(serde_json::Value::Object(inner)) => inner,
        _ => &whole,
    };
    for role in ALL_ROLES {
        let slot = &mut values[role as usize];
        if matches!(slot, Some((_, value)) if !matches!(value, Value::Nested | Value::Null)) {
            continue;
        }
        let named =
            names(role).iter().enumerate().filter_map(|(rank, name)| Some((rank, field(record, name)?)));
        let mut plain = named.filter_map(|(rank, value)| Some((rank, plain(value)?)));
        if let Some(found) = plain.next() {
            *slot = Some(found);
        }
    }
    Ok(())
}

/// As [`lookup`], but the case of a name without points does not matter.
fn field<'v>(
    record: &'v serde_json::Map<String, serde_json::Value>,
    name: &str,
) -> Option<&'v serde_json::Value> {
    let other_case = || record.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    lookup(record, name).or_else(other_case)
}

/// A value that is text or a number, or that stands for text.
fn plain(value: &serde_json::Value) -> Option<Value<'static>> {
    match value {
        serde_json::Value::Null | serde_json::Value::Object(_) => None,
        serde_json::Value::Array(bytes) if bytes.is_empty() => None,
        serde_json::Value::Array(bytes) => {
            let byte =
                |value: &serde_json::Value| value.as_u64().and_then(|number| u8::try_from(number).ok());
            let bytes = bytes.iter().map(byte).collect::<Option<Vec<u8>>>()?;
            Some(Value::Text(String::from_utf8_lossy(&bytes).into_owned().into()))
        }
        value => Some(Value::of(value)),
    }
}
