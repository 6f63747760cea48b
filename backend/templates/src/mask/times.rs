//! Masks of dates and times. Each says how long the value at the front is.

use super::bytes::{digit_run, ends, is_word};

/// One or two digits at the front, if there are no more.
fn pair(bytes: &[u8], at: usize) -> Option<usize> {
    let length = digit_run(bytes.get(at..)?);
    (1..=2).contains(&length).then_some(at + length)
}

/// Two digits and a sign before them.
fn after_colon(bytes: &[u8], at: usize) -> Option<usize> {
    let [b':', b'0'..=b'9', b'0'..=b'9', ..] = bytes.get(at..)? else { return None };
    Some(at + 3)
}

fn fraction(bytes: &[u8], at: usize) -> Option<usize> {
    let [b'.' | b',', rest @ ..] = bytes.get(at..)? else { return None };
    let length = digit_run(rest);
    (length > 0).then_some(at + 1 + length)
}

/// `Z`, `+02:00`, `-0800`
fn zone(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at..)? {
        [b'Z', ..] => Some(at + 1),
        [b'+' | b'-', a, b, b':', c, d, ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) => {
            Some(at + 6)
        }
        [b'+' | b'-', a, b, c, d, ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) => {
            Some(at + 5)
        }
        _ => None,
    }
}

/// `2025-01-31`, with a time and its zone.
pub(super) fn date(bytes: &[u8]) -> Option<usize> {
    let joint = |at: usize| matches!(bytes.get(at), Some(b'-' | b'/'));
    if digit_run(&bytes[..bytes.len().min(5)]) != 4 || !joint(4) {
        return None;
    }
    let month = pair(bytes, 5).filter(|end| joint(*end))?;
    let day = pair(bytes, month + 1)?;
    let minutes = match bytes.get(day) {
        Some(b'T' | b'_') => pair(bytes, day + 1).and_then(|hour| after_colon(bytes, hour)),
        _ => None,
    };
    let seconds = minutes.and_then(|end| after_colon(bytes, end));
    let parts = seconds.and_then(|end| fraction(bytes, end));
    let mut candidates = [parts, seconds, minutes, Some(day)].into_iter().flatten();
    candidates.find_map(|end| {
        let over = |end: &usize| ends(bytes, *end, is_word);
        zone(bytes, end).filter(over).or_else(|| Some(end).filter(over))
    })
}

/// `9:15`, `23:59:59.123`
pub(super) fn time(bytes: &[u8]) -> Option<usize> {
    let hour = pair(bytes, 0)?;
    let minutes = after_colon(bytes, hour)?;
    let end = after_colon(bytes, minutes).unwrap_or(minutes);
    let over = |end: &usize| ends(bytes, *end, |byte| is_word(byte) || byte == b':');
    fraction(bytes, end).filter(over).or_else(|| Some(end).filter(over))
}
