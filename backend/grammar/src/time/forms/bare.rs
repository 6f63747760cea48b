//! Forms that are mostly digits without signs between them.

use super::{Behind, Form, Kind, iso::dated};
use crate::time::{
    cursor::Cursor,
    parts,
    raw::{Day, Raw, century},
};

type Found = Option<()>;

/// `20240501`
#[inline]
fn eight(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Found {
    let year = cursor.near_year()?;
    let month = cursor.two()?;
    let day = cursor.two()?;
    dated(raw, year, month, day);
    Some(())
}

/// `240501`
#[inline]
fn six(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Found {
    let year = century(cursor.two()?);
    let month = cursor.two()?;
    let day = cursor.two()?;
    dated(raw, year, month, day);
    Some(())
}

/// `100000`
#[inline]
fn six_clock(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Found {
    raw.hour = cursor.two()?;
    raw.minute = cursor.two()?;
    raw.second = cursor.two()?;
    Some(())
}

/// `20171223-22:15:29:606`, with single digits as well; after a colon stand milliseconds, as many digits as they need.
pub(super) static COMPACT: Kind = Kind {
    form: Form::Compact,
    name: "compact",
    strength: 1.0,
    family: "iso",
    example: "20171223-22:15:29:606",
    behind: Behind::Colon,
    python: concat!(
        r"(?P<Y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})[T\-_ :](?P<H>[0-9]{1,2}):(?P<M>[0-9]{1,2}):",
        r"(?P<S>[0-9]{1,2})(?![0-9])(?:[.,](?P<f>[0-9]+)|:(?P<ms>[0-9]{1,3})(?![0-9]))?{ZONE}"
    ),
    read: |cursor, raw| {
        eight(cursor, raw)?;
        cursor.one_of(b"Tt-_ :")?;
        raw.hour = cursor.one_or_two()?;
        cursor.byte(b':')?;
        raw.minute = cursor.one_or_two()?;
        cursor.byte(b':')?;
        raw.second = cursor.one_or_two()?;
        let start = *cursor;
        let micro = match cursor.one_of(b".,:") {
            Some(b':') if cursor.run() <= 3 => cursor.digit().map(|first| {
                let mut millis = u32::from(first);
                while let Some(digit) = cursor.digit() {
                    millis = millis * 10 + u32::from(digit);
                }
                millis * 1000
            }),
            Some(b'.' | b',') => cursor.fraction(),
            _ => None,
        };
        match micro {
            Some(micro) => raw.micro = micro,
            None => *cursor = start,
        }
        parts::zone(cursor, raw);
        Some(())
    },
};

/// `20240501T100000Z`, `20240501100000123`, Zabbix's `20240501:100000.123`, WMI's `20240501100000.000000+120`
pub(super) static BASIC: Kind = Kind {
    form: Form::Basic,
    name: "basic",
    strength: 0.95,
    family: "iso",
    example: "20240501T100000Z",
    behind: Behind::Colon,
    python: concat!(
        r"(?P<Y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})[T\-_ :]?(?P<H>[0-9]{2})(?P<M>[0-9]{2})",
        r"(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]+)|(?P<f2>[0-9]{3}|[0-9]{6})(?![0-9]))?{BIAS}"
    ),
    read: |cursor, raw| {
        eight(cursor, raw)?;
        let _ = cursor.one_of(b"Tt-_ :");
        six_clock(cursor, raw)?;
        if matches!(cursor.peek(), b'.' | b',') && cursor.ahead(1).is_ascii_digit() {
            cursor.at += 1;
            raw.micro = cursor.fraction()?;
        } else if matches!(cursor.run(), 3 | 6) {
            raw.micro = cursor.fraction()?;
        }
        parts::bias(cursor, raw);
        Some(())
    },
};

/// HDFS's `081109 203530`
pub(super) static TWO_SIX: Kind = Kind {
    form: Form::TwoSix,
    name: "two-six",
    strength: 0.6,
    family: "two-six",
    example: "081109 203530",
    behind: Behind::Boundary,
    python: concat!(
        r"(?P<Y>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})[ \t](?P<H>[0-9]{2})(?P<M>[0-9]{2})(?P<S>[0-9]{2})",
        r"(?![\w.:])"
    ),
    read: |cursor, raw| {
        six(cursor, raw)?;
        cursor.one_of(b" \t")?;
        six_clock(cursor, raw)?;
        let longer = match cursor.peek() {
            b' ' => false,
            b'.' | b':' => true,
            _ => word_ahead(cursor, 0),
        };
        (!longer).then_some(())
    },
};

/// MySQL's `240501 10:00:00`, `240501  9:00:00`
pub(super) static SIX_TIME: Kind = Kind {
    form: Form::SixTime,
    name: "six-time",
    strength: 0.6,
    family: "six-time",
    example: "240501 10:00:00",
    behind: Behind::Boundary,
    python: r"(?P<Y>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:[ ]{1,2}|[-T]){TODS}{ZONE}",
    read: |cursor, raw| {
        six(cursor, raw)?;
        if cursor.one_of(b"-Tt").is_none() {
            cursor.byte(b' ')?;
            cursor.take(b' ');
        }
        parts::with_seconds(cursor, raw)?;
        parts::zone(cursor, raw);
        Some(())
    },
};

/// z/OS's `2024122 10:00:00.12`: the day of the year.
pub(super) static JULIAN_DAY: Kind = Kind {
    form: Form::JulianDay,
    name: "julian-day",
    strength: 0.9,
    family: "julian-day",
    example: "2024122 10:00:00.12",
    behind: Behind::Boundary,
    python: r"(?P<Y>(?:19|20)[0-9]{2})(?P<j>[0-9]{3})[ ]{TODS}{ZONE}",
    read: |cursor, raw| {
        let year = cursor.near_year()?;
        raw.day = Day::Ordinal { year, day: cursor.three()? };
        cursor.byte(b' ')?;
        parts::with_seconds(cursor, raw)?;
        parts::zone(cursor, raw);
        Some(())
    },
};

/// Chromium's `0501/100000.123456`
pub(super) static MONTH_DAY_SLASH: Kind = Kind {
    form: Form::MonthDaySlash,
    name: "mmdd-slash",
    strength: 0.7,
    family: "mmdd-slash",
    example: "0501/100000.123456",
    behind: Behind::Colon,
    python: concat!(
        r"(?P<m>[0-9]{2})(?P<d>[0-9]{2})/(?P<H>[0-9]{2})(?P<M>[0-9]{2})(?P<S>[0-9]{2})(?![0-9/])",
        r"(?:[.,](?P<f>[0-9]+))?"
    ),
    read: |cursor, raw| {
        let month = cursor.two()?;
        let day = cursor.two()?;
        dated(raw, 0, month, day);
        cursor.byte(b'/')?;
        six_clock(cursor, raw)?;
        if cursor.peek() == b'/' {
            return None;
        }
        if matches!(cursor.peek(), b'.' | b',') && cursor.ahead(1).is_ascii_digit() {
            cursor.at += 1;
            raw.micro = cursor.fraction()?;
        }
        Some(())
    },
};

/// glog's `I0501 10:00:00.123456`, without its letter
pub(super) static LETTER_MONTH_DAY: Kind = Kind {
    form: Form::LetterMonthDay,
    name: "letter-mmdd",
    strength: 0.9,
    family: "letter-mmdd",
    example: "0501 10:00:00.123456",
    behind: Behind::Glog,
    python: r"(?P<m>[0-9]{2})(?P<d>[0-9]{2})[ \t]+{TODS}",
    read: |cursor, raw| {
        let month = cursor.two()?;
        let day = cursor.two()?;
        dated(raw, 0, month, day);
        cursor.space()?;
        parts::with_seconds(cursor, raw)
    },
};

/// CockroachDB's `I240501 10:00:00.123456`, without its letter
pub(super) static LETTER_SHORT_YEAR: Kind = Kind {
    form: Form::LetterShortYear,
    name: "letter-yymmdd",
    strength: 0.95,
    family: "letter-mmdd",
    example: "240501 10:00:00.123456",
    behind: Behind::Glog,
    python: r"(?P<Y>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})[ \t]+{TODS}",
    read: |cursor, raw| {
        six(cursor, raw)?;
        cursor.space()?;
        parts::with_seconds(cursor, raw)
    },
};

/// glog's `I20240501 10:00:00.123456`, without its letter
pub(super) static LETTER_YEAR: Kind = Kind {
    form: Form::LetterYear,
    name: "letter-yyyymmdd",
    strength: 1.0,
    family: "letter-mmdd",
    example: "20240501 10:00:00.123456",
    behind: Behind::Glog,
    python: r"(?P<Y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})[ \t]+{TODS}",
    read: |cursor, raw| {
        eight(cursor, raw)?;
        cursor.space()?;
        parts::with_seconds(cursor, raw)
    },
};

/// `1714557600.123`, and in ms, µs or ns; from 1999 to 2099.
pub(super) static EPOCH: Kind = Kind {
    form: Form::Epoch,
    name: "epoch",
    strength: 0.5,
    family: "epoch",
    example: "1714557600.123",
    behind: Behind::Epoch,
    python: concat!(
        r"(?P<e>[1-4][0-9]{9}(?:\.[0-9]+)?|[1-4][0-9]{12}|[1-4][0-9]{15}|[1-4][0-9]{18})",
        r"(?![\w/\-]|\.\w)"
    ),
    read: |cursor, raw| {
        let start = cursor.at;
        let count = cursor.run();
        if !matches!(count, 10 | 13 | 16 | 19) || !(b'1'..=b'4').contains(&cursor.peek()) {
            return None;
        }
        let mut value = 0i64;
        while let Some(digit) = cursor.digit() {
            value = value * 10 + i64::from(digit);
        }
        let mut micros = match cursor.at - start {
            10 => value * 1_000_000,
            13 => value * 1_000,
            16 => value,
            _ => value / 1_000,
        };
        if count == 10 && cursor.peek() == b'.' && cursor.ahead(1).is_ascii_digit() {
            cursor.at += 1;
            micros += i64::from(cursor.fraction()?);
        }
        raw.day = Day::Instant(micros);
        let longer = match cursor.peek() {
            b' ' => false,
            b'/' | b'-' => true,
            b'.' => word_ahead(cursor, 1),
            _ => word_ahead(cursor, 0),
        };
        (!longer).then_some(())
    },
};

/// `@400000003b4a39c23294b13c`: TAI64N.
pub(super) static TAI: Kind = Kind {
    form: Form::Tai,
    name: "tai64n",
    strength: 1.0,
    family: "tai64n",
    example: "@400000003b4a39c23294b13c",
    behind: Behind::Anything,
    python: r"@(?P<x>[0-9a-f]{16}(?:[0-9a-f]{8})?)(?![0-9a-z])",
    read: |cursor, raw| {
        cursor.byte(b'@')?;
        let seconds = hexadecimal(cursor, 16)?;
        let nanos = hexadecimal(cursor, 8).unwrap_or(0);
        // 2⁶² is 1970, and ten seconds lay between UTC and TAI then.
        let seconds = i64::try_from(seconds.checked_sub((1 << 62) + 10)?).ok()?;
        raw.day =
            Day::Instant(seconds.checked_mul(1_000_000)?.checked_add(i64::try_from(nanos / 1000).ok()?)?);
        (!cursor.peek().is_ascii_alphanumeric()).then_some(())
    },
};

/// Whether a letter, a digit or `_` stands so many ASCII characters ahead.
fn word_ahead(cursor: &Cursor<'_>, count: usize) -> bool {
    let rest = cursor.text().get(cursor.at + count..);
    rest.and_then(|rest| rest.chars().next()).is_some_and(|next| next.is_alphanumeric() || next == '_')
}

fn hexadecimal(cursor: &mut Cursor<'_>, count: usize) -> Option<u64> {
    let digits = cursor.text().get(cursor.at..cursor.at + count)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    cursor.at += count;
    u64::from_str_radix(digits, 16).ok()
}
