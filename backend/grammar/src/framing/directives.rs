//! Rows under `#Fields` (W3C, IIS, Zeek), which may change on the way. Lines that begin with `#` are outside.
//!
//! A record says by itself what its cells are called: its bytes are the `#Fields` line that is in force, a newline, and
//! the row. A row before any such line is only the row.

use super::{Cursor, Frame, FrameBytes, Outside, lines};

/// The longest `#Fields` line that is kept.
const HEADER_BYTES: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The line in force.
    header: Vec<u8>,
    records: u64,
}

/// The names in a `#Fields` line, and what separates them; nothing when it is another line. Zeek's stand behind a tab,
/// W3C's behind a colon.
pub fn fields(line: &str) -> Option<(Vec<&str>, char)> {
    let line = line.strip_prefix('#')?;
    let line = line.strip_prefix(' ').unwrap_or(line);
    let (word, rest) = (line.get(..6)?, line.get(6..)?);
    if !word.eq_ignore_ascii_case("fields") {
        return None;
    }
    let names = rest.strip_prefix(':').unwrap_or(rest);
    let first = names.chars().next()?;
    // Zeek's own separator is what stands before the first name.
    if !first.is_ascii_whitespace() && (names.len() < rest.len() || first.is_alphanumeric()) {
        return None;
    }
    let names = names.trim();
    let separator = match first {
        ' ' | '\t' if names.contains('\t') => '\t',
        ' ' | '\t' if names.contains(',') => ',',
        ' ' | '\t' => ' ',
        other => other,
    };
    let split = names.split(|c: char| if separator == ' ' { c.is_whitespace() } else { c == separator });
    let names: Vec<&str> = split.map(str::trim).filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then_some((names, separator))
}

impl Rows {
    pub(super) fn scan(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        end: bool,
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) {
        lines::scan(cursor, buffer, end, |frame| {
            let text = frame.bytes.of(buffer);
            if text.starts_with(b"#") {
                outside.add(frame.line, text);
                let whole = matches!(frame.bytes, FrameBytes::Range(_)) && text.len() <= HEADER_BYTES;
                if whole && std::str::from_utf8(text).is_ok_and(|line| fields(line).is_some()) {
                    self.header = text.to_vec();
                }
                return;
            }
            self.records += 1;
            let bytes = match &frame.bytes {
                FrameBytes::Range(_) if !self.header.is_empty() => self.named(text),
                other => other.clone(),
            };
            frames.push(Frame { bytes, record: self.records, ..frame });
        });
    }

    fn named(&self, row: &[u8]) -> FrameBytes {
        let mut bytes = Vec::with_capacity(self.header.len() + 1 + row.len());
        bytes.extend_from_slice(&self.header);
        bytes.push(b'\n');
        bytes.extend_from_slice(row);
        FrameBytes::Made(bytes)
    }
}
