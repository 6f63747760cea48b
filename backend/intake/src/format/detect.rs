//! What format a file is in: every preset reads the head of the file, and the one that parses the largest share of
//! the sampled records wins; of equals the first in the order of [`Preset::ALL`].

use super::{FileDetection, FileFormat, Framing, MESSAGE_NAMES, Preset, Role, TIMESTAMP_NAMES, role};
use crate::{
    IntakeError,
    framing::{Frame, FrameBytes, Framer},
    parse::{self, csv::CsvHeader, json},
    time::Clock,
};
use std::collections::BTreeSet;
use trainyard_types::FormatDetection;

/// Decompressed bytes that are looked at.
pub(crate) const HEAD: usize = 256 << 10;
/// Records that are looked at.
const SAMPLE: usize = 200;

/// The beginning of one file.
pub(crate) struct Head<'a> {
    pub(crate) file: &'a str,
    pub(crate) bytes: &'a [u8],
    /// Whether this is the whole file.
    pub(crate) whole: bool,
}

/// How well a preset reads the sample.
struct Score {
    format: FileFormat,
    sampled: usize,
    parsed: usize,
    /// Parsed when bytes that are not UTF-8 are overlooked: an encoding is no format.
    readable: usize,
    columns: Vec<String>,
}

impl Score {
    fn readable_share(&self) -> f64 {
        self.readable as f64 / self.sampled.max(1) as f64
    }
}

/// Finds a file's format; `preset` restricts the choice. Nothing when the file is blank.
pub(crate) fn detect(
    head: &Head<'_>,
    preset: Option<Preset>,
    clock: Clock,
    record_bytes: usize,
) -> Result<(Option<FileFormat>, FileDetection), IntakeError> {
    let bytes = head.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head.bytes);
    if bytes.is_empty() || (head.whole && bytes.iter().all(u8::is_ascii_whitespace)) {
        let detection =
            FileDetection { file: head.file.to_owned(), format: None, columns: Vec::new(), sampled: 0 };
        return Ok((None, detection));
    }
    if let Some(reason) = binary(head.bytes) {
        return Err(IntakeError::BinaryFile { file: head.file.to_owned(), reason });
    }
    let candidates: Vec<Preset> =
        Preset::ALL.into_iter().filter(|p| preset.is_none_or(|only| *p == only)).collect();
    let mut best: Option<Score> = None;
    for candidate in candidates {
        let Some(format) = file_format(candidate, bytes, clock, preset.is_some()) else { continue };
        let score = score(format, head, bytes, record_bytes);
        if best.as_ref().is_none_or(|best| score.readable_share() > best.readable_share()) {
            best = Some(score);
        }
    }
    let chosen = match best {
        Some(score) if score.readable > 0 || preset.is_some() || score.format.preset.has_shape_of(bytes) => {
            score
        }
        _ => return Err(unknown(head, bytes)),
    };
    if let Some(header) = &chosen.format.header {
        require_columns(head.file, header)?;
    }
    let detection = FileDetection {
        file: head.file.to_owned(),
        format: Some(FormatDetection {
            preset: chosen.format.preset.as_str().to_owned(),
            confidence: chosen.parsed as f64 / chosen.sampled.max(1) as f64,
        }),
        columns: chosen.columns,
        sampled: chosen.sampled as u64,
    };
    Ok((Some(chosen.format), detection))
}

impl Preset {
    /// Whether the file looks as if it were meant to be in this format, even if no record of it can be read.
    fn has_shape_of(self, bytes: &[u8]) -> bool {
        matches!(self, Self::JsonExport | Self::JsonLines) && json_start(bytes).is_some()
    }
}

/// `{`, or `[` that opens an array of objects or of nothing; other formats begin with brackets, too.
fn json_start(bytes: &[u8]) -> Option<u8> {
    let text = bytes.trim_ascii_start();
    match text.first()? {
        b'{' => Some(b'{'),
        b'[' => matches!(text[1..].trim_ascii_start().first(), None | Some(b'{' | b']')).then_some(b'['),
        _ => None,
    }
}

/// How `preset` would read the file; nothing when it cannot be in that format. A preset that was asked for by name
/// (`forced`) is held against every file.
fn file_format(preset: Preset, bytes: &[u8], clock: Clock, forced: bool) -> Option<FileFormat> {
    let start = json_start(bytes);
    let mut header = None;
    let framing = match preset {
        Preset::JsonExport if forced || (start == Some(b'{') && is_export(bytes)) => Framing::JsonDocument,
        Preset::JsonExport => return None,
        Preset::JsonLines if start == Some(b'[') => Framing::JsonDocument,
        Preset::JsonLines if forced || start == Some(b'{') => Framing::Lines,
        Preset::JsonLines => return None,
        Preset::Csv => {
            let read = csv_header(bytes)?;
            if !(forced || (read.has(Role::Timestamp) && read.has(Role::Message))) {
                return None;
            }
            let delimiter = read.delimiter;
            header = Some(read);
            Framing::Csv { delimiter }
        }
        Preset::Syslog | Preset::Hdfs => Framing::Lines,
    };
    Some(FileFormat { preset, framing, header, clock })
}

fn score(format: FileFormat, head: &Head<'_>, bytes: &[u8], record_bytes: usize) -> Score {
    let mut frames = Vec::new();
    // What is broken beyond the head's records shows when the file is read.
    let broken = Framer::new(format.framing, record_bytes).scan(bytes, head.whole, &mut frames).is_err();
    if frames.is_empty() && !broken && !head.whole {
        // One record fills the head: what is here of it must do.
        let bytes = FrameBytes::Range(0..bytes.len());
        frames.push(Frame { bytes, line: 1, record: 1, fault: None });
    }
    let mut score = Score { format, sampled: 0, parsed: 0, readable: 0, columns: Vec::new() };
    let mut columns = BTreeSet::new();
    for frame in frames.iter().take(SAMPLE) {
        score.sampled += 1;
        let FrameBytes::Range(range) = &frame.bytes else { continue };
        let record = &bytes[range.clone()];
        let parsed = parse::parse(record, frame.line, &score.format).is_ok();
        score.parsed += usize::from(parsed);
        let text = String::from_utf8_lossy(record);
        score.readable +=
            usize::from(parsed || parse::parse(text.as_bytes(), frame.line, &score.format).is_ok());
        if matches!(score.format.preset, Preset::JsonExport | Preset::JsonLines) {
            json::other_fields(&text, &mut columns);
        }
    }
    if let Some(header) = &score.format.header {
        columns.extend(header.others().cloned());
    }
    score.columns = columns.into_iter().collect();
    score
}

/// Whether a top-level object is an export rather than the first of many records: it has `export_metadata`, or an
/// array `data` of objects and no field that a log record has before it.
fn is_export(bytes: &[u8]) -> bool {
    let mut depth = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return false;
                }
            }
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let key = bytes.get(start..at).unwrap_or_default();
                let after = bytes.get(at + 1..).unwrap_or_default().trim_ascii_start();
                if depth == 1
                    && let Some(value) = after.strip_prefix(b":")
                {
                    match std::str::from_utf8(key) {
                        Ok("export_metadata") => return true,
                        Ok("data") => return json_start(value) == Some(b'['),
                        Ok(key) if matches!(role(key), Some((Role::Timestamp | Role::Message, _))) => {
                            return false;
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// The first line that is not blank, as a CSV header.
fn csv_header(bytes: &[u8]) -> Option<CsvHeader> {
    let line = bytes.split(|b| *b == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    let text = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)).ok()?;
    let header = CsvHeader::read(text);
    (!header.names.is_empty()).then_some(header)
}

fn require_columns(file: &str, header: &CsvHeader) -> Result<(), IntakeError> {
    let (missing, names) = match (header.has(Role::Timestamp), header.has(Role::Message)) {
        (true, true) => return Ok(()),
        (false, _) => ("timestamp", TIMESTAMP_NAMES),
        (true, false) => ("message", MESSAGE_NAMES),
    };
    let columns = header.names.iter().take(50).map(|name| parse::excerpt(name.as_bytes(), 60)).collect();
    Err(IntakeError::CsvColumns { file: file.to_owned(), missing, columns, known: names.join(", ") })
}

/// The error for a file that nothing reads: as a table without the needed columns, when it looks like one.
fn unknown(head: &Head<'_>, bytes: &[u8]) -> IntakeError {
    let mut lines = bytes.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next().unwrap_or_default();
    if let Some(header) = csv_header(bytes)
        && header.names.len() > 1
    {
        let fields = |line: &[u8]| line.iter().filter(|b| **b == header.delimiter).count() + 1;
        let rows: Vec<&[u8]> = lines.take(20).collect();
        let alike = rows.iter().filter(|row| fields(row) == header.names.len()).count();
        if !rows.is_empty()
            && alike == rows.len()
            && let Err(error) = require_columns(head.file, &header)
        {
            return error;
        }
    }
    IntakeError::UnknownFormat { file: head.file.to_owned(), excerpt: parse::excerpt(first, 120) }
}

/// Why these bytes are no text, if they are none.
fn binary(bytes: &[u8]) -> Option<String> {
    const MAGIC: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "a ZIP archive; upload the files in it"),
        (b"\xfd7zXZ\0", "an xz file; upload it decompressed or as gzip"),
        (b"\x28\xb5\x2f\xfd", "a Zstandard file; upload it decompressed or as gzip"),
        (b"BZh", "a bzip2 file; upload it decompressed or as gzip"),
        (b"\x1f\x8b", "gzip within gzip; upload it compressed once"),
        (b"\xff\xfe", "UTF-16 text; save it as UTF-8"),
        (b"\xfe\xff", "UTF-16 text; save it as UTF-8"),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(format!("it is {what}"));
    }
    if let Some(at) = memchr::memchr(0, bytes) {
        return Some(format!("it holds byte 0x00 at offset {at}; upload log files as UTF-8 text"));
    }
    // Escape sequences and form feeds occur in logs, but sparsely.
    let controls = bytes.iter().filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace()).count();
    (controls * 10 > bytes.len())
        .then(|| format!("{controls} of its first {} bytes are control characters", bytes.len()))
}
