//! The level's anchor: where, over a group of lines, words of a level's vocabulary stand, and how.

use super::Row;
use crate::{
    level,
    line::{
        style::{self, Style},
        token::Tokens,
    },
};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use trainyard_types::grammar::{LetterCase, LevelKind, LevelPlace, Side};

/// A level in a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) severity: u8,
}

/// Where levels stand.
#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    pub(crate) place: LevelPlace,
    /// By row.
    pub(crate) hits: BTreeMap<usize, Hit>,
    pub(crate) cover: f64,
}

type Key<'a> = (Side, Option<u32>, Style<'a>);

/// Places in the order in which they were first seen, with the rows that have a level there.
#[derive(Default)]
struct Pool<'a> {
    known: FxHashMap<Key<'a>, usize>,
    places: Vec<(Key<'a>, BTreeMap<usize, Hit>)>,
}

impl<'a> Pool<'a> {
    fn add(&mut self, key: Key<'a>, row: usize, hit: Hit) {
        let place = *self.known.entry(key).or_insert_with(|| {
            self.places.push((key, BTreeMap::new()));
            self.places.len() - 1
        });
        self.places[place].1.entry(row).or_insert(hit);
    }
}

/// Finds where levels stand over a group of rows.
pub(crate) fn find(rows: &[Row<'_>]) -> Option<Anchor> {
    let mut pools: [Pool<'_>; 4] = Default::default();
    for (number, row) in rows.iter().enumerate() {
        gather(number, row, &mut pools);
    }
    let timed = rows.iter().any(|row| row.time.end > 0);
    // `12:M ` before the time: who wrote it, in one letter.
    let role = |row: &Row<'_>| {
        let head = row.text[..row.time.start].trim_end();
        head.split_once(':').is_some_and(|(number, letter)| {
            letter.len() == 1 && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
        })
    };
    let roles = rows.iter().all(role);
    let total = rows.len();
    let mut best: Option<(f64, Key<'_>, &BTreeMap<usize, Hit>)> = None;
    for (pool, need) in pools.iter().zip([0.5, 0.95, 0.95, 0.55]) {
        let need = if timed { need } else { f64::max(need, 0.6) };
        for (key, hits) in &pool.places {
            if sometimes(rows, key, hits) {
                continue;
            }
            if let Some(score) = score(*key, hits, total, need, (timed, roles))
                && best.is_none_or(|(known, ..)| score > known)
            {
                best = Some((score, *key, hits));
            }
        }
    }
    let (_, (side, index, style), hits) = best?;
    let after = |(row, hit): (&usize, &Hit)| {
        let Row { text, after, .. } = &rows[*row];
        let rest = text[hit.end.min(text.len())..].trim_matches([' ', ']', ')', '|', ':', '.']);
        rest.is_empty() && hit.start > after + 3
    };
    let ending = hits.iter().filter(|hit| after((hit.0, hit.1))).count();
    let trailing = side == Side::After && ending as f64 > 0.9 * hits.len() as f64;
    let place = LevelPlace { side, index, style: style.owned(), trailing };
    Some(Anchor { place, hits: hits.clone(), cover: hits.len() as f64 / total as f64 })
}

/// Whether a word is what some messages begin with, `Error: …`, rather than a field, which the others have, too (`Auth: …`).
fn sometimes(rows: &[Row<'_>], (side, index, style): &Key<'_>, hits: &BTreeMap<usize, Hit>) -> bool {
    let plain = style.kind == LevelKind::Word && style.left.is_empty() && style.right == ":";
    if !plain || 10 * hits.len() >= 9 * rows.len() {
        return false;
    }
    let alike = |row: &Row<'_>| {
        let token = Tokens::new(&row.text, row.after).nth(index.unwrap_or_default() as usize);
        let word = token.and_then(|token| token.of(&row.text).strip_suffix(':'));
        word.is_some_and(|word| {
            (3..=11).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphabetic())
        })
    };
    let others = rows.iter().enumerate().filter(|(row, _)| !hits.contains_key(row));
    if *side == Side::After && index.is_some() && others.map(|(_, row)| row).all(alike) {
        return false;
    }
    let small = |(row, hit): (&usize, &Hit)| {
        rows[*row].text.as_bytes().get(hit.start + 1).is_some_and(u8::is_ascii_lowercase)
    };
    2 * hits.iter().filter(|hit| small(*hit)).count() > hits.len()
}

fn gather<'a>(number: usize, row: &'a Row<'_>, pools: &mut [Pool<'a>; 4]) {
    let [at, letters, symbols, free] = pools;
    let Row { text, time, after } = row;
    let text: &'a str = text;
    for (side, start, stop) in [(Side::Before, 0, time.start), (Side::After, *after, text.len())] {
        if side == Side::Before && stop == 0 {
            continue;
        }
        let within = &text[..stop];
        for (index, token) in Tokens::new(within, start).take(8).enumerate() {
            let word = token.of(within);
            let place = Some(index as u32);
            if let Some((style, severity, end)) = style::keyed(word, text, token.end) {
                let hit = Hit { start: token.start, end, severity };
                at.add((side, place, style), number, hit);
                free.add((side, None, style), number, hit);
                continue;
            }
            let hit = |severity, end| Hit { start: token.start, end, severity };
            if let Some((style, severity)) = style::level_of(word, style::after(text, token.end)) {
                at.add((side, place, style), number, hit(severity, token.end));
                if !style::is_doubtful(word, style) {
                    free.add((side, None, style), number, hit(severity, token.end));
                }
            }
            if let Some((left, right, severity, length)) = style::letter(word, index) {
                let style = Style { left, right, ..Style::new(LevelKind::Letter) };
                letters.add((side, place, style), number, hit(severity, token.start + length));
            }
            if let Some(severity) = style::symbol(word, index) {
                symbols.add((side, place, Style::new(LevelKind::Symbol)), number, hit(severity, token.end));
            }
        }
    }
    if time.start == 1
        && let Some(severity) = text.chars().next().and_then(level::letter)
    {
        let hit = Hit { start: 0, end: 1, severity };
        letters.add((Side::Before, Some(0), Style::new(LevelKind::Glued)), number, hit);
    }
}

/// How good a place is; nothing where the evidence does not carry it.
fn score(
    key: Key<'_>,
    hits: &BTreeMap<usize, Hit>,
    total: usize,
    need: f64,
    (timed, roles): (bool, bool),
) -> Option<f64> {
    let (side, index, style) = key;
    let cover = hits.len() as f64 / total as f64;
    let distinct = hits.values().map(|hit| hit.severity).collect::<BTreeSet<_>>().len();
    let bare =
        style.kind == LevelKind::Word && matches!(style.case, Some(LetterCase::Lower | LetterCase::Title));
    let carried = match style.kind {
        _ if cover < need => false,
        _ if bare => cover >= 0.9 && index.is_some() && (distinct > 1 || total <= 2),
        LevelKind::Last if style.case == Some(LetterCase::Lower) => cover >= 0.9,
        // A sign alone may be a bullet; a hyphen separates.
        LevelKind::Symbol => distinct > 1 || (timed && roles && side == Side::After),
        LevelKind::Letter => distinct > 1 || total >= 20 || timed || style.right == "/" || style.left == "[",
        _ => true,
    };
    if !carried {
        return None;
    }
    let weight = match style.kind {
        LevelKind::First | LevelKind::Last | LevelKind::Glued => 0.9,
        LevelKind::Letter if style.left == "[" && style.right == "]" => 0.96,
        LevelKind::Letter => 0.8,
        LevelKind::Symbol => 0.7,
        _ => 1.0,
    };
    let doubt = match bare {
        true if cover >= 0.95 && distinct > 1 => 0.95,
        true => 0.75,
        false => 1.0,
    };
    let fixed = if index.is_some() { 1.0 } else { 0.9 };
    let after = if side == Side::After { 0.05 } else { 0.0 };
    let varied = if distinct > 1 { 0.05 } else { 0.0 };
    Some(cover * weight * doubt * fixed - 0.02 * f64::from(index.unwrap_or(0)) + after + varied)
}
