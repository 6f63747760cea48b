//! What bytes are, and how far those of a kind go.

use crate::ascii::run_in;

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// `\w` of an ASCII pattern.
pub(crate) fn is_word(byte: u8) -> bool {
    CLASS[usize::from(byte)] & WORD != 0
}

pub(super) fn is_word_or_dollar(byte: u8) -> bool {
    CLASS[usize::from(byte)] & (WORD | DOLLAR) != 0
}

const WORD: u8 = 1;

const DOLLAR: u8 = 2;

/// What bytes are, as bits.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let it = byte as u8;
        if it.is_ascii_alphanumeric() || it == b'_' {
            class[byte] = WORD;
        } else if it == b'$' {
            class[byte] = DOLLAR;
        }
        byte += 1;
    }
    class
};

pub(super) fn digit_run(bytes: &[u8]) -> usize {
    run_in(bytes, &(b'0'..=b'9'))
}

/// How many bytes at the front are of this kind.
pub(super) fn run(bytes: &[u8], kind: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !kind(*byte)).unwrap_or(bytes.len())
}

/// Whether what follows is none of these.
pub(super) fn ends(bytes: &[u8], at: usize, continues: impl Fn(u8) -> bool) -> bool {
    !bytes.get(at).is_some_and(|byte| continues(*byte))
}
