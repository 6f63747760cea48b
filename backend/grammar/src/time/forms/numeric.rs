//! Forms of numbers whose order is to be decided.

use super::{Behind, Form, Kind, iso::alone};
use crate::time::{
    cursor::Cursor,
    parts,
    raw::{Day, Third},
};

/// `5/1/2024 10:00:00 AM`, `01.05.2024 10:00:00`, `17/06/09 20:10:40`, `L 05/01/2024 - 10:00:00`
pub(super) static NUMERIC: Kind = Kind {
    form: Form::Numeric,
    name: "numeric",
    strength: 1.0,
    family: "numeric",
    example: "5/1/2024 10:00:00 AM",
    behind: Behind::Boundary,
    python: r"{DAY}{ANY}{JOIN}{TOD}{ZONE}",
    read: |cursor, raw| {
        parts::after_weekday(cursor, raw, |cursor, raw| {
            raw.day = numbers(cursor)?;
            parts::join(cursor)?;
            parts::clock(cursor, raw)?;
            parts::zone(cursor, raw);
            Some(())
        })
    },
};

pub(in crate::time) const ANY: &str =
    r"(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<n>[0-9]{1,2})(?P=sep)(?P<Y>[0-9]{4}|[0-9]{2})(?![0-9])";

/// Three numbers with one sign between them, the last of four or two digits.
#[inline]
pub(super) fn numbers(cursor: &mut Cursor<'_>) -> Option<Day> {
    let first = cursor.one_or_two()?;
    let separator = cursor.one_of(b"-/.")?;
    let second = cursor.one_or_two()?;
    cursor.byte(separator)?;
    let year = match cursor.run() {
        4 => Third::Full(cursor.four()?),
        2 => Third::Short(cursor.two()?),
        _ => return None,
    };
    Some(Day::Numbers { first, second, separator, year })
}

/// `01.05.2024 10.00.00`
pub(super) static NUMERIC_DOTS: Kind = Kind {
    form: Form::NumericDots,
    name: "numeric-dots",
    strength: 1.0,
    family: "numeric",
    example: "01.05.2024 10.00.00",
    behind: Behind::Boundary,
    python: r"{ANY}{DOTTED}",
    read: |cursor, raw| {
        raw.day = numbers(cursor)?;
        parts::dotted(cursor, raw)
    },
};

/// `03-17 16:13:38.811`, `10.30 16:49:06`, Snort's `05/01-10:00:00.123456`, geth's `03-14|09:58:30.000`
pub(super) static PAIR: Kind = Kind {
    form: Form::MonthDayPair,
    name: "mm-dd",
    strength: 0.85,
    family: "mm-dd",
    example: "03-17 16:13:38.811",
    behind: Behind::Boundary,
    python: r"(?P<a>[0-9]{2})[-/.](?P<n>[0-9]{2})\.?(?:[ \t\-|]|,[ ]){TODS}{ZONE}",
    read: |cursor, raw| {
        let first = cursor.two()?;
        let separator = cursor.one_of(b"-/.")?;
        let second = cursor.two()?;
        cursor.take(b'.');
        if cursor.take(b',') {
            cursor.byte(b' ')?;
        } else {
            cursor.one_of(b" \t-|")?;
        }
        parts::with_seconds(cursor, raw)?;
        parts::zone(cursor, raw);
        raw.day = Day::Numbers { first, second, separator, year: Third::Absent };
        Some(())
    },
};

/// `01.05.2024` alone.
pub(super) static DATE: Kind = Kind {
    form: Form::DateNumeric,
    name: "date-numeric",
    strength: 0.25,
    family: "date-numeric",
    example: "01.05.2024",
    behind: Behind::Boundary,
    python: r"(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<n>[0-9]{1,2})(?P=sep)(?P<Y>[0-9]{4})(?![\w:.\-/])",
    read: |cursor, raw| {
        raw.day = full(cursor)?;
        alone(cursor)
    },
};

/// Three numbers, the last of four digits.
fn full(cursor: &mut Cursor<'_>) -> Option<Day> {
    numbers(cursor).filter(|day| matches!(day, Day::Numbers { year: Third::Full(_), .. }))
}
