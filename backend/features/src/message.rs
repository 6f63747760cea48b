//! What a message consists of: characters by class, words, numbers, and addresses.

mod addresses;

pub(crate) use addresses::Addresses;

/// ASCII white space, the six characters of Python's `string.whitespace`.
const fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// The seventeen message features in catalogue order. The addresses found are left in `addresses`.
pub(crate) fn describe(message: &str, addresses: &mut Addresses) -> [f64; 17] {
    let bytes = message.as_bytes();
    let (mut length, mut words, mut letters, mut digits) = (0u32, 0u32, 0u32, 0u32);
    let (mut upper, mut white, mut punctuation, mut numbers) = (0u32, 0u32, 0u32, 0u32);
    let mut seen = 0u128;
    let (mut in_word, mut in_number) = (false, false);
    for &byte in bytes {
        // Bytes 10…… continue a character that was counted with its first byte.
        length += u32::from(byte & 0xc0 != 0x80);
        let (is_white, is_digit) = (is_white(byte), byte.is_ascii_digit());
        words += u32::from(!is_white && !in_word);
        numbers += u32::from(is_digit && !in_number);
        (in_word, in_number) = (!is_white, is_digit);
        white += u32::from(is_white);
        digits += u32::from(is_digit);
        letters += u32::from(byte.is_ascii_alphabetic());
        upper += u32::from(byte.is_ascii_uppercase());
        punctuation += u32::from(byte.is_ascii_punctuation());
        if byte < 128 {
            seen |= 1 << byte;
        }
    }
    let mut unique = seen.count_ones();
    if length as usize != bytes.len() {
        let mut others: Vec<char> = message.chars().filter(|c| !c.is_ascii()).collect();
        others.sort_unstable();
        others.dedup();
        unique += others.len() as u32;
    }
    addresses.find(bytes);
    let ratio = |count: u32| if length == 0 { 0.0 } else { f64::from(count) / f64::from(length) };
    [
        length.into(),
        words.into(),
        letters.into(),
        digits.into(),
        upper.into(),
        white.into(),
        punctuation.into(),
        ratio(letters),
        ratio(digits),
        ratio(upper),
        ratio(white),
        ratio(punctuation),
        unique.into(),
        addresses.ips.len() as f64,
        addresses.macs.len() as f64,
        urls(bytes) as f64,
        numbers.into(),
    ]
}

/// `://` after a letter or digit and before something other than white space.
fn urls(bytes: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, b"://")
        .filter(|at| at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphanumeric()))
        .filter(|at| bytes.get(at + 3).is_some_and(|after| !is_white(*after)))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_words_and_numbers_are_counted_by_hand() {
        let found = describe("Héllo  W0rld-42,\tx", &mut Addresses::default());
        // 18 characters: H é l l o, 2 spaces, W 0 r l d - 4 2 , tab x; the letters without é are 9.
        let expected = [
            18.0,
            3.0,
            9.0,
            3.0,
            2.0,
            3.0,
            2.0,
            9.0 / 18.0,
            3.0 / 18.0,
            2.0 / 18.0,
            3.0 / 18.0,
            2.0 / 18.0,
            15.0,
            0.0,
            0.0,
            0.0,
            2.0,
        ];
        assert_eq!(found, expected);
        assert_eq!(describe("", &mut Addresses::default()), [0.0; 17]);
    }

    #[test]
    fn urls_need_a_scheme_and_a_rest() {
        assert_eq!(urls(b"GET http://a.example/x?u=https://b (ftp:// ) ://no"), 2);
        assert_eq!(urls(b"://"), 0);
    }
}
