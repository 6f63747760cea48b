//! Hashes that are the same on every machine and in every run: what is kept of too much depends on them.

/// The finaliser of SplitMix64.
pub(crate) fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

/// The hash of a text, eight bytes at a time.
pub(crate) fn of_text(text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = mixed(text.len() as u64);
    for word in words {
        hash = mixed(hash ^ u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mixed(hash ^ u64::from_le_bytes(last))
}

/// What a token adds to the hash of a sequence: a sum, so that a position can be taken out again.
pub(crate) fn at_place(place: usize, token: u64) -> u64 {
    mixed(token.wrapping_add((place as u64).wrapping_mul(0xd6e8_feb8_6659_fd93)))
}
