//! The words of messages while training: which values each place has, and how often they recur within the windows.

use crate::{
    hash,
    numbers::Numbers,
    peaks::{Few, Peaks, usual_of},
    state,
    windows::{Counter, Lately, Moment, OF_VALUES},
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Values of a place that are kept; with more of them, the rarest are forgotten, and none is odd.
const VALUES: usize = 1024;
/// Values of all places together: beyond that, each new one displaces others of its place.
const ALL_VALUES: usize = 1 << 18;
/// Slots that a template needs before a value can be odd: e³ would be nothing in fewer.
const FEWEST_SLOTS: u32 = 15;
/// A value is odd as far as it is rarer than e⁻³.
const ORDINARY: f64 = 3.0;

/// What is common to all places while training.
pub(crate) struct Training {
    pub(crate) few: Few,
    pub(crate) recent: Lately<Counter<OF_VALUES>>,
    /// Values that are kept, and values that were forgotten.
    pub(crate) kept: usize,
    pub(crate) forgotten: u64,
}

#[derive(Debug, Default)]
struct Value {
    slots: u32,
    last: u32,
    peaks: Option<Box<[Peaks; OF_VALUES]>>,
}

/// A place.
#[derive(Debug)]
pub(crate) struct Place {
    id: usize,
    values: FxHashMap<Box<str>, Value>,
    /// Whether values were forgotten.
    open: bool,
    /// Slots and counts of values that were forgotten.
    of_forgotten: [Vec<(u32, u32)>; OF_VALUES],
    pub(crate) numbers: Option<Numbers>,
}

impl Place {
    pub(crate) fn new(id: usize) -> Self {
        Self {
            id,
            values: FxHashMap::default(),
            open: false,
            of_forgotten: <[Vec<(u32, u32)>; OF_VALUES]>::default(),
            numbers: None,
        }
    }

    pub(crate) fn add(&mut self, word: &str, slot: u32, moment: &Moment, training: &mut Training) {
        let key = hash::at_place(self.id, hash::of_text(word));
        let counts = training.recent.get(key, moment.time).add(moment);
        let value = match self.values.get_mut(word) {
            Some(value) => value,
            None => {
                if self.values.len() >= VALUES || training.kept >= ALL_VALUES {
                    self.forget(training);
                }
                training.kept += 1;
                self.values.entry(word.into()).or_insert(Value { slots: 0, last: u32::MAX, peaks: None })
            }
        };
        if value.last != slot {
            value.last = slot;
            value.slots += 1;
        }
        if counts != [0; OF_VALUES] {
            let peaks = value.peaks.get_or_insert_default();
            for (peaks, count) in peaks.iter_mut().zip(counts) {
                peaks.add(slot, count, training.few);
            }
        }
    }

    /// Forgets the rarest half of the values, at least.
    fn forget(&mut self, training: &mut Training) {
        self.open = true;
        let mut slots: Vec<u32> = self.values.values().map(|value| value.slots).collect();
        slots.sort_unstable();
        let rare = slots.get(slots.len() / 2).copied().unwrap_or(0);
        let rarest = self.values.extract_if(|_, value| value.slots <= rare);
        let peaks: Vec<_> = rarest.map(|(_, value)| value.peaks).collect();
        training.kept = training.kept.saturating_sub(peaks.len());
        training.forgotten += peaks.len() as u64;
        for peaks in peaks.into_iter().flatten() {
            for (all, mut peaks) in self.of_forgotten.iter_mut().zip(*peaks) {
                peaks.close(training.few);
                all.extend(peaks.into_few());
            }
        }
        self.of_forgotten.iter_mut().for_each(highest_of_slots);
    }

    /// Of a template that occurs in `slots`, in so many records of this shape.
    pub(crate) fn finish(mut self, slots: u32, seen: u64, few: Few) -> state::Place {
        let number = self.numbers.take().and_then(|numbers| numbers.finish(seen));
        if self.values.len() == 1 && !self.open {
            let unseen = if slots < FEWEST_SLOTS { 0.0 } else { self.odd().1 };
            let constant = self.values.into_keys().next().map(String::from);
            return state::Place { constant, unseen, number, ..state::Place::default() };
        }
        let (odd, unseen) = if slots < FEWEST_SLOTS || self.open { Default::default() } else { self.odd() };
        let mut pools = self.of_forgotten;
        let mut words = BTreeMap::new();
        for (word, value) in self.values {
            let mut usual = [0; OF_VALUES];
            for (at, mut peaks) in value.peaks.map(|peaks| *peaks).into_iter().flatten().enumerate() {
                peaks.close(few);
                usual[at] = peaks.usual(few);
                pools[at].extend(peaks.into_few());
            }
            let odd = odd.get(&value.slots).copied().unwrap_or(0.0);
            if unseen > 0.0 || odd > 0.0 || usual != [0; OF_VALUES] {
                words.insert(word.into(), state::Word(odd, usual));
            }
        }
        pools.iter_mut().for_each(highest_of_slots);
        let usual = pools.map(|pool| usual_of(pool.into_iter().map(|(_, count)| count), few));
        state::Place { constant: None, unseen, usual, words, number }
    }

    /// How odd a value is by its slots, and how odd one is that was not seen.
    fn odd(&self) -> (BTreeMap<u32, f64>, f64) {
        let mut with: BTreeMap<u32, u64> = BTreeMap::new();
        for value in self.values.values() {
            *with.entry(value.slots).or_default() += 1;
        }
        let all: u64 = with.iter().map(|(slots, values)| u64::from(*slots) * values).sum();
        let once = with.get(&1).copied().unwrap_or(0);
        let odd = |share: f64| (-share.min(1.0).ln() - ORDINARY).max(0.0);
        let mut mass = 0;
        let mut of_slots = BTreeMap::new();
        for (slots, values) in with {
            mass += u64::from(slots) * values;
            of_slots.insert(slots, odd(mass as f64 / all as f64));
        }
        (of_slots, odd((once as f64 + 0.5) / (all as f64 + 1.0)))
    }
}

/// Keeps, of each slot, the highest count.
fn highest_of_slots(all: &mut Vec<(u32, u32)>) {
    all.sort_unstable_by_key(|(slot, count)| (*slot, std::cmp::Reverse(*count)));
    all.dedup_by_key(|(slot, _)| *slot);
}
