//! Finding a grammar: what a sample of a source says about how its records are built. Nothing is claimed that the
//! evidence does not carry; the mechanism is described in the guide on log formats.

mod anchor;
mod compete;
mod envelopes;
mod header;
mod level;
mod lines;

use crate::{
    document::{self, Document, Hint},
    framing::{self, Starts},
    keyed,
    read::Applied,
    time::{self, Clock, Raw},
};
use chrono::{DateTime, Utc};
use std::{borrow::Cow, ops::Range, sync::Arc};
use trainyard_types::grammar::{Framing, GRAMMAR_VERSION, Grammar, GrammarClock, Keyed, Reader};

pub use compete::{Found, Scores, find_best};

/// Lines that are looked at.
const LINES: usize = 1000;
/// Bytes of a line that are looked at.
const LINE_BYTES: usize = 16 << 10;

/// A line with its time, as a header is looked for in it.
#[derive(Clone, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) time: Range<usize>,
    /// Where what follows the time begins, beyond a bracket that closes after it.
    pub(crate) after: usize,
}

impl<'a> Row<'a> {
    fn of(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), time: 0..0, after: 0 }
    }

    fn borrowed(&self) -> Row<'_> {
        Row { text: Cow::Borrowed(&self.text), time: self.time.clone(), after: self.after }
    }
}

/// The parts of a source that a grammar is found from, as text: the head, and places further on.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    pub head: &'a str,
    /// Whether the head is the whole source.
    pub whole: bool,
    /// Whole lines from the middle and the end.
    pub later: &'a [&'a str],
}

/// Finds the grammar of a source. Nothing when the sample is blank.
pub fn find(sample: Sample<'_>, now: DateTime<Utc>) -> Option<Grammar> {
    if sample.head.trim().is_empty() {
        return None;
    }
    let known = |name: &str| keyed::is_known_name(name);
    let timed = |text: &str| time::value(text).is_some();
    let found = document::find(sample.head, sample.whole, &known, &timed);
    let mut grammar = match found {
        Some(document) => of_document(document),
        None => None,
    }
    .unwrap_or_else(|| of_lines(&sample_lines(sample)));
    grammar.clock = clock(&grammar, sample, now);
    Some(grammar)
}

fn new(framing: Framing, readers: Vec<Reader>) -> Grammar {
    Grammar {
        version: GRAMMAR_VERSION,
        name: "found".to_owned(),
        encoding: Default::default(),
        framing,
        multiline: Default::default(),
        clock: GrammarClock::default(),
        readers,
    }
}

/// The lines of a sample: as many of its beginning as of what comes later.
fn sample_lines<'a>(sample: Sample<'a>) -> Vec<&'a str> {
    let cut = |line: &'a str| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        &line[..crate::line::token::floor(line, LINE_BYTES)]
    };
    let head = match sample.whole {
        true => sample.head,
        // The last line may be cut off.
        false => sample.head.rfind('\n').map_or(sample.head, |end| &sample.head[..end]),
    };
    let most = if sample.later.is_empty() { LINES } else { LINES / 2 };
    let mut lines: Vec<&str> = head.split('\n').map(cut).take(most).collect();
    let each = (LINES / 2).checked_div(sample.later.len()).unwrap_or(0);
    for later in sample.later {
        lines.extend(later.split('\n').map(cut).take(each));
    }
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    lines
}

fn of_lines(lines: &[&str]) -> Grammar {
    let readers = envelopes::find(lines, lines::Context::default(), 0);
    new(Framing::Lines, readers)
}

/// The grammar of a document: roles of its records, and how a message that is a line itself is read.
fn of_document(document: Document) -> Option<Grammar> {
    let Document { framing, hint, samples } = document;
    let (rows, reader): (Vec<keyed::Row<'_>>, fn(Keyed) -> Reader) = match hint {
        Hint::Json => (samples.iter().filter_map(|text| keyed::json_row(text).ok()).collect(), Reader::Json),
        Hint::Xml => (samples.iter().filter_map(|text| keyed::xml_row(text)).collect(), Reader::Xml),
        Hint::Block => (samples.iter().filter_map(|text| keyed::block_row(text)).collect(), Reader::Block),
        Hint::Cells => {
            (samples.iter().filter_map(|text| keyed::cells_row(&framing, text)).collect(), Reader::Cells)
        }
    };
    if rows.is_empty() {
        // A header alone says how rows will be cut, and a document that breaks early is none of lines.
        let alone = matches!(framing, Framing::Directives | Framing::Json { .. });
        return alone.then(|| new(framing, vec![reader(Keyed::default())]));
    }
    let mut roles = keyed::find_roles(&rows);
    if hint == Hint::Cells {
        keyed::settle_table(&framing, &rows, &mut roles);
    }
    let within = envelopes::inner(&rows, &roles, lines::Context::default(), 0);
    Some(new(framing, vec![reader(Keyed { roles, within })]))
}

/// What the source decides about its times: by all of them, in their order.
fn clock(grammar: &Grammar, sample: Sample<'_>, now: DateTime<Utc>) -> GrammarClock {
    match Applied::new(Arc::new(grammar.clone()), &Clock::new(now, 0)) {
        Ok(applied) => clock_under(&applied, sample, now),
        Err(_) => GrammarClock::default(),
    }
}

/// As [`clock`], by a grammar that is ready to read.
fn clock_under(applied: &Applied, sample: Sample<'_>, now: DateTime<Utc>) -> GrammarClock {
    let (raws, hints) = open_times(applied, sample);
    time::decide(&raws, now, is_foreign(sample.head), &hints)
}

/// Hands on the records of a text.
pub(crate) fn each_record(applied: &Applied, text: &str, end: bool, mut look: impl FnMut(&str)) {
    for record in records(applied, text, end) {
        look(&record);
    }
}

/// The records of a text that is a part of a source.
pub fn records<'a>(applied: &Applied, text: &'a str, end: bool) -> Vec<Cow<'a, str>> {
    let starts = applied.joins().then(|| Arc::new(applied.clone()) as Arc<dyn Starts>);
    let frames = framing::frames_of(&applied.grammar().framing, 1 << 20, text.as_bytes(), end, starts);
    frames
        .into_iter()
        .filter(|frame| frame.fault.is_none())
        .filter_map(|frame| match frame.bytes {
            framing::FrameBytes::Range(range) => text.get(range).map(Cow::Borrowed),
            framing::FrameBytes::Beginning(bytes) | framing::FrameBytes::Made(bytes) => {
                String::from_utf8(bytes).ok().map(Cow::Owned)
            }
        })
        .collect()
}

/// The times without a year, of a sample, in which year they are is decided.
fn open_times(applied: &Applied, sample: Sample<'_>) -> (Vec<Raw>, Vec<i32>) {
    let mut raws: Vec<Raw> = Vec::new();
    let mut hints = Vec::new();
    let mut look = |text: &str, end: bool| {
        each_record(applied, text, end, |record| {
            let time = applied.draft(record, 1).ok().and_then(|draft| draft.time);
            if let Some(raw) = time {
                if !raw.has_year() {
                    hints.extend(year_hint(&raw, record));
                }
                raws.push(raw);
            }
        });
    };
    look(sample.head, sample.whole);
    sample.later.iter().for_each(|text| look(text, true));
    (raws, hints)
}

/// What a source decides of the years of its times where its grammar is known: [`GrammarClock::year`] and
/// [`GrammarClock::rollover`].
pub fn years(applied: &Applied, sample: Sample<'_>, now: DateTime<Utc>) -> (Option<i32>, Option<u32>) {
    let (raws, hints) = open_times(applied, sample);
    time::years(&raws, &applied.grammar().clock, now, &hints)
}

/// The year of another time of the same day in the record, in one of the forms that messages say times in.
fn year_hint(raw: &Raw, record: &str) -> Option<i32> {
    use time::Form::{Ctime, Date, DayMonthYear, Iso, MonthDayYear};
    const HINTING: [time::Form; 5] = [Iso, Ctime, MonthDayYear, DayMonthYear, Date];
    let same = |other: &Raw| {
        HINTING.contains(&other.form())
            && other.year().is_some()
            && other.month_day().is_some()
            && other.month_day() == raw.month_day()
    };
    time::scan(record, 400).into_iter().map(|spot| spot.raw).find(same)?.year()
}

/// Whether words of a language that writes the day first occur.
fn is_foreign(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "fehler",
        "warnung",
        "erreur",
        "avertissement",
        "advertencia",
        "aviso",
        "errore",
        "warnen",
        "fout",
        "waarschuwing",
        "erro",
    ];
    let end = crate::line::token::floor(text, 20_000);
    text[..end]
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}
