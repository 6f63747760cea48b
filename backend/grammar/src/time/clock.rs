//! From what is written to instants: what a source leaves out is decided here.

use super::{
    Form,
    raw::{Day, Half, Raw, Third, Zone, century},
};
use chrono::{DateTime, Datelike, Duration, LocalResult, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use trainyard_types::grammar::{GrammarClock, NumberOrder};

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// How times without zone, year or order are to be understood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// Where times are from that do not say it.
    home: Home,
    /// The latest instant that a time without a year may mean.
    latest: i64,
    latest_year: i32,
    year: Option<i32>,
    /// Month and day from which on times without a year are of the year before.
    rollover: Option<u32>,
    orders: [Option<NumberOrder>; 8],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Home {
    /// Minutes east of UTC.
    Offset(i32),
    Region(Tz),
}

/// The key of a pair of numbers, which are month and day unless something speaks against it.
pub(super) const PAIR: &str = "mm-dd";

/// What an order is decided by: the sign between the numbers (pairs are a kind of their own), and whether the clock has
/// twelve hours.
pub(super) fn order_kind(raw: &Raw) -> Option<usize> {
    let Day::Numbers { separator, year, .. } = raw.day else { return None };
    let sign = match separator {
        _ if year == Third::Absent => 3,
        b'/' => 0,
        b'-' => 1,
        _ => 2,
    };
    Some(sign + if raw.half == Half::None { 0 } else { 4 })
}

/// The name of a kind in a grammar.
pub(super) const KINDS: [&str; 8] = ["/", "-", ".", PAIR, "/ 12h", "- 12h", ". 12h", "mm-dd 12h"];

impl Clock {
    /// Times without a zone are `utc_offset_minutes` from UTC; times without a year are at most a day after `now`.
    pub fn new(now: DateTime<Utc>, utc_offset_minutes: i32) -> Self {
        let latest = now + Duration::days(1);
        Self {
            home: Home::Offset(utc_offset_minutes),
            latest: latest.timestamp_micros(),
            // A year more than the UTC year covers offsets around New Year; `latest` decides.
            latest_year: latest.year() + 1,
            year: None,
            rollover: None,
            orders: [None; 8],
        }
    }

    /// Times without a zone are of this one, with its daylight saving. A time that does not exist, because clocks were
    /// put forward, is moved forward by as much; of a time that exists twice the earlier is meant.
    pub fn with_zone(self, zone: Tz) -> Self {
        Self { home: Home::Region(zone), ..self }
    }

    /// With what was decided for a source.
    pub fn with(mut self, decided: &GrammarClock) -> Self {
        if decided.year.is_some() {
            self.year = decided.year;
            self.rollover = decided.rollover;
        }
        for order in &decided.orders {
            if let Some(kind) = KINDS.iter().position(|name| *name == order.separator) {
                self.orders[kind] = Some(order.order);
            }
        }
        self
    }

    /// Times without a year are of this one.
    pub fn with_year(self, year: i32) -> Self {
        Self { year: Some(year), rollover: None, ..self }
    }

    /// All dates of numbers have the day first, or the month.
    pub fn with_day_first(self, day_first: bool) -> Self {
        let order = if day_first { NumberOrder::DayFirst } else { NumberOrder::MonthFirst };
        Self { orders: [Some(order); 8], ..self }
    }

    /// Microseconds since 1970, in UTC; nothing when there is no such day or time, or no day at all.
    #[inline]
    pub fn instant(&self, raw: &Raw) -> Option<i64> {
        let (year, month, day) = match raw.day {
            Day::Instant(micros) => return Some(micros),
            Day::Absent => return None,
            Day::Date { year, month, day } => (i32::from(year), month, day),
            Day::Numbers { .. } => self.ordered(raw)?,
            Day::Ordinal { year, day } => {
                let days = i64::from(day) - 1;
                let last = if leap(i32::from(year)) { 366 } else { 365 };
                return (1..=last)
                    .contains(&day)
                    .then(|| self.at_zone(raw, (days_from_civil(i32::from(year), 1, 1) + days) * DAY))?;
            }
            Day::Week { year, week, day } => return self.at_zone(raw, week_day(year, week, day)? * DAY),
        };
        if year != 0 {
            return self.at_zone(raw, valid_days(year, month, day)? * DAY);
        }
        self.without_year(raw, month, day)
    }

    /// Year (0 for none), month and day of a date of numbers.
    fn ordered(&self, raw: &Raw) -> Option<(i32, u8, u8)> {
        let Day::Numbers { first, second, year, separator } = raw.day else { return None };
        let decided = self.orders[order_kind(raw)?];
        let full = match year {
            Third::Absent => 0,
            Third::Full(year) => i32::from(year),
            Third::Short(year) => i32::from(century(year)),
        };
        let month_first = match decided {
            Some(NumberOrder::YearFirst) => return year_first(first, second, year),
            Some(NumberOrder::MonthFirst) => true,
            Some(NumberOrder::DayFirst) => false,
            None => {
                if self.is_year_first(first, second, year) {
                    return year_first(first, second, year);
                }
                separator == b'/' || year == Third::Absent
            }
        };
        // A number above 12 is no month, whatever was decided.
        let month_first = if first > 12 { false } else { second > 12 || month_first };
        Some(if month_first { (full, first, second) } else { (full, second, first) })
    }

    /// Whether three numbers of two digits can only sensibly have the year first.
    fn is_year_first(&self, first: u8, second: u8, year: Third) -> bool {
        let Third::Short(last) = year else { return false };
        let this_year = self.latest_year - 1;
        let full = i32::from(century(first));
        (1..=12).contains(&second)
            && (1..=31).contains(&last)
            && (first > 31 || (first > 12 && full <= this_year && full >= i32::from(century(last))))
    }

    /// The decided year, or the latest, in which the time is not after the clock's bound. Eight years back always hold
    /// a 29 February.
    fn without_year(&self, raw: &Raw, month: u8, day: u8) -> Option<i64> {
        let instant = |year: i32| self.at_zone(raw, valid_days(year, month, day)? * DAY);
        if let Some(year) = self.year {
            let stamp = u32::from(month) * 100 + u32::from(day);
            return instant(if self.rollover.is_some_and(|from| stamp >= from) { year - 1 } else { year });
        }
        (self.latest_year - 9..=self.latest_year)
            .rev()
            .filter_map(instant)
            .find(|instant| *instant <= self.latest)
    }

    /// The instant of a time of day on the day that begins at `midnight`, in the time's zone or at home.
    #[inline]
    fn at_zone(&self, raw: &Raw, midnight: i64) -> Option<i64> {
        let civil = midnight + time_of_day(raw);
        match (raw.zone, self.home) {
            (Zone::Offset(minutes), _) => Some(civil - i64::from(minutes) * MINUTE),
            (Zone::Unknown, Home::Offset(minutes)) => Some(civil - i64::from(minutes) * MINUTE),
            (Zone::Region(zone), _) | (Zone::Unknown, Home::Region(zone)) => in_region(zone, civil),
        }
    }
}

/// Microseconds since midnight; midnight for a date alone.
#[inline]
fn time_of_day(raw: &Raw) -> i64 {
    if !raw.has_clock() {
        return 0;
    }
    let hour = match raw.half {
        Half::None => raw.hour,
        Half::Am => raw.hour % 12,
        Half::Pm => raw.hour % 12 + 12,
    };
    let seconds = i64::from(hour) * 3_600 + i64::from(raw.minute) * 60 + i64::from(raw.second);
    seconds * 1_000_000 + i64::from(raw.micro)
}

/// The instant of a civil time in a zone with daylight saving.
fn in_region(zone: Tz, civil: i64) -> Option<i64> {
    let local: NaiveDateTime = DateTime::from_timestamp_micros(civil)?.naive_utc();
    let offset = match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix(),
        // In a gap the offset before it holds: 02:30 is half an hour after the clocks changed, 03:30.
        LocalResult::None => {
            let before = local - Duration::days(1);
            zone.offset_from_local_datetime(&before).earliest()?.fix()
        }
    };
    Some(civil - i64::from(offset.local_minus_utc()) * 1_000_000)
}

fn year_first(first: u8, second: u8, year: Third) -> Option<(i32, u8, u8)> {
    match year {
        Third::Short(day) => Some((i32::from(century(first)), second, day)),
        _ => None,
    }
}

fn leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days since 1970 of a day that exists.
#[inline]
pub(super) fn valid_days(year: i32, month: u8, day: u8) -> Option<i64> {
    let days_in_month = match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days_in_month).contains(&day).then(|| days_from_civil(year, month, day))
}

/// Days since 1970-01-01. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
#[inline]
pub(super) fn days_from_civil(year: i32, month: u8, day: u8) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from((month + 9) % 12);
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Days since 1970 of a day of an ISO week.
fn week_day(year: i16, week: u8, day: u8) -> Option<i64> {
    let weekday = chrono::Weekday::try_from(day.checked_sub(1)?).ok()?;
    let date = chrono::NaiveDate::from_isoywd_opt(i32::from(year), u32::from(week), weekday)?;
    Some(i64::from(date.to_epoch_days()))
}

impl Raw {
    /// Whether its numbers are those of a time; whether the day exists is seen when it becomes an instant.
    #[inline]
    pub(super) fn is_plausible(&self) -> bool {
        let clock = self.hour == super::raw::NO_CLOCK
            || (self.hour <= 24
                && self.minute <= 59
                && self.second <= 60
                && (self.hour < 24 || (self.minute == 0 && self.second == 0 && self.micro == 0))
                && (self.half == Half::None || (1..=12).contains(&self.hour)));
        let near = |year: i16| (1970..=2105).contains(&year);
        clock
            && match self.day {
                Day::Absent => true,
                Day::Instant(micros) => plausible_micros(micros) || self.form == Form::Tai,
                Day::Date { year, month, day } => {
                    (year == 0 || near(year)) && (1..=12).contains(&month) && (1..=31).contains(&day)
                }
                Day::Numbers { first, second, year, .. } => match year {
                    Third::Short(last) if first > 31 => {
                        first >= 70 && (1..=12).contains(&second) && (1..=31).contains(&last)
                    }
                    _ => {
                        (1..=31).contains(&first)
                            && (1..=31).contains(&second)
                            && first.min(second) <= 12
                            && !matches!(year, Third::Full(year) if !near(year))
                    }
                },
                Day::Ordinal { year, day } => near(year) && (1..=366).contains(&day),
                Day::Week { year, week, .. } => near(year) && (1..=53).contains(&week),
            }
    }
}

/// From 1999 to 2099: what a number must be to be taken for a time.
#[inline]
pub(super) fn plausible_micros(micros: i64) -> bool {
    micros > 940_000_000_000_000 && micros < 4_100_000_000_000_000
}

impl Clock {
    /// Month and day as this clock understands them.
    pub(super) fn month_day(&self, raw: &Raw) -> Option<(u32, u32)> {
        let (month, day) = match raw.day {
            Day::Date { month, day, .. } => (month, day),
            Day::Numbers { .. } => {
                let (_, month, day) = self.ordered(raw)?;
                (month, day)
            }
            _ => return None,
        };
        Some((u32::from(month), u32::from(day)))
    }
}
