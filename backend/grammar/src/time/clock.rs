//! What a written time means.

use super::{
    Raw,
    raw::{Day, Half, NO_CLOCK, Third, Zone, century},
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use trainyard_types::grammar::{DateOrder, GrammarClock, NumberOrder};

/// How times without offset, year or order are to be understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Offset from UTC, in minutes, of times that are written without one.
    utc_offset_minutes: i32,
    /// The zone of times that are written without one.
    region: Option<Tz>,
    /// The latest instant that a time without a year may mean.
    latest: i64,
    latest_year: i32,
    /// The year of those, and from which month and day on they are of the year before it.
    year: Option<i32>,
    rollover: Option<u32>,
    orders: Vec<DateOrder>,
    day_first: Option<bool>,
}

impl Clock {
    /// Times without an offset are `utc_offset_minutes` from UTC; times without a year are at most a day after `now`.
    pub fn new(now: DateTime<Utc>, utc_offset_minutes: i32) -> Self {
        let latest = now + Duration::days(1);
        Self {
            utc_offset_minutes,
            region: None,
            latest: latest.timestamp_micros(),
            // A year more than the UTC year covers offsets around New Year; `latest` decides.
            latest_year: latest.year() + 1,
            year: None,
            rollover: None,
            orders: Vec::new(),
            day_first: None,
        }
    }

    /// Times without an offset are of a zone, with its daylight saving. A time that the clock jumped over counts from
    /// before the jump; of two the earlier counts.
    pub fn with_zone(self, zone: Tz) -> Self {
        Self { region: Some(zone), ..self }
    }

    /// Times without a year are of this one.
    pub fn with_year(self, year: i32) -> Self {
        Self { year: Some(year), rollover: None, ..self }
    }

    /// Numeric dates have the day first, or the month.
    pub fn with_day_first(self, day_first: bool) -> Self {
        Self { day_first: Some(day_first), ..self }
    }

    /// What a grammar decides, as far as nothing else was said.
    pub fn with(self, decided: &GrammarClock) -> Self {
        let (year, rollover) = match self.year {
            Some(year) => (Some(year), self.rollover),
            None => (decided.year, decided.rollover),
        };
        Self { year, rollover, orders: decided.orders.clone(), ..self }
    }

    /// The instant of a written time; nothing when there is no such day, or it says no day or no time of day.
    pub fn instant(&self, raw: &Raw) -> Option<i64> {
        let (mut year, month, day) = match raw.day {
            Day::Instant(micros) => return Some(micros),
            Day::Absent => return None,
            Day::Date { year, month, day } => (i32::from(year), u32::from(month), u32::from(day)),
            Day::Ordinal { year, day } => {
                let date = NaiveDate::from_yo_opt(i32::from(year), u32::from(day))?;
                (date.year(), date.month(), date.day())
            }
            Day::Week { year, week, day } => {
                let weekday = chrono::Weekday::try_from(day.checked_sub(1)?).ok()?;
                let date = NaiveDate::from_isoywd_opt(i32::from(year), u32::from(week), weekday)?;
                (date.year(), date.month(), date.day())
            }
            Day::Numbers { .. } => self.ordered(raw)?,
        };
        if raw.hour == NO_CLOCK {
            return None;
        }
        if year == 0 {
            let Some(decided) = self.year else { return self.without_year(raw, month, day) };
            let stamp = month * 100 + day;
            year = decided - i32::from(self.rollover.is_some_and(|rollover| stamp >= rollover));
        }
        self.at(raw, year, month, day)
    }

    /// The latest instant, in whichever year, that is not after the clock's bound. Eight years back always hold a
    /// 29 February.
    fn without_year(&self, raw: &Raw, month: u32, day: u32) -> Option<i64> {
        (self.latest_year - 9..=self.latest_year)
            .rev()
            .filter_map(|year| self.at(raw, year, month, day))
            .find(|instant| *instant <= self.latest)
    }

    /// Month and day, with the order of numbers that is known.
    pub(super) fn month_and_day(&self, raw: &Raw) -> Option<(u32, u32)> {
        match raw.day {
            Day::Date { month, day, .. } => Some((u32::from(month), u32::from(day))),
            Day::Numbers { .. } => self.ordered(raw).map(|(_, month, day)| (month, day)),
            _ => None,
        }
    }

    /// Year, month and day of three numbers, or of two (the year is 0).
    fn ordered(&self, raw: &Raw) -> Option<(i32, u32, u32)> {
        let Day::Numbers { first, second, year, .. } = raw.day else { return None };
        let (a, b) = (u32::from(first), u32::from(second));
        let order = key(raw)
            .and_then(|key| self.orders.iter().find(|order| order.separator == key))
            .map(|order| order.order);
        let order = match (self.day_first, order) {
            (Some(true), _) => Some(NumberOrder::DayFirst),
            (Some(false), _) => Some(NumberOrder::MonthFirst),
            (None, decided) => decided,
        };
        let full = match year {
            Third::Absent => 0,
            Third::Full(year) => i32::from(year),
            Third::Short(short) if order == Some(NumberOrder::YearFirst) => {
                return Some((i32::from(century(first)), b, u32::from(short)));
            }
            Third::Short(short) => i32::from(century(short)),
        };
        let first = match order {
            // A number above 12 is a day, whatever was decided.
            _ if a > 12 && b <= 12 => true,
            _ if b > 12 && a <= 12 => false,
            Some(order) => order == NumberOrder::DayFirst,
            None => by_custom(raw),
        };
        Some(if first { (full, b, a) } else { (full, a, b) })
    }

    fn at(&self, raw: &Raw, year: i32, month: u32, day: u32) -> Option<i64> {
        let hour = match raw.half {
            Half::None => raw.hour,
            Half::Am => raw.hour % 12,
            Half::Pm => raw.hour % 12 + 12,
        };
        let days = days(year, month, day)?;
        let seconds = days * 86_400 + i64::from(hour) * 3_600 + i64::from(raw.minute) * 60 + i64::from(raw.second);
        let offset = match (raw.zone, self.region) {
            (Zone::Offset(minutes), _) => i64::from(minutes) * 60,
            (Zone::Region(zone), _) | (Zone::Unknown, Some(zone)) => offset_seconds(zone, seconds)?,
            (Zone::Unknown, None) => i64::from(self.utc_offset_minutes) * 60,
        };
        Some((seconds - offset) * 1_000_000 + i64::from(raw.micro))
    }
}

/// Days since 1970-01-01; nothing when there is no such day. Source: H. Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `days_from_civil`.
fn days(year: i32, month: u32, day: u32) -> Option<i64> {
    let most = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=most).contains(&day) || !(1..=9999).contains(&year) {
        return None;
    }
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from((month + 9) % 12);
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// The offset of a zone at a civil time.
fn offset_seconds(zone: Tz, civil: i64) -> Option<i64> {
    let civil: NaiveDateTime = DateTime::from_timestamp(civil, 0)?.naive_utc();
    let before = || zone.offset_from_local_datetime(&(civil - Duration::hours(3))).earliest();
    let offset = zone.offset_from_local_datetime(&civil).earliest().or_else(before)?;
    Some(i64::from(offset.fix().local_minus_utc()))
}

/// What orders are told apart by: the separator, and whether the clock has twelve hours.
pub(super) fn key(raw: &Raw) -> Option<String> {
    let Day::Numbers { separator, year, .. } = raw.day else { return None };
    let half = if raw.half == Half::None { "" } else { " 12h" };
    Some(match year {
        Third::Absent => format!("pair{half}"),
        _ => format!("{}{half}", char::from(separator)),
    })
}

/// Whether the day comes first where nothing else tells.
pub(super) fn by_custom(raw: &Raw) -> bool {
    match raw.day {
        Day::Numbers { year: Third::Absent, .. } => false,
        Day::Numbers { separator, .. } => matches!(separator, b'.' | b'-') && raw.half == Half::None,
        _ => false,
    }
}
