//! The usual count of a key: of the highest counts of all slots, one that few of them exceed.

/// Slots with higher counts than usual: 2 of 100 in any case, or 10 of 100 when they are much higher than the rest.
const FEW: u32 = 50;
const MORE: u32 = 10;

/// How many slots are few, of all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Few {
    few: usize,
    more: usize,
}

impl Few {
    pub(crate) fn of(slots: u32) -> Self {
        Self { few: slots.div_ceil(FEW) as usize, more: slots.div_ceil(MORE) as usize }
    }
}

/// The highest count of each slot that has one, in one window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peaks {
    /// The present slot, and its highest count so far.
    slot: u32,
    highest: u32,
    /// Slots and their highest counts, while they are few.
    slots: Vec<(u32, u32)>,
    /// Counts, ascending, and in how many slots each is the highest, when they are not.
    counts: Vec<(u32, u32)>,
}

impl Peaks {
    pub(crate) fn add(&mut self, slot: u32, count: u32, few: Few) {
        if slot != self.slot {
            self.close(few);
            self.slot = slot;
        }
        self.highest = self.highest.max(count);
    }

    /// Ends the present slot.
    pub(crate) fn close(&mut self, few: Few) {
        let highest = std::mem::take(&mut self.highest);
        if highest == 0 {
            return;
        }
        if !self.counts.is_empty() {
            count(&mut self.counts, highest);
            return;
        }
        self.slots.push((self.slot, highest));
        if self.slots.len() > few.few {
            for (_, highest) in std::mem::take(&mut self.slots) {
                count(&mut self.counts, highest);
            }
        }
    }

    /// The slots and their highest counts, unless they are more than a few.
    pub(crate) fn into_few(self) -> Vec<(u32, u32)> {
        self.slots
    }

    /// The usual count; 0 when it is seen in a few slots only.
    pub(crate) fn usual(&self, few: Few) -> u32 {
        usual(&self.counts, few)
    }
}

fn count(counts: &mut Vec<(u32, u32)>, highest: u32) {
    match counts.binary_search_by_key(&highest, |(count, _)| *count) {
        Ok(at) => counts[at].1 += 1,
        Err(at) => counts.insert(at, (highest, 1)),
    }
}

/// The usual count, of the slots' highest counts in any order.
pub(crate) fn usual_of(slots: impl Iterator<Item = u32>, few: Few) -> u32 {
    let mut counts = Vec::new();
    slots.for_each(|highest| count(&mut counts, highest));
    usual(&counts, few)
}

fn usual(counts: &[(u32, u32)], few: Few) -> u32 {
    let exceeded_by = |slots: usize| {
        let mut above = 0;
        counts.iter().rev().find_map(|(count, own)| {
            above += *own as usize;
            (above > slots).then_some(*count)
        })
    };
    let rarely = exceeded_by(few.few).unwrap_or(0);
    rarely.min(exceeded_by(few.more).unwrap_or(0).saturating_mul(2).saturating_add(1))
}
