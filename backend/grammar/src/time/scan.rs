//! Where times are in a text.

use super::{
    Form, Raw,
    forms::read,
};

/// A time in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    pub start: usize,
    pub end: usize,
    pub raw: Raw,
}

/// The time of this form that begins right at `place`, and where it ends.
#[inline]
pub fn read_at(text: &str, place: usize, form: Form) -> Option<(Raw, usize)> {
    let allowed = place < text.len() && form.kind().behind.allows(text, place);
    allowed.then(|| read(text, place, form))?
}

/// Every time that begins in the first `limit` bytes of a text, from left to right, without overlaps: the form that
/// comes first in [`Form::ALL`] is believed.
pub fn scan(text: &str, limit: usize) -> Vec<Spot> {
    let bytes = &text.as_bytes()[..limit.min(text.len())];
    if bytes.iter().filter(|byte| byte.is_ascii_digit()).take(4).count() < 4 {
        return Vec::new();
    }
    let places: Vec<usize> = (0..bytes.len()).filter(|at| begins(bytes, *at) && text.is_char_boundary(*at)).collect();
    let mut found: Vec<Spot> = Vec::new();
    for form in Form::ALL {
        for start in &places {
            if let Some((raw, end)) = read_at(text, *start, *form)
                && !found.iter().any(|other| other.start < end && *start < other.end)
            {
                found.push(Spot { start: *start, end, raw });
            }
        }
    }
    found.sort_by_key(|spot| spot.start);
    found
}

/// Whether a run of digits or of letters begins here.
fn begins(bytes: &[u8], at: usize) -> bool {
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => 1,
        b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => 2,
        b'@' => 3,
        _ => 0,
    };
    let own = kind(bytes[at]);
    own > 0 && (at == 0 || kind(bytes[at - 1]) != own)
}

/// The time that a text is as a whole, but for quotes and brackets around it.
pub fn value(text: &str) -> Option<Raw> {
    let text = text.trim().trim_matches(['"', '[', ']']).trim();
    let first = *text.as_bytes().first()?;
    if first.is_ascii_digit() && text.bytes().all(|byte| byte.is_ascii_digit() || b".eE+".contains(&byte)) {
        if let Some(raw) = numeric(text) {
            return Some(raw);
        }
    }
    if let Some(inside) = text.strip_suffix("):").or(text.strip_suffix(')')).and_then(|open| open.split_once('(')) {
        // `audit(1364481363.243:24287):`
        let number = inside.1.split(':').next().unwrap_or_default();
        if inside.0.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return numeric(number);
        }
    }
    let whole = |form: &Form| read(text, 0, *form).filter(|(_, end)| text.len() - end <= 2);
    Form::ALL.iter().find_map(whole).map(|(raw, _)| raw)
}

fn numeric(text: &str) -> Option<Raw> {
    if let Ok(value) = text.parse::<u64>() {
        return if text.len() >= 9 { integer(value) } else { None };
    }
    let (whole, fraction) = text.split_once('.')?;
    // Digits as they are written: a float would round them.
    match whole.len() {
        10 if fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
            let seconds = plausible(whole.parse().ok()?, 1)?;
            let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
            Some(Raw::from_micros(seconds + digits.parse::<i64>().ok()?))
        }
        _ => number(text.parse().ok()?),
    }
}

/// Unix time in s, ms, µs or ns, between the years 1999 and 2099.
pub fn integer(value: u64) -> Option<Raw> {
    [1, 1_000, 1_000_000, 1_000_000_000].into_iter().find_map(|unit| plausible(value, unit)).map(Raw::from_micros)
}

/// As [`integer`], with a fraction.
pub fn number(value: f64) -> Option<Raw> {
    if value.fract() == 0.0 && value > 0.0 && value < 9e18 {
        return integer(value as u64);
    }
    let seconds = [1.0, 1e3, 1e6, 1e9].into_iter().map(|unit| value / unit).find(|s| *s > 9.4e8 && *s < 4.1e9)?;
    Some(Raw::from_micros((seconds * 1e6).round() as i64))
}

/// The microseconds of a number in a unit of which a second has so many.
fn plausible(value: u64, unit: u64) -> Option<i64> {
    let seconds = value / unit;
    let micros = match unit {
        1_000_000_000 => value / 1_000,
        unit => value.checked_mul(1_000_000 / unit)?,
    };
    (seconds > 940_000_000 && seconds < 4_100_000_000).then(|| i64::try_from(micros).ok())?
}
