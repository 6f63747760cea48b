//! Values that are times as a whole, and times at the beginning of a line.

use std::io::Write;

use super::{Clock, Form, Raw, clock::plausible_micros, forms::read, scan::strongest_at};

/// The time that a text is as a whole, quotes and brackets around it aside; numbers are Unix time. Meant for finding:
/// numbers count from 1999 to 2099 only.
pub fn value(text: &str) -> Option<Raw> {
    const AROUND: [char; 6] = ['"', '\'', '[', ']', '<', '>'];
    let text = text.trim().trim_start_matches(AROUND);
    let number_ends = text.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.');
    match number_ends.map_or(0, |at| text.as_bytes()[at]) {
        b'e' | b'E' => return number(text.trim_end_matches(AROUND).parse().ok()?),
        // Audit's `audit(1364481363.243:24287):`
        b'A'..=b'Z' | b'a'..=b'z' if number_ends == Some(0) => {
            if let Some((_, inner)) = text.split_once('(')
                && inner.starts_with(|letter: char| letter.is_ascii_digit())
            {
                let ends = inner.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
                return read(&inner[..ends], 0, Form::Epoch).map(|(raw, _)| raw);
            }
        }
        0 | b'"' | b'\'' | b']' | b'>' => return numeric_text(text.trim_end_matches(AROUND)),
        _ => {}
    }
    let spot = strongest_at(text, 0)?;
    (text.len() - spot.end <= 2).then_some(spot.raw)
}

/// Digits, and a point perhaps: Unix time, `20240501100000`, or `2024.05.01`.
fn numeric_text(text: &str) -> Option<Raw> {
    if let Some(spot) = strongest_at(text, 0).filter(|spot| spot.end == text.len()) {
        return Some(spot.raw);
    }
    match text.parse::<u64>() {
        Ok(whole) => integer(whole),
        Err(_) => number(text.parse().ok()?),
    }
}

/// A number as Unix time, in s, ms, µs or ns; from 1999 to 2099.
pub fn number(value: f64) -> Option<Raw> {
    let micros = [1e6, 1e3, 1.0, 1e-3].into_iter().zip([6u32, 3, 0, 0]).find_map(|(scale, digits)| {
        (value * scale > 9.4e14 && value * scale < 4.1e15).then(|| match scale < 1.0 {
            true => (value * scale) as i64,
            false => cut_off(value, digits),
        })
    })?;
    Some(Raw::from_micros(micros))
}

/// A number that is not negative without its point, and as many digits after it: those that it is written with, none
/// rounded.
fn cut_off(value: f64, digits: u32) -> i64 {
    let mut buffer = [0u8; 40];
    let mut rest = &mut buffer[..];
    let written = write!(rest, "{value}").map(|()| 40 - rest.len());
    let text = written.map_or(&b""[..], |length| &buffer[..length]);
    let mut whole = 0i64;
    let mut after: Option<u32> = None;
    for byte in text {
        match (byte, after) {
            (b'.', _) => after = Some(0),
            (_, Some(count)) if count >= digits => break,
            (digit, _) => {
                whole = whole.saturating_mul(10).saturating_add(i64::from(digit.wrapping_sub(b'0')));
                after = after.map(|count| count + 1);
            }
        }
    }
    (after.unwrap_or(0)..digits).fold(whole, |whole, _| whole.saturating_mul(10))
}

/// As [`value`], of a text that is known to be a time: glog's forms count without the letter before them, too.
pub fn written(text: &str) -> Option<Raw> {
    value(text).or_else(|| {
        let forms = [Form::LetterMonthDay, Form::LetterShortYear, Form::LetterYear];
        let whole = |form| read(text, 0, form).filter(|(_, end)| *end == text.len());
        forms.into_iter().find_map(whole).map(|(raw, _)| raw)
    })
}

/// As [`number`], of an integer.
pub fn integer(value: u64) -> Option<Raw> {
    epoch_integer(value).filter(|micros| plausible_micros(*micros)).map(Raw::from_micros)
}

/// Unix time as a number: seconds below 10¹¹ (the year 5138), then ms, µs and ns.
pub fn epoch(value: f64) -> Option<i64> {
    if !value.is_finite() || value < 0.0 {
        return None;
    }
    let micros = match value {
        v if v < 1e11 => v * 1e6,
        v if v < 1e14 => v * 1e3,
        v if v < 1e17 => v,
        v if v < 1e20 => v / 1e3,
        _ => return None,
    };
    Some(micros.round() as i64)
}

/// Unix time as an integer, without the rounding of [`epoch`].
pub fn epoch_integer(value: u64) -> Option<i64> {
    let micros = match value {
        v if v < 100_000_000_000 => v * 1_000_000,
        v if v < 100_000_000_000_000 => v * 1_000,
        v if v < 100_000_000_000_000_000 => v,
        v => v / 1_000,
    };
    i64::try_from(micros).ok()
}

/// Reads a whole text, known to be a time, in any form; white space around it, and an access log's brackets, are
/// passed over. Any number that is not negative is Unix time.
pub fn parse(text: &str, clock: &Clock) -> Option<i64> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let calendar = strongest_at(text, 0)
            .filter(|spot| spot.end == text.len() && spot.raw.form() != Form::Epoch)
            .and_then(|spot| clock.instant(&spot.raw));
        return calendar.or_else(|| match text.parse::<u64>() {
            Ok(integer) => epoch_integer(integer),
            Err(_) => epoch(text.parse().ok()?),
        });
    }
    let text = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
    let spot = strongest_at(text, 0).filter(|spot| spot.end == text.len());
    match spot {
        Some(spot) => clock.instant(&spot.raw),
        // glog's, whose letter is another field's.
        None => [Form::LetterMonthDay, Form::LetterShortYear, Form::LetterYear]
            .into_iter()
            .filter_map(|form| read(text, 0, form))
            .find(|(_, end)| *end == text.len())
            .and_then(|(raw, _)| clock.instant(&raw)),
    }
}

/// Reads the time that a syslog line begins with and its length in bytes.
pub fn prefix(bytes: &[u8], clock: &Clock) -> Option<(i64, usize)> {
    let forms: &[Form] = match bytes.first()? {
        b'0'..=b'9' => &[Form::Iso],
        _ => &[Form::Ctime, Form::MonthDayYear, Form::MonthDay],
    };
    let text = beginning(bytes);
    forms
        .iter()
        .find_map(|form| read(text, 0, *form))
        .and_then(|(raw, end)| Some((clock.instant(&raw)?, end)))
}

/// `081109 203530`
pub fn compact(bytes: &[u8], clock: &Clock) -> Option<(i64, usize)> {
    let (raw, end) = read(beginning(bytes), 0, Form::TwoSix)?;
    Some((clock.instant(&raw)?, end))
}

/// As much of the bytes as is text and may hold a time.
fn beginning(bytes: &[u8]) -> &str {
    let bytes = &bytes[..bytes.len().min(96)];
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}
