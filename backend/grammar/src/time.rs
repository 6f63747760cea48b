//! Timestamps: every written form that logs commonly use, each read for itself, so that forms and offsets may be
//! mixed within a file. Instants are microseconds since 1970-01-01T00:00:00Z; finer digits are cut off.
//!
//! Known forms: ISO 8601 / RFC 3339 (`T` or space, `.` or `,` before fractions, with and without offset, date
//! alone), Unix time in s, ms, µs or ns (told apart by magnitude), RFC 3164 (`Jul  1 09:00:55`, also with a year
//! before or after the time's place), ctime (`Sun Dec 04 04:47:44 2005`), the Apache access log's
//! (`10/Oct/2000:13:55:36 -0700`), HDFS's (`081109 203530`), and those of the module `forms`: Blue Gene/L's
//! (`2005-06-03-15.42.50.363779`), Spark's (`17/06/09 20:10:40`), `20171223-22:15:29:606`, without a year
//! (`03-17 16:13:38.811`, `10.30 16:49:06`, glog's `0701 04:56:35`), month, day and year (`7/1/2025, 4:56:35 PM`), day
//! first with dots (`01.07.2025 16:56:35`) or with a name (`01-Jul-2025 04:56:35`), and mail's
//! (`Tue, 01 Jul 2025 04:56:35 GMT`).

mod forms;
mod scan;

use chrono::{DateTime, Datelike, Duration, Utc};
use scan::{Civil, Scan};

/// How times without offset or year are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clock {
    /// Offset from UTC, in minutes, of times that are written without one.
    utc_offset_minutes: i32,
    /// The latest instant that a time without a year may mean.
    latest: i64,
    latest_year: i32,
}

impl Clock {
    /// Times without an offset are `utc_offset_minutes` from UTC; times without a year are at most a day after `now`.
    pub fn new(now: DateTime<Utc>, utc_offset_minutes: i32) -> Self {
        let latest = now + Duration::days(1);
        // A year more than the UTC year covers offsets around New Year; `latest` decides.
        Self { utc_offset_minutes, latest: latest.timestamp_micros(), latest_year: latest.year() + 1 }
    }

    /// The instant of a civil time with a year.
    fn instant(&self, civil: &Civil) -> Option<i64> {
        let offset = civil.offset_minutes.unwrap_or(self.utc_offset_minutes);
        Some(civil.micros()? - i64::from(offset) * 60_000_000)
    }

    /// The latest instant, in whichever year, that is not after the clock's bound. Eight years back always hold a
    /// 29 February.
    fn instant_without_year(&self, civil: &Civil) -> Option<i64> {
        (self.latest_year - 9..=self.latest_year)
            .rev()
            .filter_map(|year| self.instant(&Civil { year, ..*civil }))
            .find(|instant| *instant <= self.latest)
    }
}

/// Reads a whole text as a timestamp in any known form; surrounding white space is ignored.
pub fn parse(text: &str, clock: &Clock) -> Option<i64> {
    let bytes = text.trim().as_bytes();
    if !bytes.is_empty() && bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.') {
        return epoch_text(bytes);
    }
    let whole = |(instant, length): (i64, usize)| (length == bytes.len()).then_some(instant);
    iso(bytes, clock, true)
        .and_then(whole)
        .or_else(|| bsd(bytes, clock).and_then(whole))
        .or_else(|| ctime(bytes, clock).and_then(whole))
        .or_else(|| access_log(bytes, clock).and_then(whole))
        .or_else(|| compact(bytes, clock).and_then(whole))
        .or_else(|| forms::any(bytes, clock).and_then(whole))
}

/// Reads the timestamp that a syslog line begins with and its length in bytes.
pub(crate) fn prefix(bytes: &[u8], clock: &Clock) -> Option<(i64, usize)> {
    match bytes.first()? {
        b'0'..=b'9' => iso(bytes, clock, false),
        _ => bsd(bytes, clock).or_else(|| ctime(bytes, clock)),
    }
}

/// Unix time as a number: seconds below 10¹¹ (the year 5138), then ms, µs and ns.
pub fn epoch(value: f64) -> Option<i64> {
    if !value.is_finite() || value < 0.0 {
        return None;
    }
    let micros = match value {
        v if v < 1e11 => v * 1e6,
        v if v < 1e14 => v * 1e3,
        v if v < 1e17 => v,
        v if v < 1e20 => v / 1e3,
        _ => return None,
    };
    Some(micros.round() as i64)
}

/// Unix time as an integer, without the rounding of [`epoch`].
pub(crate) fn epoch_integer(value: u64) -> Option<i64> {
    let micros = match value {
        v if v < 100_000_000_000 => v * 1_000_000,
        v if v < 100_000_000_000_000 => v * 1_000,
        v if v < 100_000_000_000_000_000 => v,
        v => v / 1_000,
    };
    i64::try_from(micros).ok()
}

fn epoch_text(bytes: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(bytes).ok()?;
    match text.parse::<u64>() {
        Ok(integer) => epoch_integer(integer),
        Err(_) => epoch(text.parse().ok()?),
    }
}

/// `2025-07-01T04:56:35.123Z` and its kin; the date alone only where `date_alone` allows it.
fn iso(bytes: &[u8], clock: &Clock, date_alone: bool) -> Option<(i64, usize)> {
    let mut scan = Scan::new(bytes);
    let mut civil = Civil { year: scan.digits(4)? as i32, ..Civil::default() };
    let separator = scan.one_of(b"-/.")?;
    civil.month = scan.digits(2)?;
    scan.byte(separator)?;
    civil.day = scan.digits(2)?;
    if scan.rest().is_empty() && date_alone {
        return Some((clock.instant(&civil)?, scan.at));
    }
    scan.one_of(b"Tt ")?;
    scan.time(&mut civil, true)?;
    scan.offset(&mut civil);
    Some((clock.instant(&civil)?, scan.at))
}

/// `Jul  1 09:00:55`, `Jul  1 2025 09:00:55.123`.
fn bsd(bytes: &[u8], clock: &Clock) -> Option<(i64, usize)> {
    let mut scan = Scan::new(bytes);
    let mut civil = Civil { month: scan.month()?, ..Civil::default() };
    scan.spaces()?;
    civil.day = scan.digits_up_to(2)?;
    scan.spaces()?;
    let year = scan.attempt(|scan| {
        let year = scan.digits(4)?;
        scan.byte(b' ')?;
        Some(year as i32)
    });
    scan.time(&mut civil, false)?;
    let instant = match year {
        Some(year) => clock.instant(&Civil { year, ..civil }),
        None => clock.instant_without_year(&civil),
    };
    Some((instant?, scan.at))
}

/// `Sun Dec 04 04:47:44 2005`, with fractions and a zone's name as `date` and Apache's error log write them.
fn ctime(bytes: &[u8], clock: &Clock) -> Option<(i64, usize)> {
    let mut scan = Scan::new(bytes);
    scan.weekday()?;
    scan.spaces()?;
    let mut civil = Civil { month: scan.month()?, ..Civil::default() };
    scan.spaces()?;
    civil.day = scan.digits_up_to(2)?;
    scan.spaces()?;
    scan.time(&mut civil, false)?;
    scan.byte(b' ')?;
    if scan.attempt(Scan::utc_name).is_some() {
        civil.offset_minutes = Some(0);
    }
    civil.year = scan.digits(4)? as i32;
    Some((clock.instant(&civil)?, scan.at))
}

/// `10/Oct/2000:13:55:36 -0700`, with or without brackets.
fn access_log(bytes: &[u8], clock: &Clock) -> Option<(i64, usize)> {
    let mut scan = Scan::new(bytes);
    let bracket = scan.byte(b'[').is_some();
    let mut civil = Civil { day: scan.digits(2)?, ..Civil::default() };
    scan.byte(b'/')?;
    civil.month = scan.month()?;
    scan.byte(b'/')?;
    civil.year = scan.digits(4)? as i32;
    scan.byte(b':')?;
    scan.time(&mut civil, false)?;
    scan.offset(&mut civil);
    if bracket {
        scan.byte(b']')?;
    }
    Some((clock.instant(&civil)?, scan.at))
}

/// `081109 203530`: two digits each of year (69–99 are 1969–1999, as POSIX `strptime`), month, day, and of time.
pub(crate) fn compact(bytes: &[u8], clock: &Clock) -> Option<(i64, usize)> {
    let mut scan = Scan::new(bytes);
    let year = scan.digits(2)? as i32;
    let (month, day) = (scan.digits(2)?, scan.digits(2)?);
    scan.byte(b' ')?;
    let (hour, minute, second) = (scan.digits(2)?, scan.digits(2)?, scan.digits(2)?);
    let civil = Civil { year: forms::century(year), month, day, hour, minute, second, ..Civil::default() };
    Some((clock.instant(&civil)?, scan.at))
}

#[cfg(test)]
mod tests;
