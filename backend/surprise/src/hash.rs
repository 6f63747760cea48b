//! Keys of maps as numbers of 64 bits: the same on every machine and in every run.

use rustc_hash::FxHasher;
use std::hash::Hasher;

/// The finaliser of SplitMix64.
pub(crate) fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

pub(crate) fn of_text(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.write_usize(text.len());
    hasher.finish()
}

/// Of a word at a place.
pub(crate) fn at_place(place: usize, word: u64) -> u64 {
    mixed(word ^ (place as u64).wrapping_mul(0xd6e8_feb8_6659_fd93))
}

/// Of a group: host, process and severity.
pub(crate) fn of_group(host: &str, process: &str, severity: Option<u8>) -> u64 {
    let severity = severity.map_or(256, u64::from);
    mixed(mixed(of_text(host) ^ severity) ^ of_text(process))
}
