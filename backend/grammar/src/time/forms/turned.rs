//! Forms with the time of day before the date, or alone.

use super::{
    Behind, Form, Kind,
    iso::{self, alone, dated},
    named, numeric,
};
use crate::time::{cursor::Cursor, parts, raw::Raw};

type Found = Option<()>;

/// Time of day, zone, and up to two signs between it and the date.
fn leading(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Found {
    parts::with_seconds(cursor, raw)?;
    parts::zone(cursor, raw);
    cursor.take(b',');
    (1..=2).contains(&cursor.blanks()).then_some(())
}

/// `10:00:00 2024-05-01`
pub(super) static TIME_ISO: Kind = Kind {
    form: Form::TimeIso,
    name: "time-iso",
    strength: 0.95,
    family: "time-date",
    example: "10:00:00 2024-05-01",
    behind: Behind::Boundary,
    python: r"{TODS}{ZONE},?[ \t]{1,2}(?P<Y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})(?![\w:.\-/])",
    read: |cursor, raw| {
        leading(cursor, raw)?;
        raw.day = iso::date(cursor)?;
        alone(cursor)
    },
};

/// Cisco's `10:00:00.123 UTC Wed May 1 2024`
pub(super) static TIME_MONTH: Kind = Kind {
    form: Form::TimeMonth,
    name: "time-month-day-year",
    strength: 0.95,
    family: "time-date",
    example: "10:00:00.123 UTC Wed May 1 2024",
    behind: Behind::Boundary,
    python: r"{TODS}{ZONE},?[ \t]{1,2}{DAY}{MON}[ \t]+(?P<d>[0-9]{1,2}),?[ \t]+(?P<Y>[0-9]{4})(?![\w:.\-/])",
    read: |cursor, raw| {
        leading(cursor, raw)?;
        parts::after_weekday(cursor, raw, |cursor, raw| {
            let month = cursor.month()?;
            cursor.space()?;
            let day = cursor.one_or_two()?;
            cursor.take(b',');
            cursor.space()?;
            let year = cursor.four()?;
            dated(raw, year, month, day);
            alone(cursor)
        })
    },
};

/// `10:00:00 01-May-2024`
pub(super) static TIME_DAY: Kind = Kind {
    form: Form::TimeDay,
    name: "time-day-month-year",
    strength: 0.95,
    family: "time-date",
    example: "10:00:00 01-May-2024",
    behind: Behind::Boundary,
    python: r"{TODS}{ZONE},?[ \t]{1,2}{DAY}{DMY}(?![\w:.\-/])",
    read: |cursor, raw| {
        leading(cursor, raw)?;
        parts::after_weekday(cursor, raw, |cursor, raw| {
            named::day_month_year(cursor, raw)?;
            alone(cursor)
        })
    },
};

/// `10:00:00 01.05.2024`
pub(super) static TIME_NUMERIC: Kind = Kind {
    form: Form::TimeNumeric,
    name: "time-numeric",
    strength: 0.95,
    family: "time-date",
    example: "10:00:00 01.05.2024",
    behind: Behind::Boundary,
    python: r"{TODS}{ZONE},?[ \t]{1,2}{DAY}{ANY}(?![\w:.\-/])",
    read: |cursor, raw| {
        leading(cursor, raw)?;
        parts::after_weekday(cursor, raw, |cursor, raw| {
            raw.day = numeric::numbers(cursor)?;
            alone(cursor)
        })
    },
};

/// `10:00:00.123` alone. The look-ahead keeps the expression from giving its end up for what must follow.
pub(super) static TIME: Kind = Kind {
    form: Form::Time,
    name: "time",
    strength: 0.35,
    family: "time",
    example: "10:00:00.123",
    behind: Behind::Boundary,
    python: r"(?=(?P<t>{TODS}{ZONE}))(?P=t)(?![0-9]|[.:]\w)",
    read: |cursor, raw| {
        parts::with_seconds(cursor, raw)?;
        parts::zone(cursor, raw);
        (!goes_on(cursor)).then_some(())
    },
};

/// A point or a colon with more after it: an address, or a number of another kind.
fn goes_on(cursor: &Cursor<'_>) -> bool {
    let mut next = cursor.text()[cursor.at..].chars();
    matches!(next.next(), Some('.' | ':'))
        && next.next().is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
}
