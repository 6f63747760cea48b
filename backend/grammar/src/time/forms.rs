//! The less common written forms of a timestamp; each reads a prefix and says how long it is.

use super::{Civil, Clock, Scan};

type Found = Option<(i64, usize)>;

/// Any of the forms here.
pub(super) fn any(bytes: &[u8], clock: &Clock) -> Found {
    match bytes.first()? {
        b'0'..=b'9' => dotted_time(bytes, clock)
            .or_else(|| packed(bytes, clock))
            .or_else(|| short_year(bytes, clock))
            .or_else(|| day_or_month_first(bytes, clock))
            .or_else(|| yearless(bytes, clock))
            .or_else(|| named_month(bytes, clock))
            .or_else(|| glog(bytes, clock)),
        _ => mail(bytes, clock),
    }
}

/// Blue Gene/L's `2005-06-03-15.42.50.363779`.
fn dotted_time(bytes: &[u8], clock: &Clock) -> Found {
    let mut scan = Scan::new(bytes);
    let mut civil = Civil { year: scan.digits(4)? as i32, ..Civil::default() };
    scan.byte(b'-')?;
    civil.month = scan.digits(2)?;
    scan.byte(b'-')?;
    civil.day = scan.digits(2)?;
    scan.byte(b'-')?;
    civil.hour = scan.digits(2)?;
    scan.byte(b'.')?;
    civil.minute = scan.digits(2)?;
    scan.byte(b'.')?;
    civil.second = scan.digits(2)?;
    civil.micro = scan.fraction(b".,").unwrap_or(0);
    Some((clock.instant(&civil)?, scan.at))
}

/// `20171223-22:15:29:606`, also with single digits, and ISO's basic `20250701T045635Z`.
fn packed(bytes: &[u8], clock: &Clock) -> Found {
    let mut scan = Scan::new(bytes);
    let mut civil = Civil { year: scan.digits(4)? as i32, ..Civil::default() };
    (civil.month, civil.day) = (scan.digits(2)?, scan.digits(2)?);
    scan.one_of(b"-T ")?;
    let basic = scan.attempt(|scan| {
        let time = (scan.digits(2)?, scan.digits(2)?, scan.digits(2)?);
        Some(time)
    });
    (civil.hour, civil.minute, civil.second) = match basic {
        Some(time) => time,
        None => {
            let hour = scan.digits_up_to(2)?;
            scan.byte(b':')?;
            let minute = scan.digits_up_to(2)?;
            scan.byte(b':')?;
            (hour, minute, scan.digits_up_to(2)?)
        }
    };
    civil.micro = match scan.rest() {
        // After a colon stand milliseconds, with as many digits as they need.
        [b':', rest @ ..] => {
            let mut millis = Scan::new(rest);
            let value = millis.digits_up_to(3)?;
            scan.at += 1 + millis.at;
            value * 1000
        }
        _ => scan.fraction(b".,").unwrap_or(0),
    };
    scan.offset(&mut civil);
    Some((clock.instant(&civil)?, scan.at))
}

/// Spark's `17/06/09 20:10:40`: year, month, day.
fn short_year(bytes: &[u8], clock: &Clock) -> Found {
    let mut scan = Scan::new(bytes);
    let year = scan.digits(2)? as i32;
    scan.byte(b'/')?;
    let month = scan.digits(2)?;
    scan.byte(b'/')?;
    let day = scan.digits(2)?;
    scan.byte(b' ')?;
    let mut civil = Civil { year: century(year), month, day, ..Civil::default() };
    scan.time(&mut civil, false)?;
    Some((clock.instant(&civil)?, scan.at))
}

/// `07/01/2025 16:56:35` and `7/1/2025, 4:56:35 PM`: the month first, unless it can only be the day; with dots or
/// dashes (`01.07.2025 16:56:35`) the day first.
fn day_or_month_first(bytes: &[u8], clock: &Clock) -> Found {
    let mut scan = Scan::new(bytes);
    let first = scan.digits_up_to(2)?;
    let separator = scan.one_of(b"/.-")?;
    let second = scan.digits_up_to(2)?;
    scan.byte(separator)?;
    let year = scan.digits(4)? as i32;
    scan.byte(b',');
    scan.spaces()?;
    let (month, day) = if separator == b'/' && first <= 12 { (first, second) } else { (second, first) };
    let mut civil = Civil { year, month, day, ..Civil::default() };
    let half_day = scan.attempt(|scan| {
        let hour = scan.digits(1)?;
        (scan.rest().first() == Some(&b':')).then_some(hour)
    });
    match half_day {
        Some(hour) => {
            civil.hour = hour;
            scan.byte(b':')?;
            civil.minute = scan.digits(2)?;
            if scan.byte(b':').is_some() {
                civil.second = scan.digits(2)?;
                civil.micro = scan.fraction(b".,").unwrap_or(0);
            }
        }
        None => scan.time(&mut civil, true)?,
    }
    let half = scan.attempt(|scan| {
        scan.byte(b' ');
        let half = scan.one_of(b"AaPp")?;
        scan.one_of(b"Mm")?;
        Some(half.to_ascii_lowercase())
    });
    match (half, civil.hour) {
        (None, _) => {}
        (Some(_), 0 | 13..) => return None,
        (Some(half), hour) => civil.hour = hour % 12 + if half == b'p' { 12 } else { 0 },
    }
    Some((clock.instant(&civil)?, scan.at))
}

/// Android's `03-17 16:13:38.811` and Proxifier's `10.30 16:49:06`: month and day.
fn yearless(bytes: &[u8], clock: &Clock) -> Found {
    let mut scan = Scan::new(bytes);
    let mut civil = Civil { month: scan.digits(2)?, ..Civil::default() };
    scan.one_of(b"-./")?;
    civil.day = scan.digits(2)?;
    scan.byte(b' ')?;
    scan.time(&mut civil, false)?;
    Some((clock.instant_without_year(&civil)?, scan.at))
}

/// `01-Jul-2025 04:56:35`, `1 Jul 2025 04:56:35`.
fn named_month(bytes: &[u8], clock: &Clock) -> Found {
    let mut scan = Scan::new(bytes);
    let mut civil = Civil { day: scan.digits_up_to(2)?, ..Civil::default() };
    let separator = scan.one_of(b"- /")?;
    civil.month = scan.month()?;
    scan.byte(separator)?;
    civil.year = scan.digits(4)? as i32;
    scan.byte(b' ')?;
    scan.time(&mut civil, false)?;
    scan.offset(&mut civil);
    Some((clock.instant(&civil)?, scan.at))
}

/// glog's `0701 04:56:35.123456`.
fn glog(bytes: &[u8], clock: &Clock) -> Found {
    let mut scan = Scan::new(bytes);
    let mut civil = Civil { month: scan.digits(2)?, day: scan.digits(2)?, ..Civil::default() };
    scan.byte(b' ')?;
    scan.time(&mut civil, false)?;
    Some((clock.instant_without_year(&civil)?, scan.at))
}

/// RFC 5322's `Tue, 01 Jul 2025 04:56:35 GMT`.
fn mail(bytes: &[u8], clock: &Clock) -> Found {
    let mut scan = Scan::new(bytes);
    scan.weekday()?;
    scan.byte(b',')?;
    scan.spaces()?;
    let at = scan.at;
    named_month(scan.rest(), clock).map(|(instant, length)| (instant, at + length))
}

/// Two digits of a year, as POSIX `strptime` understands them: 69–99 are 1969–1999.
pub(super) fn century(year: i32) -> i32 {
    year + if year < 69 { 2000 } else { 1900 }
}
