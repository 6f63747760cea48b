//! What bytes look like, before they are read in any format.

use super::{Role, role};
use crate::{level, parse::csv::CsvHeader};

/// `{`, or `[` that opens an array of objects or of nothing; other formats begin with brackets, too.
pub(super) fn json_start(bytes: &[u8]) -> Option<u8> {
    let text = bytes.trim_ascii_start();
    match text.first()? {
        b'{' => Some(b'{'),
        b'[' => matches!(text[1..].trim_ascii_start().first(), None | Some(b'{' | b']')).then_some(b'['),
        _ => None,
    }
}

/// Whether the first line that is not blank ends where an object may, or is longer than what is here.
pub(super) fn ends_object(bytes: &[u8]) -> bool {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    lines.next().is_none_or(|line| !line.ends_with(b"\n") || line.trim_ascii().ends_with(b"}"))
}

/// Whether a top-level object is an export rather than the first of many records: it has `export_metadata`, or an
/// array `data` of objects and no field that a log record has before it.
pub(super) fn is_export(bytes: &[u8]) -> bool {
    let mut depth = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return false;
                }
            }
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let key = bytes.get(start..at).unwrap_or_default();
                let after = bytes.get(at + 1..).unwrap_or_default().trim_ascii_start();
                if depth == 1
                    && let Some(value) = after.strip_prefix(b":")
                {
                    match std::str::from_utf8(key) {
                        Ok("export_metadata") => return true,
                        Ok("data") => return json_start(value) == Some(b'['),
                        Ok(key) if matches!(role(key), Some((Role::Timestamp | Role::Message, _))) => {
                            return false;
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// Whether a host could have this name: no punctuation but that of names and addresses, and no level.
pub(super) fn names_host(word: &str) -> bool {
    let of_names = |byte: u8| byte.is_ascii_alphanumeric() || b"._:%/@-".contains(&byte);
    word.bytes().all(of_names) && (word.len() < 3 || level::severity(word).is_none())
}

/// Whether a first line looks like the header of a table: two names or more, and none that begins as a value does.
pub(super) fn names_columns(header: &CsvHeader) -> bool {
    let name = |name: &String| {
        name.len() <= 64
            && name.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '@' | '#'))
    };
    header.names.len() > 1 && header.names.iter().all(name)
}

/// Whether the rows after the header have as many fields as it, as far as delimiters tell.
pub(super) fn alike(bytes: &[u8], header: &CsvHeader) -> bool {
    let fields = |line: &[u8]| line.iter().filter(|b| **b == header.delimiter).count() + 1;
    let mut rows =
        bytes.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty()).skip(1).take(20).peekable();
    rows.peek().is_some() && rows.all(|row| fields(row) >= header.names.len())
}

/// Why these bytes are no text, if they are none.
pub(super) fn binary(bytes: &[u8]) -> Option<String> {
    const MAGIC: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "a ZIP archive that is compressed again; upload it as it is"),
        (b"PAR1", "a Parquet file that is compressed again; upload it as it is"),
        (b"\xfd7zXZ\0", "compressed twice; upload it compressed once"),
        (b"\x28\xb5\x2f\xfd", "compressed twice; upload it compressed once"),
        (b"BZh", "compressed twice; upload it compressed once"),
        (b"\x1f\x8b", "compressed twice; upload it compressed once"),
        (b"\xff\xfe", "UTF-16 text; save it as UTF-8"),
        (b"\xfe\xff", "UTF-16 text; save it as UTF-8"),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(format!("it is {what}"));
    }
    if let Some(at) = memchr::memchr(0, bytes) {
        return Some(format!("it holds byte 0x00 at offset {at}; upload log files as UTF-8 text"));
    }
    // Escape sequences and form feeds occur in logs, but sparsely.
    let controls = bytes.iter().filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace()).count();
    (controls * 10 > bytes.len())
        .then(|| format!("{controls} of its first {} bytes are control characters", bytes.len()))
}
