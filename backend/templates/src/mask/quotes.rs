//! What is quoted, in any of five ways, is a value, but for the keys of objects and single words that say a state. A request
//! keeps its method. Beside these, durations too short to tell, since they, too, reach over white space.

use super::{
    WILDCARD,
    bytes::{is_space, is_word, run},
    numbers::less_than,
};
use crate::lexicon::{Lower, lexicon};

/// The bytes between two quotes, at most.
const LONGEST: usize = 400;
const METHODS: [&str; 9] =
    ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "PROPFIND"];

/// Appends the message with what it quotes masked.
pub(super) fn mask(message: &str, out: &mut String) {
    let bytes = message.as_bytes();
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'\\' => escaped(&bytes[at..]).map(|length| at + length),
            b'<' => less_than(&bytes[at..]).map(|length| at + length),
            b'"' | b'\'' | b'`' => match closing(bytes, at) {
                Some(close) => {
                    if let Some(method) = replaced(message, at, close) {
                        out.push_str(&message[copied..=at]);
                        if !method.is_empty() {
                            out.push_str(method);
                            out.push(' ');
                        }
                        out.push_str(WILDCARD);
                        copied = close;
                    }
                    at = close + 1;
                    continue;
                }
                None => None,
            },
            _ => None,
        };
        match end {
            Some(end) => {
                out.push_str(&message[copied..at]);
                out.push_str(WILDCARD);
                (copied, at) = (end, end);
            }
            None => at += 1,
        }
    }
    out.push_str(&message[copied..]);
}

/// What stands between quotes that a logger has escaped, on one line.
fn escaped(bytes: &[u8]) -> Option<usize> {
    let quote = |at: usize| bytes[at..].starts_with(br"\042") || bytes[at..].starts_with(br"\x22");
    let close = |at: &usize| bytes[*at] == b'\\' && quote(*at);
    if !quote(0) {
        return None;
    }
    let line = run(bytes, |byte| byte != b'\n');
    (4..line).find(close).map(|at| at + 4)
}

/// The quote that closes the one here.
fn closing(bytes: &[u8], open: usize) -> Option<usize> {
    let quote = bytes[open];
    let joins = |byte: u8| match quote {
        b'`' => is_word(byte) || byte == b'`',
        _ => is_word(byte) || byte == quote,
    };
    // Another kind of quote right before opens what this one is in.
    let opened = |byte: u8| joins(byte) || quote != b'`' && matches!(byte, b'"' | b'\'');
    if open > 0 && opened(bytes[open - 1]) {
        return None;
    }
    let mut at = open + 1;
    for _ in 0..=LONGEST {
        match *bytes.get(at)? {
            byte if byte == quote => {
                return (!bytes.get(at + 1).is_some_and(|byte| joins(*byte))).then_some(at);
            }
            b'\\' if quote != b'`' => {
                if matches!(bytes.get(at + 1), None | Some(b'\n')) {
                    return None;
                }
                at += 2;
            }
            _ => at += 1,
        }
    }
    None
}

/// The method of a request, or nothing in its place, when what is between the quotes is a value.
fn replaced(message: &str, open: usize, close: usize) -> Option<&str> {
    let bytes = message.as_bytes();
    let inner = &message[open + 1..close];
    let after = &bytes[close + 1..bytes.len().min(close + 3)];
    let colon = after.iter().find(|byte| !is_space(**byte)) == Some(&b':');
    let before = bytes[..open].iter().rfind(|byte| !is_space(**byte));
    if colon && matches!(before, Some(b'{' | b',')) {
        return None;
    }
    if let Some((method, rest)) = inner.split_once(' ').filter(|(method, _)| METHODS.contains(method)) {
        let target = run(rest.as_bytes(), |byte| !is_space(byte));
        let protocol = match rest.as_bytes()[target..].strip_prefix(b" HTTP/") {
            Some(version) => !version.is_empty() && version.iter().all(|b| b.is_ascii_digit() || *b == b'.'),
            None => rest.len() == target,
        };
        if target > 0 && protocol {
            return Some(method);
        }
    }
    let state = Lower::of(inner)
        .is_some_and(|word| word.is_in(&lexicon().states) && !inner.eq_ignore_ascii_case("none"));
    (!state).then_some("")
}
