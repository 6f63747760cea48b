//! Records of several lines: a stack trace belongs to the record before it. The last record is held back until the
//! line after it is known, so that at most two records' bytes are kept.

use super::{EXCERPT_BYTES, Frame, FrameBytes};
use crate::{
    format::{FileFormat, Joining, Preset},
    parse,
};

#[derive(Debug)]
pub(super) struct Joiner {
    format: FileFormat,
    limit: usize,
    held: Option<Frame>,
    /// Those that are complete.
    records: u64,
}

impl Joiner {
    /// Nothing when every line is a record.
    pub(super) fn of(format: &FileFormat, limit: usize) -> Option<Self> {
        let joins = match format.joining {
            Joining::Off => false,
            Joining::Auto => format.preset.is_lines() && format.preset != Preset::Text,
            Joining::Start(_) => format.preset.is_lines(),
        };
        joins.then(|| Self { format: format.clone(), limit, held: None, records: 0 })
    }

    /// The record that was held back: it comes before the next lines.
    pub(super) fn resume(&mut self) -> Option<Frame> {
        self.held.take()
    }

    /// Makes records of lines, the first of which is what was to be resumed; the last record is held back, unless with
    /// `flush`.
    pub(super) fn join(&mut self, lines: &mut Vec<Frame>, buffer: &[u8], flush: bool) {
        lines.dedup_by(|line, record| {
            let continues = continues(&self.format, line.bytes.of(buffer));
            if continues {
                extend(record, line, buffer, self.limit);
            }
            continues
        });
        self.held = if flush { None } else { lines.pop() };
        for record in lines {
            self.records += 1;
            record.record = self.records;
        }
    }

    /// The offset from which on the buffer is needed.
    pub(super) fn needs(&self) -> usize {
        match &self.held {
            Some(Frame { bytes: FrameBytes::Range(range), .. }) => range.start,
            _ => usize::MAX,
        }
    }

    /// The first `done` bytes of the buffer are gone.
    pub(super) fn shift(&mut self, done: usize) {
        if let Some(Frame { bytes: FrameBytes::Range(range), .. }) = &mut self.held {
            *range = range.start - done..range.end - done;
        }
    }
}

fn extend(held: &mut Frame, line: &Frame, buffer: &[u8], limit: usize) {
    let FrameBytes::Range(range) = &mut held.bytes else { return };
    let end = match &line.bytes {
        FrameBytes::Range(line) => line.end,
        FrameBytes::Beginning(_) | FrameBytes::Made(_) => usize::MAX,
    };
    if end - range.start <= limit {
        range.end = end;
    } else {
        let kept = range.start..range.end.min(range.start + EXCERPT_BYTES.min(limit));
        held.fault = Some(super::too_long(limit));
        held.bytes = FrameBytes::Beginning(buffer[kept].to_vec());
    }
}

/// Whether a line belongs to the record before it.
fn continues(format: &FileFormat, line: &[u8]) -> bool {
    match &format.joining {
        Joining::Off => false,
        Joining::Start(start) => std::str::from_utf8(line).is_ok_and(|line| !start.is_match(line)),
        Joining::Auto => looks_continued(line) && parse::parse(line, 1, format).is_err(),
    }
}

/// Indented, or as traces of Java, Python, JavaScript and .NET begin and end their lines.
fn looks_continued(line: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 6] = [b"at ", b"Caused by:", b"Suppressed:", b"Traceback", b"... ", b"}"];
    match line.first() {
        Some(b' ' | b'\t') => true,
        Some(b'0'..=b'9' | b'<' | b'[') | None => false,
        Some(_) => BEGINNINGS.iter().any(|beginning| line.starts_with(beginning)) || names_error(line),
    }
}

/// `java.io.IOException: reason`, `ValueError`.
fn names_error(line: &[u8]) -> bool {
    let name = &line[..memchr::memchr2(b':', b' ', line).unwrap_or(line.len())];
    name.ends_with(b"Error") || name.ends_with(b"Exception")
}
