//! The grammar that was found and those of known makers, on the same records and the same terms: the maker's is taken
//! where it says as much, since it knows more of what it reads.

use super::{Sample, clock_under, find, records};
use crate::{
    keyed,
    presets::{Preset, TEXT, presets},
    read::Applied,
    time::Clock,
};
use chrono::{DateTime, Utc};
use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};
use trainyard_types::grammar::{FieldRole, FieldShape, Framing, Grammar, LineLayout, Reader};

/// Lines on which grammars compete.
const LINES: usize = 200;
/// Lines that a maker's grammar is tried on before it competes.
const GLANCE: usize = 12;
/// What is found under this name has no better one.
const FOUND: &str = "found";

/// The best grammar of a source, and what else could read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub grammar: Grammar,
    pub scores: Scores,
    /// Other grammars by name, with how well they read the sample (0 to 1), best first.
    pub alternatives: Vec<(String, f64)>,
}

/// What a grammar makes of a sample: shares are of its records.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// Records that the sample is cut into.
    pub records: usize,
    pub read: f64,
    pub timed: f64,
    pub level: f64,
    pub process: f64,
    pub host: f64,
    /// The mean length of a message in bytes.
    pub message: f64,
}

impl Scores {
    /// How well a sample is read, from 0 to 1.
    pub fn confidence(&self) -> f64 {
        self.read * (0.4 + 0.3 * self.timed + 0.15 * self.level + 0.15 * self.process)
    }
}

/// Finds the best grammar of a source: the one that the evidence speaks for, or a known maker's that reads as much.
/// Nothing when the sample is blank.
pub fn find_best(sample: Sample<'_>, now: DateTime<Utc>) -> Option<Found> {
    let mut grammar = find(sample, now)?;
    let lines = lines(sample);
    let plain = Clock::new(now, 0);
    let applied = Applied::new(Arc::new(grammar.clone()), &plain).ok()?;
    let (scores, hosts) = measure(&applied, &lines);
    grammar.name = name(&grammar, &lines, &plain).to_owned();
    let mut alternatives = Vec::new();
    let mut taken: Option<(&Preset, &Applied, Scores)> = None;
    if grammar.framing == Framing::Lines {
        for (preset, applied) in candidates(&lines) {
            let (own, own_hosts) = measure(applied, &lines);
            if own.read < 0.5 {
                continue;
            }
            // A line does not show that a word recurs, as a name does.
            let bold = scores.records <= 1 && own.process > scores.process;
            let fits = !bold
                && as_good(&own, &scores)
                && (preset.name != "syslog" || is_syslog(&own, &scores, &own_hosts, &hosts));
            if taken.is_none() && fits {
                taken = Some((preset, applied, own));
            } else {
                alternatives.push((preset.name.clone(), own.confidence()));
            }
        }
    }
    let mut found = Found { grammar, scores, alternatives };
    if let Some((preset, applied, own)) = taken {
        let mut known = preset.grammar.clone();
        known.clock = clock_under(applied, sample, now);
        let other = (found.grammar.name.clone(), scores.confidence());
        if other.0 != preset.name {
            found.alternatives.push(other);
        }
        (found.grammar, found.scores) = (known, own);
    }
    found.alternatives.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some(found)
}

/// The lines that grammars compete on, as one text for each part of the sample.
fn lines<'a>(sample: Sample<'a>) -> Vec<&'a str> {
    let first = |text: &'a str, count: usize, whole: bool| {
        let end = memchr::memchr_iter(b'\n', text.as_bytes()).nth(count.saturating_sub(1));
        match end.or_else(|| memchr::memrchr(b'\n', text.as_bytes()).filter(|_| !whole)) {
            Some(end) => &text[..end + 1],
            None => text,
        }
    };
    let head = if sample.later.is_empty() { LINES } else { LINES / 2 };
    let mut lines = vec![first(sample.head, head, sample.whole)];
    let each = (LINES / 2).checked_div(sample.later.len()).unwrap_or(0).max(1);
    lines.extend(sample.later.iter().take(LINES / 2).map(|text| first(text, each, true)));
    lines
}

/// The makers' grammars that a glance at the lines does not rule out.
fn candidates(lines: &[&str]) -> impl Iterator<Item = (&'static Preset, &'static Applied)> {
    static APPLIED: OnceLock<Vec<OnceLock<Option<Applied>>>> = OnceLock::new();
    let applied = APPLIED.get_or_init(|| presets().iter().map(|_| OnceLock::new()).collect());
    let glance: Vec<String> = lines
        .iter()
        .flat_map(|text| text.lines().filter(|line| !line.trim().is_empty()).take(GLANCE))
        .take(4 * GLANCE)
        .map(str::to_owned)
        .collect();
    presets().iter().zip(applied).filter_map(move |(preset, applied)| {
        let half = |count: usize| count > 0 && 3 * count >= glance.len();
        if matches!(&*preset.name, TEXT | "kubernetes-cri")
            || !half(glance.iter().filter(|line| preset.allows(line)).count())
        {
            return None;
        }
        let compile =
            || Applied::new(Arc::new(preset.grammar.clone()), &Clock::new(DateTime::UNIX_EPOCH, 0)).ok();
        let applied = applied.get_or_init(compile).as_ref()?;
        half(glance.iter().filter(|line| applied.draft(line, 1).is_ok()).count()).then_some((preset, applied))
    })
}

/// What a grammar makes of some texts, and the hosts it finds.
fn measure(applied: &Applied, texts: &[&str]) -> (Scores, BTreeSet<String>) {
    let mut scores = Scores::default();
    let mut hosts = BTreeSet::new();
    for text in texts {
        for record in records(applied, text, true) {
            scores.records += 1;
            let record: &Cow<'_, str> = &record;
            let Ok(draft) = applied.draft(record, 1) else { continue };
            scores.read += 1.0;
            scores.timed += f64::from(u8::from(draft.time.is_some()));
            scores.level += f64::from(u8::from(draft.severity.is_some()));
            scores.process +=
                f64::from(u8::from(draft.process.as_ref().is_some_and(|name| !name.is_empty())));
            scores.message += draft.message.as_ref().map_or(0.0, |message| message.len() as f64);
            if let Some(host) = draft.host.filter(|host| !host.is_empty()) {
                scores.host += 1.0;
                if !hosts.contains(&*host) {
                    hosts.insert(host.into_owned());
                }
            }
        }
    }
    let total = (scores.records as f64).max(1.0);
    for share in [
        &mut scores.read,
        &mut scores.timed,
        &mut scores.level,
        &mut scores.process,
        &mut scores.host,
        &mut scores.message,
    ] {
        *share /= total;
    }
    (scores, hosts)
}

/// Whether a maker's grammar says as much as the one that was found.
fn as_good(own: &Scores, found: &Scores) -> bool {
    let near = |a: f64, b: f64, slack: f64| a >= b - slack;
    own.read >= 0.97
        && near(own.records as f64, found.records as f64, 0.03 * found.records as f64)
        && near(found.records as f64, own.records as f64, 0.03 * found.records as f64)
        && near(own.timed, found.timed, 0.01)
        && near(own.level, found.level, 0.01)
        && near(own.process, found.process, 0.05)
        && own.message <= 1.02 * found.message + 2.0
}

/// Nearly every line may be read as syslog: it is where processes and hosts say so.
fn is_syslog(own: &Scores, found: &Scores, hosts: &BTreeSet<String>, found_hosts: &BTreeSet<String>) -> bool {
    let few = (hosts.len() as f64) <= f64::max(2.0, own.records as f64 / 8.0);
    own.process >= 0.9
        && (few || hosts.iter().all(|host| found_hosts.contains(host)))
        && found.host >= own.host - 0.1
}

/// A telling name for what was found.
fn name(grammar: &Grammar, lines: &[&str], clock: &Clock) -> &'static str {
    let Some(reader) = main_reader(grammar, lines, clock) else { return FOUND };
    match &grammar.framing {
        Framing::Json { path } if path.is_empty() || path == "[]" || path.starts_with("resourceLogs") => {
            return "json-lines";
        }
        Framing::Json { .. } => return "json-export",
        Framing::Directives => return "w3c",
        Framing::Xml { .. } => return "xml",
        Framing::Blocks => return "journal",
        Framing::Table { .. } | Framing::Rows => {
            let told = matches!(reader, Reader::Cells(keyed) if !keyed.roles.message.is_empty());
            return if told { "csv" } else { "table" };
        }
        Framing::Lines => {}
    }
    match reader {
        Reader::Cri { .. } => "kubernetes-cri",
        Reader::Rfc5424 { .. } | Reader::Priority { .. } => "syslog",
        Reader::Json(_) => "json-lines",
        Reader::Logfmt(_) => "logfmt",
        Reader::Cef => "cef",
        Reader::Line(layout) => name_of_line(layout, lines),
        _ => FOUND,
    }
}

fn name_of_line(layout: &LineLayout, lines: &[&str]) -> &'static str {
    if layout.header.iter().any(|field| field.shape == FieldShape::Request) {
        let quoted = |line: &str| line.trim_end().ends_with('"');
        let mut sample =
            lines.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()).take(20);
        return if sample.any(quoted) { "access-combined" } else { "access-common" };
    }
    let has = |role: &FieldRole| layout.header.iter().any(|field| field.role == *role);
    match () {
        () if layout.time.is_some() && has(&FieldRole::Host) && has(&FieldRole::Process) => "syslog",
        () if layout.time.is_none()
            && layout.level.is_none()
            && layout.sparse.is_empty()
            && layout.second_line.is_none() =>
        {
            TEXT
        }
        () => FOUND,
    }
}

/// The reader that reads most of the lines.
fn main_reader<'g>(grammar: &'g Grammar, lines: &[&str], clock: &Clock) -> Option<&'g Reader> {
    let (first, others) = grammar.readers.split_first()?;
    if others.is_empty() || matches!(first, Reader::Line(_)) {
        return Some(first);
    }
    for reader in &grammar.readers {
        let alone = Grammar { readers: vec![reader.clone()], ..grammar.clone() };
        let Ok(applied) = Applied::new(Arc::new(alone), clock) else { continue };
        let live = || lines.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty());
        let reads = |line: &&str| match reader {
            Reader::Logfmt(_) => keyed::logfmt_row(line).is_some(),
            _ => applied.draft(line, 1).is_ok(),
        };
        if 2 * live().filter(reads).count() >= live().count() {
            return Some(reader);
        }
    }
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(text: &str) -> Found {
        let now = "2026-11-30T00:00:00Z".parse().unwrap();
        find_best(Sample { head: text, whole: true, later: &[] }, now).unwrap()
    }

    #[test]
    fn makers_are_taken_where_they_say_as_much() {
        for preset in presets().iter().filter(|preset| !matches!(&*preset.name, TEXT | "kubernetes-cri")) {
            let text = format!("{}\n", preset.example).repeat(5);
            let found = best(&text);
            assert_eq!(found.grammar.name, preset.name);
        }
    }

    #[test]
    fn what_is_found_has_a_telling_name() {
        for (text, name) in [
            ("{\"level\":\"info\",\"msg\":\"a b\"}\n{\"level\":\"warn\",\"msg\":\"c d\"}\n", "json-lines"),
            (
                "[{\"time\":\"2024-05-01T10:00:00Z\",\"message\":\"a b\"},{\"time\":\"2024-05-01T10:00:01Z\",\"message\":\"a c\"}]",
                "json-lines",
            ),
            ("time,level,message\n2024-05-01T10:00:00Z,info,a b c\n2024-05-01T10:00:01Z,warn,b c d\n", "csv"),
            ("timestamp,bytes,packets\n2024-05-01T10:00:00Z,10,2\n2024-05-01T10:00:01Z,12,3\n", "table"),
            (
                "time=2024-05-01T10:00:00Z level=info msg=\"a b\"\ntime=2024-05-01T10:00:01Z level=warn msg=\"a c\"\n",
                "logfmt",
            ),
            ("CEF:0|a|b|1|2|hello you|5|src=1\n", "cef"),
            ("<34>1 2024-05-01T10:00:00Z gw sshd 12 - - hello you\n", "syslog"),
            (
                "2024-05-09T13:46:13.1Z stdout F hello\n2024-05-09T13:46:14.1Z stdout F you\n",
                "kubernetes-cri",
            ),
            ("hello you\nand all others\n", "text"),
            ("2024-05-01 10:00:00 hello you\n2024-05-01 10:00:01 and others\n", "found"),
        ] {
            assert_eq!(best(text).grammar.name, name, "{text}");
        }
    }
}
