//! A record's bytes as text, and what had to be done for it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, WINDOWS_1252};
use std::borrow::Cow;

const ESCAPE: u8 = 0x1b;
/// An operating system command that is longer than this is none.
const COMMAND_BYTES: usize = 4096;

/// A record's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned<'a> {
    pub text: Cow<'a, str>,
    /// Lines that were not UTF-8.
    pub decoded_lines: u32,
    /// NULs that were dropped.
    pub nuls: u32,
    /// Escape sequences (colours, titles of terminals) that were dropped.
    pub escapes: u32,
}

/// The text of a record's bytes: a line that is not UTF-8 is read as Windows-1252, NULs and ANSI escape sequences are
/// dropped, and lines within end with a newline alone.
pub fn clean(bytes: &[u8]) -> Cleaned<'_> {
    clean_from(bytes, WINDOWS_1252)
}

/// The same, with another encoding for lines that are not UTF-8.
pub fn clean_from<'a>(bytes: &'a [u8], other: &'static Encoding) -> Cleaned<'a> {
    let special = memchr::memchr3(0, ESCAPE, b'\r', bytes);
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) if special.is_none() => Cleaned { text: Cow::Borrowed(text), ..Cleaned::default() },
        Ok(text) => strip(Cow::Borrowed(text), 0),
        Err(_) => {
            let (text, decoded) = decode(bytes, other);
            strip(Cow::Owned(text), decoded)
        }
    }
}

/// Lines as UTF-8, and how many were not.
fn decode(bytes: &[u8], other: &'static Encoding) -> (String, u32) {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut decoded = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match simdutf8::basic::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => {
                decoded += 1;
                text.push_str(&other.decode_without_bom_handling(line).0);
            }
        }
    }
    (text, decoded)
}

/// Drops NULs, escape sequences, and carriage returns before newlines.
fn strip(text: Cow<'_, str>, decoded_lines: u32) -> Cleaned<'_> {
    let bytes = text.as_bytes();
    let mut cleaned = Cleaned { decoded_lines, ..Cleaned::default() };
    let mut kept = String::new();
    let mut from = 0;
    let mut at = 0;
    let mut changed = false;
    while let Some(found) = memchr::memchr3(0, ESCAPE, b'\r', &bytes[at..]) {
        let here = at + found;
        let end = match bytes[here] {
            0 => {
                cleaned.nuls += 1;
                here + 1
            }
            ESCAPE => {
                cleaned.escapes += 1;
                escape_end(bytes, here)
            }
            _ if bytes.get(here + 1) == Some(&b'\n') => here + 1,
            _ => {
                at = here + 1;
                continue;
            }
        };
        changed = true;
        kept.push_str(&text[from..here]);
        from = end;
        at = end;
    }
    if changed {
        kept.push_str(&text[from..]);
        cleaned.text = Cow::Owned(kept);
    } else {
        cleaned.text = text;
    }
    cleaned
}

/// Where the escape sequence that begins at `start` ends. All of its bytes are ASCII, or it ends before what is not.
fn escape_end(bytes: &[u8], start: usize) -> usize {
    let run = |from: usize, of: std::ops::RangeInclusive<u8>| {
        from + bytes[from..].iter().take_while(|byte| of.contains(byte)).count()
    };
    let last = |at: usize, of: std::ops::RangeInclusive<u8>| {
        if bytes.get(at).is_some_and(|byte| of.contains(byte)) { at + 1 } else { at }
    };
    let at = start + 1;
    match bytes.get(at) {
        // CSI: parameters, intermediate bytes, a final one.
        Some(b'[') => last(run(run(at + 1, 0x30..=0x3f), 0x20..=0x2f), 0x40..=0x7e),
        // OSC: up to a bell or a string terminator.
        Some(b']') => {
            let within = &bytes[at + 1..bytes.len().min(at + 1 + COMMAND_BYTES)];
            match within.iter().position(|byte| [7, ESCAPE, b'\n'].contains(byte)) {
                Some(end) if within[end] == 7 => at + 1 + end + 1,
                Some(end) if within[end..].starts_with(b"\x1b\\") => at + 1 + end + 2,
                _ => at + 1,
            }
        }
        // A choice of characters, and other sequences of one or two.
        Some(0x20..=0x2f) => last(run(at, 0x20..=0x2f), 0x30..=0x7e),
        Some(b'7' | b'8' | b'=' | b'>' | b'c' | b'D' | b'E' | b'M' | b'\\') => at + 1,
        _ => at,
    }
}

/// Whether a line is white space, NULs and escape sequences.
pub(super) fn only_escapes(line: &[u8]) -> bool {
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        at = match byte {
            &ESCAPE => escape_end(line, at),
            0 => at + 1,
            byte if byte.is_ascii_whitespace() => at + 1,
            _ => return false,
        };
    }
    true
}

/// The encoding of those lines of a sample that are not UTF-8.
pub fn guess(sample: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut some = false;
    for line in sample.split_inclusive(|byte| *byte == b'\n') {
        // A character that the sample's end cuts off says nothing.
        let cut = |error: std::str::Utf8Error| error.error_len().is_some();
        if std::str::from_utf8(line).is_err_and(cut) {
            some = true;
            detector.feed(line, false);
        }
    }
    if !some {
        return WINDOWS_1252;
    }
    detector.feed(b"", true);
    detector.guess(None, Utf8Detection::Deny)
}
