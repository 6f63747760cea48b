//! Times: every written form that logs commonly use. A form reads what is written ([`Raw`]); what that means, a [`Clock`]
//! says, which knows the zone, the year and the order of numbers where the text does not. Instants are microseconds since
//! 1970-01-01T00:00:00Z; finer digits are cut off.
//!
//! - [`scan`] finds the times of a text, [`read_at`] reads one at a known place, [`value`] a text that is one.
//! - [`decide`] finds from all times of a source what its clock is.

mod clock;
mod cursor;
mod decide;
mod forms;
mod names;
mod parts;
mod raw;
mod scan;

pub use clock::Clock;
pub use decide::decide;
pub use forms::{Form, FormDescription, forms};
pub use names::names_json;
pub use raw::Raw;
pub use scan::{Spot, integer, number, read_at, scan, value};

/// Reads a whole text as a time in any known form, Unix time of any age among them.
pub fn parse(text: &str, clock: &Clock) -> Option<i64> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return match text.parse::<u64>() {
            Ok(integer) => epoch_integer(integer),
            Err(_) => epoch(text.parse().ok()?),
        };
    }
    clock.instant(&value(text)?)
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

#[cfg(test)]
mod tests;
