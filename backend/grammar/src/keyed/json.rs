//! JSON objects. Objects inside of them become paths, up to [`DEPTH`]; arrays stay the JSON that they are.

mod reader;
mod scan;
#[cfg(test)]
mod tests;

pub use reader::JsonReader;

use super::row::{Row, Value, text_of_bytes};
use scan::Scan;
use serde::de::IgnoredAny;
use std::{borrow::Cow, fmt};

/// How deep objects become paths; what is deeper stays JSON.
pub(super) const DEPTH: usize = 6;

/// A JSON object as paths and values.
pub fn json_row(text: &str) -> Result<Row<'_>, Fault> {
    let mut row = Row::new();
    let mut scan = Scan::new(text);
    let read = match scan.next() {
        Some(b'{') => {
            scan.pass();
            members(&mut scan, None, 0, &mut row).filter(|()| scan.ended())
        }
        _ => None,
    };
    read.map(|()| row).ok_or_else(|| fault(text))
}

/// The members of an object after its brace.
fn members<'a>(scan: &mut Scan<'a>, prefix: Option<&str>, depth: usize, row: &mut Row<'a>) -> Option<()> {
    let mut first = true;
    while let Some(key) = scan.key(first)? {
        first = false;
        let key = key.text();
        let path = match prefix {
            None => key,
            Some(prefix) => Cow::Owned(format!("{prefix}.{key}")),
        };
        if scan.next()? == b'{' && depth < DEPTH {
            scan.pass();
            members(scan, Some(&path), depth + 1, row)?;
        } else {
            let value = scan.value(depth)?;
            let value = if speaks_bytes(&path) { plain(value) } else { value };
            row.push((path, value));
        }
    }
    Some(())
}

/// Whether journald may write this field as an array of bytes.
pub(super) fn speaks_bytes(path: &str) -> bool {
    let last = path.rfind('.').map_or(path, |at| &path[at + 1..]);
    last.eq_ignore_ascii_case("message")
}

/// A text that is written as an array of bytes as a text.
pub(super) fn plain(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Nested(json) => match text_of_bytes(&json) {
            Some(text) => Value::Text(text.into()),
            None => Value::Nested(json),
        },
        other => other,
    }
}

/// What is wrong with a text that should be a JSON object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Lines before the one where it shows, and the column there; nothing where the text is JSON but no object.
    pub place: Option<(usize, usize)>,
    pub what: String,
}

/// What is wrong with a text that [`json_row`] does not read.
pub fn fault(text: &str) -> Fault {
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => {
            let written = error.to_string();
            let what = written.rsplit_once(" at line ").map_or(&*written, |(what, _)| what).to_owned();
            Fault { place: Some((error.line().saturating_sub(1), error.column())), what }
        }
        Ok(_) => Fault { place: None, what: "the record is not a JSON object".into() },
    }
}

impl Fault {
    /// The reason, of a record that begins with this line.
    pub fn at(&self, line: u64) -> String {
        match self.place {
            Some((after, column)) => {
                format!("invalid JSON at line {}, column {column}: {}", line + after as u64, self.what)
            }
            None => self.what.clone(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.at(1))
    }
}
