//! What a reader of a dataset must know about it: what was assumed, what was passed over, what is missing. Nothing of it
//! is silent.

use crate::{FileDetection, format::Counts};
use std::sync::{Arc, atomic::Ordering};
use trainyard_types::{Accounting, Finding, FindingKind, Reject};

/// Below this share of records with a level, it is said.
const FEW: f64 = 0.5;
/// Above this share of times before the ones before them, it is said.
const BACKWARDS: f64 = 0.01;

/// How many of the accepted records have what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    pub timed: u64,
    pub leveled: u64,
}

/// What is known of a dataset that was read.
pub(crate) struct Facts<'a> {
    pub(crate) accounting: &'a Accounting,
    pub(crate) shares: Shares,
    pub(crate) formats: &'a [FileDetection],
    /// Of the files that have content.
    pub(crate) counts: Vec<(&'a str, Arc<Counts>)>,
    pub(crate) first_reject: Option<&'a Reject>,
    /// Whether a zone, a year or an order of dates was said.
    pub(crate) zone: bool,
    pub(crate) year: bool,
    pub(crate) order: bool,
}

/// The findings of a dataset, the gravest first.
pub(crate) fn of(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(times(facts));
    findings.extend(levels(facts));
    findings.extend(assumptions(facts));
    findings.extend(layouts(facts));
    findings.extend(bytes(facts));
    findings.sort_by_key(|finding| finding.kind);
    findings
}

fn finding(kind: FindingKind, records: u64, of: u64, detail: String) -> Finding {
    Finding { kind, file: None, records, of, detail, example: None, remedy: None, setting: None }
}

fn with(finding: Finding, remedy: &str, setting: &str) -> Finding {
    Finding { remedy: Some(remedy.to_owned()), setting: Some(setting.to_owned()), ..finding }
}

fn times(facts: &Facts<'_>) -> Option<Finding> {
    let (parsed, timed) = (facts.accounting.parsed, facts.shares.timed);
    let remedy =
        "say where the time stands with a pattern such as `<timestamp> <message>`, or name its field";
    match timed {
        _ if parsed == 0 => None,
        0 => {
            let detail = format!(
                "none of {parsed} records has a time: they are taken in their order, and windows cannot be cut"
            );
            Some(with(finding(FindingKind::NoTime, parsed, parsed, detail), remedy, "pattern"))
        }
        timed if timed < parsed => {
            let without = parsed - timed;
            let detail = format!("{without} of {parsed} records have no time");
            Some(with(finding(FindingKind::SomeWithoutTime, without, parsed, detail), remedy, "pattern"))
        }
        _ => None,
    }
}

fn levels(facts: &Facts<'_>) -> Option<Finding> {
    let (parsed, leveled) = (facts.accounting.parsed, facts.shares.leveled);
    let share = leveled as f64 / parsed.max(1) as f64;
    let remedy = "name the field that is the level, if there is one";
    match leveled {
        _ if parsed == 0 => None,
        0 => {
            let detail = format!("none of {parsed} records has a level");
            Some(with(finding(FindingKind::NoLevel, parsed, parsed, detail), remedy, "fields"))
        }
        _ if share < FEW => {
            let detail = format!("{leveled} of {parsed} records ({:.0} %) have a level", 100.0 * share);
            Some(with(finding(FindingKind::FewLevels, parsed - leveled, parsed, detail), remedy, "fields"))
        }
        _ => None,
    }
}

fn assumptions(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let sum = |part: fn(&FileDetection) -> u64| facts.formats.iter().map(part).sum::<u64>();
    let timed = sum(|file| file.open.timed);
    let zone = sum(|file| file.open.without_zone);
    if zone > 0 && !facts.zone {
        let detail = format!("{zone} of {timed} sampled times say no zone: they are taken for UTC");
        let remedy = "say the zone of the logs, such as `Europe/Berlin`";
        findings.push(with(finding(FindingKind::ZoneAssumed, zone, timed, detail), remedy, "time_zone"));
    }
    let year = sum(|file| file.open.without_year);
    if year > 0 && !facts.year {
        let found = facts.formats.iter().find_map(|file| file.grammar.as_ref()?.clock.year);
        let which = found.map_or("the latest that is not after tomorrow".to_owned(), |year| year.to_string());
        let detail = format!("{year} of {timed} sampled times say no year: it is taken to be {which}");
        findings.push(with(
            finding(FindingKind::YearAssumed, year, timed, detail),
            "say the year of the logs",
            "year",
        ));
    }
    let order = sum(|file| file.open.without_order);
    if order > 0 && !facts.order {
        let detail = format!("nothing tells day and month of {order} sampled dates apart");
        let remedy = "say whether the day comes first";
        findings.push(with(finding(FindingKind::OrderAssumed, order, timed, detail), remedy, "day_first"));
    }
    findings
}

fn layouts(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in facts.formats {
        let Some(grammar) = file.grammar.as_ref().filter(|grammar| grammar.readers.len() > 1) else {
            continue;
        };
        let layout = file.format.as_ref().map_or("", |format| format.layout.as_str());
        let detail = format!("{}: records are built in {} ways: {layout}", file.file, grammar.readers.len());
        let finding = finding(FindingKind::SeveralLayouts, file.sampled, file.sampled, detail);
        findings.push(Finding { file: Some(file.file.clone()), ..finding });
    }
    let mut names: Vec<&str> = facts
        .formats
        .iter()
        .filter_map(|file| file.format.as_ref())
        .map(|format| format.layout.as_str())
        .collect();
    let files = names.len() as u64;
    names.sort_unstable();
    names.dedup();
    if names.len() > 1 {
        let detail = format!("{files} files are read in {} ways", names.len());
        findings.push(finding(FindingKind::SeveralGrammars, files, files, detail));
    }
    findings
}

/// Of bytes and lines, per file; files beyond the first few are summed up.
fn bytes(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let load = |total: &std::sync::atomic::AtomicU64| total.load(Ordering::Acquire);
    let mut add = |kind,
                   part: fn(&Counts) -> &std::sync::atomic::AtomicU64,
                   of: u64,
                   detail: fn(u64, &str) -> String| {
        let concerned: Vec<(&str, u64)> = facts
            .counts
            .iter()
            .map(|(file, counts)| (*file, load(part(counts))))
            .filter(|(_, n)| *n > 0)
            .collect();
        let total: u64 = concerned.iter().map(|(_, count)| count).sum();
        if let Some((file, _)) = concerned.first() {
            let file = if concerned.len() == 1 { Some((*file).to_owned()) } else { None };
            let detail = detail(total, file.as_deref().unwrap_or("several files"));
            findings.push(Finding { file, ..finding(kind, total, of, detail) });
        }
    };
    let read = facts.accounting.read;
    add(
        FindingKind::OtherEncoding,
        |c| &c.decoded,
        read,
        |n, file| format!("{n} lines of {file} are not UTF-8: they are read as Windows-1252"),
    );
    add(FindingKind::Nuls, |c| &c.nuls, read, |n, file| format!("{n} NUL bytes of {file} were passed over"));
    add(
        FindingKind::Escapes,
        |c| &c.escapes,
        read,
        |n, file| format!("{n} escape sequences (colours) of {file} were passed over"),
    );
    add(
        FindingKind::LinesContinued,
        |c| &c.continued,
        read,
        |n, file| format!("{n} lines of {file} continue the record before them"),
    );
    add(
        FindingKind::LinesOutside,
        |c| &c.outside,
        read,
        |n, file| {
            format!(
                "{n} lines of {file} belong to no record: a header, or what stands before the first record"
            )
        },
    );
    let backwards: u64 = facts.counts.iter().map(|(_, counts)| load(&counts.backwards)).sum();
    if backwards as f64 > BACKWARDS * read as f64 && backwards > 1 {
        let detail = format!("{backwards} of {read} times are before the time of the record before them");
        findings.push(finding(FindingKind::TimesBackwards, backwards, read, detail));
    }
    if facts.accounting.parsed == 0
        && let Some(reject) = facts.first_reject
    {
        let nothing = finding(
            FindingKind::NothingRead,
            read,
            read,
            format!("no record of {read} can be read: {}", reject.reason),
        );
        findings.push(Finding { example: Some(reject.excerpt.clone()), ..nothing });
    }
    findings
}
