//! Masks of numbers. Each says how long the value at the front is.

use super::bytes::{digit_run, ends, is_word, run};

/// A number that ends here as one of bytes, whatever the unit.
pub(super) fn size(bytes: &[u8], mut end: usize) -> Option<usize> {
    end += usize::from(bytes.get(end) == Some(&b' '));
    if matches!(bytes.get(end), Some(b'K' | b'M' | b'G' | b'T' | b'P')) {
        end += 1;
        end += usize::from(bytes.get(end) == Some(&b'i'));
    }
    (bytes.get(end) == Some(&b'B') && ends(bytes, end + 1, |byte| byte.is_ascii_alphanumeric()))
        .then_some(end + 1)
}

/// With its sign.
pub(super) fn number(bytes: &[u8]) -> Option<usize> {
    let end = 1 + digits(&bytes[1..], 1)?;
    ends(bytes, end, |byte| byte.is_ascii_alphanumeric()).then_some(end)
}

pub(super) fn digits(bytes: &[u8], least: usize) -> Option<usize> {
    let whole = digit_run(bytes);
    (whole >= least).then(|| fractions(bytes, whole))
}

/// Where a number ends whose first part ends here.
pub(super) fn fractions(bytes: &[u8], mut end: usize) -> usize {
    while let Some(length) = fraction(&bytes[end..]) {
        end += length;
    }
    end
}

/// A point and digits at the front.
fn fraction(bytes: &[u8]) -> Option<usize> {
    let (b'.', rest) = bytes.split_first()? else { return None };
    let length = digit_run(rest);
    (length > 0).then_some(1 + length)
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

/// A duration too short to tell.
pub(super) fn less_than(bytes: &[u8]) -> Option<usize> {
    let mut end = 1 + digits(&bytes[1..], 1)?;
    end += usize::from(bytes.get(end) == Some(&b' '));
    let unit = run(&bytes[end..], |byte| byte.is_ascii_alphanumeric());
    let known: [&[u8]; 8] = [b"s", b"ms", b"us", b"ns", b"sec", b"secs", b"min", b"h"];
    known.contains(&&bytes[end..end + unit]).then_some(end + unit)
}
