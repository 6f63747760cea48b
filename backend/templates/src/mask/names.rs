//! Masks of names with several parts: components, paths, URLs, hosts. Each says how long the value at the front is.

use super::{
    addresses::begins_as_ipv4,
    bytes::{digit_run, ends, is_space, is_word, is_word_or_dollar, run},
};
use crate::ascii::run_of_letters;

/// Where a dotted name ends, and how many points it has.
fn dotted(bytes: &[u8]) -> (usize, usize) {
    let (mut end, mut points) = (run(bytes, is_word_or_dollar), 0);
    while bytes.get(end) == Some(&b'.') {
        let length = run(&bytes[end + 1..], is_word_or_dollar);
        if length == 0 {
            break;
        }
        end += 1 + length;
        points += 1;
    }
    (end, points)
}

/// A component or a code location: both are dotted names.
pub(super) fn component(bytes: &[u8]) -> Option<usize> {
    let (end, points) = dotted(bytes);
    match bytes.get(end)? {
        b'/' if points >= 2 => {
            let length = run(&bytes[end + 1..], |byte| is_word_or_dollar(byte) || byte == b'.');
            (length > 0).then_some(end + 1 + length)
        }
        b':' if points >= 3 => {
            let line = digit_run(&bytes[end + 1..]);
            let end = end + 1 + line;
            (line > 0 && ends(bytes, end, is_word)).then_some(end)
        }
        _ => None,
    }
}

pub(super) fn windows_path(bytes: &[u8]) -> Option<usize> {
    if !bytes[1..].starts_with(b":\\") {
        return None;
    }
    let length = run(&bytes[3..], in_windows_path);
    (length > 0).then_some(3 + length)
}

/// What is in a part of a path.
fn in_path(byte: u8) -> bool {
    is_word(byte) || b".$%*+~@[]=:-".contains(&byte)
}

fn in_query(byte: u8) -> bool {
    !is_space(byte) && !b",;()<>\"'`".contains(&byte)
}

/// Also a lone `/`, and what begins with `./`, `../` or `~/`. What a sentence ends with is no part of it.
pub(super) fn path(bytes: &[u8]) -> Option<usize> {
    let start = match bytes {
        [b'/', ..] => 0,
        [b'.' | b'~', b'/', ..] => 1,
        [b'.' | b'~', b'.' | b'~', b'/', ..] => 2,
        _ => return None,
    };
    if start == 0 && begins_as_ipv4(&bytes[1..]) {
        return None;
    }
    let whole = start + run(&bytes[start..], |byte| byte == b'/' || in_path(byte));
    let mut end = whole;
    while matches!(bytes[end - 1], b'.' | b'[' | b']' | b':') {
        end -= 1;
    }
    if bytes.get(end) == Some(&b'?') {
        let mut query = end + 1 + run(&bytes[end + 1..], in_query);
        while query > end + 1
            && !(is_word(bytes[query - 1]) || matches!(bytes[query - 1], b'/' | b'=' | b'%'))
        {
            query -= 1;
        }
        if query > end + 1 {
            end = query;
        }
    }
    Some(end)
}

/// `a/b/c`, three parts and more.
pub(super) fn relative_path(bytes: &[u8]) -> Option<usize> {
    let part = |byte: u8| is_word(byte) || matches!(byte, b'.' | b'$' | b'-');
    let mut end = run(bytes, part);
    let mut parts = 0;
    while bytes.get(end) == Some(&b'/') {
        let length = run(&bytes[end + 1..], part);
        if length == 0 {
            break;
        }
        end += 1 + length;
        parts += 1;
    }
    while parts >= 2 && bytes[end - 1] == b'.' {
        end -= 1;
        if bytes[end - 1] == b'/' {
            end -= 1;
            parts -= 1;
        }
    }
    if parts < 2 {
        return None;
    }
    end += usize::from(bytes.get(end) == Some(&b'/'));
    if bytes.get(end) == Some(&b'?') {
        end += 1 + run(&bytes[end + 1..], in_query);
    }
    Some(end)
}

pub(super) fn url(bytes: &[u8]) -> Option<usize> {
    let scheme = run(bytes, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    if !bytes[scheme..].starts_with(b"://") {
        return None;
    }
    let start = scheme + 3;
    let mut end = start + run(&bytes[start..], |byte| !is_space(byte) && !b",;()<>[]{}\"'`".contains(&byte));
    while end > start && matches!(bytes[end - 1], b'.' | b':') {
        end -= 1;
    }
    (end > start).then_some(end)
}

pub(super) fn mail(bytes: &[u8]) -> Option<usize> {
    let mut end = run(bytes, |byte| is_word(byte) || matches!(byte, b'.' | b'+' | b'-'));
    if bytes.get(end) != Some(&b'@') {
        return None;
    }
    let label = |at: usize| run(bytes.get(at..).unwrap_or_default(), |byte| is_word(byte) || byte == b'-');
    let length = label(end + 1);
    end += 1 + length;
    let mut labels = 0;
    while length > 0 && bytes.get(end) == Some(&b'.') && label(end + 1) > 0 {
        end += 1 + label(end + 1);
        labels += 1;
    }
    (labels > 0).then_some(end)
}

/// `\\server\share`
pub(super) fn network_path(bytes: &[u8]) -> Option<usize> {
    if !bytes.starts_with(br"\\") {
        return None;
    }
    let length = run(&bytes[2..], in_windows_path);
    (length > 0).then_some(2 + length)
}

fn in_windows_path(byte: u8) -> bool {
    !is_space(byte) && !b"\"'<>|*?;,".contains(&byte)
}

pub(super) fn host(bytes: &[u8]) -> Option<usize> {
    let mut letters = 0;
    loop {
        letters += run_of_letters(&bytes[letters..]);
        if !matches!(bytes.get(letters), Some(b'.' | b'-')) {
            break;
        }
        letters += 1;
    }
    if !bytes.get(letters).is_some_and(u8::is_ascii_digit) || bytes[..letters].contains(&b'_') {
        return None;
    }
    let first = run(bytes, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if bytes.get(first) != Some(&b'.') {
        return None;
    }
    let mut labels: Vec<(usize, usize)> = Vec::with_capacity(8);
    let mut start = 0;
    loop {
        let length = run(&bytes[start..], |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if length == 0 {
            break;
        }
        labels.push((start, start + length));
        if bytes.get(start + length) != Some(&b'.') {
            break;
        }
        start += length + 1;
    }
    while let [_, .., (second, _), (last, end)] = labels[..] {
        if labels.len() < 3 {
            return None;
        }
        let name = &bytes[last..end];
        if name.len() >= 2
            && name.iter().all(u8::is_ascii_alphabetic)
            && bytes[second].is_ascii_alphabetic()
            && ends(bytes, end, |byte| byte == b'_')
        {
            let port = match bytes.get(end) {
                Some(b':') => digit_run(&bytes[end + 1..]),
                _ => 0,
            };
            let with_port = end + 1 + port;
            let whole = port > 0 && ends(bytes, with_port, |byte| is_word(byte) || byte == b'-');
            return Some(if whole { with_port } else { end });
        }
        labels.pop();
    }
    None
}

pub(super) fn host_port(bytes: &[u8]) -> Option<usize> {
    let label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let mut end = run(bytes, label);
    let mut last = 0..end;
    while bytes.get(end) == Some(&b'.') {
        last = end + 1..end + 1 + run(&bytes[end + 1..], label);
        end = last.end;
        if last.is_empty() {
            return None;
        }
    }
    let named = last.start > 0 && last.len() >= 2 && bytes[last].iter().all(u8::is_ascii_lowercase);
    if !named || bytes.get(end) != Some(&b':') {
        return None;
    }
    let port = digit_run(&bytes[end + 1..]);
    let end = end + 1 + port;
    (port >= 2 && ends(bytes, end, |byte| is_word(byte) || byte == b'-')).then_some(end)
}

/// `worker7:8042`
pub(super) fn numbered_host_port(bytes: &[u8]) -> Option<usize> {
    let letters = run(bytes, |byte| byte.is_ascii_alphabetic() || byte == b'-');
    if !bytes.get(letters).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let name = run(bytes, |byte| is_word(byte) || byte == b'-');
    if bytes.get(name) != Some(&b':') {
        return None;
    }
    let port = digit_run(&bytes[name + 1..]);
    let end = name + 1 + port;
    ((2..=5).contains(&port) && ends(bytes, end, |byte| is_word(byte) || b":.-".contains(&byte)))
        .then_some(end)
}

/// `node-[72-95]`, `rack1[0,4]`.
pub(super) fn host_range(bytes: &[u8]) -> Option<usize> {
    let start = run(bytes, |byte| is_word(byte) || byte == b'-');
    if bytes.get(start) != Some(&b'[') {
        return None;
    }
    let numbers = &bytes[start + 1..];
    let length = run(numbers, |byte| byte.is_ascii_digit() || matches!(byte, b',' | b'-'));
    let first = digit_run(numbers);
    let several = first > 0 && first < length && numbers[length - 1].is_ascii_digit();
    (several && numbers.get(length) == Some(&b']')).then_some(start + length + 2)
}
