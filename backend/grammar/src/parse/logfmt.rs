//! Lines of `key=value` pairs: `time=… level=info msg="…" k=v`. A key alone is true; keys beside the usual ones are
//! attributes.

use super::{Fields, attributes::object, unknown_timestamp};
use crate::{
    format::{ROLES, Role, role},
    level,
    time::{self, Clock},
};
use std::borrow::Cow;

pub(crate) fn parse<'a>(text: &'a str, clock: &Clock) -> Result<Fields<'a>, String> {
    let pairs = pairs(text)?;
    let mut best: [Option<(usize, usize)>; ROLES] = [None; ROLES];
    for (at, (key, _)) in pairs.iter().enumerate() {
        if let Some((role, rank)) = role(key) {
            let slot = &mut best[role as usize];
            if slot.is_none_or(|(known, _)| rank < known) {
                *slot = Some((rank, at));
            }
        }
    }
    let taken: Vec<usize> = best.iter().flatten().map(|(_, at)| *at).collect();
    let others = pairs.iter().enumerate().filter(|(at, _)| !taken.contains(at));
    let attributes = object(others.map(|(_, (key, value))| (*key, &**value)));
    let mut pairs: Vec<_> = pairs.into_iter().map(|(_, value)| Some(value)).collect();
    let mut take = |role: Role| {
        best[role as usize].and_then(|(_, at)| pairs[at].take()).filter(|value| !value.is_empty())
    };
    let timestamp = match take(Role::Timestamp) {
        Some(stamp) => Some(time::parse(&stamp, clock).ok_or_else(|| unknown_timestamp(&stamp))?),
        None => None,
    };
    let message = take(Role::Message);
    if timestamp.is_none() && message.is_none() {
        return Err("the line has neither time nor message as `key=value`".into());
    }
    Ok(Fields {
        timestamp,
        host: take(Role::Host),
        severity: take(Role::Level).and_then(|text| level::severity(&text)),
        process: take(Role::Process),
        pid: take(Role::Pid),
        message: message.unwrap_or(Cow::Borrowed(text)),
        attributes,
        id: take(Role::Id),
    })
}

type Pair<'a> = (&'a str, Cow<'a, str>);

fn pairs(text: &str) -> Result<Vec<Pair<'_>>, String> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let column = text[..text.len() - rest.len()].chars().count() + 1;
        let end = rest.find(['=', ' ', '\t', '"']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if key.is_empty() {
            return Err(format!("no key stands at column {column}"));
        }
        let (value, after) = match after.strip_prefix('=') {
            None if after.starts_with('"') => {
                return Err(format!("a quote stands in the key at column {column}"));
            }
            None => (Cow::Borrowed("true"), after),
            Some(value) if value.starts_with('"') => {
                let end = closing(value)
                    .ok_or_else(|| format!("the value of `{key}` at column {column} is not closed"))?;
                let quoted = &value[..=end];
                let inner = &value[1..end];
                let value_text = if inner.contains('\\') {
                    serde_json::from_str::<String>(quoted).map_or(Cow::Borrowed(inner), Cow::Owned)
                } else {
                    Cow::Borrowed(inner)
                };
                (value_text, &value[end + 1..])
            }
            Some(value) => {
                let end = value.find([' ', '\t']).unwrap_or(value.len());
                (Cow::Borrowed(&value[..end]), &value[end..])
            }
        };
        pairs.push((key, value));
        rest = after.trim_start();
    }
    Ok(pairs)
}

/// Where the quote at the start is closed.
fn closing(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_escapes_and_keys_alone() {
        let clock = Clock::new("2025-07-01T12:00:00Z".parse().unwrap(), 0);
        let line = r#"time=2025-07-01T04:56:35Z level=warn msg="say \"hi\"" app=web took=3ms cached"#;
        let fields = parse(line, &clock).unwrap();
        assert_eq!(
            (&*fields.message, fields.severity, fields.process.as_deref()),
            ("say \"hi\"", Some(4), Some("web"))
        );
        assert_eq!(fields.attributes.as_deref(), Some(r#"{"took":"3ms","cached":"true"}"#));
        for (bad, reason) in [
            ("just words", "the line has neither time nor message as `key=value`"),
            ("msg=\"open", "the value of `msg` at column 1 is not closed"),
            ("time=noon msg=a", "timestamp `noon` is in no known form"),
            ("=a", "no key stands at column 1"),
        ] {
            assert_eq!(parse(bad, &clock).unwrap_err(), reason, "{bad}");
        }
    }
}
