//! The zone after a time of day: an offset, a name, a region, and what repeats it.

use crate::time::{
    cursor::Cursor,
    names::names,
    raw::{Raw, Zone},
};

pub(super) const REGION: &str = concat!(
    r"(?-i:(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)",
    r"/[A-Za-z0-9_+\-]+(?:/[A-Za-z_\-]+)?)"
);

/// `Europe/Berlin`; a region nobody knows is passed over, and the time is as without a zone.
fn region(cursor: &mut Cursor<'_>) -> Option<Zone> {
    let rest = &cursor.text()[cursor.at..];
    let first = rest.find('/').filter(|length| *length <= 10)?;
    let known = matches!(
        &rest[..first],
        "Africa"
            | "America"
            | "Antarctica"
            | "Arctic"
            | "Asia"
            | "Atlantic"
            | "Australia"
            | "Etc"
            | "Europe"
            | "Indian"
            | "Pacific"
    );
    if !known {
        return None;
    }
    let run = |from: usize, of: fn(&u8) -> bool| {
        rest.as_bytes().get(from..).unwrap_or_default().iter().take_while(|byte| of(byte)).count()
    };
    let city = run(first + 1, |byte| byte.is_ascii_alphanumeric() || b"_+-".contains(byte));
    if city == 0 {
        return None;
    }
    let mut length = first + 1 + city;
    if rest.as_bytes().get(length) == Some(&b'/') {
        let more = run(length + 1, |byte| byte.is_ascii_alphabetic() || b"_-".contains(byte));
        length += if more > 0 { more + 1 } else { 0 };
    }
    cursor.at += length;
    Some(rest[..length].parse().map_or(Zone::Unknown, Zone::Region))
}

pub(super) const TAIL: &str = concat!(
    r"(?:(?:[ ](?-i:{ZONES})(?![a-z0-9_])|[ ]?\((?:(?-i:{ZONES})|[a-z ]{1,40}(?:time|zeit))\)",
    r"|\[(?:(?-i:{ZONES})|{REGION})\])(?![0-9]))?(?:[ ]m=[+-][0-9]+\.[0-9]+)?"
);

/// What repeats an offset: ` CEST`, ` (Central European Summer Time)`, `[Europe/Berlin]`, Go's ` m=+0.1`.
fn tail(cursor: &mut Cursor<'_>) {
    if !matches!(cursor.peek(), b' ' | b'(' | b'[') {
        return;
    }
    let start = *cursor;
    let spaced = cursor.take(b' ');
    let found = match cursor.peek() {
        b'A'..=b'Z' if spaced => name(cursor).is_some(),
        b'(' => {
            cursor.at += 1;
            bracketed(cursor, b')').is_some() || long_name(cursor)
        }
        b'[' if !spaced => {
            cursor.at += 1;
            bracketed(cursor, b']').is_some() || (region(cursor).is_some() && cursor.take(b']'))
        }
        _ => false,
    };
    if !found || cursor.at_digit() {
        *cursor = start;
    }
    let start = *cursor;
    if !(cursor.take_text(" m=")
        && cursor.one_of(b"+-").is_some()
        && digits(cursor)
        && cursor.take(b'.')
        && digits(cursor))
    {
        *cursor = start;
    }
}

fn digits(cursor: &mut Cursor<'_>) -> bool {
    let count = cursor.run();
    cursor.at += count;
    count > 0
}

/// `Central European Summer Time)`
fn long_name(cursor: &mut Cursor<'_>) -> bool {
    let rest = &cursor.text().as_bytes()[cursor.at..];
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b' ').count();
    let name = &rest[..length];
    let known = length > 4
        && length <= 44
        && (name[length - 4..].eq_ignore_ascii_case(b"time")
            || name[length - 4..].eq_ignore_ascii_case(b"zeit"));
    cursor.at += length;
    known && cursor.take(b')')
}

/// A zone's name in capital letters.
#[inline]
fn name(cursor: &mut Cursor<'_>) -> Option<Zone> {
    let capitals = cursor.capitals();
    if capitals.len() < 2 {
        return None;
    }
    let next = cursor.ahead(capitals.len());
    if next.is_ascii_alphanumeric() || next == b'_' {
        return None;
    }
    let offset = names().zone(capitals)?;
    cursor.at += capitals.len();
    Some(Zone::Offset(offset))
}

/// A zone's name up to the bracket that closes after it; the cursor stays where it is when there is none.
fn bracketed(cursor: &mut Cursor<'_>, close: u8) -> Option<Zone> {
    let mut ahead = *cursor;
    let zone = name(&mut ahead)?;
    ahead.byte(close)?;
    *cursor = ahead;
    Some(zone)
}

pub(super) const ZONE: &str = concat!(
    r"(?:(?P<z>Z(?![a-z0-9_])",
    r"|[ ]?(?:(?:UTC|GMT)[ ]?)?[+-](?:0[0-9]|1[0-8]):?[0-5][0-9](?![0-9]|[:.\-][0-9])",
    r"|[+-](?:0[0-9]|1[0-8])(?![0-9]|[:.\-][0-9])",
    r"|[ ]?(?:UTC|GMT)[+-](?:0?[0-9]|1[0-8])(?![0-9]|[:.\-][0-9])",
    r"|[ ]?(?:UTC|GMT)(?![a-z0-9_])",
    r"|[ ]?(?-i:{ZONES})(?![a-z0-9_])|[ ]?\((?-i:{ZONES})\)|[ ]?\[(?-i:{ZONES})\]",
    r"|[ ]?{REGION}|[ ]?\[{REGION}\])(?![0-9]){TAIL})?"
);

/// The zone after a time of day, if there is one.
#[inline]
pub(in crate::time) fn zone(cursor: &mut Cursor<'_>, raw: &mut Raw) {
    let likely = match cursor.peek() {
        b'Z' | b'z' | b'+' | b'-' | b'(' | b'[' | b'A'..=b'Y' | b'u' | b'g' => true,
        b' ' => matches!(cursor.ahead(1), b'+' | b'-' | b'(' | b'[' | b'A'..=b'Z' | b'u' | b'g'),
        _ => false,
    };
    if !likely {
        return;
    }
    let start = *cursor;
    match written_zone(cursor) {
        Some(zone) if !cursor.at_digit() => {
            raw.zone = zone;
            tail(cursor);
        }
        _ => *cursor = start,
    }
}

fn written_zone(cursor: &mut Cursor<'_>) -> Option<Zone> {
    let spaced = cursor.take(b' ');
    let start = *cursor;
    match cursor.peek() {
        b'Z' | b'z' if !spaced => {
            cursor.at += 1;
            let next = cursor.peek();
            (!next.is_ascii_alphanumeric() && next != b'_').then_some(Zone::Offset(0))
        }
        b'+' | b'-' => offset(cursor, !spaced),
        b'(' => {
            cursor.at += 1;
            bracketed(cursor, b')')
        }
        b'[' => {
            cursor.at += 1;
            bracketed(cursor, b']')
                .or_else(|| region(cursor).and_then(|zone| cursor.byte(b']').map(|()| zone)))
        }
        _ => {
            if cursor.take_text("UTC") || cursor.take_text("GMT") {
                let after = *cursor;
                cursor.take(b' ');
                if let Some(zone) = offset(cursor, false) {
                    return Some(zone);
                }
                *cursor = after;
                if let Some(zone) = hours(cursor) {
                    return Some(zone);
                }
                *cursor = after;
                let next = cursor.peek();
                if !next.is_ascii_alphanumeric() && next != b'_' {
                    return Some(Zone::Offset(0));
                }
                *cursor = start;
            }
            name(cursor).or_else(|| region(cursor))
        }
    }
}

/// `+02:00`, `-0700`, and `+02` where minutes may be absent.
#[inline]
pub(in crate::time) fn offset(cursor: &mut Cursor<'_>, hours_alone: bool) -> Option<Zone> {
    let sign = if cursor.one_of(b"+-")? == b'+' { 1 } else { -1 };
    let hours = i16::from(cursor.two().filter(|hours| *hours <= 18)?);
    let after_hours = *cursor;
    cursor.take(b':');
    if let Some(minutes) = cursor.two().filter(|minutes| *minutes <= 59)
        && ends(cursor)
    {
        return Some(Zone::Offset(sign * (hours * 60 + i16::from(minutes))));
    }
    *cursor = after_hours;
    (hours_alone && ends(cursor)).then_some(Zone::Offset(sign * hours * 60))
}

/// `UTC+2`
fn hours(cursor: &mut Cursor<'_>) -> Option<Zone> {
    let sign = if cursor.one_of(b"+-")? == b'+' { 1 } else { -1 };
    let hours = cursor.one_or_two()?;
    (hours <= 18 && ends(cursor)).then_some(Zone::Offset(sign * i16::from(hours) * 60))
}

/// What follows is not the next part of a longer number.
#[inline]
fn ends(cursor: &Cursor<'_>) -> bool {
    !match cursor.peek() {
        b'0'..=b'9' => true,
        b':' | b'.' | b'-' => cursor.ahead(1).is_ascii_digit(),
        _ => false,
    }
}

pub(super) const BIAS: &str = r"(?:(?P<zm>[+-][0-9]{3})(?![0-9])|{ZONE})";

/// An offset in minutes, as DB2 and WMI write it, or any other zone.
pub(in crate::time) fn bias(cursor: &mut Cursor<'_>, raw: &mut Raw) {
    let start = *cursor;
    if let Some(sign) = cursor.one_of(b"+-")
        && let Some(minutes) = cursor.three()
        && !cursor.at_digit()
    {
        let minutes = i16::try_from(minutes).unwrap_or_default();
        raw.zone = Zone::Offset(if sign == b'+' { minutes } else { -minutes });
        return;
    }
    *cursor = start;
    zone(cursor, raw);
}

/// `+0200`
pub(in crate::time) fn long_offset(cursor: &mut Cursor<'_>) -> Option<Zone> {
    if cursor.ahead(3) == b':' {
        return None;
    }
    offset(cursor, false)
}
