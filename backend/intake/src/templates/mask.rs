//! Masking: what varies by its looks (addresses, numbers, paths, …) becomes `<*>`. One pass from left to right; at each
//! place the first of [`MASKS`] that fits there wins. Their patterns are the definition, in the syntax of Python's `re`
//! with the flags `ASCII`; the code here is the same by hand, since a scanner is ten times as fast.

mod addresses;
mod bytes;
mod names;
mod numbers;

use crate::ascii::run_of_letters;
use addresses::{ipv4, ipv6, ipv6_short, mac, uuid};
use bytes::{digit_run, ends, is_space, is_word_or_dollar, run};
use names::{component, host, host_port, host_range, path, url, windows_path};
use numbers::{digits, fractions, hex_prefixed, hex_word, less_than, number, size};

/// What stands for a variable part.
pub(super) const WILDCARD: &str = "<*>";

/// The names of the masks and their patterns, in order of precedence.
pub(super) const MASKS: [(&str, &str); 22] = [
    ("component", r"(?<![\w$.])[A-Za-z][\w$]*(?:\.[\w$]+){2,}/[\w$.]+"),
    ("code_location", r"(?<![\w$.])[A-Za-z][\w$]*(?:\.[\w$]+){3,}:\d+(?!\w)"),
    ("windows_path", r#"(?<!\w)[A-Za-z]:\\[^\s"'<>|*?;,]+"#),
    ("url", r#"(?<![\w$])[a-z][a-z0-9+.-]*://[^\s,;()<>\[\]{}"']+"#),
    ("mac", r"(?<![\w:.-])[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}(?![\w:-])"),
    ("uuid", r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])"),
    ("ipv4", r"(?<![\w.])/?\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?!\w|[.-]\w)"),
    ("ipv6", r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){2,7}:?[0-9a-fA-F]{1,4}(?![\w:])"),
    ("ipv6_short", r"(?<![\w:])(?:[0-9a-fA-F]{1,4})?::[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*(?![\w:])"),
    ("path", r"(?<![\w$])(?:/[\w.$%*+~@\[\]=:-]+){2,}/?"),
    (
        "host",
        r"(?<![\w.-])(?=[A-Za-z.-]*\d)[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z][A-Za-z0-9-]*\.[A-Za-z]{2,}(?::\d+)?(?![\w-])",
    ),
    ("host_port", r"(?<![\w.-])[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}:\d{2,}(?![\w-])"),
    ("host_range", r"(?<![\w$.-])[A-Za-z][\w-]*\[\d+[,-][\d,-]*\d\]"),
    ("hex_prefixed", r"(?<!\w)0[xX][0-9a-fA-F]+(?!\w)"),
    ("size", r"(?<![A-Za-z0-9])\d+(?:\.\d+)* ?(?:[KMGTP]i?)?B(?![A-Za-z0-9])"),
    ("number", r"(?<![A-Za-z0-9])[-+]?\d+(?:\.\d+)*(?![A-Za-z0-9]|\.\d)"),
    ("hex", r"(?<!\w)(?:(?=[a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{2,}|[0-9a-f]{8,})(?!\w)"),
    ("number_before_unit", r"(?<![A-Za-z0-9])\d+(?:\.\d+)*"),
    ("number_in_word", r"(?<=[A-Za-z0-9])\d{2,}(?:\.\d+)*"),
    ("less_than", r"<\d+(?:\.\d+)* ?(?:[mun]?s|secs?|min|h)(?![A-Za-z0-9])"),
    ("redacted", r"\*{4,}"),
    ("escaped_quotes", r"\\(?:042|x22).*?\\(?:042|x22)"),
];

/// Appends the message to `out` with its values masked, white space as single spaces, and ` ()` as ` (<*>)`.
pub(super) fn mask(message: &str, out: &mut String) {
    let bytes = message.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let next = match byte {
            // Between words, mostly: it goes along with them.
            b' ' if at > copied && bytes.get(at + 1).is_some_and(|next| !is_space(*next)) => {
                at += 1;
                continue;
            }
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => {
                out.push_str(&message[copied..at]);
                while bytes.get(at).is_some_and(|byte| is_space(*byte)) {
                    at += 1;
                }
                if !out.is_empty() && at < bytes.len() {
                    out.push(' ');
                }
                copied = at;
                continue;
            }
            b'(' if bytes.get(at + 1) == Some(&b')')
                && if copied == at { out.ends_with(' ') } else { bytes[at - 1] == b' ' } =>
            {
                out.push_str(&message[copied..at]);
                out.push_str("(<*>)");
                at += 2;
                copied = at;
                continue;
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                let end = at + run_of_letters(&bytes[at..]);
                let after = bytes.get(end + 1);
                let plain = !bytes.get(end).is_some_and(|next| match next {
                    b'0'..=b'9' | b'$' => true,
                    // Before white space they join nothing.
                    b'.' | b':' | b'/' | b'-' | b'+' => after.is_some_and(|after| !is_space(*after)),
                    b'[' => after.is_some_and(u8::is_ascii_digit),
                    _ => false,
                });
                // A plain word is no value unless it is a long one of a to f.
                let hex = end - at >= 8 && bytes[at..end].iter().all(u8::is_ascii_hexdigit);
                if plain && !hex { Err(end) } else { value(bytes, at).ok_or(end) }
            }
            b'0'..=b'9' => value(bytes, at).ok_or(at + 1),
            b'/' | b':' | b'-' | b'+' => value(bytes, at).ok_or(at + 1),
            b'<' => less_than(&bytes[at..]).map(|length| at + length).ok_or(at + 1),
            b'*' => match run(&bytes[at..], |byte| byte == b'*') {
                stars @ 4.. => Ok(at + stars),
                stars => Err(at + stars),
            },
            b'\\' => escaped_quotes(&bytes[at..]).map(|length| at + length).ok_or(at + 1),
            _ => Err(at + 1 + run(&bytes[at + 1..], |byte| !SPECIAL[usize::from(byte)])),
        };
        at = match next {
            Ok(end) => {
                out.push_str(&message[copied..at]);
                out.push_str(WILDCARD);
                copied = end;
                end
            }
            Err(end) => end,
        };
    }
    out.push_str(&message[copied..]);
}

/// Bytes that [`mask`] looks at.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let it = byte as u8;
        special[byte] = it.is_ascii_alphanumeric()
            || matches!(
                it,
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | b'_' | b'(' | b'/' | b':' | b'-' | b'+'
            )
            || matches!(it, b'<' | b'*' | b'\\');
        byte += 1;
    }
    special
};

/// Where the value that begins here ends, if one does. Of the masks in their order, only those are tried that can
/// begin with this byte.
fn value(bytes: &[u8], at: usize) -> Option<usize> {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    let rest = &bytes[at..];
    let found = match before {
        Some(b'_') => quantity(rest),
        Some(before) if before.is_ascii_alphanumeric() => digits(rest, 2),
        _ => {
            let free = |extra: &[u8]| !before.is_some_and(|byte| extra.contains(&byte));
            match rest[0] {
                b'0'..=b'9' => numeric(rest, free),
                b'/' => free(b".")
                    .then(|| ipv4(rest))
                    .flatten()
                    .or_else(|| free(b"$").then(|| path(rest)).flatten()),
                b':' => (rest.get(1) == Some(&b':') && free(b":")).then(|| ipv6_short(rest)).flatten(),
                b'-' | b'+' => number(rest),
                _ => named(rest, free),
            }
        }
    };
    found.map(|length| at + length)
}

/// A value that begins with a digit; `free` says that none of these bytes is before it.
fn numeric(bytes: &[u8], free: impl Fn(&[u8]) -> bool) -> Option<usize> {
    let whole = digit_run(bytes);
    let goes_on = |byte: &u8| is_word_or_dollar(*byte) || is_joint(*byte);
    if !bytes.get(whole).is_some_and(goes_on) {
        return Some(size(bytes, whole).unwrap_or(whole));
    }
    let name = whole + run(&bytes[whole..], is_word_or_dollar);
    let joined = bytes.get(name).is_some_and(|byte| is_joint(*byte));
    None.or_else(|| (joined && free(b":.-")).then(|| mac(bytes)).flatten())
        .or_else(|| (joined && free(b"-")).then(|| uuid(bytes)).flatten())
        .or_else(|| (joined && free(b".")).then(|| ipv4(bytes)).flatten())
        .or_else(|| (joined && free(b":")).then(|| ipv6(bytes).or_else(|| ipv6_short(bytes))).flatten())
        .or_else(|| (joined && free(b".-")).then(|| host(bytes)).flatten())
        .or_else(|| (bytes[0] == b'0').then(|| hex_prefixed(bytes)).flatten())
        .or_else(|| {
            let end = fractions(bytes, whole);
            let number = || ends(bytes, end, |byte| byte.is_ascii_alphanumeric()).then_some(end);
            size(bytes, end).or_else(number).or_else(|| hex_word(bytes)).or(Some(end))
        })
}

/// A value that begins with a letter. The byte after the name at the front rules most masks out.
fn named(bytes: &[u8], free: impl Fn(&[u8]) -> bool) -> Option<usize> {
    let (lowercase, hex) = (bytes[0].is_ascii_lowercase(), bytes[0].is_ascii_hexdigit());
    let name = run(bytes, is_word_or_dollar);
    let url = || (lowercase && free(b"$")).then(|| url(bytes)).flatten();
    let mac = || (hex && name == 2 && free(b":.-")).then(|| mac(bytes)).flatten();
    let host = || {
        let with_port = || lowercase.then(|| host_port(bytes)).flatten();
        free(b".-").then(|| host(bytes).or_else(with_port)).flatten()
    };
    let host_range = || free(b"$.-").then(|| host_range(bytes)).flatten();
    let found = match bytes.get(name) {
        Some(b'.') => free(b"$.").then(|| component(bytes)).flatten().or_else(url).or_else(host),
        Some(b':') => {
            let ipv6 = || ipv6(bytes).or_else(|| ipv6_short(bytes));
            let ipv6 = || (hex && free(b":")).then(ipv6).flatten();
            windows_path(bytes).or_else(url).or_else(mac).or_else(ipv6)
        }
        Some(b'-') => {
            let uuid = || (hex && name == 8 && free(b"-")).then(|| uuid(bytes)).flatten();
            url().or_else(mac).or_else(uuid).or_else(host).or_else(host_range)
        }
        Some(b'+') => url(),
        Some(b'[') => host_range(),
        _ => None,
    };
    found.or_else(|| hex.then(|| hex_word(bytes)).flatten())
}

/// What a longer value could go on with after a name.
fn is_joint(byte: u8) -> bool {
    matches!(byte, b'.' | b'-' | b':' | b'[' | b'+')
}

/// A number of bytes or of anything.
fn quantity(bytes: &[u8]) -> Option<usize> {
    if matches!(bytes[0], b'-' | b'+') {
        return number(bytes);
    }
    let end = digits(bytes, 1)?;
    size(bytes, end).or(Some(end))
}

/// What stands between quotes that a logger has escaped, on one line.
fn escaped_quotes(bytes: &[u8]) -> Option<usize> {
    let quote = |at: usize| bytes[at..].starts_with(br"\042") || bytes[at..].starts_with(br"\x22");
    let line = run(bytes, |byte| byte != b'\n');
    let close = |at: &usize| bytes[*at] == b'\\' && quote(*at);
    quote(0).then(|| (4..line).find(close)).flatten().map(|at| at + 4)
}
