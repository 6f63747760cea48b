//! What a written time says, before it is decided what that means.

use super::Form;
use chrono_tz::Tz;

/// What a written time says: its form, its numbers, its zone. A [`Clock`](super::Clock) makes an instant of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Raw {
    pub(super) form: Form,
    pub(super) half: Half,
    /// [`NO_CLOCK`] for a date alone.
    pub(super) hour: u8,
    pub(super) minute: u8,
    /// 60 is a leap second.
    pub(super) second: u8,
    pub(super) micro: u32,
    pub(super) zone: Zone,
    pub(super) day: Day,
}

pub(super) const NO_CLOCK: u8 = u8::MAX;

/// The day, as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Day {
    /// A time of day alone.
    Absent,
    /// Microseconds since 1970 say it all.
    Instant(i64),
    Date {
        /// 0 when none is written.
        year: i16,
        month: u8,
        day: u8,
    },
    /// Numbers whose order is to be decided.
    Numbers {
        first: u8,
        second: u8,
        /// `0` before a year-less pair's sign is of interest to nobody: pairs are one kind.
        separator: u8,
        year: Third,
    },
    Ordinal {
        year: i16,
        day: u16,
    },
    Week {
        year: i16,
        week: u8,
        /// 1 is Monday.
        day: u8,
    },
}

/// The third number of a numeric date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Third {
    /// There are only two.
    Absent,
    Full(i16),
    /// Two digits.
    Short(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// Twenty-four hours.
    None,
    Am,
    Pm,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Zone {
    Unknown,
    /// Minutes east of UTC.
    Offset(i16),
    Region(Tz),
}

/// Two digits of a year: 70–99 are 1970–1999.
pub(super) fn century(year: u8) -> i16 {
    i16::from(year) + if year < 70 { 2000 } else { 1900 }
}

impl Raw {
    /// A time of this form that says nothing yet.
    pub(super) fn empty(form: Form) -> Self {
        Self {
            form,
            half: Half::None,
            hour: NO_CLOCK,
            minute: 0,
            second: 0,
            micro: 0,
            zone: Zone::Unknown,
            day: Day::Absent,
        }
    }

    /// Microseconds since 1970.
    pub fn from_micros(micros: i64) -> Self {
        Self { day: Day::Instant(micros), ..Self::empty(Form::Epoch) }
    }

    pub fn form(&self) -> Form {
        self.form
    }

    pub fn has_date(&self) -> bool {
        self.day != Day::Absent
    }

    pub fn has_clock(&self) -> bool {
        self.hour != NO_CLOCK || matches!(self.day, Day::Instant(_))
    }

    pub fn has_year(&self) -> bool {
        self.year().is_some() || matches!(self.day, Day::Instant(_))
    }

    /// Whether it says how far from UTC it is.
    pub fn has_zone(&self) -> bool {
        self.zone != Zone::Unknown || matches!(self.day, Day::Instant(_))
    }

    /// The year that is written.
    pub fn year(&self) -> Option<i32> {
        match self.day {
            Day::Date { year, .. } => (year != 0).then_some(i32::from(year)),
            Day::Numbers { year: Third::Full(year), .. }
            | Day::Ordinal { year, .. }
            | Day::Week { year, .. } => Some(i32::from(year)),
            Day::Numbers { year: Third::Short(year), .. } => Some(i32::from(century(year))),
            _ => None,
        }
    }

    /// Month and day, where the text alone says them.
    pub fn month_day(&self) -> Option<(u32, u32)> {
        let (month, day) = match self.day {
            Day::Date { month, day, .. } => (month, day),
            Day::Numbers { first, second, year, .. } if !matches!(year, Third::Short(_)) => {
                match (first > 12, second > 12) {
                    (true, _) => (second, first),
                    (false, true) => (first, second),
                    _ if year == Third::Absent || first == second => (first, second),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some((u32::from(month), u32::from(day)))
    }

    /// Of a date of three numbers, whether one above 12 tells the day; nothing of other dates.
    pub fn order_is_written(&self) -> Option<bool> {
        match self.day {
            Day::Numbers { first, second, year, .. } if year != Third::Absent => {
                Some(first > 12 || second > 12)
            }
            _ => None,
        }
    }

    /// A date at one place and a time of day at another as one time.
    pub fn joined(date: &Raw, clock: &Raw) -> Option<Raw> {
        if matches!(date.day, Day::Absent | Day::Instant(_)) || clock.hour == NO_CLOCK {
            return None;
        }
        Some(Raw { form: date.form, day: date.day, ..*clock })
    }
}
