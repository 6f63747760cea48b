//! The random streams that scikit-learn draws from, bit for bit.
//!
//! [`RandomState`] is numpy's legacy generator (MT19937), [`XorShift`] is the small generator inside
//! scikit-learn's tree code, and [`sample_without_replacement`] is `sklearn.utils.random`'s function of
//! that name with `method="auto"`. A stream depends on its seed and the order of draws, nothing else.

use crate::sums::pairwise;
use std::collections::HashSet;

const STATE: usize = 624;
const SHIFT: usize = 397;

/// `numpy.random.RandomState(seed)`: MT19937 seeded by `init_genrand`.
#[derive(Clone)]
pub struct RandomState {
    words: [u32; STATE],
    next: usize,
}

impl RandomState {
    pub fn new(seed: u32) -> Self {
        let mut words = [0; STATE];
        let mut word = seed;
        for (slot, i) in words.iter_mut().zip(1_u32..) {
            *slot = word;
            word = 1_812_433_253_u32.wrapping_mul(word ^ (word >> 30)).wrapping_add(i);
        }
        Self { words, next: STATE }
    }

    /// 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.next == STATE {
            self.refill();
        }
        let mut word = self.words[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    fn refill(&mut self) {
        for i in 0..STATE {
            let word = (self.words[i] & 0x8000_0000) | (self.words[(i + 1) % STATE] & 0x7fff_ffff);
            let twist = if word & 1 == 1 { 0x9908_b0df } else { 0 };
            self.words[i] = self.words[(i + SHIFT) % STATE] ^ (word >> 1) ^ twist;
        }
        self.next = 0;
    }

    /// `random_sample()`: uniform in [0, 1) with 53 random bits.
    pub fn next_double(&mut self) -> f64 {
        let high = self.next_u32() >> 5;
        let low = self.next_u32() >> 6;
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// `randint(bound)`: uniform in [0, bound) by masked rejection. A bound of 0 or 1 draws nothing and is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        let last = bound.saturating_sub(1);
        if last == 0 {
            return 0;
        }
        let mask = u32::MAX >> last.leading_zeros();
        loop {
            let value = self.next_u32() & mask;
            if value <= last {
                return value;
            }
        }
    }

    /// `permutation(count)`: 0..count, shuffled.
    pub fn permutation(&mut self, count: u32) -> Vec<u32> {
        let mut items: Vec<u32> = (0..count).collect();
        self.shuffle(&mut items);
        items
    }

    /// `shuffle(items)`, by Fisher and Yates from the top. Of more than 2^32 items, the first 2^32.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len().min(u32::MAX as usize)).rev() {
            let j = self.below(i as u32 + 1);
            items.swap(i, j as usize);
        }
    }
}

/// `count` distinct numbers out of 0..`population`, in the order that
/// `sklearn.utils.random.sample_without_replacement(population, count)` gives them.
///
/// The share decides the method: a permutation between 1 % and 99 %, tracking selection below, reservoir
/// sampling above. A `count` above `population` is taken as `population`.
pub fn sample_without_replacement(population: u32, count: u32, random: &mut RandomState) -> Vec<u32> {
    let count = count.min(population);
    let share = if population == 0 { 1.0 } else { f64::from(count) / f64::from(population) };
    if share > 0.01 && share < 0.99 {
        let mut all = random.permutation(population);
        all.truncate(count as usize);
        all
    } else if share < 0.2 {
        let mut seen = HashSet::with_capacity(count as usize);
        std::iter::repeat_with(|| random.below(population))
            .filter(|item| seen.insert(*item))
            .take(count as usize)
            .collect()
    } else {
        let mut reservoir: Vec<u32> = (0..count).collect();
        for i in count..population {
            let j = random.below(i + 1);
            if j < count {
                reservoir[j as usize] = i;
            }
        }
        reservoir
    }
}

/// The chances of numbered things: `RandomState.choice(n, count, replace, p)` of numpy, `p` being weights divided by
/// their sum.
#[derive(Clone, Debug)]
pub struct Chances {
    shares: Vec<f64>,
    /// The sums of the shares so far, the last one being 1.
    cumulative: Vec<f64>,
}

impl Chances {
    /// From weights of which none is negative and not all are 0.
    pub fn new(weights: &[f64]) -> Self {
        let total = pairwise(weights);
        let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        Self { cumulative: cumulate(&shares), shares }
    }

    /// How many things have a chance.
    pub fn possible(&self) -> usize {
        self.shares.iter().filter(|share| **share > 0.0).count()
    }

    /// The number of one thing, which may be drawn again.
    pub fn draw(&self, random: &mut RandomState) -> u32 {
        find(&self.cumulative, random.next_double())
    }

    /// `count` distinct numbers; no more than are possible.
    pub fn draw_distinct(&self, count: u32, random: &mut RandomState) -> Vec<u32> {
        let count = (count as usize).min(self.possible());
        let mut found = Vec::with_capacity(count);
        let mut seen = HashSet::with_capacity(count);
        let mut shares = None;
        while found.len() < count {
            let cumulative = shares.as_deref().map(cumulate);
            let cumulative = cumulative.as_ref().unwrap_or(&self.cumulative);
            let missing = count - found.len();
            let drawn: Vec<u32> = (0..missing).map(|_| find(cumulative, random.next_double())).collect();
            // What is drawn twice in a round counts once, and is made up for in the next one.
            found.extend(drawn.into_iter().filter(|item| seen.insert(*item)));
            let shares = shares.get_or_insert_with(|| self.shares.clone());
            found.iter().for_each(|item| shares[*item as usize] = 0.0);
        }
        found
    }
}

fn cumulate(shares: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let mut sums: Vec<f64> = shares
        .iter()
        .map(|share| {
            sum += share;
            sum
        })
        .collect();
    sums.iter_mut().for_each(|part| *part /= sum);
    sums
}

/// `searchsorted(…, side="right")`.
fn find(cumulative: &[f64], chance: f64) -> u32 {
    cumulative.partition_point(|sum| *sum <= chance).min(cumulative.len().saturating_sub(1)) as u32
}

/// The generator of scikit-learn's tree code: `our_rand_r` in `sklearn/utils/_random.pxd`.
#[derive(Clone, Copy, Debug, Default)]
pub struct XorShift(u32);

/// The largest number that [`XorShift::next_u31`] gives.
pub const RAND_R_MAX: u32 = 0x7fff_ffff;

impl XorShift {
    pub fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// 31 random bits. The state 0, which would never leave 0, counts as 1.
    pub fn next_u31(&mut self) -> u32 {
        let mut word = if self.0 == 0 { 1 } else { self.0 };
        word ^= word << 13;
        word ^= word >> 17;
        word ^= word << 5;
        self.0 = word;
        word & RAND_R_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The C++ standard, [rand.predef]: the 10000th draw of a default-seeded mt19937.
    #[test]
    fn ten_thousandth_word_is_the_published_one() {
        let mut random = RandomState::new(5489);
        let last = (0..10_000).map(|_| random.next_u32()).last();
        assert_eq!(last, Some(4_123_659_995));
    }

    /// numpy 2.4.6: `RandomState(42)`, `.random_sample(3)`, `.permutation(10)`, `.randint(2**31-1, size=3)`.
    #[test]
    fn streams_are_those_of_numpy() {
        let mut random = RandomState::new(42);
        let doubles: Vec<f64> = (0..3).map(|_| random.next_double()).collect();
        assert_eq!(doubles, [0.3745401188473625, 0.9507143064099162, 0.7319939418114051]);
        assert_eq!(RandomState::new(42).permutation(10), [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
        let mut random = RandomState::new(42);
        let ints: Vec<u32> = (0..3).map(|_| random.below(2_147_483_647)).collect();
        assert_eq!(ints, [1_608_637_542, 1_273_642_419, 1_935_803_228]);
    }

    #[test]
    fn bounds_of_nothing_and_one_draw_nothing() {
        let mut random = RandomState::new(1);
        let untouched = random.clone().next_u32();
        assert_eq!((random.below(0), random.below(1)), (0, 0));
        assert_eq!(random.next_u32(), untouched);
    }

    #[test]
    fn samples_are_distinct_and_within_range() {
        for (population, count) in [(0, 0), (1, 1), (10, 3), (1000, 5), (1000, 995), (1000, 1000), (5, 9)] {
            let sample = sample_without_replacement(population, count, &mut RandomState::new(3));
            let distinct: HashSet<u32> = sample.iter().copied().collect();
            assert_eq!(sample.len(), count.min(population) as usize);
            assert_eq!(distinct.len(), sample.len());
            assert!(sample.iter().all(|item| *item < population));
        }
    }
}
