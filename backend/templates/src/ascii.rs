//! Runs of bytes, eight at a time.

use std::ops::RangeInclusive;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many bytes at the front are in a range of ASCII.
#[inline]
pub fn run_in(bytes: &[u8], range: &RangeInclusive<u8>) -> usize {
    run(bytes, |word| within(word, *range.start(), *range.end()), |byte| range.contains(&byte))
}

/// How many bytes at the front are letters or `_`.
#[inline]
pub(crate) fn run_of_letters(bytes: &[u8]) -> usize {
    let outside = |word| {
        let lower = word | (ONES * 0x20);
        within(lower, b'a', b'z') & !equal(word, b'_')
    };
    run(bytes, outside, |byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// `outside` gives the highest bit of every byte that ends the run; `inside` says the same of one byte.
#[inline]
fn run(bytes: &[u8], outside: impl Fn(u64) -> u64, inside: impl Fn(u8) -> bool) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let found = outside(u64::from_le_bytes(*word));
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let whole = bytes.len() - rest.len();
    whole + rest.iter().position(|byte| !inside(*byte)).unwrap_or(rest.len())
}

/// The highest bit of every byte that is not from `first` to `last`, both of them ASCII.
fn within(word: u64, first: u8, last: u8) -> u64 {
    // Without their highest bits, bytes are added to without a carry into the next.
    let low = word & !HIGH;
    let at_least = low + ONES * u64::from(0x80 - first);
    let above = low + ONES * u64::from(0x7f - last);
    (!at_least | above | word) & HIGH
}

/// The highest bit of every byte that is this one, which is ASCII.
fn equal(word: u64, byte: u8) -> u64 {
    let other = word ^ (ONES * u64::from(byte));
    !(((other & !HIGH) + !HIGH) | other) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_end_where_the_first_other_byte_is(
            bytes in prop::collection::vec(prop_oneof![8 => b'0'..=b'9', 8 => b'a'..=b'z', 2 => Just(b'_'), 1 => any::<u8>()], 0..40),
            first in 0u8..128,
            last in 0u8..128,
        ) {
            for range in [first..=last, b'0'..=b'9', b'a'..=b'z', 0..=127] {
                let slow = bytes.iter().take_while(|byte| range.contains(byte)).count();
                if range.start() <= range.end() {
                    prop_assert_eq!(run_in(&bytes, &range), slow, "{:?}", range);
                }
            }
            let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_').count();
            prop_assert_eq!(run_of_letters(&bytes), letters);
        }
    }

    #[test]
    fn every_byte_is_told_from_every_other() {
        for byte in 0..=255u8 {
            for place in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[place] = byte;
                let letter = byte.is_ascii_alphabetic() || byte == b'_';
                assert_eq!(run_of_letters(&bytes), if letter { 8 } else { place }, "{byte}");
                assert_eq!(
                    run_in(&bytes, &(b'_'..=b'z')),
                    if (b'_'..=b'z').contains(&byte) { 8 } else { place }
                );
            }
        }
    }
}
