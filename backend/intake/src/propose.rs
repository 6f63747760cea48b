//! What lines pasted by a person, or the beginning of a file, could be: the grammar that is found, how its records come
//! out, and what must be known of them.

use crate::{
    IntakeError,
    findings::{self, Facts, Shares},
    format::{Head, Reading, Wish, detect},
    options::Limits,
};
use chrono::{DateTime, Utc};
use std::sync::{Arc, atomic::Ordering};
use trainyard_grammar::{
    EXCERPT_CHARACTERS, bytes, excerpt,
    framing::{self, Starts},
    level::LEVELS,
};
use trainyard_types::{
    Accounting, Finding, FormatDetection, FormatSpecification, Grammar, PreviewRecord, Reject,
};

/// Records and rejects that are shown.
const SHOWN: usize = 20;

/// A proposal for a sample of lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// With its alternatives.
    pub detection: FormatDetection,
    /// How the records are built.
    pub grammar: Grammar,
    /// Fields of the records beside the usual ones.
    pub columns: Vec<String>,
    pub findings: Vec<Finding>,
    pub accounting: Accounting,
    pub shares: Shares,
    /// The first records, and each as it is written.
    pub records: Vec<PreviewRecord>,
    pub raw: Vec<String>,
    pub rejects: Vec<Reject>,
}

/// Proposes a format for the beginning of a file; `format` says what is known already.
///
/// # Errors
/// When the format is invalid, or the sample is blank or no text.
pub fn propose(
    name: &str,
    sample: &[u8],
    format: &FormatSpecification,
    now: DateTime<Utc>,
) -> Result<Proposal, IntakeError> {
    let wish = Wish::of(format, now)?;
    let head = Head { file: name, bytes: sample, whole: true, later: Vec::new() };
    let (found, detection) = detect(&head, &wish, Limits::default())?;
    let (Some(found), Some(format_detection)) = (found, detection.format.clone()) else {
        return Err(IntakeError::EmptyFile { file: name.to_owned() });
    };
    let grammar = Grammar::clone(found.grammar());
    let mut text = Vec::new();
    let (encoding, mark) = bytes::encoding(sample);
    bytes::Transcoder::new(encoding).push(&sample[mark.min(sample.len())..], true, &mut text);
    let mut shown = Shown {
        name,
        reading: &found,
        records: Vec::new(),
        raw: Vec::new(),
        rejects: Vec::new(),
        shares: Shares::default(),
        accounting: Accounting::default(),
    };
    shown.read(&text);
    let Shown { records, raw, rejects, shares, accounting, .. } = shown;
    let formats = [detection];
    let findings = findings::of(&Facts {
        accounting: &accounting,
        shares,
        formats: &formats,
        counts: vec![(name, Arc::clone(&found.counts))],
        first_reject: rejects.first(),
        zone: format.utc_offset_minutes != 0 || format.time_zone.is_some(),
        year: format.year.is_some(),
        order: format.day_first.is_some(),
    });
    let [detection] = formats;
    Ok(Proposal {
        detection: format_detection,
        grammar,
        columns: detection.columns,
        findings,
        accounting,
        shares,
        records,
        raw,
        rejects,
    })
}

struct Shown<'a> {
    name: &'a str,
    reading: &'a Reading,
    records: Vec<PreviewRecord>,
    raw: Vec<String>,
    rejects: Vec<Reject>,
    shares: Shares,
    accounting: Accounting,
}

impl Shown<'_> {
    fn read(&mut self, text: &[u8]) {
        let Reading { applied, counts } = self.reading;
        let framing = &applied.grammar().framing;
        let limit = Limits::default().record_bytes;
        let mut framer = match applied.joins() {
            true => framing::Framer::joining(framing, limit, Arc::new(applied.clone()) as Arc<dyn Starts>),
            false => framing::Framer::new(framing, limit),
        };
        let mut frames = Vec::new();
        // What is broken beyond the framed records shows when the file is read.
        let _ = framer.scan(text, true, &mut frames);
        self.accounting.outside = framer.outside().lines;
        counts.outside.store(framer.outside().lines, Ordering::Release);
        for frame in &frames {
            let bytes = frame.bytes.of(text);
            let cleaned = bytes::clean(bytes);
            counts.add(&cleaned);
            self.accounting.read += 1;
            let parsed = match &frame.fault {
                Some(fault) => Err(fault.clone()),
                None => applied.read(&cleaned.text, frame.line),
            };
            match parsed {
                Ok(fields) => {
                    self.accounting.parsed += 1;
                    self.shares.timed += u64::from(fields.timestamp.is_some());
                    self.shares.leveled += u64::from(fields.severity.is_some());
                    if applied.joins() {
                        let lines = memchr::memchr_iter(b'\n', bytes).count();
                        counts.continued.fetch_add(lines as u64, Ordering::Relaxed);
                    }
                    if self.records.len() == SHOWN {
                        continue;
                    }
                    self.raw.push(cleaned.text.chars().take(10 * EXCERPT_CHARACTERS).collect());
                    self.records.push(PreviewRecord {
                        file: self.name.to_owned(),
                        line: frame.line,
                        timestamp: fields.timestamp.and_then(DateTime::from_timestamp_micros),
                        host: fields.host.map(Into::into),
                        level: fields
                            .severity
                            .and_then(|s| LEVELS.get(usize::from(s)))
                            .map(|l| (*l).to_owned()),
                        process: fields.process.map(Into::into),
                        pid: fields.pid.map(Into::into),
                        message: fields.message.into(),
                        attributes: fields.attributes.and_then(|json| serde_json::from_str(&json).ok()),
                    });
                }
                Err(reason) => {
                    self.accounting.rejected += 1;
                    if self.rejects.len() < SHOWN {
                        self.rejects.push(Reject {
                            file: self.name.to_owned(),
                            line: frame.line,
                            record: frame.record,
                            reason,
                            excerpt: excerpt(bytes, EXCERPT_CHARACTERS),
                        });
                    }
                }
            }
        }
    }
}
