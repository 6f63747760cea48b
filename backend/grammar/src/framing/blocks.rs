//! Paragraphs of `KEY=value` lines: a blank line ends a record (journal export). A binary field is a line with its key
//! alone, the length of the data in eight bytes, least significant first, the data and a newline.

use super::{Cursor, Frame, lines::trim};
use crate::bytes::blank;

/// The most that a journal keeps of a field.
const DATA_BYTES: u64 = 768 << 20;
const KEY_BYTES: usize = 64;
/// Bytes of the length.
const LENGTH: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// Where the last line that is not blank ends, counted from the start of the record.
    length: usize,
    /// Bytes of a binary field that are to be passed over.
    data: u64,
    /// In a line whose beginning is not looked at: it was too long, or is the end of a binary field.
    inside: bool,
}

impl Blocks {
    pub(super) fn scan(&mut self, cursor: &mut Cursor, buffer: &[u8], end: bool, frames: &mut Vec<Frame>) {
        while cursor.position < buffer.len() {
            if self.data > 0 {
                let passed = self.data.min((buffer.len() - cursor.position) as u64);
                self.data -= passed;
                cursor.position += passed as usize;
                continue;
            }
            let begin = cursor.position;
            let found = memchr::memchr(cursor.newline, &buffer[begin..]).map(|found| begin + found);
            if found.is_none() && !end {
                // A line is looked at when it is here, unless it is too long for that.
                if self.inside || buffer.len() - begin > cursor.limit {
                    self.nonblank(cursor, buffer, begin, buffer.len());
                    self.inside = true;
                    cursor.position = buffer.len();
                }
                return;
            }
            let newline = found.unwrap_or(buffer.len());
            let line_end = trim(buffer, begin, newline);
            let line = &buffer[begin..line_end];
            if !self.inside && line.len() <= cursor.limit && blank(line) {
                self.finish(cursor, buffer, frames);
            } else if !self.inside && is_key(line) && found.is_some() {
                match buffer.get(newline + 1..newline + 1 + LENGTH) {
                    None if !end => return,
                    bytes => {
                        let bytes = bytes.and_then(|bytes| <[u8; LENGTH]>::try_from(bytes).ok());
                        let length = bytes.map(u64::from_le_bytes).filter(|length| *length <= DATA_BYTES);
                        self.nonblank(cursor, buffer, begin, line_end);
                        if let Some(length) = length {
                            self.data = length;
                            self.inside = true;
                            cursor.position = newline + 1 + LENGTH;
                            continue;
                        }
                    }
                }
            } else {
                self.nonblank(cursor, buffer, begin, line_end);
            }
            self.inside = false;
            cursor.position = (newline + 1).min(buffer.len());
        }
        if end {
            if self.inside {
                self.length = cursor.start.map_or(0, |(start, _)| buffer.len() - start);
            }
            self.finish(cursor, buffer, frames);
        }
    }

    /// A line of a record goes from `begin` to `end`.
    fn nonblank(&mut self, cursor: &mut Cursor, buffer: &[u8], begin: usize, end: usize) {
        if cursor.start.is_none() {
            cursor.begin(buffer, begin);
        }
        self.length = cursor.start.map_or(0, |(start, _)| end.saturating_sub(start));
    }

    fn finish(&mut self, cursor: &mut Cursor, buffer: &[u8], frames: &mut Vec<Frame>) {
        if let Some((start, _)) = cursor.start {
            let end = (start + self.length).min(buffer.len());
            cursor.finish(buffer, end, frames);
        }
    }
}

/// Whether a line is a key without a value.
fn is_key(line: &[u8]) -> bool {
    let of_keys = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    (1..=KEY_BYTES).contains(&line.len()) && !line[0].is_ascii_digit() && line.iter().all(of_keys)
}
