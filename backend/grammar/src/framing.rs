//! Framing: a stream of bytes into records, without reading them. A framer looks at every byte once and keeps no more
//! than the records that are open; of a record longer than the limit it keeps the beginning, and reports it as a fault.
//!
//! [`Frame`]s are ranges of the buffer they were found in wherever they can be, so that a record is seldom copied here.
//! What stands between records (banners, headers, comments) is counted, not lost: [`Framer::outside`].

mod batches;
mod blocks;
mod cells;
mod cursor;
mod directives;
mod joined;
mod json;
mod lines;
mod outside;
mod pairs;
mod table;
mod xml;

pub(crate) use batches::{beginning, is_path as is_batches};
pub use cells::cells;
pub(crate) use cells::names;
pub use directives::fields;
pub use joined::{Start, Starts};
pub use outside::Outside;

use cursor::Cursor;
use std::{ops::Range, sync::Arc};
use trainyard_types::grammar::Framing;

/// Bytes of an overlong record that are kept.
pub const EXCERPT_BYTES: usize = 800;

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub bytes: FrameBytes,
    /// The line it starts on, from 1.
    pub line: u64,
    /// Its number in the file, from 1.
    pub record: u64,
    /// Why it must be rejected unread.
    pub fault: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameBytes {
    /// A range of the scanned buffer.
    Range(Range<usize>),
    /// The beginning of a record that was too long to keep.
    Beginning(Vec<u8>),
    /// A record that does not stand so in the file: lines from several places, a part of a batch, a row and its header.
    Made(Vec<u8>),
}

impl FrameBytes {
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Beginning(bytes) | Self::Made(bytes) => bytes.len(),
        }
    }

    /// The bytes, in the buffer or not.
    pub fn of<'a>(&'a self, buffer: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Range(range) => &buffer[range.clone()],
            Self::Beginning(bytes) | Self::Made(bytes) => bytes,
        }
    }
}

/// A document whose structure is broken, so that where its records end is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("line {line}: the file ends within record {record}")]
    CutOff { record: u64, line: u64 },
    #[error("line {line}, record {record}: {reason}")]
    Structure { record: u64, line: u64, reason: String },
}

/// Cuts one file's bytes, which are UTF-8 or close to it, into records.
#[derive(Debug)]
pub struct Framer {
    cursor: Cursor,
    kind: Kind,
    outside: Outside,
}

#[derive(Debug)]
enum Kind {
    Lines,
    Joined(joined::Joiner),
    Json(json::Document),
    Batches { document: json::Document, batches: batches::Batches, found: Vec<Frame> },
    Table(table::Rows),
    Directives(directives::Rows),
    Xml(xml::Elements),
    Blocks(blocks::Blocks),
}

impl Framer {
    /// Every line is a record, in a file of lines. `record_bytes` is the longest that a record may be.
    pub fn new(framing: &Framing, record_bytes: usize) -> Self {
        let mut longest = record_bytes;
        let kind = match framing {
            Framing::Lines | Framing::Rows => Kind::Lines,
            Framing::Json { path } if batches::is_path(path) => {
                longest = record_bytes.saturating_mul(batches::RECORDS);
                Kind::Batches {
                    document: json::Document::new(batches::path(path)),
                    batches: batches::Batches::new(record_bytes),
                    found: Vec::new(),
                }
            }
            Framing::Json { path } => Kind::Json(json::Document::new(path)),
            Framing::Table { delimiter, columns, skip } => {
                Kind::Table(table::Rows::new(*delimiter, columns, *skip))
            }
            Framing::Directives => Kind::Directives(directives::Rows::default()),
            Framing::Xml { element } => Kind::Xml(xml::Elements::new(element)),
            Framing::Blocks => Kind::Blocks(blocks::Blocks::default()),
        };
        Self { cursor: Cursor::new(longest), kind, outside: Outside::default() }
    }

    /// In a file of lines, `starts` says which lines begin records; the others continue the record before them.
    pub fn joining(framing: &Framing, record_bytes: usize, starts: Arc<dyn Starts>) -> Self {
        let mut framer = Self::new(framing, record_bytes);
        if matches!(framer.kind, Kind::Lines) {
            framer.kind = Kind::Joined(joined::Joiner::new(starts, record_bytes));
        }
        framer
    }

    /// Looks at the bytes of `buffer` that were not looked at yet and adds the records that end there to `frames`.
    /// `end` says that no bytes will follow. Returns how many bytes at the front are done with: the frames lie
    /// within, and the caller removes them before it appends more.
    pub fn scan(&mut self, buffer: &[u8], end: bool, frames: &mut Vec<Frame>) -> Result<usize, Broken> {
        let Self { cursor, kind, outside } = self;
        if !cursor.ready(buffer, end) {
            return Ok(0);
        }
        let mut needed = usize::MAX;
        match kind {
            Kind::Lines => lines::scan(cursor, buffer, end, |frame| frames.push(frame)),
            Kind::Joined(joiner) => {
                lines::scan(cursor, buffer, end, |line| joiner.line(line, buffer, outside, frames));
                if end {
                    joiner.end(frames);
                } else if cursor.overlong() {
                    // What comes after a line that is too long to keep is not waited for.
                    joiner.own(buffer);
                }
                needed = joiner.needs();
            }
            Kind::Json(document) => document.scan(cursor, buffer, end, outside, frames)?,
            Kind::Batches { document, batches, found } => {
                let scanned = document.scan(cursor, buffer, end, outside, found);
                batches.split(found, buffer, frames);
                scanned?;
            }
            Kind::Table(rows) => rows.scan(cursor, buffer, end, outside, frames),
            Kind::Directives(rows) => rows.scan(cursor, buffer, end, outside, frames),
            Kind::Xml(elements) => elements.scan(cursor, buffer, end, outside, frames),
            Kind::Blocks(blocks) => blocks.scan(cursor, buffer, end, frames),
        }
        let done = cursor.release(buffer, needed);
        if let Kind::Joined(joiner) = kind {
            joiner.shift(done);
        }
        Ok(done)
    }

    /// What was found between records so far.
    pub fn outside(&self) -> &Outside {
        &self.outside
    }
}

/// The frames of a text that is here as a whole; with `end`, nothing follows it. `starts` joins lines.
pub fn frames_of(
    framing: &Framing,
    record_bytes: usize,
    text: &[u8],
    end: bool,
    starts: Option<Arc<dyn Starts>>,
) -> Vec<Frame> {
    let mut framer = match starts {
        Some(starts) => Framer::joining(framing, record_bytes, starts),
        None => Framer::new(framing, record_bytes),
    };
    let mut frames = Vec::new();
    // Of a broken document, what comes before the break.
    let _ = framer.scan(text, end, &mut frames);
    frames
}

fn too_long(limit: usize) -> String {
    format!("the record is longer than the limit of {limit} bytes")
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
