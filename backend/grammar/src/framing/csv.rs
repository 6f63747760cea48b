//! One record per CSV row (RFC 4180): a newline within quotes belongs to the field. The header is not a record.
//!
//! A quote that is never closed would swallow the rest of the file. When the quoted row grows beyond the limit or the
//! file ends in it, the row's first line alone is the faulty record, and reading goes on with the line after it.

use super::{Cursor, Frame};

#[derive(Debug)]
pub(super) struct Rows {
    delimiter: u8,
    header_passed: bool,
    quoted: bool,
}

impl Rows {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter, header_passed: false, quoted: false }
    }

    pub(super) fn scan(&mut self, cursor: &mut Cursor, buffer: &[u8], end: bool, frames: &mut Vec<Frame>) {
        loop {
            if cursor.start.is_none() {
                if cursor.position == buffer.len() {
                    return;
                }
                cursor.begin(buffer, cursor.position);
            }
            if self.quoted {
                if !self.pass_quoted(cursor, buffer, end) {
                    if !end && !cursor.overlong() {
                        return;
                    }
                    self.give_up(cursor, buffer, frames);
                }
            } else if !self.pass_plain(cursor, buffer, frames) {
                if end && cursor.start.is_some() {
                    self.row(cursor, buffer, buffer.len(), frames);
                }
                return;
            }
        }
    }

    /// Moves to the closing quote; false when it is not here, or not within the record's limit.
    fn pass_quoted(&mut self, cursor: &mut Cursor, buffer: &[u8], end: bool) -> bool {
        let bound = buffer.len().min(cursor.overlong_at());
        while cursor.position < bound {
            let Some(found) = memchr::memchr(b'"', &buffer[cursor.position..bound]) else { break };
            let quote = cursor.position + found;
            match buffer.get(quote + 1) {
                Some(b'"') => cursor.position = quote + 2,
                // Whether it is doubled shows with the next byte.
                None if !end => {
                    cursor.position = quote;
                    return false;
                }
                _ => {
                    cursor.position = quote + 1;
                    self.quoted = false;
                    return true;
                }
            }
        }
        cursor.position = cursor.position.max(bound);
        false
    }

    /// Moves to the end of the row or behind an opening quote; false when neither is here.
    fn pass_plain(&mut self, cursor: &mut Cursor, buffer: &[u8], frames: &mut Vec<Frame>) -> bool {
        while let Some(found) = memchr::memchr2(b'"', b'\n', &buffer[cursor.position..]) {
            let at = cursor.position + found;
            cursor.position = at + 1;
            if buffer[at] == b'\n' {
                self.row(cursor, buffer, at, frames);
                return true;
            }
            let first = cursor.start.is_some_and(|(start, _)| start == at);
            if !cursor.overlong() && (first || buffer[at - 1] == self.delimiter) {
                self.quoted = true;
                return true;
            }
        }
        cursor.position = buffer.len();
        false
    }

    /// The quote is not closed: the row ends with its first line, if it has more than one.
    fn give_up(&mut self, cursor: &mut Cursor, buffer: &[u8], frames: &mut Vec<Frame>) {
        self.quoted = false;
        let Some((start, _)) = cursor.start else { return };
        let Some(found) = memchr::memchr(b'\n', &buffer[start..cursor.position]) else { return };
        let before = frames.len();
        self.row(cursor, buffer, start + found, frames);
        if let Some(frame) = frames.get_mut(before) {
            frame.fault = Some("a quoted field is not closed".into());
        }
        cursor.position = start + found + 1;
    }

    /// Ends the row that ends before the byte at `end`.
    fn row(&mut self, cursor: &mut Cursor, buffer: &[u8], end: usize, frames: &mut Vec<Frame>) {
        let Some((start, _)) = cursor.start else { return };
        let end = if end > start && buffer[end - 1] == b'\r' { end - 1 } else { end };
        self.quoted = false;
        if cursor.beginning.is_none() && buffer[start..end].iter().all(u8::is_ascii_whitespace) {
            cursor.start = None;
        } else if self.header_passed {
            cursor.finish(buffer, end, frames);
        } else {
            self.header_passed = true;
            cursor.start = None;
            cursor.beginning = None;
        }
    }
}
