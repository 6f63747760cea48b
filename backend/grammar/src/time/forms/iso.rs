//! Forms with the year first and numbers alone.

use super::{Behind, Form, Kind};
use crate::time::{
    cursor::Cursor,
    parts,
    raw::{Day, Raw},
};

type Found = Option<()>;

/// `2024-05-01T10:00:00.123Z` and its kin: RFC 3339, and what stands between date and time elsewhere.
pub(super) static ISO: Kind = Kind {
    form: Form::Iso,
    name: "iso",
    strength: 1.0,
    family: "iso",
    example: "2024-05-01T10:00:00.123+02:00",
    behind: Behind::Colon,
    python: r"{DAY}(?P<Y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})(?![0-9]){JOIN}{TOD}{ZONE}",
    read: |cursor, raw| {
        parts::after_weekday(cursor, raw, |cursor, raw| {
            raw.day = date(cursor)?;
            parts::join(cursor)?;
            parts::clock(cursor, raw)?;
            parts::zone(cursor, raw);
            Some(())
        })
    },
};

/// `2024-05-01`, `2024/5/1`, `2024.05.01`
#[inline]
pub(super) fn date(cursor: &mut Cursor<'_>) -> Option<Day> {
    let year = cursor.four()?;
    cursor.one_of(b"-/.")?;
    let month = cursor.one_or_two()?;
    cursor.one_of(b"-/.")?;
    let day = cursor.one_or_two()?;
    Some(Day::Date { year, month, day })
}

/// `2005-06-03-15.42.50.363779`, `2025-06-01_10-00-01`, `2024-05-01T100000`
pub(super) static ISO_DOTS: Kind = Kind {
    form: Form::IsoDots,
    name: "iso-dots",
    strength: 1.0,
    family: "iso",
    example: "2005-06-03-15.42.50.363779",
    behind: Behind::Colon,
    python: concat!(
        r"(?P<Y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})(?![0-9]|[ ][0-9]{4})[-_T ]",
        r"(?P<H>[0-9]{2})[.\-]?(?P<M>[0-9]{2})[.\-]?(?P<S>[0-9]{2})(?![0-9])(?:[.,:](?P<f>[0-9]+))?{BIAS}"
    ),
    read: |cursor, raw| {
        raw.day = date(cursor)?;
        let spaced = cursor.one_of(b"-_Tt ")? == b' ';
        if spaced && cursor.run() >= 4 {
            return None;
        }
        raw.hour = cursor.two()?;
        let _ = cursor.one_of(b".-");
        raw.minute = cursor.two()?;
        let _ = cursor.one_of(b".-");
        raw.second = cursor.two()?;
        if cursor.at_digit() {
            return None;
        }
        if matches!(cursor.peek(), b'.' | b',' | b':') && cursor.ahead(1).is_ascii_digit() {
            cursor.at += 1;
            raw.micro = cursor.fraction()?;
        }
        parts::bias(cursor, raw);
        Some(())
    },
};

/// `2024 05 01 10:00:00`
pub(super) static ISO_SPACES: Kind = Kind {
    form: Form::IsoSpaces,
    name: "iso-spaces",
    strength: 1.0,
    family: "iso-spaces",
    example: "2024 05 01 10:00:00",
    behind: Behind::Boundary,
    python: r"(?P<Y>(?:19|20)[0-9]{2})[ ](?P<m>[0-9]{2})[ ](?P<d>[0-9]{2})[ ]{TODS}{ZONE}",
    read: |cursor, raw| {
        let year = cursor.near_year()?;
        cursor.byte(b' ')?;
        let month = cursor.two()?;
        cursor.byte(b' ')?;
        raw.day = Day::Date { year, month, day: cursor.two()? };
        cursor.byte(b' ')?;
        parts::with_seconds(cursor, raw)?;
        parts::zone(cursor, raw);
        Some(())
    },
};

/// `2024-122T10:00:00`: the day of the year.
pub(super) static ORDINAL: Kind = Kind {
    form: Form::Ordinal,
    name: "ordinal",
    strength: 1.0,
    family: "iso",
    example: "2024-122T10:00:00Z",
    behind: Behind::Boundary,
    python: r"(?P<Y>(?:19|20)[0-9]{2})[-:/.](?P<j>[0-9]{3})[T :]{TOD}{ZONE}",
    read: |cursor, raw| {
        let year = cursor.near_year()?;
        cursor.one_of(b"-:/.")?;
        raw.day = Day::Ordinal { year, day: cursor.three()? };
        cursor.one_of(b"Tt :")?;
        parts::clock(cursor, raw)?;
        parts::zone(cursor, raw);
        Some(())
    },
};

/// `2024-W18-3T10:00:00`
pub(super) static WEEK: Kind = Kind {
    form: Form::Week,
    name: "week",
    strength: 1.0,
    family: "iso",
    example: "2024-W18-3T10:00:00Z",
    behind: Behind::Boundary,
    python: r"(?P<Y>[0-9]{4})-W(?P<w>[0-9]{2})-(?P<u>[1-7])[T ]{TOD}{ZONE}",
    read: |cursor, raw| {
        let year = cursor.four()?;
        cursor.byte(b'-')?;
        cursor.one_of(b"Ww")?;
        let week = cursor.two()?;
        cursor.byte(b'-')?;
        raw.day = Day::Week { year, week, day: cursor.digit().filter(|day| (1..=7).contains(day))? };
        cursor.one_of(b"Tt ")?;
        parts::clock(cursor, raw)?;
        parts::zone(cursor, raw);
        Some(())
    },
};

/// `2024年5月1日 10:00:00`, `2024년 5월 1일 10시 00분 00초`
pub(super) static IDEOGRAPHS: Kind = Kind {
    form: Form::Ideographs,
    name: "ideographs",
    strength: 1.0,
    family: "ideographs",
    example: "2024年5月1日 10:00:00",
    behind: Behind::Colon,
    python: concat!(
        r"(?P<Y>[0-9]{4})[年년][ ]?(?P<m>[0-9]{1,2})[月월][ ]?(?P<d>[0-9]{1,2})[日일][ ]?",
        r"(?P<H>[0-9]{1,2})[:时時시点][ ]?(?P<M>[0-9]{2})[:分분][ ]?(?P<S>[0-9]{2})(?![0-9])",
        r"(?:[.,](?P<f>[0-9]+))?[秒초]?"
    ),
    read: |cursor, raw| {
        let year = cursor.four()?;
        any(cursor, &["年", "년"])?;
        cursor.take(b' ');
        let month = cursor.one_or_two()?;
        any(cursor, &["月", "월"])?;
        cursor.take(b' ');
        raw.day = Day::Date { year, month, day: cursor.one_or_two()? };
        any(cursor, &["日", "일"])?;
        cursor.take(b' ');
        raw.hour = cursor.one_or_two()?;
        any(cursor, &[":", "时", "時", "시", "点"])?;
        cursor.take(b' ');
        raw.minute = cursor.two()?;
        any(cursor, &[":", "分", "분"])?;
        cursor.take(b' ');
        raw.second = cursor.two()?;
        if cursor.at_digit() {
            return None;
        }
        if matches!(cursor.peek(), b'.' | b',') && cursor.ahead(1).is_ascii_digit() {
            cursor.at += 1;
            raw.micro = cursor.fraction()?;
        }
        let _ = any(cursor, &["秒", "초"]);
        Some(())
    },
};

fn any(cursor: &mut Cursor<'_>, signs: &[&str]) -> Found {
    signs.iter().any(|sign| cursor.take_text(sign)).then_some(())
}

/// `2024-05-01` alone.
pub(super) static DATE: Kind = Kind {
    form: Form::Date,
    name: "date",
    strength: 0.3,
    family: "date",
    example: "2024-05-01",
    behind: Behind::Boundary,
    python: r"(?P<Y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})(?![\w:.\-/])",
    read: |cursor, raw| {
        raw.day = date(cursor)?;
        alone(cursor)
    },
};

/// Nothing follows that would make it a part of something longer.
pub(super) fn alone(cursor: &Cursor<'_>) -> Found {
    let next = cursor.text()[cursor.at..].chars().next();
    (!next.is_some_and(|next| next.is_alphanumeric() || "_:.-/".contains(next))).then_some(())
}

/// The raw time's day, with a year.
pub(super) fn dated(raw: &mut Raw, year: i16, month: u8, day: u8) {
    raw.day = Day::Date { year, month, day };
}
