//! One record per line, ended by LF or CRLF. Blank lines are not records.

use super::{Cursor, Frame};

pub(super) fn scan(cursor: &mut Cursor, buffer: &[u8], end: bool, frames: &mut Vec<Frame>) {
    let begin = cursor.position;
    for found in memchr::memchr_iter(b'\n', &buffer[begin..]) {
        let newline = begin + found;
        line(cursor, buffer, newline, frames);
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
        line(cursor, buffer, buffer.len(), frames);
        cursor.position = buffer.len();
    }
}

/// Ends the line that ends before the byte at `end`.
fn line(cursor: &mut Cursor, buffer: &[u8], end: usize, frames: &mut Vec<Frame>) {
    if cursor.start.is_none() {
        cursor.begin(buffer, cursor.position);
    }
    let Some((start, _)) = cursor.start else { return };
    let end = if end > start && buffer[end - 1] == b'\r' { end - 1 } else { end };
    if cursor.beginning.is_none() && buffer[start..end].iter().all(u8::is_ascii_whitespace) {
        cursor.start = None;
    } else {
        cursor.finish(buffer, end, frames);
    }
}
