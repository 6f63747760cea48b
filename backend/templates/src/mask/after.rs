//! What is masked behind the values, in text that has them masked: objects (`=Name{<*>}`), empty values (`key=` before the
//! end, a separator or another key; ` ()`), and lists in brackets, which are one value however long.

use super::{EMPTY, WILDCARD, bytes::is_word, bytes::run};
use crate::lexicon::{is_one_of, lexicon};
use std::ops::Range;

pub(super) fn mask(text: &mut String) {
    if memchr::memchr3(b'=', b'(', b'[', text.as_bytes()).is_none() {
        return;
    }
    if text.contains('=') {
        replace(text, object);
        replace(text, empty_value);
    }
    replace(text, empty_brackets);
    if text.contains(',') {
        replace(text, list);
    }
}

/// Replaces what is found at the signs `=`, `(` and `[`, from left to right.
fn replace(text: &mut String, find: impl Fn(&str, usize) -> Option<(Range<usize>, &'static str)>) {
    let (mut from, mut copied) = (0, 0);
    let mut out = String::new();
    while let Some(at) = memchr::memchr3(b'=', b'(', b'[', &text.as_bytes()[from..]) {
        let at = from + at;
        from = at + 1;
        if let Some((range, by)) = find(text, at) {
            out.push_str(&text[copied..range.start]);
            out.push_str(by);
            copied = range.end;
            from = range.end;
        }
    }
    if copied > 0 {
        out.push_str(&text[copied..]);
        *text = out;
    }
}

fn object(text: &str, at: usize) -> Option<(Range<usize>, &'static str)> {
    let rest = text.as_bytes()[at..]
        .strip_prefix(b"=")
        .filter(|rest| rest.first().is_some_and(u8::is_ascii_alphabetic))?;
    let name = run(rest, is_word);
    let close = match rest.get(name)? {
        b'{' => b'}',
        b'[' => b']',
        b'(' => b')',
        _ => return None,
    };
    let after = rest[name + 1..].strip_prefix(WILDCARD.as_bytes())?;
    (after.first() == Some(&close)).then(|| (at + 1..at + name + WILDCARD.len() + 3, WILDCARD))
}

fn empty_value(text: &str, at: usize) -> Option<(Range<usize>, &'static str)> {
    let bytes = text.as_bytes();
    let key = |byte: &u8| is_word(*byte) || *byte == b'>';
    if bytes[at] != b'=' || !at.checked_sub(1).is_some_and(|before| key(&bytes[before])) {
        return None;
    }
    let empty = match bytes.get(at + 1) {
        None | Some(b',' | b';' | b')' | b']' | b'&') => true,
        Some(b' ') => {
            let next = &bytes[at + 2..];
            let name = run(next, |byte| is_word(byte) || b".-<*>".contains(&byte));
            name > 0 && next.get(name) == Some(&b'=')
        }
        _ => false,
    };
    empty.then_some((at + 1..at + 1, EMPTY))
}

fn empty_brackets(text: &str, at: usize) -> Option<(Range<usize>, &'static str)> {
    let bytes = text.as_bytes();
    let close = match bytes[at] {
        b'(' => b')',
        b'[' => b']',
        _ => return None,
    };
    let end = at + 1 + usize::from(bytes.get(at + 1) == Some(&b' '));
    (at > 0 && bytes[at - 1] == b' ' && bytes.get(end) == Some(&close)).then_some((at + 1..end, EMPTY))
}

fn list(text: &str, at: usize) -> Option<(Range<usize>, &'static str)> {
    let bytes = text.as_bytes();
    let close = match bytes[at] {
        b'(' => b')',
        b'[' => b']',
        _ => return None,
    };
    if at > 0 && (is_word(bytes[at - 1]) || bytes[at - 1] == b'$') {
        return None;
    }
    let space = |at: usize| at + usize::from(bytes.get(at) == Some(&b' '));
    let (mut end, mut items) = (space(at + 1), 0);
    let mut words = true;
    loop {
        let item = run(&bytes[end..], |byte| is_word(byte) || b".-<>*:/@".contains(&byte));
        if item == 0 {
            return None;
        }
        let word = &text[end..end + item];
        words &= is_one_of(word, &lexicon().states) || is_one_of(word, &lexicon().functions);
        items += 1;
        end = space(end + item);
        match bytes.get(end)? {
            b',' => end = space(end + 1),
            byte if *byte == close => break,
            _ => return None,
        }
    }
    (items > 1 && !words).then_some((at + 1..end, WILDCARD))
}
