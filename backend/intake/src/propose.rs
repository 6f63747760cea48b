//! What lines pasted by a person could be: the format that detection finds, how its records come out, and for a
//! format that is not known a pattern to start from.

use crate::{
    IntakeError,
    format::{
        FileFormat, Framing, Preset, Wish,
        detect::{self, Head},
    },
    framing::Framer,
    level::LEVELS,
    options::Limits,
    parse::{
        self, EXCERPT_CHARACTERS,
        pattern::{LinePattern, translate},
    },
    time::Clock,
};
use chrono::DateTime;
use trainyard_types::{FormatDetection, FormatSpecification, PreviewRecord, Reject};

/// Records and rejects that are shown.
const SHOWN: usize = 20;
/// Lines that a pattern is derived from.
const LINES: usize = 50;
/// The share of the lines that a pattern must read to be proposed.
const ENOUGH: f64 = 0.9;

/// A proposal for a sample of lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// With its alternatives.
    pub detection: FormatDetection,
    /// For lines of no known format: how they seem to be built, to be used with the preset `pattern`.
    pub pattern: Option<String>,
    /// The first records in the detected format, or by the pattern when there is one.
    pub records: Vec<PreviewRecord>,
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
    clock: Clock,
) -> Result<Proposal, IntakeError> {
    let wish = Wish::of(format, clock)?;
    let record_bytes = Limits::default().record_bytes;
    let head = Head { file: name, bytes: sample, whole: true };
    let (found, detection) = detect::detect(&head, &wish, Limits::default())?;
    let (Some(found), Some(detection)) = (found, detection.format) else {
        return Err(IntakeError::EmptyFile { file: name.to_owned() });
    };
    let derived = (format.preset == "auto" && found.preset == Preset::Text)
        .then(|| derive(&String::from_utf8_lossy(sample), &clock))
        .flatten();
    let (pattern, shown) = match derived {
        None => (None, found),
        Some(pattern) => {
            let preset = Preset::Pattern.as_str().to_owned();
            let own = FormatSpecification { preset, pattern: Some(pattern.clone()), ..format.clone() };
            let shown = Wish::of(&own, clock)?.format(Preset::Pattern, Framing::Lines, None);
            (Some(pattern), shown)
        }
    };
    let (records, rejects) = show(name, sample, &shown, record_bytes);
    Ok(Proposal { detection, pattern, records, rejects })
}

fn show(
    name: &str,
    sample: &[u8],
    format: &FileFormat,
    record_bytes: usize,
) -> (Vec<PreviewRecord>, Vec<Reject>) {
    let (mut records, mut rejects, mut frames) = (Vec::new(), Vec::new(), Vec::new());
    // What is broken beyond the framed records shows when the file is read.
    let _ = Framer::of(format, record_bytes).scan(sample, true, &mut frames);
    for frame in &frames {
        let bytes = frame.bytes.of(sample);
        let parsed = match &frame.fault {
            Some(fault) => Err(fault.clone()),
            None => parse::parse(bytes, frame.line, format),
        };
        match parsed {
            Ok(fields) if records.len() < SHOWN => records.push(PreviewRecord {
                file: name.to_owned(),
                line: frame.line,
                timestamp: fields.timestamp.and_then(DateTime::from_timestamp_micros),
                host: fields.host.map(Into::into),
                level: fields.severity.and_then(|s| LEVELS.get(usize::from(s))).map(|l| (*l).to_owned()),
                process: fields.process.map(Into::into),
                pid: fields.pid.map(Into::into),
                message: fields.message.into(),
                attributes: fields.attributes.and_then(|json| serde_json::from_str(&json).ok()),
            }),
            Err(reason) if rejects.len() < SHOWN => rejects.push(Reject {
                file: name.to_owned(),
                line: frame.line,
                record: frame.record,
                reason,
                excerpt: parse::excerpt(bytes, EXCERPT_CHARACTERS),
            }),
            _ => {}
        }
    }
    (records, rejects)
}

/// A pattern that reads nearly all of the lines and names as many fields as it can: first where the time stands, then
/// how the rest of the line is built.
fn derive(sample: &str, clock: &Clock) -> Option<String> {
    const HEADS: [&str; 13] = [
        "<level> <timestamp> ",
        "[<level>] <timestamp> ",
        "<level> [<timestamp>] ",
        "<level>|<timestamp>|",
        "[<timestamp>] ",
        "[<timestamp>] - ",
        "<timestamp> - ",
        "<timestamp>: ",
        "<timestamp>, ",
        "<timestamp> | ",
        "<timestamp>|",
        "<timestamp>;",
        "<timestamp> ",
    ];
    const LEVELS: [&str; 9] = [
        "[<level>] ",
        "<level>: ",
        "<level> - ",
        "<level> | ",
        "<level>|",
        "<level>;",
        "(<level>) ",
        "<level> ",
        "",
    ];
    const PROCESSES: [&str; 9] = [
        "<process>[<pid>]: ",
        "[<process>] ",
        "<process>: ",
        "<process> - ",
        "<process> | ",
        "<process>|",
        "<process>;",
        "(<process>) ",
        "",
    ];
    let lines: Vec<&str> = sample
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with([' ', '\t']))
        .take(LINES)
        .collect();
    let head = HEADS.into_iter().find(|head| fits(&format!("{head}<message>"), &lines, clock).is_some())?;
    let rests = fits(&format!("{head}<message>"), &lines, clock)?;
    let rests: Vec<&str> = rests.iter().map(String::as_str).collect();
    let leveled = head.contains("<level>");
    let levels = LEVELS.into_iter().filter(|level| !leveled || level.is_empty());
    levels
        .flat_map(|level| PROCESSES.into_iter().flat_map(move |process| [(level, process), (process, level)]))
        .map(|(first, second)| format!("{first}{second}<message>"))
        .find(|tail| *tail == "<message>" || fits(tail, &rests, clock).is_some())
        .map(|tail| format!("{head}{tail}"))
}

/// The messages of the lines, when the pattern reads enough of them and what it finds is what it is called.
fn fits(pattern: &str, lines: &[&str], clock: &Clock) -> Option<Vec<String>> {
    let expression = LinePattern::new(&[translate(pattern).ok()?], false).ok()?;
    let (levels, processes) = (pattern.contains("<level>"), pattern.contains("<process>"));
    let messages: Vec<String> = lines
        .iter()
        .filter_map(|line| expression.parse(line, clock).ok())
        .filter(|fields| !levels || fields.severity.is_some())
        .filter(|fields| {
            let name = fields.process.as_deref().unwrap_or_default();
            let word = |b: u8| b.is_ascii_alphanumeric() || b"._-/$@:".contains(&b);
            !processes || (!name.is_empty() && name.len() <= 64 && name.bytes().all(word))
        })
        .map(|fields| fields.message.into_owned())
        .collect();
    (!lines.is_empty() && messages.len() as f64 >= ENOUGH * lines.len() as f64).then_some(messages)
}
