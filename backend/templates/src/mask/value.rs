//! Which value begins at a place. Of the masks in their order, only those are tried that can begin with this byte.

use super::{
    addresses::{host_ipv4, ipv4, ipv6, ipv6_short, mac, uuid},
    bytes::{digit_run, is_space, is_word, is_word_or_dollar, run},
    names,
    names::{
        component, host, host_port, host_range, mail, numbered_host_port, relative_path, url, windows_path,
    },
    numbers::{digits, hex_prefixed, hex_word, mixed_identifier, number, number_in_word},
    times::{date, time},
};
use crate::{
    ascii::run_of_letters,
    lexicon::{is_one_of, lexicon},
};

/// The byte before a place.
#[derive(Clone, Copy)]
struct Before(Option<u8>);

impl Before {
    fn of(bytes: &[u8], at: usize) -> Self {
        Self(at.checked_sub(1).map(|before| bytes[before]))
    }

    /// Whether it is none of these, nor a letter, a digit or `_`.
    fn free(self, of: &[u8]) -> bool {
        self.0.is_none_or(|byte| !is_word(byte) && !of.contains(&byte))
    }

    /// Whether it is no letter and no digit.
    fn apart(self) -> bool {
        self.0.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    }
}

/// What is in the longest names.
const JOINED: [bool; 256] = {
    let mut joined = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let it = byte as u8;
        joined[byte] = it.is_ascii_alphanumeric() || matches!(it, b'_' | b'.' | b'$' | b'+' | b'-');
        byte += 1;
    }
    joined
};

/// Where a value that begins with a letter or `_` ends, or else where to look on; `letters` is where the letters end.
pub(super) fn named(bytes: &[u8], at: usize, letters: usize) -> Result<usize, usize> {
    let rest = &bytes[at..];
    let before = Before::of(bytes, at);
    let found = if before.free(b"") {
        let short = match bytes.get(letters) {
            Some(b'0'..=b'9') => true,
            Some(b'-') => digit_run(&bytes[letters + 1..]) < 4,
            _ => false,
        };
        if short && let Some(length) = kept(rest, before) {
            return Err(at + length);
        }
        whole_name(rest, before, letters - at)
    } else if before.apart() {
        uuid(rest).or_else(|| mixed_identifier(rest))
    } else {
        None
    };
    found.map(|length| at + length).ok_or_else(|| {
        // Behind the last `_`, another value may begin.
        if !matches!(bytes.get(letters), Some(b'0'..=b'9' | b'-')) {
            return letters;
        }
        let last = bytes[at..letters].iter().rposition(|byte| *byte == b'_').map(|last| at + last + 1);
        last.filter(|next| *next < letters).unwrap_or(letters)
    })
}

/// A name that has digits in it and is no value.
fn kept(bytes: &[u8], before: Before) -> Option<usize> {
    let length = run(&bytes[..bytes.len().min(12)], |byte| is_word(byte) || byte == b'-');
    if !(2..10).contains(&length) || !before.free(b"-$/@.") {
        return None;
    }
    let goes_on = match bytes.get(length) {
        Some(b'$' | b'/' | b'@') => true,
        Some(b'.' | b':') => bytes.get(length + 1).is_some_and(|byte| is_word(*byte)),
        _ => false,
    };
    let word = std::str::from_utf8(&bytes[..length]).ok()?;
    (!goes_on && is_one_of(word, &lexicon().keep)).then_some(length)
}

/// How far the longest names go; `name` says how far there are letters and digits only.
fn joined(bytes: &[u8], name: usize) -> usize {
    // Digits behind a hyphen are the most common case.
    let digits = match bytes.get(name) {
        Some(b'-') => 1 + digit_run(&bytes[name + 1..]),
        _ => 0,
    };
    let mut end = name + digits;
    while bytes.get(end).is_some_and(|byte| JOINED[usize::from(*byte)]) {
        end += 1 + run_of_letters(&bytes[end + 1..]);
    }
    end
}

fn whole_name(bytes: &[u8], before: Before, letters: usize) -> Option<usize> {
    let first = bytes[0];
    let (letter, hex) = (first.is_ascii_alphabetic(), first.is_ascii_hexdigit());
    let name = letters + run(&bytes[letters..], is_word_or_dollar);
    let next = bytes.get(name).copied().unwrap_or(b' ');
    if matches!(next, b'.' | b':' | b'/' | b'-' | b'+' | b'@' | b'[') {
        let joined = joined(bytes, name);
        let end = bytes.get(joined).copied().unwrap_or(b' ');
        let after = bytes.get(joined + 1).copied().unwrap_or(b' ');
        let try_if = |may: bool, mask: fn(&[u8]) -> Option<usize>| may.then(|| mask(bytes)).flatten();
        let (colon, point) = (hex && next == b':', letter && next == b'.');
        let port = end == b':' && after.is_ascii_digit();
        let found = try_if(letter && end == b':' && after == b'/' && before.free(b"$"), url)
            .or_else(|| try_if(end == b'@', mail))
            .or_else(|| try_if(point && port && before.free(b"$."), component))
            .or_else(|| try_if(letter && name == 1 && next == b':', windows_path))
            .or_else(|| try_if(hex && name == 8 && next == b'-', uuid))
            .or_else(|| try_if(hex && name == 2 && matches!(next, b':' | b'-'), mac))
            .or_else(|| try_if(end == b'/' && before.free(b".-"), host_ipv4))
            .or_else(|| try_if(colon && before.free(b":"), ipv6))
            .or_else(|| try_if(colon && before.free(b":"), ipv6_short))
            .or_else(|| try_if(point && end == b'/' && before.free(b"$."), component))
            .or_else(|| try_if(end == b'/' && before.free(b"$./"), relative_path));
        if found.is_some() {
            return found;
        }
        if letter && before.free(b".-") {
            let joint = matches!(next, b'.' | b'-');
            let found = try_if(joint, host)
                .or_else(|| try_if(joint && port && first.is_ascii_lowercase(), host_port))
                .or_else(|| try_if(port && before.free(b"/"), numbered_host_port))
                .or_else(|| try_if(end == b'[' && before.free(b"$"), host_range));
            if found.is_some() {
                return found;
            }
        }
    }
    // Behind the letters, both have a digit, but for hexadecimal numbers of eight letters and more.
    let digit = bytes.get(letters).is_some_and(u8::is_ascii_digit);
    (hex && (digit || letters >= 8))
        .then(|| hex_word(bytes))
        .flatten()
        .or_else(|| digit.then(|| mixed_identifier(bytes)).flatten())
}

/// Where a value that begins with a digit ends.
pub(super) fn numeric(bytes: &[u8], at: usize) -> Option<usize> {
    let before = Before::of(bytes, at);
    let rest = &bytes[at..];
    let whole = digit_run(rest);
    let next = rest.get(whole).copied().unwrap_or(b' ');
    let goes_on =
        is_word_or_dollar(next) || matches!(next, b'.' | b',' | b':' | b'-' | b'/' | b'+' | b'@' | 0x80..);
    let found = match before.0 {
        Some(b'0'..=b'9') => None,
        Some(byte) if byte.is_ascii_alphabetic() => date(rest).or_else(|| number_in_word(rest)),
        _ if !goes_on => Some(whole),
        Some(b'_') => uuid(rest).or_else(|| date(rest)).or_else(|| plain_number(rest, before)),
        _ => whole_number(rest, before, whole),
    };
    found.map(|length| at + length)
}

/// A value that begins with a digit, where no other letter or digit is before it.
fn whole_number(bytes: &[u8], before: Before, whole: usize) -> Option<usize> {
    // Nothing longer than an address of version 4 begins here when one of these is behind it.
    if bytes[whole] == b'.'
        && before.free(b".")
        && let Some(length) = ipv4(bytes)
        && !bytes.get(length).is_some_and(|byte| JOINED[usize::from(*byte)] || matches!(byte, b'/' | b'@'))
    {
        return Some(length);
    }
    let name = whole + run(&bytes[whole..], is_word_or_dollar);
    let next = bytes.get(name).copied().unwrap_or(b' ');
    if matches!(next, b'.' | b':' | b'/' | b'-' | b'+' | b'@') {
        let end = bytes.get(joined(bytes, name)).copied().unwrap_or(b' ');
        let try_if = |may: bool, mask: fn(&[u8]) -> Option<usize>| may.then(|| mask(bytes)).flatten();
        let found = try_if(end == b'@', mail)
            .or_else(|| try_if(name == 8 && next == b'-', uuid))
            .or_else(|| try_if(name == 2, mac))
            .or_else(|| try_if(whole == 4, date))
            .or_else(|| try_if(next == b':' && before.free(b":"), time))
            .or_else(|| try_if(end == b'/' && before.free(b".-"), host_ipv4))
            .or_else(|| try_if(next == b'.' && before.free(b"."), ipv4))
            .or_else(|| try_if(next == b':' && before.free(b":"), ipv6))
            .or_else(|| try_if(next == b':' && before.free(b":"), ipv6_short))
            .or_else(|| try_if(end == b'/' && before.free(b"$./"), relative_path))
            .or_else(|| try_if(matches!(next, b'.' | b'-') && before.free(b".-"), host));
        if found.is_some() {
            return found;
        }
    }
    (bytes[0] == b'0').then(|| hex_prefixed(bytes)).flatten().or_else(|| plain_number(bytes, before))
}

/// A number, glued to a unit or not, or digits among letters. Nothing before it is a letter or a digit.
fn plain_number(bytes: &[u8], before: Before) -> Option<usize> {
    let hex = || before.free(b"").then(|| hex_word(bytes)).flatten();
    number(bytes, before.0 != Some(b'.'))
        .or_else(hex)
        .or_else(|| mixed_identifier(bytes))
        .or_else(|| Some(digits(bytes)))
}

/// Where a number with a sign ends.
pub(super) fn signed(bytes: &[u8], at: usize) -> Option<usize> {
    let before = Before::of(bytes, at);
    if !before.apart() || !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    number(&bytes[at..], before.0 != Some(b'.')).map(|length| at + length)
}

/// Where a path ends.
pub(super) fn path(bytes: &[u8], at: usize) -> Option<usize> {
    let may = match bytes[at] {
        b'/' => true,
        _ => matches!(bytes.get(at + 1), Some(b'/' | b'.' | b'~')),
    };
    (may && Before::of(bytes, at).free(b"$:)]>"))
        .then(|| names::path(&bytes[at..]))
        .flatten()
        .map(|length| at + length)
}

/// Where an address that begins with colons ends.
pub(super) fn colons(bytes: &[u8], at: usize) -> Option<usize> {
    let may = bytes.get(at + 1) == Some(&b':') && Before::of(bytes, at).free(b":");
    may.then(|| ipv6_short(&bytes[at..])).flatten().map(|length| at + length)
}

pub(super) fn network_path(bytes: &[u8], at: usize) -> Option<usize> {
    let may = bytes.get(at + 2).is_some_and(|byte| !is_space(*byte)) && Before::of(bytes, at).free(b"");
    may.then(|| names::network_path(&bytes[at..])).flatten().map(|length| at + length)
}
