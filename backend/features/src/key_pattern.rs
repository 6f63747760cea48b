//! The regular expression of a session's key.

mod steps;

use memchr::memmem::Finder;
use regex::{Regex, bytes};
use regex_syntax::ParserBuilder;
use steps::Steps;

/// A pattern with the Unicode meaning of `\d`, `\w`, `\s` and `\b`. Within ASCII text the ASCII meaning is the same, and
/// an automaton of a few states.
pub(crate) struct KeyPattern {
    unicode: Regex,
    /// Absent when the pattern names characters beyond ASCII.
    ascii: Option<bytes::Regex>,
    /// A text that every key begins with, and the steps from there to its end.
    begins: Option<(Finder<'static>, Steps)>,
}

impl KeyPattern {
    pub(crate) fn new(pattern: &str) -> Result<Self, regex::Error> {
        let unicode = Regex::new(pattern)?;
        let ascii = bytes::RegexBuilder::new(pattern).unicode(false).build().ok();
        let begins = (unicode.captures_len() == 1).then(|| begins(pattern)).flatten();
        Ok(Self { unicode, ascii, begins })
    }

    /// Hands over every key in the text: what the first group matched, or the whole pattern where there is none.
    pub(crate) fn find<'a>(&self, text: &'a str, mut take: impl FnMut(&'a str)) {
        let group = self.unicode.captures_len() > 1;
        match (&self.ascii, &self.begins) {
            (Some(_), Some((begin, steps))) if text.is_ascii() => {
                let mut end = 0;
                for at in begin.find_iter(text.as_bytes()) {
                    // Not within the key before it.
                    let after = at + begin.needle().len();
                    if at >= end
                        && let Some(length) = steps.length(&text.as_bytes()[after..])
                    {
                        end = after + length;
                        take(&text[at..end]);
                    }
                }
            }
            (Some(ascii), _) if text.is_ascii() => {
                let bytes = text.as_bytes();
                if group {
                    let keys = ascii.captures_iter(bytes).filter_map(|found| found.get(1));
                    keys.for_each(|key| take(&text[key.range()]));
                } else {
                    ascii.find_iter(bytes).for_each(|key| take(&text[key.range()]));
                }
            }
            _ if group => {
                let keys = self.unicode.captures_iter(text).filter_map(|found| found.get(1));
                keys.for_each(|key| take(key.as_str()));
            }
            _ => self.unicode.find_iter(text).for_each(|key| take(key.as_str())),
        }
    }
}

fn begins(pattern: &str) -> Option<(Finder<'static>, Steps)> {
    let tree = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
    let (text, steps) = Steps::of(&tree)?.after_text();
    // Occurrences that overlap would be found one at a time only.
    let overlaps = (1..text.len()).any(|shift| text[shift..] == text[..text.len() - shift]);
    (!text.is_empty() && !overlaps).then(|| (Finder::new(&text).into_owned(), steps))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys<'a>(pattern: &KeyPattern, text: &'a str) -> Vec<&'a str> {
        let mut keys = Vec::new();
        pattern.find(text, |key| keys.push(key));
        keys
    }

    proptest! {
        #[test]
        fn ascii_and_unicode_agree(
            text in "([ -~\n]{0,8}|blk_-?[0-9]{0,3}|id=|aa){0,8}",
            pattern in prop::sample::select(vec![
                r"blk_-?\d+", r"(?i)\b(k\w+)\b", r"[^\s,]+", r"\W(\D)?", r"a|ab|(?-u)x*", r"(?m)^.*?$", r"id=([^ ]*)", r"id=[^ ]*",
                r"aa?b", r"aaa*", r"blk_\b.", r"blk_-?\d+$", r"id=\d{1,2}[0-9a]", r"blk_-{0,2}\d?[a-z]?", r"blk_[^_]*_?", r"blk_(?:-1)*",
            ]),
        ) {
            let fast = KeyPattern::new(pattern).unwrap();
            prop_assert!(fast.ascii.is_some());
            let slow = KeyPattern { unicode: fast.unicode.clone(), ascii: None, begins: None };
            prop_assert_eq!(keys(&fast, &text), keys(&slow, &text));
        }
    }

    #[test]
    fn text_beyond_ascii_keeps_its_meaning() {
        let pattern = KeyPattern::new(r"\w+é?").unwrap();
        assert_eq!(keys(&pattern, "né ٣ x"), ["né", "٣", "x"]);
    }
}
