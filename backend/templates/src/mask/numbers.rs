//! Masks of numbers. Each says how long the value at the front is.

use super::bytes::{digit_run, ends, is_word, run};

/// A number with its sign, if there is one, and with the unit that is glued to it, if there may be one.
pub(super) fn number(bytes: &[u8], unit: bool) -> Option<usize> {
    let end = grouped(bytes)?;
    match bytes.get(end) {
        Some(b'A'..=b'Z' | b'a'..=b'z' | 0xc2) if unit => {
            let micro = if bytes[end..].starts_with("µ".as_bytes()) { "µ".len() } else { 0 };
            let letters = micro + run(&bytes[end + micro..], |byte| byte.is_ascii_alphanumeric());
            if is_unit(&bytes[end..end + letters]) {
                return Some(end + letters);
            }
            // What is beyond ASCII is no letter here.
            (bytes[end] == 0xc2).then_some(end)
        }
        Some(b'A'..=b'Z' | b'a'..=b'z') => None,
        _ => Some(end),
    }
}

/// A number with its sign and all of its groups: `-1`, `3.5`, `1,024.5`.
fn grouped(bytes: &[u8]) -> Option<usize> {
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let mut end = sign + digit_run(&bytes[sign..]);
    if end == sign {
        return None;
    }
    while let Some(b'.' | b',') = bytes.get(end) {
        let length = digit_run(&bytes[end + 1..]);
        if length == 0 {
            break;
        }
        end += 1 + length;
    }
    Some(end)
}

fn is_unit(unit: &[u8]) -> bool {
    let bytes = match unit {
        [scale, b'B' | b'b'] | [scale, b'i', b'B' | b'b'] => b"KMGTPkmgtp".contains(scale),
        [scale] | [scale, b'i'] => b"KMGT".contains(scale),
        _ => false,
    };
    let others: [&[u8]; 29] = [
        b"B",
        b"ns",
        b"us",
        b"ms",
        "µs".as_bytes(),
        b"s",
        b"sec",
        b"secs",
        b"min",
        b"mins",
        b"h",
        b"hr",
        b"hrs",
        b"d",
        b"Hz",
        b"GHz",
        b"MHz",
        b"kHz",
        b"mV",
        b"V",
        b"mA",
        b"dB",
        b"dBm",
        b"rpm",
        b"fps",
        b"ppm",
        b"Mbps",
        b"Gbps",
        b"kbps",
    ];
    bytes || others.contains(&unit) || unit == b"Kbps"
}

/// The unit at the front of what follows a number.
pub(super) fn unit_apart(bytes: &[u8]) -> Option<usize> {
    let length = run(bytes, |byte| byte.is_ascii_alphanumeric());
    let known = match &bytes[..length] {
        [scale, b'B' | b'b'] | [scale, b'i', b'B' | b'b'] => b"KMGTP".contains(scale),
        unit => [b"B".as_slice(), b"s", b"ms", b"us", b"ns"].contains(&unit),
    };
    known.then_some(length)
}

/// Digits and the groups behind points, at least so many digits at first.
pub(super) fn digits(bytes: &[u8]) -> usize {
    let mut end = digit_run(bytes);
    while bytes.get(end) == Some(&b'.') {
        let length = digit_run(&bytes[end + 1..]);
        if length == 0 {
            break;
        }
        end += 1 + length;
    }
    end
}

/// Two digits and more after a letter, or one with a point.
pub(super) fn number_in_word(bytes: &[u8]) -> Option<usize> {
    let end = digits(bytes);
    (end >= 2).then_some(end)
}

pub(super) fn hex_prefixed(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.get(1), Some(b'x' | b'X')) {
        return None;
    }
    let end = 2 + run(&bytes[2..], |byte| byte.is_ascii_hexdigit());
    (end > 2 && ends(bytes, end, is_word)).then_some(end)
}

pub(super) fn hex_word(bytes: &[u8]) -> Option<usize> {
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

/// Six letters and digits and more, with letters between digits.
pub(super) fn mixed_identifier(bytes: &[u8]) -> Option<usize> {
    let end = run(bytes, |byte| byte.is_ascii_alphanumeric());
    let mut changes = bytes[..end].iter().skip_while(|byte| !byte.is_ascii_digit());
    let mixed = end >= 6 && changes.any(u8::is_ascii_alphabetic) && changes.any(u8::is_ascii_digit);
    mixed.then_some(end)
}

/// A duration too short to tell.
pub(super) fn less_than(bytes: &[u8]) -> Option<usize> {
    let whole = digit_run(&bytes[1..]);
    if whole == 0 {
        return None;
    }
    let fits = |mut end: usize| {
        end += usize::from(bytes.get(end) == Some(&b' '));
        let unit = run(&bytes[end..], |byte| byte.is_ascii_alphanumeric());
        let known: [&[u8]; 8] = [b"s", b"ms", b"us", b"ns", b"sec", b"secs", b"min", b"h"];
        known.contains(&&bytes[end..end + unit]).then_some(end + unit)
    };
    match bytes.get(1 + whole) {
        Some(b'.') => {
            let fraction = digit_run(&bytes[2 + whole..]);
            (fraction > 0).then(|| fits(2 + whole + fraction)).flatten()
        }
        _ => fits(1 + whole),
    }
}
