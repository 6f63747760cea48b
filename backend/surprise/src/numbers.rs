//! Numbers at a place: how far out one is beyond the tail of those that were seen.

use crate::{hash::mixed, state::Number};
use std::collections::BTreeMap;

/// Numbers of a place that are kept: from then on every second one, every fourth one, and so on, by chance.
const KEPT: usize = 2048;
/// With fewer numbers, or fewer different ones, there is no tail; a few numbers are codes.
pub(crate) const FEWEST: usize = 15;
const FEWEST_DIFFERENT: usize = 12;

/// Numbers that are seen while training.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    count: u64,
    halved: u32,
    /// Slots, lots and numbers.
    kept: Vec<(u32, u32, f64)>,
}

impl Numbers {
    pub(crate) fn add(&mut self, slot: u32, number: f64) {
        self.count += 1;
        let lot = mixed(self.count) as u32;
        if self.draws(lot) {
            self.kept.push((slot, lot, number));
            while self.kept.len() >= KEPT && self.halved < 32 {
                self.halved += 1;
                let halved = self.halved;
                self.kept.retain(|(_, lot, _)| lot.trailing_zeros() >= halved);
            }
        }
    }

    fn draws(&self, lot: u32) -> bool {
        lot.trailing_zeros() >= self.halved
    }

    /// The tails, when nearly all of the words seen at the place are numbers.
    pub(crate) fn finish(&self, seen: u64) -> Option<Number> {
        if self.count < FEWEST as u64 || (self.count as f64) < 0.9 * seen as f64 {
            return None;
        }
        let mut numbers = self.without_bursts();
        numbers.sort_by(f64::total_cmp);
        let different = 1 + numbers.windows(2).filter(|pair| pair[0] != pair[1]).count();
        if numbers.len() < FEWEST || different < FEWEST_DIFFERENT {
            return None;
        }
        let logarithms: Vec<f64> = numbers.iter().map(|number| logarithm(*number)).collect();
        Some(Number { count: self.count, linear: tails(&numbers), logarithmic: tails(&logarithms) })
    }

    /// A slot contributes twice the median count of the slots, at most.
    fn without_bursts(&self) -> Vec<f64> {
        let mut of_slots: BTreeMap<u32, usize> = BTreeMap::new();
        for (slot, ..) in &self.kept {
            *of_slots.entry(*slot).or_default() += 1;
        }
        let mut counts: Vec<usize> = of_slots.values().copied().collect();
        counts.sort_unstable();
        let most = 2 * counts.get(counts.len() / 2).copied().unwrap_or(0);
        of_slots.clear();
        let mut fits = |slot: u32| {
            let count = of_slots.entry(slot).or_default();
            *count += 1;
            *count <= most
        };
        self.kept.iter().filter(|(slot, ..)| fits(*slot)).map(|(.., number)| *number).collect()
    }
}

/// sign(x) · log(1 + |x|)
pub(crate) fn logarithm(number: f64) -> f64 {
    number.abs().ln_1p().copysign(number)
}

/// Of ascending numbers, the upper and the lower tail: where it begins, and its scale.
fn tails(ascending: &[f64]) -> [(f64, f64); 2] {
    let mirrored: Vec<f64> = ascending.iter().rev().map(|number| -number).collect();
    [tail(ascending), tail(&mirrored)]
}

/// The tail's own mean excess, bounded by that of the bulk.
fn tail(ascending: &[f64]) -> (f64, f64) {
    let (median, begin) = (quantile(ascending, 0.5), quantile(ascending, 0.8));
    let bulk = (begin - median) / 2.5_f64.ln();
    let beyond = &ascending[ascending.partition_point(|number| *number <= begin)..];
    let own = if beyond.len() > 2 {
        ((quantile(beyond, 0.5) - begin) / std::f64::consts::LN_2).min(2.0 * bulk)
    } else {
        0.0
    };
    (begin, own.max(bulk).max(1e-3 * median.abs()).max(1e-9))
}

/// With linear interpolation; 0 of nothing.
pub(crate) fn quantile(ascending: &[f64], share: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else { return 0.0 };
    let place = share * last as f64;
    let (below, above) = (ascending[place.floor() as usize], ascending[place.ceil() as usize]);
    below + (above - below) * place.fract()
}
