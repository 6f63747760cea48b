//! Sorts the samples of a node by rank. A key is the rank above what is known of the sample.

use super::Entry;

/// Up to this many, sorting by comparison is faster.
const FEW: usize = 160;
/// From this many on, sorting by larger digits is faster.
const MANY: usize = 8192;

/// Fills `keys`; the smallest and the largest rank.
pub(super) fn gather(entries: &[Entry], keys: &mut [u64], rank: impl Fn(usize) -> u32) -> (u32, u32) {
    let (mut min, mut max) = (u32::MAX, 0);
    for (key, entry) in keys.iter_mut().zip(entries) {
        let rank = rank(entry.row as usize);
        *key = u64::from(rank) << 32 | u64::from(entry.info);
        min = min.min(rank);
        max = max.max(rank);
    }
    (min, max)
}

/// The keys, sorted by rank: in one of both slices, which are of the same length.
pub(super) fn sort<'a>(mut keys: &'a mut [u64], mut other: &'a mut [u64], min: u32, max: u32) -> &'a [u64] {
    if keys.len() <= FEW {
        keys.sort_unstable();
        return keys;
    }
    let bits = u32::BITS - (max - min).leading_zeros();
    let passes = bits.div_ceil(if keys.len() < MANY { 8 } else { 11 });
    let width = bits.div_ceil(passes);
    for pass in 0..passes {
        scatter(keys, other, min, pass * width, width);
        (keys, other) = (other, keys);
    }
    keys
}

/// Copies the keys to `other`, sorted by the digit of `width` bits at `shift`, otherwise in the order that they have.
fn scatter(keys: &[u64], other: &mut [u64], min: u32, shift: u32, width: u32) {
    let mut places = [0_u32; 1 << 11];
    let places = &mut places[..1 << width];
    let mask = (1 << width) - 1;
    let digit = |key: u64| ((((key >> 32) as u32 - min) >> shift) & mask) as usize;
    for key in keys {
        places[digit(*key)] += 1;
    }
    let mut next = 0;
    for place in places.iter_mut() {
        next += std::mem::replace(place, next);
    }
    for key in keys {
        let place = &mut places[digit(*key)];
        other[*place as usize] = *key;
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_are_sorted_by_rank(ranks in prop_oneof![
            prop::collection::vec(0_u32..1000, 2..3000),
            prop::collection::vec(70_000_u32..u32::MAX, 2..3000),
            prop::collection::vec(5_u32..3_000_000, 9000..10_000),
        ]) {
            let entries: Vec<Entry> =
                (0..ranks.len() as u32).map(|row| Entry { row, info: row.wrapping_mul(7) }).collect();
            let mut keys = vec![0; ranks.len()];
            let mut other = keys.clone();
            let (min, max) = gather(&entries, &mut keys, |row| ranks[row]);
            let mut expected = keys.clone();
            expected.sort_unstable();
            let sorted = sort(&mut keys, &mut other, min, max);
            prop_assert!(sorted.is_sorted_by_key(|key| key >> 32));
            let mut sorted = sorted.to_vec();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, expected);
        }
    }
}
