//! Masking: what varies by its looks (addresses, numbers, paths, …) becomes `<*>`. One pass from left to right; at each
//! place the first of [`MASKS`] that fits there wins. Their patterns are the definition, in the syntax of Python's `re`
//! with the flags `ASCII`; the code here is the same by hand, since a scanner is ten times as fast.

use crate::ascii::{run_in, run_of_letters};

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
                let plain = !bytes.get(end).is_some_and(|next| {
                    next.is_ascii_digit()
                        || matches!(next, b'.' | b':' | b'/' | b'-' | b'+' | b'$')
                        || (*next == b'[' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit))
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

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// `\w` of an ASCII pattern.
fn is_word(byte: u8) -> bool {
    CLASS[usize::from(byte)] & WORD != 0
}

fn is_word_or_dollar(byte: u8) -> bool {
    CLASS[usize::from(byte)] & (WORD | DOLLAR) != 0
}

const WORD: u8 = 1;
const DOLLAR: u8 = 2;

/// What bytes are, as bits.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let it = byte as u8;
        if it.is_ascii_alphanumeric() || it == b'_' {
            class[byte] = WORD;
        } else if it == b'$' {
            class[byte] = DOLLAR;
        }
        byte += 1;
    }
    class
};

fn digit_run(bytes: &[u8]) -> usize {
    run_in(bytes, &(b'0'..=b'9'))
}

/// How many bytes at the front are of this kind.
fn run(bytes: &[u8], kind: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !kind(*byte)).unwrap_or(bytes.len())
}

/// Whether what follows is none of these.
fn ends(bytes: &[u8], at: usize, continues: impl Fn(u8) -> bool) -> bool {
    !bytes.get(at).is_some_and(|byte| continues(*byte))
}

/// Where a dotted name ends, and how many points it has.
fn dotted(bytes: &[u8]) -> (usize, usize) {
    let (mut end, mut points) = (run(bytes, is_word_or_dollar), 0);
    while bytes.get(end) == Some(&b'.') {
        let length = run(&bytes[end + 1..], is_word_or_dollar);
        if length == 0 {
            break;
        }
        end += 1 + length;
        points += 1;
    }
    (end, points)
}

/// A component or a code location: both are dotted names.
fn component(bytes: &[u8]) -> Option<usize> {
    let (end, points) = dotted(bytes);
    match bytes.get(end)? {
        b'/' if points >= 2 => {
            let length = run(&bytes[end + 1..], |byte| is_word_or_dollar(byte) || byte == b'.');
            (length > 0).then_some(end + 1 + length)
        }
        b':' if points >= 3 => {
            let line = digit_run(&bytes[end + 1..]);
            let end = end + 1 + line;
            (line > 0 && ends(bytes, end, is_word)).then_some(end)
        }
        _ => None,
    }
}

fn url(bytes: &[u8]) -> Option<usize> {
    let scheme = run(bytes, |byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'.' | b'-')
    });
    if !bytes[scheme..].starts_with(b"://") {
        return None;
    }
    let length = run(&bytes[scheme + 3..], |byte| !is_space(byte) && !b",;()<>[]{}\"'".contains(&byte));
    (length > 0).then_some(scheme + 3 + length)
}

fn windows_path(bytes: &[u8]) -> Option<usize> {
    if !bytes[1..].starts_with(b":\\") {
        return None;
    }
    let length = run(&bytes[3..], |byte| !is_space(byte) && !b"\"'<>|*?;,".contains(&byte));
    (length > 0).then_some(3 + length)
}

fn host_port(bytes: &[u8]) -> Option<usize> {
    let label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let mut end = run(bytes, label);
    let mut last = 0..end;
    while bytes.get(end) == Some(&b'.') {
        last = end + 1..end + 1 + run(&bytes[end + 1..], label);
        end = last.end;
        if last.is_empty() {
            return None;
        }
    }
    let named = last.start > 0 && last.len() >= 2 && bytes[last].iter().all(u8::is_ascii_lowercase);
    if !named || bytes.get(end) != Some(&b':') {
        return None;
    }
    let port = run(&bytes[end + 1..], |byte| byte.is_ascii_digit());
    let end = end + 1 + port;
    (port >= 2 && ends(bytes, end, |byte| is_word(byte) || byte == b'-')).then_some(end)
}

/// `node-[72-95]`, `rack1[0,4]`.
fn host_range(bytes: &[u8]) -> Option<usize> {
    let open = memchr::memchr(b'[', bytes)?;
    let start = run(bytes, |byte| is_word(byte) || byte == b'-');
    if start != open {
        return None;
    }
    let numbers = &bytes[start + 1..];
    let length = run(numbers, |byte| byte.is_ascii_digit() || matches!(byte, b',' | b'-'));
    let first = run(numbers, |byte| byte.is_ascii_digit());
    let several = first > 0 && first < length && numbers[length - 1].is_ascii_digit();
    (several && numbers.get(length) == Some(&b']')).then_some(start + length + 2)
}

/// A number that ends here as one of bytes, whatever the unit.
fn size(bytes: &[u8], mut end: usize) -> Option<usize> {
    end += usize::from(bytes.get(end) == Some(&b' '));
    if matches!(bytes.get(end), Some(b'K' | b'M' | b'G' | b'T' | b'P')) {
        end += 1;
        end += usize::from(bytes.get(end) == Some(&b'i'));
    }
    (bytes.get(end) == Some(&b'B') && ends(bytes, end + 1, |byte| byte.is_ascii_alphanumeric()))
        .then_some(end + 1)
}

/// A duration too short to tell.
fn less_than(bytes: &[u8]) -> Option<usize> {
    let mut end = 1 + digits(&bytes[1..], 1)?;
    end += usize::from(bytes.get(end) == Some(&b' '));
    let unit = run(&bytes[end..], |byte| byte.is_ascii_alphanumeric());
    let known: [&[u8]; 8] = [b"s", b"ms", b"us", b"ns", b"sec", b"secs", b"min", b"h"];
    known.contains(&&bytes[end..end + unit]).then_some(end + unit)
}

/// What stands between quotes that a logger has escaped, on one line.
fn escaped_quotes(bytes: &[u8]) -> Option<usize> {
    let quote = |at: usize| bytes[at..].starts_with(br"\042") || bytes[at..].starts_with(br"\x22");
    let line = run(bytes, |byte| byte != b'\n');
    let close = |at: &usize| bytes[*at] == b'\\' && quote(*at);
    quote(0).then(|| (4..line).find(close)).flatten().map(|at| at + 4)
}

fn mac(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.get(2), Some(b':' | b'-')) {
        return None;
    }
    let octet = |at: usize| bytes.get(at..at + 2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    let rest = (1..6).all(|n| matches!(bytes.get(n * 3 - 1), Some(b':' | b'-')) && octet(n * 3));
    (octet(0) && rest && ends(bytes, 17, |byte| is_word(byte) || matches!(byte, b':' | b'-'))).then_some(17)
}

fn uuid(bytes: &[u8]) -> Option<usize> {
    let text = bytes.get(..36).filter(|text| text[8] == b'-')?;
    let fits = text.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    (fits && ends(bytes, 36, |byte| is_word(byte) || byte == b'-')).then_some(36)
}

fn ipv4(bytes: &[u8]) -> Option<usize> {
    let mut end = usize::from(bytes[0] == b'/');
    for part in 0..4 {
        if part > 0 {
            if bytes.get(end) != Some(&b'.') {
                return None;
            }
            end += 1;
        }
        let length = run(&bytes[end..], |byte| byte.is_ascii_digit());
        if !(1..=3).contains(&length) {
            return None;
        }
        end += length;
    }
    let port = match bytes.get(end) {
        Some(b':') => run(&bytes[end + 1..], |byte| byte.is_ascii_digit()),
        _ => 0,
    };
    let over = |at: usize| {
        ends(bytes, at, is_word)
            && (!matches!(bytes.get(at), Some(b'.' | b'-')) || ends(bytes, at + 1, is_word))
    };
    if port > 0 && over(end + 1 + port) {
        return Some(end + 1 + port);
    }
    over(end).then_some(end)
}

/// One to four hexadecimal digits at the front, if there are no more.
fn group(bytes: &[u8]) -> Option<usize> {
    let length = run(bytes, |byte| byte.is_ascii_hexdigit());
    (1..=4).contains(&length).then_some(length)
}

fn ipv6(bytes: &[u8]) -> Option<usize> {
    let (mut end, mut groups) = (0, 0);
    while groups < 7
        && let Some(length) = group(&bytes[end..])
        && bytes.get(end + length) == Some(&b':')
    {
        end += length + 1;
        groups += 1;
    }
    if groups < 2 {
        return None;
    }
    end += usize::from(bytes.get(end) == Some(&b':'));
    end += group(&bytes[end..])?;
    ends(bytes, end, |byte| is_word(byte) || byte == b':').then_some(end)
}

fn ipv6_short(bytes: &[u8]) -> Option<usize> {
    let mut end = group(bytes).unwrap_or(0);
    if !bytes[end..].starts_with(b"::") {
        return None;
    }
    end += 2;
    end += group(&bytes[end..])?;
    while bytes.get(end) == Some(&b':')
        && let Some(length) = group(&bytes[end + 1..])
    {
        end += 1 + length;
    }
    ends(bytes, end, |byte| is_word(byte) || byte == b':').then_some(end)
}

fn path(bytes: &[u8]) -> Option<usize> {
    let (mut end, mut parts) = (0, 0);
    while bytes.get(end) == Some(&b'/') {
        let length = run(&bytes[end + 1..], |byte| is_word(byte) || b".$%*+~@[]=:-".contains(&byte));
        if length == 0 {
            break;
        }
        end += 1 + length;
        parts += 1;
    }
    if parts < 2 {
        return None;
    }
    Some(end + usize::from(bytes.get(end) == Some(&b'/')))
}

fn host(bytes: &[u8]) -> Option<usize> {
    let letters = run(bytes, |byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'-'));
    if !bytes.get(letters).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let first = run(bytes, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if bytes.get(first) != Some(&b'.') {
        return None;
    }
    let mut labels: Vec<(usize, usize)> = Vec::with_capacity(8);
    let mut start = 0;
    loop {
        let length = run(&bytes[start..], |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if length == 0 {
            break;
        }
        labels.push((start, start + length));
        if bytes.get(start + length) != Some(&b'.') {
            break;
        }
        start += length + 1;
    }
    while let [_, .., (second, _), (last, end)] = labels[..] {
        if labels.len() < 3 {
            return None;
        }
        let name = &bytes[last..end];
        if name.len() >= 2
            && name.iter().all(u8::is_ascii_alphabetic)
            && bytes[second].is_ascii_alphabetic()
            && ends(bytes, end, |byte| byte == b'_')
        {
            let port = match bytes.get(end) {
                Some(b':') => run(&bytes[end + 1..], |byte| byte.is_ascii_digit()),
                _ => 0,
            };
            let with_port = end + 1 + port;
            let whole = port > 0 && ends(bytes, with_port, |byte| is_word(byte) || byte == b'-');
            return Some(if whole { with_port } else { end });
        }
        labels.pop();
    }
    None
}

fn hex_prefixed(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.get(1), Some(b'x' | b'X')) {
        return None;
    }
    let end = 2 + run(&bytes[2..], |byte| byte.is_ascii_hexdigit());
    (end > 2 && ends(bytes, end, is_word)).then_some(end)
}

/// With its sign.
fn number(bytes: &[u8]) -> Option<usize> {
    let end = 1 + digits(&bytes[1..], 1)?;
    ends(bytes, end, |byte| byte.is_ascii_alphanumeric()).then_some(end)
}

/// A point and digits at the front.
fn fraction(bytes: &[u8]) -> Option<usize> {
    let (b'.', rest) = bytes.split_first()? else { return None };
    let length = digit_run(rest);
    (length > 0).then_some(1 + length)
}

fn hex_word(bytes: &[u8]) -> Option<usize> {
    let end = run(bytes, |byte| byte.is_ascii_hexdigit());
    let text = &bytes[..end];
    if !ends(bytes, end, is_word) {
        return None;
    }
    let mixed =
        text.len() >= 2 && text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic);
    let long = text.len() >= 8 && !text.iter().any(u8::is_ascii_uppercase);
    (mixed || long).then_some(end)
}

fn digits(bytes: &[u8], least: usize) -> Option<usize> {
    let whole = digit_run(bytes);
    (whole >= least).then(|| fractions(bytes, whole))
}

/// Where a number ends whose first part ends here.
fn fractions(bytes: &[u8], mut end: usize) -> usize {
    while let Some(length) = fraction(&bytes[end..]) {
        end += length;
    }
    end
}
