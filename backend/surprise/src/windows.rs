//! How many records of a key came lately, in room that does not grow with them.

use crate::hash;
use rustc_hash::FxHashMap;

/// The windows that are looked at, in microseconds: 1, 5, 15 and 60 minutes.
pub(crate) const WINDOWS: [i64; 4] = [60_000_000, 300_000_000, 900_000_000, 3_600_000_000];
/// Values are counted in as many of them.
pub(crate) const OF_VALUES: usize = 3;

/// Where a time is in the windows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moment {
    pub(crate) time: i64,
    bucket: [i64; 4],
    /// Microseconds to the end of the bucket.
    left: [u64; 4],
}

impl Moment {
    pub(crate) fn of(time: i64) -> Self {
        let left = |width: i64| (width - time.rem_euclid(width)) as u64;
        Self { time, bucket: WINDOWS.map(|width| time.div_euclid(width)), left: WINDOWS.map(left) }
    }
}

/// Records in each of the first `N` windows. The clock is cut into buckets as wide as the window; of the bucket before the
/// present one, as much counts as the window still covers, to the nearest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counter<const N: usize> {
    bucket: [i64; N],
    present: [u32; N],
    before: [u32; N],
}

impl<const N: usize> Default for Counter<N> {
    fn default() -> Self {
        Self { bucket: [i64::MIN; N], present: [0; N], before: [0; N] }
    }
}

impl<const N: usize> Counter<N> {
    /// How many there were, and one more from now on.
    pub(crate) fn add(&mut self, moment: &Moment) -> [u32; N] {
        let mut counts = [0; N];
        for (at, count) in counts.iter_mut().enumerate() {
            let (bucket, left, width) = (moment.bucket[at], moment.left[at], WINDOWS[at] as u64);
            if bucket != self.bucket[at] {
                let follows = bucket.checked_sub(1) == Some(self.bucket[at]);
                self.before[at] = if follows { self.present[at] } else { 0 };
                self.present[at] = 0;
                self.bucket[at] = bucket;
            }
            let before = u64::from(self.before[at]);
            let share = if before == 0 { 0 } else { (before * left + width / 2) / width };
            *count = self.present[at].saturating_add(share as u32);
            self.present[at] = self.present[at].saturating_add(1);
        }
        counts
    }
}

/// What is remembered of keys that were seen lately: in two generations, of which the older one is forgotten when the younger
/// one is full or old.
#[derive(Clone, Debug)]
pub(crate) struct Lately<V> {
    young: FxHashMap<u64, V>,
    old: FxHashMap<u64, V>,
    born: i64,
    most: usize,
    lifetime: i64,
}

impl<V: Default> Lately<V> {
    pub(crate) fn new(most: usize, lifetime: i64) -> Self {
        Self { young: FxHashMap::default(), old: FxHashMap::default(), born: i64::MIN, most, lifetime }
    }

    /// Forgets what is old at this time.
    pub(crate) fn turn(&mut self, now: i64) {
        if now.abs_diff(self.born) > self.lifetime as u64 {
            self.next(now);
        }
    }

    pub(crate) fn get(&mut self, key: u64, now: i64) -> &mut V {
        self.turn(now);
        if self.young.len() >= self.most && !self.young.contains_key(&key) {
            self.next(now);
        }
        let old = &mut self.old;
        self.young.entry(key).or_insert_with(|| old.remove(&key).unwrap_or_default())
    }

    fn next(&mut self, now: i64) {
        std::mem::swap(&mut self.young, &mut self.old);
        self.young.clear();
        self.born = now;
    }
}

/// Values that are remembered, twice.
const VALUES: usize = 1 << 16;
/// Groups and processes that are remembered, twice.
const GROUPS: usize = 1 << 12;

/// What [`Lately`] keeps of values.
pub(crate) fn of_values() -> Lately<Counter<OF_VALUES>> {
    Lately::new(VALUES, 2 * WINDOWS[2])
}

/// What [`Lately`] keeps of groups or processes.
pub(crate) fn of_groups<V: Default>() -> Lately<V> {
    Lately::new(GROUPS, 2 * WINDOWS[3])
}

/// The key of a process.
pub(crate) fn process(name: &str) -> u64 {
    hash::of_text(name)
}
