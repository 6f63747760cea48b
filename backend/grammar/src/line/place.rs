//! Where the time stands in a line: its form, the tokens before it, and the bracket right before it.

use super::token::{Tokens, is_word};
use crate::time::{self, Form, Raw};
use trainyard_types::grammar::TimePlace;

/// Bytes of a line in which its time is looked for.
pub(crate) const REACH: usize = 256;
/// Signs that may open right before a time.
pub(crate) const OPENING: [char; 6] = ['[', '(', '<', '"', '\'', '*'];
/// Those of them that a place is told by.
const TOLD: [char; 5] = ['[', '(', '<', '"', '\''];

/// A time in a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) raw: Raw,
}

/// The tokens before a time at `start`, and the bracket right before it.
pub(crate) fn before(text: &str, start: usize) -> (u32, Option<char>) {
    let before = &text[..start];
    let bracket = before.trim_end().chars().next_back().filter(|sign| TOLD.contains(sign));
    let tokens = Tokens::within(before.trim_end_matches(OPENING), 0, REACH).take(12).count();
    (tokens as u32, bracket)
}

/// A [`TimePlace`] that is ready to be looked at.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    forms: Vec<Form>,
    before: u32,
    bracket: Option<char>,
    indented: bool,
}

impl Place {
    /// The error names a form that is not known.
    pub(crate) fn new(place: &TimePlace) -> Result<Self, String> {
        let form =
            |name: &String| Form::from_name(name).ok_or_else(|| format!("`{name}` is no form of a time"));
        let forms = place.forms.iter().map(form).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { forms, before: place.before, bracket: place.bracket, indented: place.indented })
    }

    /// The time at its place.
    pub(crate) fn find(&self, text: &str) -> Option<Found> {
        let first = *text.as_bytes().first()?;
        if !self.indented && first.is_ascii_whitespace() {
            return None;
        }
        if self.before == 0 {
            return self.leading(text);
        }
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len().min(REACH) {
            if is_word(bytes[start])
                && let Some((raw, end)) = self.at(text, start)
                && before(text, start) == (self.before, self.bracket)
            {
                return Some(Found { start, end, raw });
            }
            start += 1;
            while !text.is_char_boundary(start) {
                start += 1;
            }
        }
        None
    }

    fn leading(&self, text: &str) -> Option<Found> {
        let mut start = 0;
        let mut last = None;
        for sign in text.chars() {
            match sign {
                ' ' | '\t' => {}
                sign if OPENING.contains(&sign) => last = Some(sign),
                _ => break,
            }
            start += sign.len_utf8();
        }
        if last.filter(|sign| TOLD.contains(sign)) != self.bracket {
            return None;
        }
        let (raw, end) = self.at(text, start)?;
        Some(Found { start, end, raw })
    }

    fn at(&self, text: &str, start: usize) -> Option<(Raw, usize)> {
        self.forms.iter().find_map(|form| time::read_at(text, start, *form))
    }
}
