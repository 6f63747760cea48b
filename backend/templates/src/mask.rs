//! Masking: what varies by its looks (addresses, numbers, paths, …) becomes `<*>`.
//!
//! Quoted text comes first ([`quotes`]), then the values within words, from left to right: at each place the first of
//! [`MASKS`] that fits there wins. Then a unit that stands apart, objects, empty values and lists ([`after`]). The patterns
//! are the definition, in the syntax of Python's `re` over bytes; the code here is the same by hand, since a scanner is ten
//! times as fast. Most messages need the middle step alone.

mod addresses;
mod after;
mod bytes;
mod names;
mod numbers;
mod quotes;
mod times;
mod value;

use crate::ascii::run_of_letters;
use bytes::{digit_run, is_space, run};
use numbers::unit_apart;
use value::{named, numeric, signed};

/// What stands for a variable part.
pub(crate) const WILDCARD: &str = "<*>";
/// What stands for a value that is empty: `key=`, `()`.
pub(crate) const EMPTY: &str = "\u{1}";

/// The names of the masks and their patterns, in order of precedence. Words of the lexicon that are to be kept come before.
pub(crate) const MASKS: [(&str, &str); 33] = [
    ("url", r#"(?<![\w$])[A-Za-z][A-Za-z0-9+.\-]*://[^\s,;()<>\[\]{}"'`]*[^\s,;()<>\[\]{}"'`.:]"#),
    ("mail", r"(?<!\w)\w[\w.+\-]*@[\w\-]+(?:\.[\w\-]+)+"),
    ("code_location", r"(?<![\w$.])[A-Za-z][\w$]*(?:\.[\w$]+){3,}:\d+(?!\w)"),
    ("windows_path", r#"(?<!\w)[A-Za-z]:\\[^\s"'<>|*?;,]+"#),
    ("network_path", r#"(?<!\w)\\\\[^\s"'<>|*?;,]+"#),
    ("uuid", r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"),
    ("mac", r"(?<!\w)[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}(?![\w:-])"),
    (
        "date",
        r"(?<!\d)\d{4}[-/]\d\d?[-/]\d\d?(?:[T_]\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?(?!\w)",
    ),
    ("time", r"(?<![\w:])\d\d?:\d\d(?::\d\d)?(?:[.,]\d+)?(?![\w:])"),
    ("host_ipv4", r"(?<![\w.\-])\w[\w\-]*(?:\.[\w\-]+)*/\d{1,3}(?:\.\d{1,3}){3}(?::\d+|/\d+)?(?!\w|[.-]\w)"),
    ("ipv4", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+|/\d+)?(?!\w|[.-]\w)"),
    ("ipv6", r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){2,7}:?[0-9a-fA-F]{1,4}(?:%\w+)?(?:/\d+)?(?![\w:])"),
    (
        "ipv6_short",
        r"(?<![\w:])(?:[0-9a-fA-F]{1,4})?::[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*(?:%\w+)?(?:/\d+)?(?![\w:])",
    ),
    ("component", r"(?<![\w$.])[A-Za-z][\w$]*(?:\.[\w$]+){2,}/[\w$.]+"),
    (
        "path",
        r#"(?<![\w$:)\]>])(?!/\d{1,3}(?:\.\d{1,3}){3})[~.]{0,2}(?:/[\w.$%*+~@\[\]=:\-]*)*/(?:[\w.$%*+~@\[\]=:\-]*[\w$%*+~@=\-])?(?:\?[^\s,;()<>"'`]*[\w/=%])?"#,
    ),
    ("relative_path", r#"(?<![\w$./])\w[\w.$\-]*(?:/[\w.$\-]+){2,}(?<!\.)/?(?:\?[^\s,;()<>"'`]*)?"#),
    (
        "host",
        r"(?<![\w.\-])(?=[A-Za-z.\-]*\d)[A-Za-z0-9][A-Za-z0-9\-]*(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z][A-Za-z0-9\-]*\.[A-Za-z]{2,}(?::\d+)?(?![\w\-])",
    ),
    ("host_port", r"(?<![\w.\-])[a-z][a-z0-9\-]*(?:\.[a-z0-9\-]+)*\.[a-z]{2,}:\d{2,}(?![\w\-])"),
    ("numbered_host_port", r"(?<![\w.\-/])[A-Za-z][A-Za-z\-]*\d[\w\-]*:\d{2,5}(?![\w:.\-])"),
    ("host_range", r"(?<![\w$.\-])[A-Za-z][\w\-]*\[\d+[,\-][\d,\-]*\d\]"),
    ("hex_prefixed", r"(?<!\w)0[xX][0-9a-fA-F]+(?!\w)"),
    (
        "quantity",
        r"(?<![A-Za-z0-9.])[-+]?\d+(?:[.,]\d+)*(?:[KMGTPkmgtp]i?[Bb]|B|[KMGT]i?|[num]s|\xc2\xb5s|s|secs?|mins?|h|hrs?|d|[MGk]Hz|Hz|mV|V|mA|dBm?|rpm|fps|ppm|[MGkK]bps)(?![A-Za-z0-9])",
    ),
    ("number", r"(?<![A-Za-z0-9])[-+]?\d+(?:[.,]\d+)*(?![A-Za-z0-9]|[.,]\d)"),
    ("hex", r"(?<!\w)(?:(?=[a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{2,}|[0-9a-f]{8,})(?!\w)"),
    ("mixed_identifier", r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d+[A-Za-z]+\d)[A-Za-z0-9]{6,}(?![A-Za-z0-9])"),
    ("number_before_unit", r"(?<![A-Za-z0-9])\d+(?:\.\d+)*"),
    ("number_in_word", r"(?<=[A-Za-z])(?:\d{2,}(?:\.\d+)*|\d(?:\.\d+)+)"),
    ("redacted", r"\*{4,}"),
    ("masked", r"<\*>"),
    // Over white space: before the others, those that quote; behind them, the rest.
    ("escaped_quotes", r"\\(?:042|x22).*?\\(?:042|x22)"),
    ("less_than", r"<\d+(?:\.\d+)? ?(?:[mun]?s|secs?|min|h)(?![A-Za-z0-9])"),
    (
        "quoted",
        r#"(?<![\w"'])"(?:[^"\\]|\\.){0,400}"(?![\w"])|(?<![\w'"])'(?:[^'\\]|\\.){0,400}'(?![\w'])|(?<![\w`])`[^`]{0,400}`(?![\w`])"#,
    ),
    ("unit_apart", r"<\*> ?(?:[KMGTP]i?[Bb]|B|[mun]?s)(?![A-Za-z0-9])"),
];

/// Appends the message to `out`, which is empty, with its values masked and white space as single spaces.
pub fn mask(message: &str, out: &mut String) {
    // What quotes have a part in is masked beforehand.
    let rest = match memchr::memchr(b'\\', message.as_bytes()) {
        None => words(message, true, out),
        Some(_) => Rest::Quotes,
    };
    let rest = if matches!(rest, Rest::Quotes) {
        out.clear();
        let mut text = String::with_capacity(message.len());
        quotes::mask(message, &mut text);
        words(&text, false, out)
    } else {
        rest
    };
    if matches!(rest, Rest::Signs) {
        after::mask(out);
    }
}

/// What is still to be done.
#[derive(Clone, Copy)]
enum Rest {
    Nothing,
    /// There may be quotes: these come first.
    Quotes,
    /// There are signs that [`after`] looks at.
    Signs,
}

/// Masks the values within words; stops at what could be a quote if told so.
fn words(message: &str, stop: bool, out: &mut String) -> Rest {
    let bytes = message.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    // Whether nothing was written since the last value but a space.
    let mut fresh = false;
    let mut rest = Rest::Nothing;
    while let Some(byte) = bytes.get(at).copied() {
        let next = match byte {
            b' ' => {
                // Between words, mostly: it goes along with them.
                if at > copied && bytes.get(at + 1).is_some_and(|next| !is_space(*next)) {
                    at += 1;
                } else {
                    copy(&message[copied..at], &mut fresh, out);
                    at = space(bytes, at, out);
                    copied = at;
                }
                continue;
            }
            b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => {
                copy(&message[copied..at], &mut fresh, out);
                at = space(bytes, at, out);
                copied = at;
                continue;
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => word(bytes, at),
            b'0'..=b'9' => numeric(bytes, at).ok_or_else(|| at + digit_run(&bytes[at..])),
            b'-' | b'+' => signed(bytes, at).ok_or(at + 1),
            b'/' | b'.' | b'~' => value::path(bytes, at).ok_or(at + 1),
            b':' => value::colons(bytes, at).ok_or(at + 1),
            b'=' | b'(' | b'[' => {
                rest = Rest::Signs;
                Err(at + 1)
            }
            b'"' | b'\'' | b'`' | b'<' if stop => return Rest::Quotes,
            b'<' if bytes[at..].starts_with(WILDCARD.as_bytes()) => Ok(at + WILDCARD.len()),
            b'*' => match run(&bytes[at..], |byte| byte == b'*') {
                stars @ 4.. => Ok(at + stars),
                stars => Err(at + stars),
            },
            b'\\' => value::network_path(bytes, at).ok_or(at + 1),
            _ => Err(at + 1 + run(&bytes[at + 1..], |byte| !SPECIAL[usize::from(byte)])),
        };
        at = match next {
            Ok(end) => {
                copy(&message[copied..at], &mut fresh, out);
                out.push_str(WILDCARD);
                fresh = true;
                copied = end;
                end
            }
            Err(end) => end,
        };
    }
    copy(&message[copied..], &mut fresh, out);
    rest
}

/// Appends a space for all the white space here, unless the message begins or ends with it.
fn space(bytes: &[u8], mut at: usize, out: &mut String) -> usize {
    while bytes.get(at).is_some_and(|byte| is_space(*byte)) {
        at += 1;
    }
    if !out.is_empty() && at < bytes.len() {
        out.push(' ');
    }
    at
}

/// Appends what stands between two values, without a unit of the one before.
#[inline]
fn copy(between: &str, fresh: &mut bool, out: &mut String) {
    let Some(first) = between.as_bytes().first() else { return };
    if *fresh
        && first.is_ascii_alphabetic()
        && matches!(first, b'K' | b'M' | b'G' | b'T' | b'P' | b'B' | b'm' | b'u' | b'n' | b's')
        && let Some(length) = unit_apart(between.as_bytes())
    {
        out.truncate(out.trim_end_matches(' ').len());
        out.push_str(&between[length..]);
    } else {
        out.push_str(between);
    }
    *fresh = false;
}

/// A word or a value that begins with a letter or `_`: where the value ends, or else where to look on.
fn word(bytes: &[u8], at: usize) -> Result<usize, usize> {
    let end = at + run_of_letters(&bytes[at..]);
    let after = bytes.get(end + 1);
    let plain = !bytes.get(end).is_some_and(|next| match next {
        b'0'..=b'9' | b'$' => true,
        // Before white space they join nothing.
        b'.' | b':' | b'/' | b'-' | b'+' | b'@' => after.is_some_and(|after| !is_space(*after)),
        b'[' => after.is_some_and(u8::is_ascii_digit),
        _ => false,
    });
    if plain {
        // A plain word is no value unless it is a long one of a to f.
        let free = at == 0 || !bytes::is_word(bytes[at - 1]);
        let hex = free && end - at >= 8 && bytes[at..end].iter().all(|byte| matches!(byte, b'a'..=b'f'));
        return if hex { Ok(end) } else { Err(end) };
    }
    named(bytes, at, end)
}

/// Bytes that [`words`] looks at.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let it = byte as u8;
        special[byte] = it.is_ascii_alphanumeric()
            || matches!(it, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | b'_' | b'/' | b':' | b'-' | b'+')
            || matches!(it, b'<' | b'*' | b'\\' | b'.' | b'~' | b'=' | b'(' | b'[' | b'"' | b'\'' | b'`');
        byte += 1;
    }
    special
};
