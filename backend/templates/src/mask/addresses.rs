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
    (fits && ends(bytes, 36, |byte| byte.is_ascii_alphanumeric())).then_some(36)
}

/// Four numbers of up to three digits with points between: the end of the first three of these of the last number.
fn octets(bytes: &[u8]) -> Option<(usize, usize)> {
    let (mut end, mut length) = (0, 0);
    for part in 0..4 {
        if part > 0 {
            if length > 3 || bytes.get(end) != Some(&b'.') {
                return None;
            }
            end += 1;
        }
        // More than three are too many, however many.
        length = bytes[end..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 {
            return None;
        }
        end += length;
    }
    Some((end, length))
}

pub(super) fn begins_as_ipv4(bytes: &[u8]) -> bool {
    octets(bytes).is_some()
}

/// With its port or the length of its prefix.
pub(super) fn ipv4(bytes: &[u8]) -> Option<usize> {
    let (end, _) = octets(bytes).filter(|(_, last)| *last <= 3)?;
    let over = |at: usize| {
        ends(bytes, at, is_word)
            && (!matches!(bytes.get(at), Some(b'.' | b'-')) || ends(bytes, at + 1, is_word))
    };
    let more = match bytes.get(end) {
        Some(b':' | b'/') => digit_run(&bytes[end + 1..]),
        _ => 0,
    };
    if more > 0 && over(end + 1 + more) {
        return Some(end + 1 + more);
    }
    over(end).then_some(end)
}

/// `node.example/10.0.0.1`
pub(super) fn host_ipv4(bytes: &[u8]) -> Option<usize> {
    let label = |byte: u8| is_word(byte) || byte == b'-';
    let mut start = run(bytes, label);
    while bytes.get(start) == Some(&b'.') {
        let length = run(&bytes[start + 1..], label);
        if length == 0 {
            return None;
        }
        start += 1 + length;
    }
    (bytes.get(start) == Some(&b'/'))
        .then(|| ipv4(&bytes[start + 1..]))
        .flatten()
        .map(|length| start + 1 + length)
}

/// An address of version 6 that ends here, with its zone and the length of its prefix.
fn ipv6_end(bytes: &[u8], end: usize) -> Option<usize> {
    let zone = match bytes.get(end) {
        Some(b'%') => run(&bytes[end + 1..], is_word),
        _ => 0,
    };
    let prefix = |at: usize| match bytes.get(at) {
        Some(b'/') => digit_run(&bytes[at + 1..]),
        _ => 0,
    };
    let zoned = end + 1 + zone;
    let starts = [(zone > 0).then_some(zoned), Some(end)];
    let ends_at = |at: usize| {
        let length = prefix(at);
        [(length > 0).then_some(at + 1 + length), Some(at)]
    };
    let over = |at: &usize| ends(bytes, *at, |byte| is_word(byte) || byte == b':');
    starts.into_iter().flatten().flat_map(ends_at).flatten().find(over)
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
    ipv6_end(bytes, end)
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
    ipv6_end(bytes, end)
}
