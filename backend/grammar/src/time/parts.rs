//! What forms have in common: the time of day, the zone, and what joins them to the date. Each is read by hand, and
//! beside it stands the regular expression that reads the same; both decide at once, without a way back.

use super::{
    cursor::Cursor,
    names::{Words, names},
    raw::{Half, Raw, Zone},
};

type Found = Option<()>;

/// What every `{NAME}` in a form's expression stands for; later ones may use earlier ones.
pub(super) fn pieces() -> Vec<(&'static str, String)> {
    let names = names();
    vec![
        ("MONTHS", names.alternatives(Words::Months)),
        ("WEEKDAYS", names.alternatives(Words::Weekdays)),
        ("ZONES", names.alternatives(Words::Zones)),
        ("DAY", DAY.to_owned()),
        ("MON", MON.to_owned()),
        ("FRACTION", FRACTION.to_owned()),
        ("HALF", HALF.to_owned()),
        ("TODS", TODS.to_owned()),
        ("TOD", TOD.to_owned()),
        ("JOIN", JOIN.to_owned()),
        ("REGION", REGION.to_owned()),
        ("TAIL", TAIL.to_owned()),
        ("ZONE", ZONE.to_owned()),
        ("BIAS", BIAS.to_owned()),
        ("DOTTED", DOTTED.to_owned()),
        ("DMY", super::forms::DMY.to_owned()),
        ("ANY", super::forms::ANY.to_owned()),
    ]
}

const DAY: &str = r"(?:(?:{WEEKDAYS})(?![^\W\d_])[.,]{0,2}[ \t]+)?";
const MON: &str = r"(?P<b>{MONTHS})(?![^\W\d_])\.?";

/// Runs `read` after a weekday if there is one; and if that finds nothing, without it, since `mar` is a month too.
#[inline]
pub(super) fn after_weekday(
    cursor: &mut Cursor<'_>,
    raw: &mut Raw,
    read: impl Fn(&mut Cursor<'_>, &mut Raw) -> Found,
) -> Found {
    let start = *cursor;
    if !cursor.at_digit() && cursor.weekday().is_some() {
        let fresh = *raw;
        if read(cursor, raw).is_some() {
            return Some(());
        }
        *raw = fresh;
    }
    *cursor = start;
    read(cursor, raw)
}

const FRACTION: &str = r"(?:[.,](?P<f>[0-9]+)|:(?P<f2>[0-9]{3}(?:[0-9]{3}){0,2})(?![0-9]))?";

#[inline]
fn fraction(cursor: &mut Cursor<'_>, raw: &mut Raw) {
    let start = *cursor;
    let read = match cursor.peek() {
        b'.' | b',' => {
            cursor.at += 1;
            cursor.fraction()
        }
        b':' => {
            cursor.at += 1;
            matches!(cursor.run(), 3 | 6 | 9).then(|| cursor.fraction()).flatten()
        }
        _ => None,
    };
    match read {
        Some(micro) => raw.micro = micro,
        None => *cursor = start,
    }
}

const HALF: &str = r"(?:[ \u00a0\u202f]?(?P<p>[ap]m|[ap]\.[ ]?m\.)(?![a-z0-9])|h(?![a-z0-9]))?";

/// `AM`, ` p.m.`; also the `h` of `10:00h`.
#[inline]
pub(super) fn half(cursor: &mut Cursor<'_>, raw: &mut Raw) {
    let next = cursor.peek();
    let likely = match next {
        b' ' => matches!(cursor.ahead(1), b'A' | b'P' | b'a' | b'p'),
        b'A' | b'P' | b'a' | b'p' | b'h' | b'H' => true,
        _ => next >= 0x80,
    };
    if !likely {
        return;
    }
    let start = *cursor;
    let free = |cursor: &Cursor<'_>| !cursor.peek().is_ascii_alphanumeric();
    if matches!(next, b'h' | b'H') {
        cursor.at += 1;
        if !free(cursor) {
            *cursor = start;
        }
        return;
    }
    let _ = cursor.take(b' ') || cursor.take_text("\u{a0}") || cursor.take_text("\u{202f}");
    let half = match cursor.peek() {
        b'A' | b'a' => Half::Am,
        b'P' | b'p' => Half::Pm,
        _ => {
            *cursor = start;
            return;
        }
    };
    cursor.at += 1;
    let point = cursor.take(b'.');
    if point {
        cursor.take(b' ');
    }
    if cursor.one_of(b"Mm").is_some() && (!point || cursor.take(b'.')) && free(cursor) {
        raw.half = half;
    } else {
        *cursor = start;
    }
}

const TODS: &str = r"(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2}):(?P<S>[0-9]{2})(?![0-9]){FRACTION}{HALF}";
const TOD: &str = r"(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?![0-9])(?::(?P<S>[0-9]{2})(?![0-9]){FRACTION})?{HALF}";

/// `10:00:00.123 AM`
#[inline]
pub(super) fn with_seconds(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Found {
    raw.hour = cursor.one_or_two()?;
    cursor.byte(b':')?;
    raw.minute = cursor.two()?;
    cursor.byte(b':')?;
    raw.second = cursor.two()?;
    if cursor.at_digit() {
        return None;
    }
    fraction(cursor, raw);
    half(cursor, raw);
    Some(())
}

/// As [`with_seconds`], or `10:00`.
#[inline]
pub(super) fn clock(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Found {
    raw.hour = cursor.one_or_two()?;
    cursor.byte(b':')?;
    raw.minute = cursor.two()?;
    if cursor.at_digit() {
        return None;
    }
    if cursor.peek() == b':' && cursor.ahead(1).is_ascii_digit() {
        let minutes = *cursor;
        cursor.at += 1;
        match cursor.two() {
            Some(second) if !cursor.at_digit() => {
                raw.second = second;
                fraction(cursor, raw);
            }
            _ => *cursor = minutes,
        }
    }
    half(cursor, raw);
    Some(())
}

const JOIN: &str =
    r"(?:[T_]|::|,?[ \t]{1,2}(?:(?:at|um|om|kl\.?|à)[ \t])?(?=[0-9])|[ \t]?[-:,;|][ \t]{0,2}(?=[0-9]))";

/// What joins a time of day to its date.
#[inline]
pub(super) fn join(cursor: &mut Cursor<'_>) -> Found {
    match cursor.peek() {
        b'T' | b't' | b'_' => {
            cursor.at += 1;
            return Some(());
        }
        b' ' if cursor.ahead(1).is_ascii_digit() => {
            cursor.at += 1;
            return Some(());
        }
        b':' if cursor.ahead(1) == b':' => {
            cursor.at += 2;
            return Some(());
        }
        _ => {}
    }
    let before = cursor.blanks();
    let sign = if before <= 1 { cursor.one_of(b"-:,;|") } else { None };
    let after = if sign.is_some() { cursor.blanks() } else { before };
    if after > 2 || (sign.is_none() && after == 0) {
        return None;
    }
    if after > 0 && !cursor.at_digit() && (sign.is_none() || (sign == Some(b',') && before == 0)) {
        let word = ["at", "um", "om", "kl", "à"].iter().find(|word| cursor.take_text(word))?;
        if *word == "kl" {
            cursor.take(b'.');
        }
        cursor.is_blank().then(|| cursor.at += 1)?;
    }
    cursor.at_digit().then_some(())
}

const REGION: &str = concat!(
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

const TAIL: &str = concat!(
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

const ZONE: &str = concat!(
    r"(?:(?P<z>Z(?![a-z0-9_])",
    r"|[ ]?(?:(?:UTC|GMT)[ ]?)?[+-](?:0[0-9]|1[0-8]):?[0-5][0-9](?![0-9]|[:.\-][0-9])",
    r"|[+-](?:0[0-9]|1[0-8])(?![0-9]|[:.\-][0-9])",
    r"|[ ]?(?:UTC|GMT)[+-][0-9]{1,2}(?![0-9]|[:.\-][0-9])",
    r"|[ ]?(?:UTC|GMT)(?![a-z0-9_])",
    r"|[ ]?(?-i:{ZONES})(?![a-z0-9_])|[ ]?\((?-i:{ZONES})\)|[ ]?\[(?-i:{ZONES})\]",
    r"|[ ]?{REGION}|[ ]?\[{REGION}\])(?![0-9]){TAIL})?"
);

/// The zone after a time of day, if there is one.
#[inline]
pub(super) fn zone(cursor: &mut Cursor<'_>, raw: &mut Raw) {
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
pub(super) fn offset(cursor: &mut Cursor<'_>, hours_alone: bool) -> Option<Zone> {
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

const BIAS: &str = r"(?:(?P<zm>[+-][0-9]{3})(?![0-9])|{ZONE})";

/// An offset in minutes, as DB2 and WMI write it, or any other zone.
pub(super) fn bias(cursor: &mut Cursor<'_>, raw: &mut Raw) {
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

const DOTTED: &str = concat!(
    r"[ _T\-](?P<H>[0-9]{1,2})\.(?P<M>[0-9]{2})\.(?P<S>[0-9]{2})(?![0-9])",
    r"(?:[.,](?P<f>[0-9]+))?{HALF}{ZONE}"
);

/// ` 10.00.00.123 AM +02:00`
pub(super) fn dotted(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Found {
    cursor.one_of(b" _Tt-")?;
    raw.hour = cursor.one_or_two()?;
    cursor.byte(b'.')?;
    raw.minute = cursor.two()?;
    cursor.byte(b'.')?;
    raw.second = cursor.two()?;
    if cursor.at_digit() {
        return None;
    }
    if matches!(cursor.peek(), b'.' | b',') && cursor.ahead(1).is_ascii_digit() {
        cursor.at += 1;
        raw.micro = cursor.fraction()?;
    }
    half(cursor, raw);
    zone(cursor, raw);
    Some(())
}

/// `+0200`
pub(super) fn long_offset(cursor: &mut Cursor<'_>) -> Option<Zone> {
    if cursor.ahead(3) == b':' {
        return None;
    }
    offset(cursor, false)
}
