//! One record per row of a table (RFC 4180): a newline within quotes belongs to the cell. The header is not a record,
//! nor is one that comes again where tables were put one after the other.
//!
//! A quote that is never closed would swallow the rest of the file. When the quoted row grows beyond the limit, when the
//! file ends in it, or when it closes on another line where no cell may end, the row's first line alone is the faulty
//! record, and reading goes on with the line after it.

use super::{Cursor, Frame, Outside, cells::names, lines::trim};

const NOT_CLOSED: &str = "a quoted field is not closed";
/// The longest row that is compared with the header.
const HEADER_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Rows {
    delimiter: char,
    /// The delimiter's bytes.
    sign: Box<[u8]>,
    columns: Vec<String>,
    /// Lines to be skipped still.
    skip: u64,
    /// Whether there is a header that may come again.
    headed: bool,
    quoted: bool,
}

/// How a search for a closing quote went.
enum Quote {
    Closed,
    /// It closes where no cell may end, after another line began.
    Misplaced,
    /// It is not here, or not within the record's limit.
    Open,
}

impl Rows {
    pub(super) fn new(delimiter: char, columns: &[String], skip: u64) -> Self {
        Self {
            delimiter,
            sign: delimiter.encode_utf8(&mut [0; 4]).as_bytes().into(),
            columns: columns.to_vec(),
            skip,
            headed: skip > 0 && columns.len() > 1,
            quoted: false,
        }
    }

    pub(super) fn scan(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        end: bool,
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) {
        loop {
            if cursor.start.is_none() {
                if cursor.position == buffer.len() {
                    return;
                }
                cursor.begin(buffer, cursor.position);
            }
            if self.skip > 0 {
                if !self.pass_line(cursor, buffer, end, outside) {
                    return;
                }
            } else if self.quoted {
                match self.pass_quoted(cursor, buffer, end) {
                    Quote::Closed => {}
                    Quote::Misplaced => self.give_up(cursor, buffer, outside, frames),
                    Quote::Open if !end && !cursor.overlong() => return,
                    Quote::Open => self.give_up(cursor, buffer, outside, frames),
                }
            } else if !self.pass_plain(cursor, buffer, outside, frames) {
                if end && cursor.start.is_some() {
                    self.row(cursor, buffer, buffer.len(), outside, frames);
                }
                return;
            }
        }
    }

    /// Moves behind a line before the rows; false when it does not end here.
    fn pass_line(&mut self, cursor: &mut Cursor, buffer: &[u8], end: bool, outside: &mut Outside) -> bool {
        let found = memchr::memchr(cursor.newline, &buffer[cursor.position..]);
        let newline = found.map_or(buffer.len(), |found| cursor.position + found);
        cursor.position = newline;
        if found.is_none() && !end {
            return false;
        }
        if let Some((text, line)) = cursor.current(buffer, newline) {
            outside.add(line, text);
        }
        cursor.drop_record();
        cursor.position = (newline + 1).min(buffer.len());
        self.skip -= 1;
        true
    }

    /// Moves to the closing quote.
    fn pass_quoted(&mut self, cursor: &mut Cursor, buffer: &[u8], end: bool) -> Quote {
        let bound = buffer.len().min(cursor.overlong_at());
        while cursor.position < bound {
            let Some(found) = memchr::memchr(b'"', &buffer[cursor.position..bound]) else { break };
            let quote = cursor.position + found;
            let after = &buffer[quote + 1..];
            match after.first() {
                Some(b'"') => cursor.position = quote + 2,
                // Whether it is doubled, or what follows it, shows with the next bytes.
                _ if after.len() < self.sign.len() && !end => {
                    cursor.position = quote;
                    return Quote::Open;
                }
                next => {
                    cursor.position = quote + 1;
                    self.quoted = false;
                    let ends =
                        next.is_none_or(|next| next.is_ascii_whitespace()) || after.starts_with(&self.sign);
                    let spans =
                        |start: usize| memchr::memchr(cursor.newline, &buffer[start..quote]).is_some();
                    return match cursor.start {
                        Some((start, _)) if !ends && cursor.beginning.is_none() && spans(start) => {
                            Quote::Misplaced
                        }
                        _ => Quote::Closed,
                    };
                }
            }
        }
        cursor.position = cursor.position.max(bound);
        Quote::Open
    }

    /// Moves to the end of the row or behind an opening quote; false when neither is here.
    fn pass_plain(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) -> bool {
        while let Some(found) = memchr::memchr2(b'"', cursor.newline, &buffer[cursor.position..]) {
            let at = cursor.position + found;
            cursor.position = at + 1;
            if buffer[at] == cursor.newline {
                self.row(cursor, buffer, at, outside, frames);
                return true;
            }
            let Some((start, _)) = cursor.start else { return false };
            // A quote beyond the limit opens nothing, however much of the row is here.
            let near = cursor.beginning.is_none() && at < cursor.overlong_at();
            if near && (start == at || buffer[start..at].ends_with(&self.sign)) {
                self.quoted = true;
                return true;
            }
        }
        cursor.position = buffer.len();
        false
    }

    /// The quote is not closed: the row ends with its first line, if it has more than one.
    fn give_up(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) {
        self.quoted = false;
        let Some((start, _)) = cursor.start else { return };
        let Some(found) = memchr::memchr(cursor.newline, &buffer[start..cursor.position]) else { return };
        let before = frames.len();
        self.row(cursor, buffer, start + found, outside, frames);
        if let Some(frame) = frames.get_mut(before) {
            frame.fault = Some(NOT_CLOSED.into());
        }
        cursor.position = start + found + 1;
    }

    /// Ends the row that ends before the byte at `end`.
    fn row(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        end: usize,
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) {
        let Some((start, line)) = cursor.start else { return };
        let end = trim(buffer, start, end);
        self.quoted = false;
        if cursor.is_blank(buffer, end) {
            cursor.start = None;
        } else if self.headed && cursor.beginning.is_none() && self.is_header(&buffer[start..end]) {
            outside.add(line, &buffer[start..end]);
            cursor.drop_record();
        } else {
            cursor.finish(buffer, end, frames);
        }
    }

    fn is_header(&self, row: &[u8]) -> bool {
        let Some(first) = self.columns.first() else { return false };
        let begins = row.get(..HEADER_BYTES.min(row.len())).is_some_and(|row| {
            let from = row.iter().position(|byte| !b" #\"\xef\xbb\xbf".contains(byte)).unwrap_or(0);
            row[from..].starts_with(first.as_bytes())
        });
        begins
            && row.len() <= HEADER_BYTES
            && std::str::from_utf8(row).is_ok_and(|row| names(row, self.delimiter) == self.columns)
    }
}
