//! XML elements of one name, whatever stands between them; only tags, comments and CDATA sections are understood.
//!
//! An element that is not closed ends where the next one begins, or with the file, and is reported as a fault.

use super::{Cursor, Frame, Outside};

const NOT_CLOSED: &str = "the element is not closed";
const COMMENT: &[u8] = b"<!--";
const DATA: &[u8] = b"<![CDATA[";

#[derive(Debug)]
pub(super) struct Elements {
    /// `<name`
    open: Vec<u8>,
    /// `</name`
    close: Vec<u8>,
    state: State,
    /// The last byte that was looked at in the tag.
    before: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between elements.
    Gap,
    /// In the opening tag, and in a value with this quote.
    Tag(Option<u8>),
    Inside,
    Comment,
    Data,
    /// In the closing tag.
    Closing,
}

/// Whether something stands somewhere.
#[derive(PartialEq, Eq)]
enum Stands {
    Yes,
    No,
    /// More bytes would tell.
    Maybe,
}

impl Elements {
    pub(super) fn new(element: &str) -> Self {
        let open = format!("<{element}").into_bytes();
        let close = format!("</{element}").into_bytes();
        Self { open, close, state: State::Gap, before: 0 }
    }

    pub(super) fn scan(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        end: bool,
        outside: &mut Outside,
        frames: &mut Vec<Frame>,
    ) {
        while cursor.position < buffer.len() {
            let moved = match self.state {
                State::Gap => self.gap(cursor, buffer, end, outside),
                State::Tag(quote) => self.tag(cursor, buffer, quote, frames),
                State::Inside => self.inside(cursor, buffer, end, frames),
                State::Comment => self.pass(cursor, buffer, end, b"-->"),
                State::Data => self.pass(cursor, buffer, end, b"]]>"),
                State::Closing => self.closing(cursor, buffer, frames),
            };
            if !moved {
                return;
            }
        }
        if end && self.state == State::Gap {
            gap_ends(cursor, buffer, buffer.len(), outside);
        } else if end {
            self.unclosed(cursor, buffer, buffer.len(), frames);
        }
    }

    /// Whether the name after `tag` ends at once at `at`.
    fn stands(tag: &[u8], buffer: &[u8], at: usize, end: bool) -> Stands {
        let here = &buffer[at..];
        match here.strip_prefix(tag) {
            Some(after) => match after.first() {
                Some(byte) if byte.is_ascii_whitespace() || b"/>".contains(byte) => Stands::Yes,
                None if !end => Stands::Maybe,
                _ => Stands::No,
            },
            None if !end && tag.starts_with(here) => Stands::Maybe,
            None => Stands::No,
        }
    }

    /// Moves to the next element or line.
    fn gap(&mut self, cursor: &mut Cursor, buffer: &[u8], end: bool, outside: &mut Outside) -> bool {
        if cursor.start.is_none() {
            cursor.begin(buffer, cursor.position);
        }
        let Some(found) = memchr::memchr2(b'<', cursor.newline, &buffer[cursor.position..]) else {
            cursor.position = buffer.len();
            return true;
        };
        let at = cursor.position + found;
        if buffer[at] != b'<' {
            gap_ends(cursor, buffer, at, outside);
            cursor.position = at + 1;
            return true;
        }
        match Self::stands(&self.open, buffer, at, end) {
            Stands::Yes => {
                gap_ends(cursor, buffer, at, outside);
                self.begin(cursor, buffer, at);
            }
            Stands::No => cursor.position = at + 1,
            Stands::Maybe => {
                cursor.position = at;
                return false;
            }
        }
        true
    }

    fn begin(&mut self, cursor: &mut Cursor, buffer: &[u8], at: usize) {
        cursor.begin(buffer, at);
        cursor.position = at + self.open.len();
        self.state = State::Tag(None);
        self.before = 0;
    }

    fn tag(
        &mut self,
        cursor: &mut Cursor,
        buffer: &[u8],
        quote: Option<u8>,
        frames: &mut Vec<Frame>,
    ) -> bool {
        let here = &buffer[cursor.position..];
        let found = match quote {
            Some(quote) => memchr::memchr2(quote, b'<', here),
            None => memchr::memchr3(b'"', b'\'', b'>', here),
        };
        let Some(found) = found else {
            self.before = here.last().copied().unwrap_or(self.before);
            cursor.position = buffer.len();
            return true;
        };
        let before = if found > 0 { here[found - 1] } else { self.before };
        self.before = here[found];
        self.state = match (here[found], quote) {
            // No value may hold it: the tag is cut off.
            (b'<', _) => {
                cursor.position += found;
                self.state = State::Inside;
                return true;
            }
            (b'>', None) if before == b'/' => {
                cursor.finish(buffer, cursor.position + found + 1, frames);
                State::Gap
            }
            (b'>', None) => State::Inside,
            (quote, None) => State::Tag(Some(quote)),
            (_, Some(_)) => State::Tag(None),
        };
        cursor.position += found + 1;
        true
    }

    fn inside(&mut self, cursor: &mut Cursor, buffer: &[u8], end: bool, frames: &mut Vec<Frame>) -> bool {
        let Some(found) = memchr::memchr(b'<', &buffer[cursor.position..]) else {
            cursor.position = buffer.len();
            return true;
        };
        let at = cursor.position + found;
        cursor.position = at;
        let here = &buffer[at..];
        for (sign, state) in [(COMMENT, State::Comment), (DATA, State::Data)] {
            if here.starts_with(sign) {
                cursor.position += sign.len();
                self.state = state;
                return true;
            }
            if !end && sign.starts_with(here) {
                return false;
            }
        }
        match (Self::stands(&self.close, buffer, at, end), Self::stands(&self.open, buffer, at, end)) {
            (Stands::Yes, _) => {
                cursor.position += self.close.len();
                self.state = State::Closing;
            }
            (_, Stands::Yes) => {
                self.unclosed(cursor, buffer, at, frames);
                self.begin(cursor, buffer, at);
            }
            (Stands::Maybe, _) | (_, Stands::Maybe) => return false,
            _ => cursor.position += 1,
        }
        true
    }

    /// Moves behind a sign.
    fn pass(&mut self, cursor: &mut Cursor, buffer: &[u8], end: bool, sign: &[u8]) -> bool {
        match memchr::memmem::find(&buffer[cursor.position..], sign) {
            Some(found) => {
                cursor.position += found + sign.len();
                self.state = State::Inside;
            }
            None if end => cursor.position = buffer.len(),
            None => {
                cursor.position = cursor.position.max(buffer.len().saturating_sub(sign.len() - 1));
                return false;
            }
        }
        true
    }

    fn closing(&mut self, cursor: &mut Cursor, buffer: &[u8], frames: &mut Vec<Frame>) -> bool {
        match memchr::memchr(b'>', &buffer[cursor.position..]) {
            Some(found) => {
                cursor.position += found + 1;
                cursor.finish(buffer, cursor.position, frames);
                self.state = State::Gap;
            }
            None => cursor.position = buffer.len(),
        }
        true
    }

    /// The element ends before `at` without being closed.
    fn unclosed(&mut self, cursor: &mut Cursor, buffer: &[u8], at: usize, frames: &mut Vec<Frame>) {
        let start = cursor.start.map_or(at, |(start, _)| start);
        let length = buffer[start..at].trim_ascii_end().len();
        cursor.finish_with(buffer, start + length, NOT_CLOSED, frames);
        self.state = State::Gap;
    }
}

/// A line between elements, or a part of it, ends before `at`.
fn gap_ends(cursor: &mut Cursor, buffer: &[u8], at: usize, outside: &mut Outside) {
    if let Some((text, line)) = cursor.current(buffer, at) {
        outside.add(line, text);
    }
    cursor.drop_record();
}
