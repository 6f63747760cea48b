//! What stands between records: banners, headers, comments.

use super::EXCERPT_BYTES;
use crate::bytes::blank;

/// Characters of the excerpt.
const EXCERPT_CHARACTERS: usize = 200;

/// Lines that belong to no record. Blank ones do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    pub lines: u64,
    /// The first one's number, and how it begins.
    pub first: Option<(u64, String)>,
}

impl Outside {
    /// Counts a line, unless it is blank.
    pub(super) fn add(&mut self, line: u64, text: &[u8]) {
        if blank(text) {
            return;
        }
        self.lines += 1;
        if self.first.is_none() {
            let text = String::from_utf8_lossy(&text[..text.len().min(EXCERPT_BYTES)]);
            self.first = Some((line, text.trim_end().chars().take(EXCERPT_CHARACTERS).collect()));
        }
    }
}
