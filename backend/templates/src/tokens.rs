//! Masked text to tokens: words (letters, digits, `_`, `$`, everything beyond ASCII; with `.`, `-` and `/` between two of
//! them), single other characters, and single spaces. Values that stand in a row become one.

use crate::{
    lexicon::lexicon,
    mask::{EMPTY, WILDCARD},
};

/// Tokens of a message, and bytes of it when masked; what follows is cut off.
const LIMIT: usize = 512;
const BYTES: usize = 2048;

/// The tokens of a masked message.
pub(crate) fn tokens(masked: &str) -> Vec<&str> {
    let mut cut = Vec::with_capacity(32);
    let mut rest = beginning(masked);
    let mut before = None;
    while !rest.is_empty() && cut.len() < LIMIT {
        let length = token(rest, before);
        let (text, after) = rest.split_at(length);
        before = text.bytes().last();
        cut.push(text);
        rest = after;
    }
    let lexicon = lexicon();
    for at in (0..cut.len().saturating_sub(2)).rev() {
        if cut[at + 2] == WILDCARD && cut[at + 1] == " " && lexicon.calendar.contains(cut[at]) {
            cut[at] = WILDCARD;
        }
    }
    let mut joined: Vec<&str> = Vec::with_capacity(cut.len());
    for text in cut {
        let text = if is_values(text) || lexicon.absent.contains(text) { WILDCARD } else { text };
        if !continues(&mut joined, text) {
            joined.push(text);
        }
    }
    joined
}

fn beginning(masked: &str) -> &str {
    &masked[..masked.floor_char_boundary(BYTES)]
}

/// Whether the token may vary from message to message: a word, or something with a masked part.
pub(crate) fn is_word(token: &str) -> bool {
    token.bytes().next().is_some_and(is_word_byte) || token == EMPTY || is_masked(token)
}

pub(crate) fn is_masked(token: &str) -> bool {
    token.contains(WILDCARD)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..)
}

/// The length of the token at the front; `before` is the byte before it.
fn token(text: &str, before: Option<u8>) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    loop {
        let previous = if end == 0 { before } else { Some(bytes[end - 1]) };
        let joins = previous.is_some_and(|byte| is_word_byte(byte) || byte == b'>');
        let next = bytes.get(end + 1).copied();
        end += match bytes.get(end) {
            Some(byte) if is_word_byte(*byte) => 1,
            Some(b'<') if bytes[end..].starts_with(WILDCARD.as_bytes()) => WILDCARD.len(),
            Some(b'.' | b'-' | b'/')
                if joins && next.is_some_and(|byte| is_word_byte(byte) || byte == b'<') =>
            {
                1
            }
            _ => break,
        };
    }
    // Anything else is a token of one character, which is ASCII: the others are words.
    end.max(1)
}

/// Nothing but masked values, with or without `-`, `/` and `.` between them.
fn is_values(token: &str) -> bool {
    token.starts_with(WILDCARD)
        && token.split(WILDCARD).all(|between| between.bytes().all(|b| matches!(b, b'-' | b'/' | b'.')))
        && token.ends_with(WILDCARD)
}

/// Whether the token only goes on with what the list ends in; separators between the two are then removed.
fn continues(list: &mut Vec<&str>, token: &str) -> bool {
    if !is_masked(token) {
        return false;
    }
    let remove = match list.as_slice() {
        [.., last] if *last == token => 0,
        [.., last, " "] if *last == token => 1,
        [.., WILDCARD, "," | "." | "-" | "/" | "#" | "_" | "+" | ":"] if token == WILDCARD => 1,
        [.., WILDCARD, ",", " "] | [.., WILDCARD, "#", "#"] if token == WILDCARD => 2,
        _ => return false,
    };
    list.truncate(list.len() - remove);
    true
}
