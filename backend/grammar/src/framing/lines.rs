//! One record per line, ended by LF or CRLF (by CR where there are only those). Blank lines are not records.

use super::{Cursor, Frame};

/// Gives the lines that end in the buffer to `found`.
#[inline]
pub(super) fn scan(cursor: &mut Cursor, buffer: &[u8], end: bool, mut found: impl FnMut(Frame)) {
    let begin = cursor.position;
    for at in memchr::memchr_iter(cursor.newline, &buffer[begin..]) {
        let newline = begin + at;
        if let Some(frame) = line(cursor, buffer, newline) {
            found(frame);
        }
        cursor.position = newline + 1;
        // Every newline is seen here, so that none need be counted.
        cursor.line += 1;
        cursor.counted = newline + 1;
    }
    // The last line, or the part of it that is here.
    if cursor.start.is_none() && cursor.position < buffer.len() {
        cursor.begin(buffer, cursor.position);
    }
    let from = cursor.position;
    cursor.position = buffer.len();
    if end && cursor.start.is_some() {
        cursor.position = from;
        if let Some(frame) = line(cursor, buffer, buffer.len()) {
            found(frame);
        }
        cursor.position = buffer.len();
    }
}

/// Ends the line that ends before the byte at `end`.
#[inline]
fn line(cursor: &mut Cursor, buffer: &[u8], end: usize) -> Option<Frame> {
    if cursor.start.is_none() {
        cursor.begin(buffer, cursor.position);
    }
    let (start, _) = cursor.start?;
    let end = trim(buffer, start, end);
    if cursor.is_blank(buffer, end) {
        cursor.start = None;
        return None;
    }
    cursor.take(buffer, end)
}

/// Where a line ends, the carriage return before the newline not counted.
#[inline]
pub(super) fn trim(buffer: &[u8], start: usize, end: usize) -> usize {
    if end > start && buffer[end - 1] == b'\r' { end - 1 } else { end }
}
