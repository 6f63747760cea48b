//! Framing: a stream of bytes into records, without parsing them. A framer looks at every byte once and keeps no more
//! than the record it is in; of a record longer than the limit it keeps the beginning, and reports it as a fault.
//!
//! [`Frame`]s are ranges of the buffer they were found in, so that a record is never copied here.

pub(crate) mod batches;
mod csv;
mod joined;
mod json;
mod lines;

use crate::{
    format::{FileFormat, Framing},
    parse::EXCERPT_CHARACTERS,
};
use std::ops::Range;

/// Bytes of an overlong record that are kept.
const EXCERPT_BYTES: usize = EXCERPT_CHARACTERS * 4;

/// One record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) bytes: FrameBytes,
    /// The line it starts on, from 1.
    pub(crate) line: u64,
    /// Its number in the file, from 1.
    pub(crate) record: u64,
    /// Why it must be rejected unparsed.
    pub(crate) fault: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FrameBytes {
    /// A range of the scanned buffer.
    Range(Range<usize>),
    /// The beginning of a record that was too long to keep.
    Beginning(Vec<u8>),
    /// A record that was a part of a larger one.
    Made(Vec<u8>),
}

impl FrameBytes {
    fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Beginning(bytes) | Self::Made(bytes) => bytes.len(),
        }
    }

    /// The bytes, in the buffer or not.
    pub(crate) fn of<'a>(&'a self, buffer: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Range(range) => &buffer[range.clone()],
            Self::Beginning(bytes) | Self::Made(bytes) => bytes,
        }
    }
}

/// A document whose structure is broken, so that where its records end is unknown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    CutOff { record: u64, line: u64 },
    Structure { record: u64, line: u64, reason: String },
}

/// Cuts one file's bytes into records.
#[derive(Debug)]
pub(crate) struct Framer {
    cursor: Cursor,
    kind: Kind,
    joiner: Option<joined::Joiner>,
    batches: Option<batches::Batches>,
    /// Room for lines to be joined, or batches to be taken apart.
    lines: Vec<Frame>,
}

#[derive(Debug)]
enum Kind {
    Lines,
    Json(json::Document),
    Csv(csv::Rows),
}

impl Framer {
    pub(crate) fn new(framing: Framing, record_bytes: usize) -> Self {
        let kind = match framing {
            Framing::Lines | Framing::Rows { .. } => Kind::Lines,
            Framing::JsonDocument => Kind::Json(json::Document::default()),
            Framing::Csv { delimiter } => Kind::Csv(csv::Rows::new(delimiter)),
        };
        Self { cursor: Cursor::new(record_bytes), kind, joiner: None, batches: None, lines: Vec::new() }
    }

    /// The framer of a file in this format, which joins lines as the format says.
    pub(crate) fn of(format: &FileFormat, record_bytes: usize) -> Self {
        let joiner = match format.framing {
            Framing::Lines => joined::Joiner::of(format, record_bytes),
            _ => None,
        };
        let batches = format.batches.then(|| batches::Batches::new(record_bytes));
        let longest = if format.batches { record_bytes * batches::RECORDS } else { record_bytes };
        Self { joiner, batches, ..Self::new(format.framing, longest) }
    }

    /// Looks at the bytes of `buffer` that were not looked at yet and adds the records that end there to `frames`.
    /// `end` says that no bytes will follow. Returns how many bytes at the front are done with: the frames lie
    /// within, and the caller removes them before it appends more.
    pub(crate) fn scan(
        &mut self,
        buffer: &[u8],
        end: bool,
        frames: &mut Vec<Frame>,
    ) -> Result<usize, Broken> {
        let cursor = &mut self.cursor;
        if cursor.position == 0 && !cursor.begun {
            if buffer.len() < 3 && !end {
                return Ok(0);
            }
            cursor.begun = true;
            if buffer.starts_with("\u{feff}".as_bytes()) {
                cursor.position = 3;
                cursor.counted = 3;
            }
        }
        let found = if self.batches.is_some() { &mut self.lines } else { &mut *frames };
        match &mut self.kind {
            Kind::Lines => match &mut self.joiner {
                None => lines::scan(cursor, buffer, end, found),
                Some(joiner) => {
                    let lines = &mut self.lines;
                    lines.extend(joiner.resume());
                    lines::scan(cursor, buffer, end, lines);
                    // What comes after a line that is too long to keep is not waited for.
                    joiner.join(lines, buffer, end || cursor.overlong());
                    frames.append(lines);
                    let done = cursor.release(buffer, joiner.needs());
                    joiner.shift(done);
                    return Ok(done);
                }
            },
            Kind::Json(document) => document.scan(cursor, buffer, end, found)?,
            Kind::Csv(rows) => rows.scan(cursor, buffer, end, found),
        }
        if let Some(batches) = &mut self.batches {
            batches.split(&mut self.lines, buffer, frames);
        }
        Ok(cursor.release(buffer, usize::MAX))
    }
}

fn too_long(limit: usize) -> String {
    format!("the record is longer than the limit of {limit} bytes")
}

/// Where a framer is in the buffer and in the file.
#[derive(Debug)]
struct Cursor {
    begun: bool,
    /// The next byte to look at.
    position: usize,
    /// Newlines are counted up to here; `line` is the line of the byte here.
    counted: usize,
    line: u64,
    /// Records ended so far.
    records: u64,
    /// Where the current record starts, and on which line.
    start: Option<(usize, u64)>,
    /// The beginning of the current record, once it is too long to keep.
    beginning: Option<Vec<u8>>,
    limit: usize,
}

impl Cursor {
    fn new(limit: usize) -> Self {
        Self {
            begun: false,
            position: 0,
            counted: 0,
            line: 1,
            records: 0,
            start: None,
            beginning: None,
            limit,
        }
    }

    /// The line of the byte at `offset`, which is not before the one asked for last.
    fn line_at(&mut self, buffer: &[u8], offset: usize) -> u64 {
        if offset > self.counted {
            self.line += memchr::memchr_iter(b'\n', &buffer[self.counted..offset]).count() as u64;
            self.counted = offset;
        }
        self.line
    }

    /// A record starts at the byte at `offset`.
    fn begin(&mut self, buffer: &[u8], offset: usize) {
        let line = self.line_at(buffer, offset);
        self.start = Some((offset, line));
    }

    /// The current record ends before the byte at `offset`.
    fn finish(&mut self, buffer: &[u8], offset: usize, frames: &mut Vec<Frame>) {
        let Some((start, line)) = self.start.take() else { return };
        let too_long = || Some(too_long(self.limit));
        let (bytes, fault) = match self.beginning.take() {
            Some(beginning) => (FrameBytes::Beginning(beginning), too_long()),
            None if offset - start > self.limit => {
                let kept = start + EXCERPT_BYTES.min(self.limit);
                (FrameBytes::Beginning(buffer[start..kept].to_vec()), too_long())
            }
            None => (FrameBytes::Range(start..offset), None),
        };
        self.records += 1;
        frames.push(Frame { bytes, line, record: self.records, fault });
    }

    /// Whether the record in progress is longer than the limit, whatever follows.
    fn overlong(&self) -> bool {
        self.beginning.is_some() || self.position >= self.overlong_at()
    }

    /// The offset at which the record in progress has become too long, a line's end not counted.
    fn overlong_at(&self) -> usize {
        self.start.map_or(usize::MAX, |(start, _)| start + self.limit + 3)
    }

    /// Lets go of what is done with and before the byte at `needed`, and says how many bytes that is.
    fn release(&mut self, buffer: &[u8], needed: usize) -> usize {
        if let Some((start, _)) = self.start
            && self.beginning.is_none()
            && self.overlong()
        {
            let kept = start + EXCERPT_BYTES.min(self.limit);
            self.beginning = Some(buffer[start..kept].to_vec());
        }
        let done = match self.start {
            Some((start, _)) if self.beginning.is_none() => start,
            _ => self.position,
        };
        let done = done.min(needed);
        self.line_at(buffer, done);
        self.position -= done;
        self.counted -= done;
        self.start = self.start.map(|(start, line)| (start.saturating_sub(done), line));
        done
    }
}

#[cfg(test)]
mod tests;
