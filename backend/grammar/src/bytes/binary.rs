//! Bytes that are no text.

use super::{Transcoder, encoding};

/// Bytes at the beginning that are looked at.
const HEAD: usize = 64 * 1024;

const TWICE: &str = "compressed twice; upload it compressed once";
const PICTURE: &str = "a picture";
const PROGRAM: &str = "a program";
const MAGIC: [(&[u8], &str); 20] = [
    (b"PK\x03\x04", "a ZIP archive that is compressed again; upload it as it is"),
    (b"PAR1", "a Parquet file that is compressed again; upload it as it is"),
    (b"\xfd7zXZ\0", TWICE),
    (b"\x28\xb5\x2f\xfd", TWICE),
    (b"BZh", TWICE),
    (b"\x1f\x8b", TWICE),
    (b"\x04\x22\x4d\x18", "compressed with LZ4; upload it unpacked"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; upload what it holds"),
    (b"Rar!\x1a\x07", "a RAR archive; upload what it holds"),
    (b"ElfFile\0", "a Windows event log; export its events as XML or CSV"),
    (b"LPKSHHRH", "a systemd journal; export it with `journalctl -o json`"),
    (b"SQLite format 3\0", "an SQLite database; export its tables as CSV"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xd4\xc3\xb2\xa1", "a capture of network packets"),
    (b"\x0a\x0d\x0d\x0a", "a capture of network packets"),
];

/// Why these bytes are no text, if they are none. UTF-16 is text, and so is what has holes of NULs.
pub fn binary(head: &[u8]) -> Option<String> {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(format!("it is {what}"));
    }
    let head = &head[..head.len().min(HEAD)];
    let (encoding, mark) = encoding(head);
    let mut text = Vec::new();
    let mut transcoder = Transcoder::new(encoding);
    let bytes = &head[mark..];
    let text = match transcoder.is_plain() {
        true => bytes,
        false => {
            transcoder.push(bytes, false, &mut text);
            &text[..]
        }
    };
    // Escape sequences and form feeds occur in logs.
    let control = |(at, byte): (usize, &u8)| match byte {
        0 => false,
        0x1b => !matches!(text.get(at + 1), Some(b'[' | b']' | b'(') | None),
        byte => byte.is_ascii_control() && !byte.is_ascii_whitespace(),
    };
    let controls = text.iter().enumerate().filter(|at| control(*at)).count();
    let solid = text.iter().filter(|byte| **byte != 0).count();
    // Bytes that are no UTF-8 may be of an older encoding, but then without many control characters.
    let share = if std::str::from_utf8(whole_characters(text)).is_ok() { 10 } else { 25 };
    (controls > 0 && controls * share > solid)
        .then(|| format!("{controls} of its first {} bytes are control characters", head.len()))
}

/// Bytes without a character that is cut off at the end.
fn whole_characters(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}
