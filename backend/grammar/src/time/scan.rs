//! A cursor over the bytes of a timestamp, and the civil (calendar) time that it fills.

/// A calendar time, not yet validated; [`Civil::micros`] does that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Civil {
    pub(super) year: i32,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    /// 60 is a leap second; it counts as the next minute's first.
    pub(super) second: u32,
    pub(super) micro: u32,
    pub(super) offset_minutes: Option<i32>,
}

impl Default for Civil {
    fn default() -> Self {
        Self { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, micro: 0, offset_minutes: None }
    }
}

impl Civil {
    /// Microseconds from 1970-01-01T00:00:00 to this time in the same zone; nothing when there is no such day or time.
    pub(super) fn micros(&self) -> Option<i64> {
        let days_in_month = match self.month {
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days_in_month).contains(&self.day)
            || !(1..=9999).contains(&self.year)
            || self.hour > 23
            || self.minute > 59
            || self.second > 60
        {
            return None;
        }
        let seconds = self.days() * 86_400
            + i64::from(self.hour) * 3_600
            + i64::from(self.minute) * 60
            + i64::from(self.second);
        Some(seconds * 1_000_000 + i64::from(self.micro))
    }

    /// Days since 1970-01-01. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    fn days(&self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = i64::from((self.month + 9) % 12);
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }
}

/// A cursor; every method moves it only when it finds what it looks for.
pub(super) struct Scan<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Runs `read`, and moves back when it finds nothing.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.at;
        let found = read(self);
        if found.is_none() {
            self.at = start;
        }
        found
    }

    pub(super) fn byte(&mut self, byte: u8) -> Option<()> {
        (self.rest().first() == Some(&byte)).then(|| self.at += 1)
    }

    pub(super) fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let byte = *self.rest().first()?;
        bytes.contains(&byte).then(|| {
            self.at += 1;
            byte
        })
    }

    /// One or more spaces.
    pub(super) fn spaces(&mut self) -> Option<()> {
        let count = self.rest().iter().take_while(|b| **b == b' ').count();
        self.at += count;
        (count > 0).then_some(())
    }

    /// Exactly `count` digits.
    pub(super) fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.rest().get(..count)?;
        let mut value = 0u32;
        for digit in digits {
            value = value * 10 + u32::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        self.at += count;
        Some(value)
    }

    /// One to `most` digits.
    pub(super) fn digits_up_to(&mut self, most: usize) -> Option<u32> {
        let count = self.rest().iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        (count > 0).then(|| self.digits(count))?
    }

    pub(super) fn month(&mut self) -> Option<u32> {
        let name = self.rest().get(..3)?;
        let month =
            [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"]
                .iter()
                .position(|known| name.eq_ignore_ascii_case(*known))?;
        self.at += 3;
        Some(month as u32 + 1)
    }

    pub(super) fn weekday(&mut self) -> Option<()> {
        let name = self.rest().get(..3)?;
        [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(*known))
            .then(|| self.at += 3)
    }

    /// `hh:mm:ss` with an optional fraction; where `seconds_optional`, also `hh:mm`.
    pub(super) fn time(&mut self, civil: &mut Civil, seconds_optional: bool) -> Option<()> {
        civil.hour = self.digits(2)?;
        self.byte(b':')?;
        civil.minute = self.digits(2)?;
        if self.byte(b':').is_none() {
            return seconds_optional.then_some(());
        }
        civil.second = self.digits(2)?;
        civil.micro = self.fraction(b".,").unwrap_or(0);
        Some(())
    }

    /// A fraction of a second after one of `marks`, in microseconds.
    pub(super) fn fraction(&mut self, marks: &[u8]) -> Option<u32> {
        self.attempt(|scan| {
            scan.one_of(marks)?;
            let mut micro = 0;
            let mut count = 0;
            while let Some(digit) = scan.digits(1) {
                if count < 6 {
                    micro = micro * 10 + digit;
                }
                count = 7.min(count + 1);
            }
            (count > 0).then(|| micro * 10u32.pow(6 - count.min(6)))
        })
    }

    /// An optional offset: `Z`, `+02`, `+0200`, `+02:00`, each also after a space, or ` UTC`.
    pub(super) fn offset(&mut self, civil: &mut Civil) {
        civil.offset_minutes = self.attempt(|scan| {
            if scan.one_of(b"Zz").is_some() {
                return Some(0);
            }
            let spaced = scan.byte(b' ').is_some();
            if spaced && scan.attempt(Self::utc_name).is_some() {
                return Some(0);
            }
            let sign = if scan.one_of(b"+-")? == b'+' { 1 } else { -1 };
            let hours = scan.digits(2)?;
            let colon = scan.byte(b':').is_some();
            let minutes = match scan.digits(2) {
                Some(minutes) => minutes,
                // ` -05 …` after a space is as likely the message's as an offset.
                None if colon || spaced => return None,
                None => 0,
            };
            (hours <= 18 && minutes <= 59).then_some(sign * (hours * 60 + minutes) as i32)
        });
    }

    /// `UTC` or `GMT`, and the space after it if there is one.
    pub(super) fn utc_name(&mut self) -> Option<()> {
        let name = self.rest().get(..3)?;
        if !name.eq_ignore_ascii_case(b"utc") && !name.eq_ignore_ascii_case(b"gmt") {
            return None;
        }
        self.at += 3;
        self.byte(b' ');
        Some(())
    }
}
