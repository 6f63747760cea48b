//! Words with one digit, such as `cpu0`: the digit is a value when the log has three and more such words, a name's part
//! otherwise.

use crate::{
    lexicon::{is_one_of, lexicon},
    mask::WILDCARD,
};
use rustc_hash::FxHashSet;
use std::{borrow::Cow, collections::BTreeMap};

/// Different digits that make them a value.
const DIGITS: u32 = 3;
/// Words that are remembered, at most.
const WORDS: usize = 500;

/// Words of which the digit is a value, with `#` in its place.
pub(crate) fn numbered<'a>(masked: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut digits: BTreeMap<String, u16> = BTreeMap::new();
    for text in masked {
        for (start, digit, end) in words(text) {
            let word = &text[start..end];
            if !is_one_of(word, &lexicon().keep) {
                let value = text.as_bytes()[digit] - b'0';
                *digits.entry(stem(text, start, digit, end)).or_default() |= 1 << value;
            }
        }
    }
    digits
        .into_iter()
        .filter(|(_, seen)| seen.count_ones() >= DIGITS)
        .map(|(word, _)| word)
        .take(WORDS)
        .collect()
}

/// The masked message with the digits of these words masked, too.
pub(crate) fn mask<'a>(masked: &'a str, numbered: &FxHashSet<String>) -> Cow<'a, str> {
    if numbered.is_empty() {
        return Cow::Borrowed(masked);
    }
    let (mut out, mut copied) = (String::new(), 0);
    for (start, digit, end) in words(masked) {
        if numbered.contains(&stem(masked, start, digit, end)) {
            out.push_str(&masked[copied..digit]);
            out.push_str(WILDCARD);
            copied = digit + 1;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(masked);
    }
    out.push_str(&masked[copied..]);
    Cow::Owned(out)
}

fn stem(text: &str, start: usize, digit: usize, end: usize) -> String {
    [&text[start..digit], "#", &text[digit + 1..end]].concat()
}

/// Words of letters with one digit behind the first of them: where each begins, has its digit, and ends.
fn words(text: &str) -> impl Iterator<Item = (usize, usize, usize)> {
    let bytes = text.as_bytes();
    let run = move |from: usize, kind: fn(&u8) -> bool| {
        from + bytes[from..].iter().take_while(|byte| kind(byte)).count()
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            if !bytes[at].is_ascii_alphanumeric() {
                at += 1;
                continue;
            }
            let start = at;
            at = run(start, u8::is_ascii_alphanumeric);
            let digit = run(start, u8::is_ascii_alphabetic);
            let end =
                if digit > start && digit < at { run(digit + 1, u8::is_ascii_alphabetic) } else { start };
            let free = start == 0 || !b"<*>".contains(&bytes[start - 1]);
            // Digits behind points belong to the word, too.
            let more = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'.';
            if end == at && free && !bytes[digit + 1..run(digit + 1, more)].iter().any(u8::is_ascii_digit) {
                return Some((start, digit, end));
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_is_a_value_when_the_log_has_three_of_them() {
        let texts = ["cpu0 up", "cpu1 up eth0", "[cpu7] eth1 sha1", "sha2 sha3 sha1.5"];
        let found = numbered(texts.into_iter());
        assert_eq!(found, ["cpu#"]);
        let set = found.into_iter().collect();
        assert_eq!(mask("[cpu7] on eth1, xcpu9 cpu22", &set), "[cpu<*>] on eth1, xcpu9 cpu22");
    }
}
