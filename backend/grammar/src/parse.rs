//! One record's bytes to its fields. Parsing looks at nothing but the record and its file's format, so that records
//! can be parsed in any order, in parallel, anywhere.

pub(crate) mod attributes;
pub(crate) mod csv;
pub(crate) mod hdfs;
pub(crate) mod json;
pub(crate) mod logfmt;
pub(crate) mod pattern;
pub(crate) mod syslog;

use crate::format::{FileFormat, Preset};
use std::borrow::Cow;

/// Characters of a rejected record that are kept.
pub(crate) const EXCERPT_CHARACTERS: usize = 200;

/// What a record says. Absent and empty texts are alike, except for the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields<'a> {
    /// Microseconds since 1970 UTC; absent where the format allows it.
    pub(crate) timestamp: Option<i64>,
    pub(crate) host: Option<Cow<'a, str>>,
    /// 0 emergency … 7 debug.
    pub(crate) severity: Option<u8>,
    pub(crate) process: Option<Cow<'a, str>>,
    pub(crate) pid: Option<Cow<'a, str>>,
    pub(crate) message: Cow<'a, str>,
    /// Further named fields, as a JSON object.
    pub(crate) attributes: Option<String>,
    pub(crate) id: Option<Cow<'a, str>>,
}

/// Parses one record; the error is the reason for rejecting it. `line` is where the record starts.
pub(crate) fn parse<'a>(bytes: &'a [u8], line: u64, format: &FileFormat) -> Result<Fields<'a>, String> {
    parse_text(text(bytes)?, line, format)
}

/// As [`parse`], of a record that [`text`] finds nothing wrong with.
pub(crate) fn parse_text<'a>(text: &'a str, line: u64, format: &FileFormat) -> Result<Fields<'a>, String> {
    let fields = match format.preset {
        Preset::JsonExport | Preset::JsonLines => json::parse(text, line, format)?,
        Preset::Parquet => json::parse_row(text, line, format)?,
        Preset::Csv | Preset::Table => match &format.header {
            Some(header) => csv::parse(text, header, &format.clock)?,
            None => return Err("the file has no CSV header".into()),
        },
        Preset::Syslog => syslog::parse(text, &format.clock)?,
        Preset::Hdfs => hdfs::parse(text, &format.clock)?,
        Preset::Logfmt => logfmt::parse(text, &format.clock)?,
        _ => match &format.lines {
            Some(lines) => lines.parse(text, &format.clock)?,
            None => return Err(format!("the preset `{}` has no expression", format.preset.as_str())),
        },
    };
    // The line has none, but JSON can smuggle the character in as `\u0000`; databases refuse it.
    let holds_nul = |field: &Cow<'_, str>| matches!(field, Cow::Owned(text) if text.contains('\0'));
    let others = [&fields.host, &fields.process, &fields.pid, &fields.id];
    if holds_nul(&fields.message) || others.into_iter().flatten().any(holds_nul) {
        return Err("a field holds the character U+0000".into());
    }
    Ok(fields)
}

/// UTF-8 without the character U+0000; the error says where it is not.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, String> {
    let text = simdutf8::compat::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let column = String::from_utf8_lossy(&bytes[..at]).chars().count() + 1;
        match bytes.get(at) {
            Some(byte) => format!("byte 0x{byte:02x} at column {column} is not UTF-8"),
            None => format!("the text is not UTF-8 at column {column}"),
        }
    })?;
    match memchr::memchr(0, bytes) {
        Some(at) => Err(format!("byte 0x00 at column {} is not text", text[..at].chars().count() + 1)),
        None => Ok(text),
    }
}

/// A timestamp that could not be read, for the reject.
pub(crate) fn unknown_timestamp(text: &str) -> String {
    format!("timestamp `{}` is in no known form", excerpt(text.as_bytes(), 60))
}

/// The first characters of a record: readable, with control characters and broken UTF-8 replaced.
pub(crate) fn excerpt(bytes: &[u8], characters: usize) -> String {
    let head = &bytes[..bytes.len().min(characters * 4)];
    let plain = &head[..head.len().min(characters)];
    if plain.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        return String::from_utf8_lossy(plain).into_owned();
    }
    String::from_utf8_lossy(head)
        .chars()
        .take(characters)
        .map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c })
        .collect()
}

/// An absent field for an empty text.
pub(crate) fn present(text: &str) -> Option<Cow<'_, str>> {
    (!text.is_empty()).then_some(Cow::Borrowed(text))
}
