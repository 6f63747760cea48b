//! Records over time, in at most [`BUCKETS`] buckets: the width grows with the time that the records span.

use chrono::DateTime;
use std::collections::BTreeMap;
use trainyard_types::RecordRate;

/// Buckets in a profile.
const BUCKETS: i64 = 240;

/// Widths in seconds; each divides the next, so that buckets can be merged. Beyond the last, widths double.
const WIDTHS: [i64; 12] = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 86_400];

/// Counts records whose times come in any order.
pub(super) struct RateTally {
    width: i64,
    /// Records per bucket, by the bucket's number from the epoch; empty ones are absent.
    counts: BTreeMap<i64, u64>,
}

impl Default for RateTally {
    fn default() -> Self {
        Self { width: WIDTHS[0], counts: BTreeMap::new() }
    }
}

impl RateTally {
    /// Counts a record at `micros` since the epoch.
    pub(super) fn add(&mut self, micros: i64) {
        let seconds = micros.div_euclid(1_000_000);
        *self.counts.entry(seconds.div_euclid(self.width)).or_default() += 1;
        while self.span() > BUCKETS {
            self.widen();
        }
    }

    /// Buckets from the first to the last.
    fn span(&self) -> i64 {
        match (self.counts.first_key_value(), self.counts.last_key_value()) {
            (Some((first, _)), Some((last, _))) => last - first + 1,
            _ => 0,
        }
    }

    fn widen(&mut self) {
        let next = WIDTHS.into_iter().find(|width| *width > self.width).unwrap_or(self.width * 2);
        let factor = next / self.width;
        let mut merged = BTreeMap::new();
        for (bucket, count) in std::mem::take(&mut self.counts) {
            *merged.entry(bucket.div_euclid(factor)).or_default() += count;
        }
        self.width = next;
        self.counts = merged;
    }

    pub(super) fn finish(self) -> RecordRate {
        let Some(first) = self.counts.first_key_value().map(|(bucket, _)| *bucket) else {
            return RecordRate::default();
        };
        let mut counts = vec![0; usize::try_from(self.span()).unwrap_or_default()];
        for (bucket, count) in self.counts {
            if let Some(slot) = usize::try_from(bucket - first).ok().and_then(|at| counts.get_mut(at)) {
                *slot = count;
            }
        }
        RecordRate {
            bucket_seconds: self.width.unsigned_abs(),
            start: DateTime::from_timestamp(first * self.width, 0),
            counts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_told_in_ten_minutes() {
        let mut tally = RateTally::default();
        (0..86_400).rev().for_each(|second| tally.add(second * 1_000_000));
        let rate = tally.finish();
        assert_eq!((rate.bucket_seconds, rate.counts.len()), (600, 144));
        assert!(rate.counts.iter().all(|count| *count == 600));
    }

    proptest! {
        #[test]
        fn no_record_is_left_out_and_order_does_not_matter(
            mut times in prop::collection::vec(-62_135_596_800_000_000_i64..253_402_300_800_000_000, 1..200)
        ) {
            let rate = |times: &[i64]| {
                let mut tally = RateTally::default();
                times.iter().for_each(|time| tally.add(*time));
                tally.finish()
            };
            let forward = rate(&times);
            prop_assert_eq!(forward.counts.iter().sum::<u64>(), times.len() as u64);
            prop_assert!(forward.counts.len() as i64 <= BUCKETS);
            times.reverse();
            prop_assert_eq!(forward, rate(&times));
        }
    }
}
