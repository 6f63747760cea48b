//! The time of records, and the slots of training time.

use crate::{Record, windows::Moment};
use serde::{Deserialize, Serialize};

const SECOND: i64 = 1_000_000;
pub(crate) const DAY: i64 = 86_400 * SECOND;
/// Between two records of which none has a time.
const STEP: i64 = 10 * SECOND;
/// A time that lies further back than this is believed; one that does not is late.
const LATE: i64 = 3_600 * SECOND;
const MOST_SLOTS: u64 = 3_000;
const FEWEST_SLOTS: u64 = 40;
const SHORTEST_SLOT: i64 = 120 * SECOND;
const RECORDS_A_SLOT: u64 = 20;

/// How many training records there are, and the time that they span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    pub records: u64,
    /// The first and the last time, in microseconds since 1970 UTC; absent when no record has one.
    pub times: Option<(i64, i64)>,
}

impl Extent {
    /// Counts one more record.
    pub fn add(&mut self, time: Option<i64>) {
        self.records += 1;
        if let Some(time) = time {
            let (first, last) = self.times.unwrap_or((time, time));
            self.times = Some((first.min(time), last.max(time)));
        }
    }
}

/// How training time is cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slots {
    pub(crate) count: u32,
    /// Whether the order of the records is the clock.
    pub(crate) ordered: bool,
    pub(crate) first: i64,
    pub(crate) last: i64,
    span: i64,
}

impl Slots {
    pub(crate) fn of(extent: &Extent) -> Self {
        let timed = extent.times.filter(|(first, last)| last.saturating_sub(*first) >= SECOND);
        let in_order = || (0, STEP.saturating_mul(extent.records.saturating_sub(1).min(1 << 40) as i64));
        let (first, last) = timed.unwrap_or_else(in_order);
        let span = last.saturating_sub(first).max(SECOND);
        let count = (extent.records / RECORDS_A_SLOT).min((span / SHORTEST_SLOT) as u64);
        let count = count.clamp(FEWEST_SLOTS, MOST_SLOTS) as u32;
        Self { count, ordered: timed.is_none(), first, last, span }
    }

    pub(crate) fn at(&self, time: i64) -> u32 {
        let since = i128::from(time) - i128::from(self.first);
        let slot = since * i128::from(self.count) / i128::from(self.span);
        slot.clamp(0, i128::from(self.count)) as u32
    }

    /// Days after the first.
    pub(crate) fn day(&self, time: i64) -> i64 {
        time.saturating_sub(self.first).div_euclid(DAY)
    }

    /// Days that the training records span; 1 when there is no other day to compare with.
    pub(crate) fn days(&self) -> u32 {
        if self.ordered || self.span <= DAY / 10 * 13 {
            return 1;
        }
        u32::try_from((self.span - 1) / DAY + 1).unwrap_or(u32::MAX)
    }
}

/// Tells the time of one record after the other.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    ordered: bool,
    now: Option<i64>,
}

impl Clock {
    pub(crate) fn new(ordered: bool) -> Self {
        Self { ordered, now: None }
    }

    /// A record that comes a little late is taken to come now.
    pub(crate) fn tell(&mut self, record: &Record<'_>) -> Moment {
        let now = match (self.ordered, record.time, self.now) {
            (true, _, now) => now.map_or(0, |now| now.saturating_add(STEP)),
            (false, Some(time), Some(now)) if time < now && now.saturating_sub(time) <= LATE => now,
            (false, Some(time), _) => time,
            (false, None, now) => now.unwrap_or_default(),
        };
        self.now = Some(now);
        Moment::of(now)
    }
}
