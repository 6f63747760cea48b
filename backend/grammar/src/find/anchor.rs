//! Which time begins a record: candidates are a time's form, the tokens before it and the bracket right before it; they
//! are chosen greedily by how many lines they explain.

use super::lines::folded;
use crate::{
    line::place,
    time::{self, Form, Raw},
};
use std::{borrow::Cow, collections::BTreeMap, ops::Range};

/// How a time stands in its line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) family: &'static str,
    pub(crate) before: u32,
    pub(crate) bracket: Option<char>,
}

#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) time: Range<usize>,
    pub(crate) raw: Raw,
    pub(crate) key: Key,
}

impl Candidate {
    pub(crate) fn form(&self) -> Form {
        self.raw.form()
    }
}

/// The times of a line that may begin its record.
fn candidates(line: &str) -> Vec<Candidate> {
    let spots = time::scan(line, place::REACH);
    let candidate = |spot: time::Spot| {
        let (before, bracket) = place::before(line, spot.start);
        let key = Key { family: spot.raw.form().family(), before, bracket };
        Candidate { time: spot.start..spot.end, raw: spot.raw, key }
    };
    spots.into_iter().take(4).map(candidate).collect()
}

/// The chosen time of each line; the lines without one continue others.
pub(crate) fn find(lines: &[&str]) -> Vec<Option<Candidate>> {
    let all: Vec<Vec<Candidate>> = lines.iter().map(|line| candidates(line)).collect();
    let indented = |row: usize| lines[row].starts_with(char::is_whitespace);
    let solid =
        (0..lines.len()).filter(|row| !lines[*row].trim().is_empty() && !indented(*row)).count().max(1)
            as f64;
    let mut chosen: Vec<Option<Candidate>> = vec![None; lines.len()];
    let mut keys: Vec<Key> = Vec::new();
    loop {
        let mut places: BTreeMap<&Key, Vec<(usize, &Candidate)>> = BTreeMap::new();
        for (row, candidates) in all.iter().enumerate().filter(|(row, _)| chosen[*row].is_none()) {
            for (at, candidate) in candidates.iter().enumerate() {
                if !candidates[..at].iter().any(|other| other.key == candidate.key) {
                    places.entry(&candidate.key).or_default().push((row, candidate));
                }
            }
        }
        let scored = places.into_iter().map(|(key, hits)| (score(key, &hits, &indented), key, hits));
        type Scored<'c> = (f64, &'c Key, Vec<(usize, &'c Candidate)>);
        let best = scored.fold(None, |best: Option<Scored<'_>>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        });
        let Some((_, key, mut hits)) = best else { break };
        let strength = hits[0].1.form().strength();
        let share = hits.len() as f64 / solid;
        match keys.first() {
            None => {
                let shared = prefix(lines, &hits);
                if key.before >= 2 && share < 0.5 && shared < 0.6 {
                    break;
                }
                let least = if strength >= 0.85 && hits.len() > 1 { 0.05 } else { 0.3 };
                if share < least && !(key.before == 0 && strength >= 0.85 && hits.len() > 2) {
                    break;
                }
            }
            Some(first) => {
                let near = key.family == first.family && key.before <= 3 && strength >= 0.85;
                let count = hits.len() as f64;
                let weak = (0.5..0.85).contains(&strength)
                    && ((key.before <= 1 && count >= f64::max(3.0, 0.03 * solid))
                        || (key.before <= 4 && count >= f64::max(5.0, 0.1 * solid)));
                let enough = count >= f64::max(2.0, 0.02 * lines.len() as f64) && key.before <= 14;
                if (strength < 0.85 && !weak) || !(near || enough) {
                    break;
                }
                hits.retain(|(row, _)| !indented(*row));
                if hits.is_empty() {
                    break;
                }
            }
        }
        keys.push(key.clone());
        for (row, candidate) in hits {
            chosen[row] = Some(candidate.clone());
        }
    }
    leftmost(&all, &keys, &mut chosen);
    chosen
}

fn score(key: &Key, hits: &[(usize, &Candidate)], indented: &impl Fn(usize) -> bool) -> f64 {
    let strength = hits[0].1.form().strength();
    let count = hits.len() as f64;
    let share = hits.iter().filter(|(row, _)| indented(*row)).count() as f64 / count;
    let doubt = if share > 0.5 && hits[0].1.time.start > 2 { 0.2 } else { 1.0 };
    count * strength / (1.0 + 0.08 * f64::from(key.before)) * doubt
}

/// The share of lines that begin alike before their time: with the same characters, or with the same signs around other
/// words (`=INFO REPORT==== `).
fn prefix(lines: &[&str], hits: &[(usize, &Candidate)]) -> f64 {
    let mut counts: BTreeMap<Cow<'_, str>, usize> = BTreeMap::new();
    for (row, candidate) in hits {
        let end = crate::line::token::floor(lines[*row], candidate.time.start.min(6));
        *counts.entry(lines[*row][..end].into()).or_default() += 1;
        let shape = folded(&lines[*row][..candidate.time.start]);
        if shape.starts_with(|c: char| c.is_ascii_punctuation()) {
            *counts.entry(format!("shape {shape}").into()).or_default() += 1;
        }
    }
    counts.values().max().map_or(0.0, |most| *most as f64 / hits.len() as f64)
}

/// Of several accepted times of a line the leftmost is its own.
fn leftmost(all: &[Vec<Candidate>], keys: &[Key], chosen: &mut [Option<Candidate>]) {
    for (candidates, chosen) in all.iter().zip(chosen) {
        let Some(own) = chosen else { continue };
        let strong = |c: &&Candidate| keys.contains(&c.key) && c.form().strength() >= own.form().strength();
        if let Some(first) = candidates.iter().find(strong) {
            *own = first.clone();
        }
    }
}
