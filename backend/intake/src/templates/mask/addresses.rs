//! Masks of addresses and identifiers of a fixed form. Each says how long the value at the front is.

use super::bytes::{digit_run, ends, is_word, run};

pub(super) fn mac(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.get(2), Some(b':' | b'-')) {
        return None;
    }
    let octet = |at: usize| bytes.get(at..at + 2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    let rest = (1..6).all(|n| matches!(bytes.get(n * 3 - 1), Some(b':' | b'-')) && octet(n * 3));
    (octet(0) && rest && ends(bytes, 17, |byte| is_word(byte) || matches!(byte, b':' | b'-'))).then_some(17)
}

pub(super) fn uuid(bytes: &[u8]) -> Option<usize> {
    let text = bytes.get(..36).filter(|text| text[8] == b'-')?;
    let fits = text.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    (fits && ends(bytes, 36, |byte| is_word(byte) || byte == b'-')).then_some(36)
}

pub(super) fn ipv4(bytes: &[u8]) -> Option<usize> {
    let mut end = usize::from(bytes[0] == b'/');
    for part in 0..4 {
        if part > 0 {
            if bytes.get(end) != Some(&b'.') {
                return None;
            }
            end += 1;
        }
        let length = digit_run(&bytes[end..]);
        if !(1..=3).contains(&length) {
            return None;
        }
        end += length;
    }
    let port = match bytes.get(end) {
        Some(b':') => digit_run(&bytes[end + 1..]),
        _ => 0,
    };
    let over = |at: usize| {
        ends(bytes, at, is_word)
            && (!matches!(bytes.get(at), Some(b'.' | b'-')) || ends(bytes, at + 1, is_word))
    };
    if port > 0 && over(end + 1 + port) {
        return Some(end + 1 + port);
    }
    over(end).then_some(end)
}

/// One to four hexadecimal digits at the front, if there are no more.
fn group(bytes: &[u8]) -> Option<usize> {
    let length = run(bytes, |byte| byte.is_ascii_hexdigit());
    (1..=4).contains(&length).then_some(length)
}

pub(super) fn ipv6(bytes: &[u8]) -> Option<usize> {
    let (mut end, mut groups) = (0, 0);
    while groups < 7
        && let Some(length) = group(&bytes[end..])
        && bytes.get(end + length) == Some(&b':')
    {
        end += length + 1;
        groups += 1;
    }
    if groups < 2 {
        return None;
    }
    end += usize::from(bytes.get(end) == Some(&b':'));
    end += group(&bytes[end..])?;
    ends(bytes, end, |byte| is_word(byte) || byte == b':').then_some(end)
}

pub(super) fn ipv6_short(bytes: &[u8]) -> Option<usize> {
    let mut end = group(bytes).unwrap_or(0);
    if !bytes[end..].starts_with(b"::") {
        return None;
    }
    end += 2;
    end += group(&bytes[end..])?;
    while bytes.get(end) == Some(&b':')
        && let Some(length) = group(&bytes[end + 1..])
    {
        end += 1 + length;
    }
    ends(bytes, end, |byte| is_word(byte) || byte == b':').then_some(end)
}
