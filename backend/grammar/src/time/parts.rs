//! What forms have in common: the time of day, the zone, and what joins them to the date. Each is read by hand, and
//! beside it stands the regular expression that reads the same; both decide at once, without a way back.

mod zone;

use super::{
    cursor::Cursor,
    names::{Words, names},
    raw::{Half, Raw},
};
use zone::{BIAS, REGION, TAIL, ZONE};
pub(super) use zone::{bias, long_offset, zone};

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
