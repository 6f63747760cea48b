//! What format a file is in: every preset reads the head of the file, and the one that parses the largest share of
//! the sampled records wins; of equals the first in the order of [`Preset::ALL`].

use super::{
    FileDetection, FileFormat, Framing, Preset, Role, Wish,
    looks::{alike, binary, ends_object, is_export, json_start, names_columns, names_host},
    names, role,
};
use crate::{
    IntakeError,
    framing::{Frame, FrameBytes, Framer, batches},
    options::Limits,
    parse::{self, Fields, csv::CsvHeader, json},
    rows::Rows,
};
use rayon::prelude::*;
use std::{borrow::Cow, collections::BTreeSet};
use trainyard_types::{Alternative, FormatDetection};

/// Decompressed bytes that are looked at.
pub(crate) const HEAD: usize = 256 << 10;
/// Records that are looked at.
const SAMPLE: usize = 200;
/// Lines that these are looked for in, where records are made of lines.
const LINES: usize = 2 * SAMPLE;
/// The share of records that a format must read to be taken for the file's.
const HALF: f64 = 0.5;
/// Formats that read this share of what the best one reads are its equals.
const NEARLY: f64 = 0.95;
/// Other formats that are told of.
const ALTERNATIVES: usize = 5;

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
    /// Parsed, and with a time.
    timed: usize,
    columns: Vec<String>,
}

impl Score {
    fn readable_share(&self) -> f64 {
        self.readable as f64 / self.sampled.max(1) as f64
    }

    /// The share of the sample that this format parses. Plain text takes everything: what it makes of a line is worth
    /// half when it finds a time, and nothing otherwise.
    fn confidence(&self) -> f64 {
        let parsed =
            if self.format.preset == Preset::Text { self.timed as f64 / 2.0 } else { self.parsed as f64 };
        parsed / self.sampled.max(1) as f64
    }
}

/// The score to go by: of those that read nearly as much as the best, the most specific. Plain text and tables take
/// what nothing else reads half of.
fn choose(scores: &[Score], bytes: &[u8], forced: bool) -> Option<usize> {
    if forced {
        return (!scores.is_empty()).then_some(0);
    }
    let general = |score: &Score| matches!(score.format.preset, Preset::Text | Preset::Table);
    let special = || scores.iter().enumerate().filter(|(_, score)| !general(score));
    let best = special().map(|(_, score)| score.readable_share()).fold(0.0, f64::max);
    if best >= HALF {
        return special().find(|(_, score)| score.readable_share() >= best * NEARLY).map(|(at, _)| at);
    }
    let meant = special().find(|(_, score)| score.format.preset.has_shape_of(bytes)).map(|(at, _)| at);
    let general = || {
        let fits = |score: &Score| general(score) && score.readable_share() >= HALF;
        scores.iter().position(fits)
    };
    meant.or_else(general)
}

/// The other presets that read something, best first.
fn alternatives(scores: &[Score], chosen: Preset) -> Vec<Alternative> {
    let mut others: Vec<Alternative> = scores
        .iter()
        .filter(|score| score.format.preset != chosen && score.confidence() > 0.0)
        .map(|score| Alternative {
            preset: score.format.preset.as_str().to_owned(),
            confidence: score.confidence(),
        })
        .collect();
    others.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    others.truncate(ALTERNATIVES);
    others
}

/// Finds a file's format within the wish. Nothing when the file is blank.
pub(crate) fn detect(
    head: &Head<'_>,
    wish: &Wish,
    limits: Limits,
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
    let presets: Vec<Preset> = Preset::ALL
        .into_iter()
        .filter(|preset| wish.preset.is_none_or(|only| only == *preset))
        .chain(wish.preset.filter(|only| matches!(only, Preset::Pattern | Preset::Regex)))
        .collect();
    let scores: Vec<Score> = presets
        .into_par_iter()
        .filter_map(|preset| file_format(preset, bytes, wish))
        .map(|format| score(format, head, bytes, limits.record_bytes))
        .collect();
    let Some(chosen) = choose(&scores, bytes, wish.preset.is_some()) else {
        return Err(unknown(head, bytes));
    };
    let chosen_preset = scores[chosen].format.preset;
    let alternatives = alternatives(&scores, chosen_preset);
    let Some(chosen) = scores.into_iter().nth(chosen) else { return Err(unknown(head, bytes)) };
    if let Some(header) = &chosen.format.header
        && header.names.len() > limits.columns
    {
        let (columns, limit) = (header.names.len(), limits.columns);
        return Err(IntakeError::TooManyColumns { file: head.file.to_owned(), columns, limit });
    }
    if let Some(header) = &chosen.format.header
        && chosen.format.preset == Preset::Csv
    {
        require_columns(head.file, header)?;
    }
    let detection = FileDetection {
        file: head.file.to_owned(),
        format: Some(FormatDetection {
            preset: chosen.format.preset.as_str().to_owned(),
            confidence: chosen.confidence(),
            alternatives,
        }),
        columns: chosen.columns,
        sampled: chosen.sampled as u64,
    };
    Ok((Some(chosen.format), detection))
}

/// As [`detect`], for a Parquet file whose first rows are the head.
pub(crate) fn detect_rows(
    head: &Head<'_>,
    rows: &Rows,
    wish: &Wish,
    record_bytes: usize,
) -> Result<(Option<FileFormat>, FileDetection), IntakeError> {
    if let Some(other) = wish.preset.filter(|preset| *preset != Preset::Parquet) {
        let reason = format!("the preset `{}` does not read it; choose `parquet` or `auto`", other.as_str());
        return Err(IntakeError::Parquet { file: head.file.to_owned(), reason });
    }
    let message = |name: &String| matches!(role(name), Some((Role::Message, _)));
    let asked = wish.wanted.as_ref().is_some_and(|w| w.roles.iter().any(|(role, _)| *role == Role::Message));
    let table = !asked && !rows.columns.iter().any(message);
    let format = wish.format(Preset::Parquet, Framing::Rows { table }, None);
    let scored = score(format, head, head.bytes, record_bytes);
    let format = FormatDetection {
        preset: Preset::Parquet.as_str().to_owned(),
        confidence: scored.confidence(),
        alternatives: Vec::new(),
    };
    let detection = FileDetection {
        file: head.file.to_owned(),
        format: Some(format),
        columns: rows.columns.iter().filter(|name| role(name).is_none()).cloned().collect(),
        sampled: scored.sampled as u64,
    };
    Ok((Some(scored.format), detection))
}

impl Preset {
    /// Whether the file looks as if it were meant to be in this format, even if no record of it can be read.
    fn has_shape_of(self, bytes: &[u8]) -> bool {
        // A file is only tried as CSV when its header names a time and a message.
        self == Self::Csv
            || (matches!(self, Self::JsonExport | Self::JsonLines) && json_start(bytes).is_some())
    }
}

/// How `preset` would read the file; nothing when it cannot be in that format. A preset that was asked for by name
/// is held against every file.
fn file_format(preset: Preset, bytes: &[u8], wish: &Wish) -> Option<FileFormat> {
    let forced = wish.preset.is_some();
    let start = json_start(bytes);
    let mut header = None;
    let batches = preset == Preset::JsonLines && batches::begins(bytes);
    let framing = match preset {
        Preset::JsonExport if forced || (start == Some(b'{') && is_export(bytes)) => Framing::JsonDocument,
        Preset::JsonExport => return None,
        Preset::JsonLines if start == Some(b'[') => Framing::JsonDocument,
        // A batch over many lines is one document.
        Preset::JsonLines if batches && !ends_object(bytes) => Framing::JsonDocument,
        Preset::JsonLines if forced || start == Some(b'{') => Framing::Lines,
        Preset::JsonLines => return None,
        Preset::Csv => {
            let read = csv_header(bytes, wish)?;
            if !(forced || (read.has(Role::Timestamp) && read.has(Role::Message))) {
                return None;
            }
            let delimiter = read.delimiter;
            header = Some(read);
            Framing::Csv { delimiter }
        }
        Preset::Table => {
            let read = csv_header(bytes, wish)?;
            if !forced && (!names_columns(&read) || !alike(bytes, &read)) {
                return None;
            }
            let delimiter = read.delimiter;
            header = Some(read.table());
            Framing::Csv { delimiter }
        }
        // Told by its first bytes.
        Preset::Parquet => return None,
        _ => Framing::Lines,
    };
    Some(FileFormat { batches, ..wish.format(preset, framing, header) })
}

fn score(format: FileFormat, head: &Head<'_>, content: &[u8], record_bytes: usize) -> Score {
    let mut frames = Vec::new();
    let bytes = if format.framing == Framing::Lines { first_lines(content) } else { content };
    // What is broken beyond the head's records shows when the file is read.
    let whole = head.whole && bytes.len() == content.len();
    let broken = Framer::of(&format, record_bytes).scan(bytes, whole, &mut frames).is_err();
    if frames.is_empty() && !whole && format.batches {
        let made = |(at, bytes)| Frame { bytes: FrameBytes::Made(bytes), line: 1, record: at, fault: None };
        frames.extend((1..).zip(batches::beginning(bytes)).map(made));
    }
    if frames.is_empty() && !broken && !whole {
        // One record fills the head: what is here of it must do.
        let bytes = FrameBytes::Range(0..bytes.len());
        frames.push(Frame { bytes, line: 1, record: 1, fault: None });
    }
    let mut score = Score { format, sampled: 0, parsed: 0, readable: 0, timed: 0, columns: Vec::new() };
    let mut columns = BTreeSet::new();
    for frame in frames.iter().take(SAMPLE) {
        score.sampled += 1;
        if matches!(frame.bytes, FrameBytes::Beginning(_)) {
            continue;
        }
        let record = frame.bytes.of(bytes);
        let fields = parse::parse(record, frame.line, &score.format);
        score.timed += usize::from(fields.as_ref().is_ok_and(|fields| fields.timestamp.is_some()));
        let parsed = fields.is_ok_and(|fields| !doubtful(score.format.preset, record, &fields));
        score.parsed += usize::from(parsed);
        let text = String::from_utf8_lossy(record);
        let repaired = |text: &str| parse::parse(text.as_bytes(), frame.line, &score.format).is_ok();
        score.readable += usize::from(parsed || matches!(&text, Cow::Owned(text) if repaired(text)));
        if matches!(score.format.preset, Preset::JsonExport | Preset::JsonLines | Preset::Parquet) {
            json::other_fields(&text, &mut columns);
        }
    }
    if let Some(header) = &score.format.header {
        columns.extend(header.others().cloned());
    }
    score.columns = columns.into_iter().collect();
    score
}

/// A line that begins with an ISO time may be of any kind: it is taken for syslog's when a host follows.
fn doubtful(preset: Preset, record: &[u8], fields: &Fields<'_>) -> bool {
    preset == Preset::Syslog
        && record.first().is_some_and(u8::is_ascii_digit)
        && fields.host.as_deref().is_some_and(|host| !names_host(host))
}

fn first_lines(bytes: &[u8]) -> &[u8] {
    memchr::memchr_iter(b'\n', bytes).nth(LINES - 1).map_or(bytes, |end| &bytes[..=end])
}

/// The first line that is not blank, as a CSV header.
fn csv_header(bytes: &[u8], wish: &Wish) -> Option<CsvHeader> {
    let line = bytes.split(|b| *b == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    let text = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)).ok()?;
    let header = CsvHeader::read(text);
    let header = match &wish.wanted {
        Some(wanted) => header.with(wanted),
        None => header,
    };
    (!header.names.is_empty()).then_some(header)
}

fn require_columns(file: &str, header: &CsvHeader) -> Result<(), IntakeError> {
    let (missing, role) = match (header.has(Role::Timestamp), header.has(Role::Message)) {
        (true, true) => return Ok(()),
        (false, _) => ("timestamp", Role::Timestamp),
        (true, false) => ("message", Role::Message),
    };
    let columns = header.names.iter().take(50).map(|name| parse::excerpt(name.as_bytes(), 60)).collect();
    Err(IntakeError::CsvColumns { file: file.to_owned(), missing, columns, known: names(role).join(", ") })
}

/// The error for a file that nothing reads.
fn unknown(head: &Head<'_>, bytes: &[u8]) -> IntakeError {
    let mut lines = bytes.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next().unwrap_or_default();
    IntakeError::UnknownFormat { file: head.file.to_owned(), excerpt: parse::excerpt(first, 120) }
}
