//! Bytes to text: encodings, and what does not belong into text.

mod binary;
mod clean;

pub use binary::binary;
pub use clean::{Cleaned, clean, clean_from, guess};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};
use trainyard_types::grammar::TextEncoding;

/// Bytes of the head whose NULs are counted.
const HEAD: usize = 4096;

/// How a file is encoded, by its beginning, and how long its byte order mark is.
pub fn encoding(head: &[u8]) -> (TextEncoding, usize) {
    if head.starts_with(b"\xef\xbb\xbf") {
        return (TextEncoding::Utf8, 3);
    }
    if head.starts_with(b"\xff\xfe") {
        return (TextEncoding::Utf16Le, 2);
    }
    if head.starts_with(b"\xfe\xff") {
        return (TextEncoding::Utf16Be, 2);
    }
    let head = &head[..head.len().min(HEAD)];
    let pairs = head.len() / 2;
    let nuls = |at: usize| head.chunks_exact(2).filter(|pair| pair[at] == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    let most = |many: usize, few: usize| pairs > 4 && many * 10 > pairs * 6 && few * 10 < pairs;
    let encoding = match () {
        () if most(odd, even) => TextEncoding::Utf16Le,
        () if most(even, odd) => TextEncoding::Utf16Be,
        () => TextEncoding::Utf8,
    };
    (encoding, 0)
}

/// Turns a file's bytes into UTF-8, portion by portion. UTF-8 is passed on as it is, right or wrong.
pub struct Transcoder {
    decoder: Option<Decoder>,
}

impl Transcoder {
    /// A byte order mark is dropped.
    pub fn new(encoding: TextEncoding) -> Self {
        let decoder = match encoding {
            TextEncoding::Utf8 => None,
            TextEncoding::Utf16Le => Some(UTF_16LE.new_decoder_with_bom_removal()),
            TextEncoding::Utf16Be => Some(UTF_16BE.new_decoder_with_bom_removal()),
        };
        Self { decoder }
    }

    /// Whether bytes stay as they are, so that they need not be copied.
    pub fn is_plain(&self) -> bool {
        self.decoder.is_none()
    }

    /// Appends the text of the next bytes to `text`; `end` says that none will follow.
    pub fn push(&mut self, bytes: &[u8], end: bool, text: &mut Vec<u8>) {
        let Some(decoder) = &mut self.decoder else {
            text.extend_from_slice(bytes);
            return;
        };
        let mut rest = bytes;
        loop {
            let from = text.len();
            let room = decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len()).max(16);
            text.resize(from + room, 0);
            let (result, read, written, _) = decoder.decode_to_utf8(rest, &mut text[from..], end);
            text.truncate(from + written);
            rest = &rest[read..];
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }
}

impl std::fmt::Debug for Transcoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let encoding = self.decoder.as_ref().map(|decoder| decoder.encoding().name());
        f.debug_struct("Transcoder").field("encoding", &encoding).finish()
    }
}

/// Whether a line holds no text: white space, NULs and escape sequences only.
#[inline]
pub fn blank(line: &[u8]) -> bool {
    match line.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != 0) {
        None => true,
        Some(0x1b) => clean::only_escapes(line),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests;
