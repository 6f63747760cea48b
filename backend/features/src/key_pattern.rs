//! The regular expression of a session's key.

use memchr::memmem::Finder;
use regex::{Regex, bytes};
use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, literal::Extractor},
};
use std::ops::RangeInclusive;
use trainyard_intake::ascii::run_in;

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
    let steps = Steps::of(&tree)?;
    let prefixes = Extractor::new().extract(&tree);
    // Occurrences that overlap would be found one at a time only.
    let bytes = prefixes.longest_common_prefix()?;
    let steps = steps.after(bytes)?;
    let overlaps = (1..bytes.len()).any(|shift| bytes[shift..] == bytes[..bytes.len() - shift]);
    (!bytes.is_empty() && !overlaps).then(|| (Finder::new(bytes).into_owned(), steps))
}

/// A pattern in which every byte belongs to one step at most, so that nothing is ever tried twice: `blk_-?\d+`.
struct Steps(Vec<Step>);

struct Step {
    bytes: Box<[bool; 256]>,
    /// The same, where it is a range.
    range: Option<RangeInclusive<u8>>,
    least: usize,
    most: usize,
}

impl Steps {
    fn of(tree: &Hir) -> Option<Self> {
        let mut steps = Vec::new();
        Self::collect(tree, &mut steps)?;
        let apart = |a: &Step, b: &Step| a.bytes.iter().zip(&*b.bytes).all(|(a, b)| !(a & b));
        let sure = steps.iter().enumerate().all(|(at, step): (usize, &Step)| {
            // What may follow: up to the first that must.
            let must = steps[at + 1..].iter().position(|next| next.least > 0);
            let end = must.map_or(steps.len(), |must| at + 2 + must);
            step.least == step.most || steps[at + 1..end].iter().all(|next| apart(step, next))
        });
        sure.then_some(Self(steps))
    }

    fn collect(tree: &Hir, steps: &mut Vec<Step>) -> Option<()> {
        match tree.kind() {
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| Self::collect(part, steps))?,
            HirKind::Literal(literal) => {
                steps.extend(literal.0.iter().map(|byte| Step::once(&[*byte..=*byte])));
            }
            HirKind::Class(Class::Bytes(class)) => {
                let ranges: Vec<_> = class.iter().map(|range| range.start()..=range.end()).collect();
                steps.push(Step::once(&ranges));
            }
            HirKind::Repetition(repeated) if repeated.greedy => {
                let begin = steps.len();
                Self::collect(&repeated.sub, steps)?;
                let [step] = &mut steps[begin..] else { return None };
                if (step.least, step.most) != (1, 1) {
                    return None;
                }
                step.least = repeated.min as usize;
                step.most = repeated.max.map_or(usize::MAX, |most| most as usize);
            }
            _ => return None,
        }
        Some(())
    }

    /// The steps after this text, if the pattern begins with it and nothing else.
    fn after(mut self, text: &[u8]) -> Option<Self> {
        let is = |(step, byte): (&Step, &u8)| {
            step.range == Some(*byte..=*byte) && (step.least, step.most) == (1, 1)
        };
        let begins = self.0.len() >= text.len() && self.0.iter().zip(text).all(is);
        begins.then(|| {
            self.0.drain(..text.len());
            self
        })
    }

    /// How long the match at the front is.
    fn length(&self, text: &[u8]) -> Option<usize> {
        self.0.iter().try_fold(0, |at, step| {
            let rest = &text[at..];
            let rest = &rest[..rest.len().min(step.most)];
            let length = match &step.range {
                Some(range) => run_in(rest, range),
                None => rest.iter().take_while(|byte| step.bytes[usize::from(**byte)]).count(),
            };
            (length >= step.least).then_some(at + length)
        })
    }
}

impl Step {
    fn once(ranges: &[RangeInclusive<u8>]) -> Self {
        let mut bytes = Box::new([false; 256]);
        ranges.iter().cloned().flatten().for_each(|byte| bytes[usize::from(byte)] = true);
        let range = match ranges {
            [range] if range.end().is_ascii() => Some(range.clone()),
            _ => None,
        };
        Self { bytes, range, least: 1, most: 1 }
    }
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
