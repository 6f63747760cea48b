//! A row cut into cells.

use super::super::row::Value;
use std::borrow::Cow;

/// A cell as it is written; `doubled` quotes stand for one.
#[derive(Clone, Copy)]
pub(super) struct Cell<'a> {
    text: &'a str,
    doubled: bool,
    escaped: bool,
}

impl<'a> Cell<'a> {
    pub(super) fn text(self) -> Cow<'a, str> {
        match (self.doubled, self.escaped) {
            (false, false) => Cow::Borrowed(self.text),
            (true, false) => Cow::Owned(self.text.replace("\"\"", "\"")),
            (_, true) => Cow::Owned(self.text.replace("\\\"", "\"").replace("\"\"", "\"")),
        }
    }

    pub(super) fn value(self) -> Value<'a> {
        match self.text {
            "-" | "(empty)" => Value::Null,
            _ => Value::Text(self.text()),
        }
    }
}

pub(super) struct Cells<'a> {
    text: &'a str,
    delimiter: char,
    /// Where the next cell begins; nothing after the last.
    at: Option<usize>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(text: &'a str, delimiter: char) -> Self {
        let text = text.trim_end_matches(['\r', '\n']);
        let start = if delimiter == ' ' { text.len() - text.trim_start_matches(' ').len() } else { 0 };
        let at = (delimiter != ' ' || start < text.len()).then_some(start);
        Self { text, delimiter, at }
    }

    /// What is left, as it is written, without the quotes around it when it is one cell.
    pub(super) fn rest(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at?;
        let first = self.next()?;
        match self.at {
            None => Some(first.text()),
            Some(_) => self.text.get(start..).map(Cow::Borrowed),
        }
    }

    /// Where the delimiter is found next.
    fn delimiter_from(&self, from: usize) -> Option<usize> {
        let rest = self.text.get(from..)?;
        let found = match u8::try_from(self.delimiter) {
            Ok(byte) if byte.is_ascii() => memchr::memchr(byte, rest.as_bytes()),
            _ => rest.find(self.delimiter),
        };
        found.map(|found| from + found)
    }

    /// A cell in quotes from here on and where it ends, if the quotes close where a cell can end.
    fn quoted(&self, start: usize) -> Option<(Cell<'a>, usize)> {
        let bytes = self.text.as_bytes();
        let (mut at, mut doubled, mut escaped) = (start + 1, false, false);
        loop {
            at += memchr::memchr(b'"', bytes.get(at..)?)? + 1;
            let rest = self.text.get(at..)?;
            if rest.is_empty() || rest.starts_with(self.delimiter) {
                // `"…\",` ends a path more often than it goes on.
                let text = self.text.get(start + 1..at - 1)?;
                return Some((Cell { text, doubled, escaped }, at));
            }
            if rest.starts_with('"') {
                doubled = true;
                at += 1;
            } else if bytes[at - 2] == b'\\' {
                escaped = true;
            } else {
                return None;
            }
        }
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let start = self.at?;
        let opens = self.text.as_bytes().get(start) == Some(&b'"');
        let (cell, end) = opens.then(|| self.quoted(start)).flatten().unwrap_or_else(|| {
            let end = self.delimiter_from(start).unwrap_or(self.text.len());
            (
                Cell { text: self.text.get(start..end).unwrap_or_default(), doubled: false, escaped: false },
                end,
            )
        });
        let after = end + self.delimiter.len_utf8();
        self.at = match self.delimiter {
            ' ' => {
                let blanks =
                    self.text.as_bytes().get(end..)?.iter().take_while(|byte| **byte == b' ').count();
                (end + blanks < self.text.len()).then_some(end + blanks)
            }
            _ => (end < self.text.len()).then_some(after),
        };
        Some(cell)
    }
}
