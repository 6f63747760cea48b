//! Finding times in a text: the forms that may begin at a place, by what stands there.

use super::{Form, cursor::Cursor, forms::read, raw::Raw};

/// A time in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    pub start: usize,
    pub end: usize,
    pub raw: Raw,
}

/// Reads the time of this form that begins right at a place of a text, if one may begin there; where it ends, too.
#[inline]
pub fn read_at(text: &str, place: usize, form: Form) -> Option<(Raw, usize)> {
    (text.is_char_boundary(place) && form.kind().behind.allows(text, place))
        .then(|| read(text, place, form))
        .flatten()
}

/// Every time in the first bytes of a text, from left to right. Of those that overlap, the one is believed whose form
/// stands first among all forms, then the one that begins first.
pub fn scan(text: &str, limit: usize) -> Vec<Spot> {
    let mut found: Vec<Spot> = Vec::new();
    let bytes = text.as_bytes();
    let limit = limit.min(bytes.len());
    let mut place = 0;
    while place < limit {
        if !may_begin(bytes, place) {
            place += 1;
            continue;
        }
        let first = found.len();
        for form in candidates(text, place) {
            if let Some((raw, end)) = read_at(text, place, *form) {
                found.push(Spot { start: place, end, raw });
            }
        }
        // A date with its time of day is not to be looked into: nothing stronger is in there.
        match found.get(first) {
            Some(spot) if spot.raw.form() < Form::Basic => {
                place = spot.end;
                found.truncate(first + 1);
            }
            _ => place += 1,
        }
    }
    if found.len() > 1 {
        settle(&mut found);
    }
    // Only now: a part of a time that reaches further is no time.
    found.retain(|spot| spot.end <= limit);
    found
}

/// Leaves no overlaps.
fn settle(found: &mut Vec<Spot>) {
    found.sort_by_key(|spot| (spot.raw.form(), spot.start));
    let mut kept: Vec<Spot> = Vec::with_capacity(found.len());
    for spot in found.drain(..) {
        if !kept.iter().any(|other| other.start < spot.end && spot.start < other.end) {
            kept.push(spot);
        }
    }
    kept.sort_by_key(|spot| spot.start);
    *found = kept;
}

/// The strongest time that begins at a place.
pub(super) fn strongest_at(text: &str, place: usize) -> Option<Spot> {
    candidates(text, place)
        .iter()
        .filter_map(|form| read_at(text, place, *form).map(|(raw, end)| Spot { start: place, end, raw }))
        .next()
}

/// Whether digits or a word begin here.
#[inline]
fn may_begin(bytes: &[u8], place: usize) -> bool {
    let byte = bytes[place];
    let before = if place == 0 { b' ' } else { bytes[place - 1] };
    match byte {
        b'0'..=b'9' => !before.is_ascii_digit(),
        b'a'..=b'z' | b'A'..=b'Z' => !before.is_ascii_alphabetic() && before.is_ascii(),
        b'@' => true,
        0xC0.. => !before.is_ascii_alphabetic() && before.is_ascii(),
        _ => false,
    }
}

/// The forms that may begin at a place, in order of belief.
fn candidates(text: &str, place: usize) -> &'static [Form] {
    use Form::*;
    let cursor = Cursor::new(text, place);
    match cursor.peek() {
        b'0'..=b'9' => {
            let run = cursor.run();
            match (run, cursor.ahead(run)) {
                (1 | 2, b':') => &[TimeIso, TimeMonth, TimeDay, TimeNumeric, Time],
                (1 | 2, b'-' | b'/' | b'.') => &[
                    CtimeDay,
                    DayMonthYear,
                    DayMonthDots,
                    Numeric,
                    NumericDots,
                    DayMonth,
                    MonthDayPair,
                    DateNumeric,
                ],
                (1 | 2, b' ' | b'\t') => &[CtimeDay, DayMonthYear, DayMonthDots, DayMonth],
                (1 | 2, next) if next.is_ascii_alphabetic() || !next.is_ascii() => {
                    &[DayMonthYear, DayMonthTight, DayMonthDots]
                }
                (4, b'-' | b'/' | b'.' | b':') => {
                    &[Iso, YearMonthDay, Ordinal, Week, IsoDots, MonthDaySlash, Date]
                }
                (4, b' ' | b'\t') => &[IsoSpaces, YearMonthDay, LetterMonthDay],
                (4, next) if !next.is_ascii() => &[Ideographs],
                (6, _) => &[LetterShortYear, TwoSix, SixTime],
                (7, b' ') => &[JulianDay],
                (8, _) => &[Compact, LetterYear, Basic],
                (14 | 17 | 20, _) => &[Basic],
                (10 | 13 | 16 | 19, _) => &[Epoch],
                _ => &[],
            }
        }
        b'@' => &[Tai],
        _ => {
            let (word, next) = (cursor.word(), place);
            let after = &text.as_bytes()[next + word.len()..];
            let ends = matches!(after.first(), Some(b' ' | b'\t' | b'.' | b','));
            if !ends || word.len() < 2 || word.len() > 26 {
                return &[];
            }
            let mut month = cursor;
            if month.month().is_some() && Cursor::new(text, month.at).space().is_some() {
                let mut day = month;
                day.blanks();
                // `mar 5 …` and `mar 5 mars …` alike.
                if day.at_digit() {
                    return &[Iso, Ctime, CtimeDay, MonthDayYear, DayMonthYear, Numeric, MonthDay, DayMonth];
                }
            }
            let mut weekday = cursor;
            if weekday.weekday().is_none() {
                return &[];
            }
            if weekday.at_digit() {
                &[Iso, CtimeDay, DayMonthYear, Numeric, DayMonth]
            } else {
                &[Ctime, MonthDayYear, MonthDay]
            }
        }
    }
}
