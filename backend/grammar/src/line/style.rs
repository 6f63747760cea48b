//! How a token names a level: as a word, a letter or a sign, and what stands around it.

use super::token::{Token, Tokens, is_word};
use crate::level;
use trainyard_types::grammar::{LetterCase, LevelKind, LevelStyle};

/// A [`LevelStyle`] that is cheap to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Style<'a> {
    pub(crate) kind: LevelKind,
    pub(crate) left: &'a str,
    pub(crate) right: &'a str,
    pub(crate) case: Option<LetterCase>,
    pub(crate) key: &'a str,
}

impl<'a> Style<'a> {
    pub(crate) fn new(kind: LevelKind) -> Self {
        Self { kind, left: "", right: "", case: None, key: "" }
    }

    pub(crate) fn of(style: &'a LevelStyle) -> Self {
        let LevelStyle { kind, left, right, case, key } = style;
        Self { kind: *kind, left, right, case: *case, key }
    }

    pub(crate) fn owned(&self) -> LevelStyle {
        let Self { kind, left, right, case, key } = *self;
        LevelStyle { kind, left: left.into(), right: right.into(), case, key: key.into() }
    }
}

/// Keys that levels are written under.
const KEYS: [&str; 7] = ["level", "lvl", "severity", "loglevel", "sev", "prio", "priority"];

pub(crate) fn is_level_key(key: &str) -> bool {
    let plain = key.chars().filter(|c| !matches!(c, '_' | '-' | '.' | ' ')).flat_map(char::to_lowercase);
    let plain: String = plain.take(12).collect();
    KEYS.contains(&plain.as_str())
}

/// How a token names a level, and which; `after` is what follows it.
pub(crate) fn level_of<'a>(token: &'a str, after: &'a str) -> Option<(Style<'a>, u8)> {
    let core = token.trim_matches(|c: char| c.is_ascii_whitespace());
    // The bracket may be that of a time that follows.
    let core = core.strip_suffix('[').unwrap_or(core);
    let body = core.trim_start_matches(['[', '(', '<', '{', '"', '*', '#', '=']);
    let left = &core[..core.len() - body.len()];
    let word = body.trim_end_matches([']', ')', '>', '}', '"', ':', ',', ';', '|', '*', '#', '!']);
    let mut right = &body[word.len()..];
    let word_right = body;
    let word = word.trim_matches(|c: char| c.is_ascii_whitespace());
    if right.is_empty() && after.starts_with([':', '|']) {
        right = &after[..1];
    }
    let left = left.get(left.len().saturating_sub(1)..).unwrap_or_default();
    let right = right.get(..1).unwrap_or_default();
    let delimited = !left.is_empty() || !right.is_empty();
    let first = *word.as_bytes().first()?;
    if let Some((key, value)) = word.split_once('=') {
        let found = level::word(value.trim_matches('"'))?;
        return is_level_key(key).then_some((Style { key, ..Style::new(LevelKind::Key) }, found));
    }
    if let Some(found) = level::word(word) {
        if !delimited && level::is_weak(word) {
            return None;
        }
        let case = (!delimited).then(|| case(word));
        return Some((Style { left, right, case, ..Style::new(LevelKind::Word) }, found));
    }
    last_part(word, left, right)
        .or_else(|| first_part(word))
        .or_else(|| stamp(word_right))
        .or_else(|| if first == b'%' { mnemonic(word) } else { None })
}

fn case(word: &str) -> LetterCase {
    let (mut upper, mut lower) = (false, false);
    for c in word.chars() {
        upper |= c.is_uppercase();
        lower |= c.is_lowercase();
    }
    match (upper, lower) {
        (true, false) => LetterCase::Upper,
        (false, true) => LetterCase::Lower,
        _ => LetterCase::Title,
    }
}

/// `app.INFO`, `daemon.info`, `[main] INFO`.
fn last_part<'a>(word: &'a str, left: &'a str, right: &'a str) -> Option<(Style<'a>, u8)> {
    let letters = word.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    if !(3..=11).contains(&letters) || letters == word.len() {
        return None;
    }
    let (before, name) = word.split_at(word.len() - letters);
    let joint = before.chars().next_back()?;
    let body = &before[..before.len() - joint.len_utf8()];
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '.' | '#' | '-');
    let sign = !(joint.is_alphanumeric() || joint == '_' || joint.is_whitespace());
    let fits = (sign && body.chars().all(|c| plain(c) || c == '$'))
        || (matches!(joint, '.' | '/' | ':' | ' ') && body.chars().all(plain));
    let found = level::word(name).filter(|_| fits && !level::is_weak(name))?;
    let delimited = !left.is_empty() || !right.is_empty();
    let style = Style::new(LevelKind::Last);
    match () {
        () if !delimited
            && before.contains('.')
            && before.len() < 9
            && name.bytes().all(|b| b.is_ascii_lowercase()) =>
        {
            Some((Style { case: Some(LetterCase::Lower), ..style }, found))
        }
        () if delimited || name.bytes().all(|b| b.is_ascii_uppercase()) => {
            Some((Style { left, right, ..style }, found))
        }
        () => None,
    }
}

/// `INFO/MainProcess`
fn first_part(word: &str) -> Option<(Style<'_>, u8)> {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = word[letters..].strip_prefix('/').filter(|_| (3..=11).contains(&letters))?;
    let name = rest.bytes().take_while(|b| is_word(*b)).count();
    let number = rest[name..]
        .strip_prefix('-')
        .map_or(&rest[name..], |n| n.trim_start_matches(|c: char| c.is_ascii_digit()));
    let found = level::word(&word[..letters])?;
    (name > 0 && number.is_empty()).then_some((Style::new(LevelKind::First), found))
}

/// `INFO[0001]`
fn stamp(word: &str) -> Option<(Style<'_>, u8)> {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let digit = word.as_bytes().get(letters + 1).is_some_and(u8::is_ascii_digit);
    let fits = (4..=7).contains(&letters) && word.as_bytes().get(letters) == Some(&b'[') && digit;
    let found = level::word(word.get(..letters)?).filter(|_| fits)?;
    Some((Style::new(LevelKind::Stamp), found))
}

/// `%SYS-5-CONFIG_I`, `%ASA-6-302013`, `%FW-SP-4-X`
fn mnemonic(word: &str) -> Option<(Style<'_>, u8)> {
    let parts: Vec<&str> = word.strip_prefix('%')?.split('-').collect();
    let named = |part: &str| !part.is_empty() && part.bytes().all(|b| is_word(b) || b == b'/');
    let (number, names) = match parts.as_slice() {
        [facility, number, name] => (number, [*facility, *name, "x"]),
        [facility, sub, number, name] => (number, [*facility, *sub, *name]),
        _ => return None,
    };
    let severity = number.parse::<u8>().ok().filter(|n| number.len() == 1 && *n < 8)?;
    names.into_iter().all(named).then_some((Style::new(LevelKind::Mnemonic), severity))
}

/// `Level: info`, whose word stands in the next token; where it ends.
pub(crate) fn keyed<'a>(token: &'a str, text: &str, end: usize) -> Option<(Style<'a>, u8, usize)> {
    let key = token.strip_suffix(':')?;
    if !is_level_key(key) {
        return None;
    }
    let rest = text.get(end..)?;
    let blank = rest.len() - rest.trim_ascii_start().len();
    let letters = rest[blank..].bytes().take_while(u8::is_ascii_alphabetic).count();
    let found = level::word(&rest[blank..blank + letters])?;
    Some((Style { key: token, ..Style::new(LevelKind::Key) }, found, end + blank + letters))
}

/// A letter that stands for a level as a token (`I`, `[W]`, `E!`, `D3`), or begins one (`I/tag`); with the offset at which the
/// level ends within the token.
pub(crate) fn letter(token: &str, index: usize) -> Option<(&'static str, &'static str, u8, usize)> {
    let bare = token.trim_matches(|c| "[]<>():,|! ".contains(c));
    let around = || {
        let at = token.find(bare)?;
        let sign = |text: &str| {
            ["[", "]", "<", ">", "(", ")", ":", ",", "|", "!"].into_iter().find(|s| text.trim() == *s)
        };
        let side = |text: &str| if text.trim().is_empty() { Some("") } else { sign(text) };
        let right = &token[at + bare.len()..];
        // Of `[I]|` the bracket counts.
        let right = right.strip_suffix('|').filter(|right| !right.is_empty()).unwrap_or(right);
        Some((side(&token[..at])?, side(right)?))
    };
    match bare.as_bytes() {
        [one] => {
            let (left, right) = around()?;
            level::letter(char::from(*one)).map(|found| (left, right, found, token.len()))
        }
        [b'D', digit] if digit.is_ascii_digit() && index < 4 => {
            let (left, right) = around()?;
            Some((left, right, 7, token.len()))
        }
        [one, b'/', next, ..] if index == 0 && token.starts_with(bare) && is_word(*next) => {
            let known = b"VDIWEFA".contains(one);
            level::letter(char::from(*one)).filter(|_| known).map(|found| ("", "/", found, 2))
        }
        _ => None,
    }
}

/// Whether a word names a level only at a level's own place: `OK:`, which may well be the message's.
pub(crate) fn is_doubtful(token: &str, style: Style<'_>) -> bool {
    let word = || token.trim_matches(|c: char| !c.is_alphanumeric());
    style.kind == LevelKind::Word && style.left.is_empty() && level::is_weak(word())
}

/// A sign that stands for a level.
pub(crate) fn symbol(token: &str, index: usize) -> Option<u8> {
    let mut signs = token.chars();
    let sign = signs.next().filter(|_| index < 2)?;
    signs.next().is_none().then(|| level::symbol(sign))?
}

/// How a message begins with a level that only some messages have: the style (with `left` what stands before it and
/// `right` what closes it), and the word.
pub(crate) fn sparse(message: &str) -> Option<(Style<'_>, &str)> {
    let text = message.trim_ascii_start();
    let (left, rest) = ["##", "#", "::"]
        .into_iter()
        .find_map(|left| Some((left, text.strip_prefix(left)?)))
        .unwrap_or(("", text));
    let letters = |text: &str| text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let style = |right| Style { left, right, ..Style::new(LevelKind::Sparse) };
    if let Some(inside) = rest.strip_prefix('[') {
        let inside = inside.trim_ascii_start();
        let count = letters(inside);
        let closes = inside[count..].trim_ascii_start().starts_with(']');
        return (count > 0 && closes).then_some((style("]"), &inside[..count]));
    }
    if let Some(stars) = rest.strip_prefix("***").or(rest.strip_prefix("**")).or(rest.strip_prefix("*")) {
        let word = stars.strip_prefix(' ').unwrap_or(stars);
        let count = word.bytes().take_while(u8::is_ascii_uppercase).count();
        let ends = word.as_bytes().get(count).is_none_or(|b| !is_word(*b));
        return ((4..=9).contains(&count) && ends).then_some((style("*"), &word[..count]));
    }
    let count = letters(rest);
    let word = &rest[..count];
    let after = &rest[count..];
    if left == "::"
        && count > 0
        && word.bytes().all(|b| b.is_ascii_lowercase())
        && (after.starts_with(' ') || after.starts_with("::"))
    {
        return Some((style("::"), word));
    }
    let after = after.strip_prefix(':')?;
    let blank = after.bytes().next().is_some_and(|b| b.is_ascii_whitespace());
    let upper = (3..=11).contains(&count) && word.bytes().all(|b| b.is_ascii_uppercase());
    match blank && (upper || (4..=11).contains(&count)) {
        true => Some((style(if upper { ":U" } else { ":" }), word)),
        false => None,
    }
}

/// The level among the first tokens from `start` on: at `index`, or the first in this style.
pub(crate) fn find(
    text: &str,
    start: usize,
    end: usize,
    index: Option<u32>,
    style: Style<'_>,
) -> Option<(Token, u8)> {
    let within = &text[..end];
    let tokens = Tokens::new(within, start).take(8).enumerate();
    for (at, token) in tokens {
        if index.is_some_and(|index| at < index as usize) {
            continue;
        }
        let doubtful = index.is_none() && is_doubtful(token.of(within), style);
        if let Some(found) = named(within, text, token, at, style).filter(|_| !doubtful) {
            return Some(found);
        }
        if index.is_some() {
            return None;
        }
    }
    None
}

/// The level that a token names in a style.
fn named(within: &str, text: &str, token: Token, index: usize, style: Style<'_>) -> Option<(Token, u8)> {
    let word = token.of(within);
    match style.kind {
        LevelKind::Letter => {
            let (left, right, found, length) = letter(word, index)?;
            (left == style.left && right == style.right)
                .then_some((Token { end: token.start + length, ..token }, found))
        }
        LevelKind::Symbol => symbol(word, index).map(|found| (token, found)),
        LevelKind::Key if style.key.ends_with(':') => {
            let (found, level, end) = keyed(word, text, token.end)?;
            (found.key == style.key).then_some((Token { end, ..token }, level))
        }
        LevelKind::Word
            if style.case == Some(LetterCase::Upper)
                && word.len() <= 16
                && word.bytes().all(|byte| byte.is_ascii_uppercase()) =>
        {
            // As [`level_of`] has it, of a plain word.
            if after(text, token.end).starts_with([':', '|']) || level::is_weak(word) {
                return None;
            }
            level::word(word).map(|found| (token, found))
        }
        _ => {
            let (found, level) = level_of(word, after(text, token.end))?;
            (found == style).then_some((token, level))
        }
    }
}

/// What follows a token, beyond padding.
pub(crate) fn after(text: &str, end: usize) -> &str {
    let rest = &text[end..];
    let reach = super::token::floor(rest, 14);
    rest[..reach].trim_start_matches(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_told_apart() {
        for (token, after, kind, left, right, level) in [
            ("INFO", " x", LevelKind::Word, "", "", 6),
            ("[INFO]", "", LevelKind::Word, "[", "]", 6),
            ("INFO", ": x", LevelKind::Word, "", ":", 6),
            ("WARN:", "", LevelKind::Word, "", ":", 4),
            ("app.INFO:", "", LevelKind::Last, "", ":", 6),
            ("INFO/MainProcess]", "", LevelKind::First, "", "", 6),
            ("INFO[0001]", "", LevelKind::Stamp, "", "", 6),
            ("%SYS-5-CONFIG_I:", "", LevelKind::Mnemonic, "", "", 5),
            ("level=warn", "", LevelKind::Key, "", "", 4),
        ] {
            let (style, found) = level_of(token, after).unwrap_or_else(|| panic!("{token}"));
            assert_eq!((style.kind, style.left, style.right, found), (kind, left, right, level), "{token}");
        }
        for token in ["started", "note", "web-1", "12", ""] {
            assert_eq!(level_of(token, ""), None, "{token}");
        }
    }
}
