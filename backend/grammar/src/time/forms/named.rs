//! Forms with a month's name.

use super::{Behind, Form, Kind, iso::dated};
use crate::time::{
    cursor::Cursor,
    names::names,
    parts,
    raw::{Raw, Zone, century},
};

type Found = Option<()>;

/// `Wed May  1 10:00:00 2024`, `Wed May  1 10:00:00 AM CEST 2024`
pub(super) static CTIME: Kind = Kind {
    form: Form::Ctime,
    name: "ctime",
    strength: 1.0,
    family: "ctime",
    example: "Wed May  1 10:00:00 2024",
    behind: Behind::NoLetter,
    python: concat!(
        r"{DAY}{MON}[ \t]+(?P<d>[0-9]{1,2})[ \t]+{TODS}(?:[ \t]+(?P<z>[A-Z]{3,5}|[+-][0-9]{4}))?,?[ \t]+",
        r"(?P<Y>[0-9]{4})(?![0-9])(?:[ ](?P<z2>[+-](?:0[0-9]|1[0-8])[0-5][0-9])(?![0-9]|[:.\-][0-9]))?"
    ),
    read: |cursor, raw| {
        parts::after_weekday(cursor, raw, |cursor, raw| {
            let month = cursor.month()?;
            cursor.space()?;
            let day = cursor.one_or_two()?;
            cursor.space()?;
            parts::with_seconds(cursor, raw)?;
            let year = year_after(cursor, raw)?;
            dated(raw, year, month, day);
            Some(())
        })
    },
};

/// `Wed  1 May 10:00:00 BST 2024`
pub(super) static CTIME_DAY: Kind = Kind {
    form: Form::CtimeDay,
    name: "ctime-day",
    strength: 1.0,
    family: "ctime",
    example: "Mi 1. Mai 10:00:00 CEST 2024",
    behind: Behind::Boundary,
    python: concat!(
        r"{DAY}(?P<d>[0-9]{1,2})\.?[ \t]+{MON}[ \t]+{TODS}(?:[ \t]+(?P<z>[A-Z]{3,5}|[+-][0-9]{4}))?,?[ \t]+",
        r"(?P<Y>[0-9]{4})(?![0-9])(?:[ ](?P<z2>[+-](?:0[0-9]|1[0-8])[0-5][0-9])(?![0-9]|[:.\-][0-9]))?"
    ),
    read: |cursor, raw| {
        parts::after_weekday(cursor, raw, |cursor, raw| {
            let day = cursor.one_or_two()?;
            cursor.take(b'.');
            cursor.space()?;
            let month = cursor.month()?;
            cursor.space()?;
            parts::with_seconds(cursor, raw)?;
            let year = year_after(cursor, raw)?;
            dated(raw, year, month, day);
            Some(())
        })
    },
};

/// The year after the time of day, and a zone before or after it. A zone nobody knows is passed over.
fn year_after(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Option<i16> {
    let start = *cursor;
    if cursor.space().is_some() && !cursor.at_digit() {
        let word = cursor.word();
        if matches!(cursor.peek(), b'+' | b'-') {
            let sign = cursor.one_of(b"+-")?;
            let number = cursor.four()?;
            let minutes = number / 100 * 60 + number % 100;
            if number > 1859 || number % 100 > 59 {
                return None;
            }
            raw.zone = Zone::Offset(if sign == b'+' { minutes } else { -minutes });
        } else if (3..=5).contains(&word.len()) && word.is_ascii() {
            cursor.at += word.len();
            let capitals = word.to_ascii_uppercase();
            raw.zone = names().zone(capitals.as_bytes()).map_or(Zone::Unknown, Zone::Offset);
        } else {
            return None;
        }
    } else {
        *cursor = start;
    }
    cursor.take(b',');
    cursor.space()?;
    let year = cursor.four()?;
    if cursor.at_digit() {
        return None;
    }
    let end = *cursor;
    match cursor.take(b' ').then(|| parts::long_offset(cursor)).flatten() {
        Some(zone) if raw.zone == Zone::Unknown => raw.zone = zone,
        Some(_) => {}
        None => *cursor = end,
    }
    Some(year)
}

/// `May 1, 2024, 10:00:00 AM`, `May  1 2024 10:00:00`, `Wed May 01 2024 10:00:00 GMT+0200`
pub(super) static MONTH_DAY_YEAR: Kind = Kind {
    form: Form::MonthDayYear,
    name: "month-day-year",
    strength: 1.0,
    family: "month-day-year",
    example: "May 1, 2024 10:00:00 AM",
    behind: Behind::NoLetter,
    python: r"{DAY}{MON}[ \t]+(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,?[ \t]+(?P<Y>[0-9]{4})(?![0-9]){JOIN}{TOD}{ZONE}",
    read: |cursor, raw| {
        parts::after_weekday(cursor, raw, |cursor, raw| {
            let month = cursor.month()?;
            cursor.space()?;
            let day = cursor.one_or_two()?;
            suffix(cursor);
            cursor.take(b',');
            cursor.space()?;
            let year = cursor.four()?;
            dated(raw, year, month, day);
            rest(cursor, raw)
        })
    },
};

/// `1st`
fn suffix(cursor: &mut Cursor<'_>) {
    let _ = ["st", "nd", "rd", "th"].iter().any(|suffix| cursor.take_text(suffix));
}

/// What joins, time of day, zone.
#[inline]
fn rest(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Found {
    parts::join(cursor)?;
    parts::clock(cursor, raw)?;
    parts::zone(cursor, raw);
    Some(())
}

/// `10/Oct/2000:13:55:36 -0700`, `Tue, 01 Jul 2025 04:56:35 GMT`, `01-May-24 10:00:00`, `1. Mai 2024 um 10:00`
pub(super) static DAY_MONTH_YEAR: Kind = Kind {
    form: Form::DayMonthYear,
    name: "day-month-year",
    strength: 1.0,
    family: "day-month-year",
    example: "10/Oct/2000:13:55:36 -0700",
    behind: Behind::Boundary,
    python: r"{DAY}{DMY}{JOIN}{TOD}{ZONE}",
    read: |cursor, raw| {
        parts::after_weekday(cursor, raw, |cursor, raw| {
            day_month_year(cursor, raw)?;
            rest(cursor, raw)
        })
    },
};

pub(in crate::time) const DMY: &str = concat!(
    r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?\.?[-/ ][ ]?(?:de[ ])?{MON}[-/ ](?:de[ ])?",
    r"(?P<Y>[0-9]{4}|[0-9]{2}(?!:[0-9]))(?![0-9])"
);

/// Day, month's name, and a year of four or two digits.
#[inline]
pub(super) fn day_month_year(cursor: &mut Cursor<'_>, raw: &mut Raw) -> Found {
    let day = cursor.one_or_two()?;
    if cursor.peek() == b'/' || cursor.peek() == b'-' || cursor.peek() == b' ' {
        cursor.at += 1;
    } else {
        suffix(cursor);
        cursor.take(b'.');
        cursor.one_of(b"-/ ")?;
    }
    cursor.take(b' ');
    cursor.take_text("de ");
    let month = cursor.month()?;
    cursor.one_of(b"-/ ")?;
    cursor.take_text("de ");
    let year = match cursor.run() {
        4 => cursor.four()?,
        // `14 Nov 10:00:00` has no year.
        2 if cursor.ahead(2) != b':' || !cursor.ahead(3).is_ascii_digit() => century(cursor.two()?),
        _ => return None,
    };
    dated(raw, year, month, day);
    Some(())
}

/// `01May2024 10:00:00.123`, SAS's `01MAY2024:10:00:00`
pub(super) static DAY_MONTH_TIGHT: Kind = Kind {
    form: Form::DayMonthTight,
    name: "day-month-tight",
    strength: 1.0,
    family: "day-month-year",
    example: "01May2024 10:00:00.123",
    behind: Behind::Boundary,
    python: r"(?P<d>[0-9]{1,2}){MON}(?P<Y>[0-9]{4})(?![0-9]){JOIN}{TOD}{ZONE}",
    read: |cursor, raw| {
        let day = cursor.one_or_two()?;
        let month = cursor.month()?;
        let year = cursor.four()?;
        dated(raw, year, month, day);
        rest(cursor, raw)
    },
};

/// Oracle's `01-MAY-24 10.00.00.000000 AM +02:00`
pub(super) static DAY_MONTH_DOTS: Kind = Kind {
    form: Form::DayMonthDots,
    name: "day-month-dots",
    strength: 1.0,
    family: "day-month-year",
    example: "01-MAY-24 10.00.00.000000 AM",
    behind: Behind::Boundary,
    python: r"{DMY}{DOTTED}",
    read: |cursor, raw| {
        day_month_year(cursor, raw)?;
        parts::dotted(cursor, raw)
    },
};

/// `2024-May-01 10:00:00`, `2024 May  1 10:00:00:123 GMT +0200`
pub(super) static YEAR_MONTH_DAY: Kind = Kind {
    form: Form::YearMonthDay,
    name: "year-month-day",
    strength: 1.0,
    family: "year-month-day",
    example: "2024-May-01 10:00:00",
    behind: Behind::Boundary,
    python: r"(?P<Y>[0-9]{4})[-/ ]{MON}[-/ ][ ]?(?P<d>[0-9]{1,2})(?![0-9]){JOIN}{TOD}{ZONE}",
    read: |cursor, raw| {
        let year = cursor.four()?;
        cursor.one_of(b"-/ ")?;
        let month = cursor.month()?;
        cursor.one_of(b"-/ ")?;
        cursor.take(b' ');
        let day = cursor.one_or_two()?;
        dated(raw, year, month, day);
        rest(cursor, raw)
    },
};

/// RFC 3164's `May  1 10:00:00`
pub(super) static MONTH_DAY: Kind = Kind {
    form: Form::MonthDay,
    name: "month-day",
    strength: 0.9,
    family: "month-day",
    example: "May  1 10:00:00",
    behind: Behind::NoLetter,
    python: r"{DAY}{MON}[ \t]+(?P<d>[0-9]{1,2}),?[ \t]+{TODS}{ZONE}",
    read: |cursor, raw| {
        parts::after_weekday(cursor, raw, |cursor, raw| {
            let month = cursor.month()?;
            cursor.space()?;
            let day = cursor.one_or_two()?;
            cursor.take(b',');
            cursor.space()?;
            parts::with_seconds(cursor, raw)?;
            parts::zone(cursor, raw);
            dated(raw, 0, month, day);
            Some(())
        })
    },
};

/// `14 Nov 10:00:00.123`, Bacula's `01-May 10:00`
pub(super) static DAY_MONTH: Kind = Kind {
    form: Form::DayMonth,
    name: "day-month",
    strength: 0.9,
    family: "day-month",
    example: "14 Nov 10:00:00.123",
    behind: Behind::Boundary,
    python: r"{DAY}(?P<d>[0-9]{1,2})\.?[-/ ][ ]?{MON}[-/ ,][ ]?{TOD}{ZONE}",
    read: |cursor, raw| {
        parts::after_weekday(cursor, raw, |cursor, raw| {
            let day = cursor.one_or_two()?;
            cursor.take(b'.');
            cursor.one_of(b"-/ ")?;
            cursor.take(b' ');
            let month = cursor.month()?;
            cursor.one_of(b"-/ ,")?;
            cursor.take(b' ');
            parts::clock(cursor, raw)?;
            parts::zone(cursor, raw);
            dated(raw, 0, month, day);
            Some(())
        })
    },
};
