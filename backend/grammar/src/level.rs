//! Levels: the eight of RFC 5424, under the many names, letters, signs and numbers that programs give them. The
//! vocabulary is data (`levels.json`), so that every reader of grammars has the same.

use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};
use trainyard_types::grammar::Scale;

/// The eight normalised levels, most severe first: the index is the severity of RFC 5424, section 6.2.1.
pub const LEVELS: [&str; 8] =
    ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

/// The vocabulary, as JSON: words by level, those that are weak, letters, signs, what only a level's own field may
/// say, and numeric scales.
pub fn levels_json() -> &'static str {
    include_str!("levels.json")
}

/// What names a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelNames {
    pub level: &'static str,
    /// In small letters.
    pub words: Vec<String>,
    /// Those of the words that name a level only where something beside them speaks for that, too: a bracket, a colon,
    /// a key.
    pub weak: Vec<String>,
    /// Single letters and signs.
    pub signs: Vec<char>,
}

/// The vocabulary by level, most severe first.
pub fn names() -> Vec<LevelNames> {
    let mut written = written();
    let named = |level: &'static str| {
        let words = written.words.remove(level).unwrap_or_default();
        let weak = words.iter().filter(|word| written.weak.contains(*word)).cloned().collect();
        let singles = written.letters.iter().chain(&written.symbols);
        let signs = singles.filter(|(_, named)| *named == level).map(|(sign, _)| *sign).collect();
        LevelNames { level, words, weak, signs }
    };
    LEVELS.into_iter().map(named).collect()
}

/// A numeric scale of levels: its name, and its numbers with the level of each.
pub fn scales() -> Vec<(String, Vec<(i64, String)>)> {
    let scales = written().scales.into_iter();
    scales.map(|(name, scale)| (name, scale.values.into_iter().collect())).collect()
}

/// The severity (0 emergency … 7 debug) that a word names, in whatever case.
pub fn word(text: &str) -> Option<u8> {
    VOCABULARY.words.get(text).map(|found| found & SEVERITY)
}

/// Whether a word names a level only where something beside it speaks for that, too: a bracket, a colon, a key.
pub fn is_weak(text: &str) -> bool {
    VOCABULARY.words.get(text).is_some_and(|found| found & WEAK != 0)
}

/// The severity that a capital letter stands for.
pub fn letter(letter: char) -> Option<u8> {
    single(&VOCABULARY.letters, letter)
}

/// The severity that a sign stands for, as Redis writes it.
pub fn symbol(sign: char) -> Option<u8> {
    single(&VOCABULARY.symbols, sign)
}

/// The severity of a name, a letter or a digit from 0 to 7, as explicit patterns mean it; upper and lower case are
/// equal, an unknown name has none.
pub fn severity(text: &str) -> Option<u8> {
    let text = text.trim();
    match text.as_bytes() {
        [digit @ b'0'..=b'7'] => Some(digit - b'0'),
        [one] => letter(char::from(one.to_ascii_uppercase())),
        _ => word(text),
    }
}

/// The severity that the text of a level's own field names: a word or a letter, in brackets or not, or a rating
/// (`high`). Digits are read by their [`Scale`], and as syslog's without one.
pub fn value(text: &str, scale: Option<Scale>) -> Option<u8> {
    if let Some(found) = word(text) {
        return Some(found);
    }
    let text = text.trim_matches(|c: char| c.is_whitespace() || "[]():<>\"'*|".contains(c));
    if let [b'-' | b'0'..=b'9', rest @ ..] = text.as_bytes()
        && rest.iter().all(u8::is_ascii_digit)
    {
        return number(text.parse().ok()?, scale);
    }
    // `Error (3)`, `WARN - disk`
    let head = || text.split([' ', '(', ',', '/', ':']).next().filter(|head| head.len() < text.len());
    severity(text)
        .or_else(|| VOCABULARY.values.get(text).map(|found| found & SEVERITY))
        .or_else(|| word(head()?).filter(|_| text.len() < 24))
}

/// Whether the text of a level's own field says that there is none: `DEFAULT`, `unspecified`.
pub fn is_none(text: &str) -> bool {
    VOCABULARY.none.contains(text.to_lowercase().as_str())
}

/// The severity that a number in a level's own field stands for: syslog's without a scale.
pub fn number(value: i64, scale: Option<Scale>) -> Option<u8> {
    on_scale(scale.unwrap_or(Scale::Syslog), value)
}

/// The severity of a number on a scale. Between two steps of a scale that has room there it is the lower one.
pub fn on_scale(scale: Scale, value: i64) -> Option<u8> {
    let steps = &VOCABULARY.scales.get(scale as usize)?;
    let at = steps.values.partition_point(|(step, _)| *step <= value).checked_sub(1)?;
    let (step, severity) = *steps.values.get(at)?;
    (step == value || (steps.between && at + 1 < steps.values.len())).then_some(severity)
}

/// The scale that numbers are on, told apart by which values occur and by the maker's other keys (compared without
/// case and separators).
pub fn scale_of(values: &BTreeSet<i64>, keys: &BTreeSet<String>) -> Option<Scale> {
    if values.is_empty() {
        return None;
    }
    let mut best: Option<(f64, Scale)> = None;
    for (steps, scale) in VOCABULARY.scales.iter().zip(SCALES) {
        let exact = values.iter().filter(|value| steps.values.iter().any(|(step, _)| step == *value)).count();
        let fits = values.iter().all(|value| on_scale(scale, *value).is_some());
        if !fits || 2 * exact <= values.len() {
            continue;
        }
        let spoken = steps.hints.iter().filter(|hint| keys.contains(*hint)).count() as f64;
        let between = (values.len() - exact) as f64;
        let score = spoken + steps.prior - between + by_values(scale, values);
        if best.is_none_or(|(known, _)| score > known) {
            best = Some((score, scale));
        }
    }
    best.map(|(_, scale)| scale)
}

/// What the values by themselves say for a scale.
fn by_values(scale: Scale, values: &BTreeSet<i64>) -> f64 {
    match scale {
        // Only pino has 60; and where 30 is there without 20, it is the information that most records are.
        Scale::Pino if values.contains(&60) => 1.0,
        Scale::Python if values.contains(&20) && !values.contains(&60) => 0.2,
        // A record's usual levels, at the starts of the ranges.
        Scale::Otel if values.iter().all(|value| value % 4 == 1) && values.len() > 1 => 0.6,
        _ => 0.0,
    }
}

/// In the order of their numbers.
const SCALES: [Scale; 9] = [
    Scale::Pino,
    Scale::Python,
    Scale::Monolog,
    Scale::Logback,
    Scale::Syslog,
    Scale::Nextcloud,
    Scale::Windows,
    Scale::Otel,
    Scale::Cef,
];

const SEVERITY: u8 = 7;
const WEAK: u8 = 8;

/// `levels.json` as it is written.
#[derive(Default, Deserialize)]
struct Written {
    words: BTreeMap<String, Vec<String>>,
    weak: BTreeSet<String>,
    letters: BTreeMap<char, String>,
    symbols: BTreeMap<char, String>,
    values: BTreeMap<String, Option<String>>,
    scales: BTreeMap<String, WrittenScale>,
}

#[derive(Default, Deserialize)]
struct WrittenScale {
    values: BTreeMap<i64, String>,
    between: bool,
    hints: BTreeSet<String>,
    prior: f64,
}

/// What is compiled in is tested to be well-formed.
fn written() -> Written {
    serde_json::from_str(levels_json()).unwrap_or_default()
}

#[derive(Default)]
struct Steps {
    values: Vec<(i64, u8)>,
    between: bool,
    hints: BTreeSet<String>,
    prior: f64,
}

struct Vocabulary {
    words: Table,
    values: Table,
    none: BTreeSet<String>,
    letters: [u8; 128],
    symbols: [u8; 128],
    scales: [Steps; 9],
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let written = written();
    let severity = |name: &str| LEVELS.iter().position(|known| *known == name).map(|at| at as u8);
    let mut words = Table::default();
    for (level, names) in &written.words {
        for name in names {
            let weak = if written.weak.contains(name) { WEAK } else { 0 };
            words.add(name, severity(level).map(|found| found | weak));
        }
    }
    let mut values = Table::default();
    let none = written.values.iter().filter(|(_, level)| level.is_none()).map(|(name, _)| name.clone());
    for (name, level) in &written.values {
        values.add(name, level.as_deref().and_then(severity));
    }
    let singles = |from: &BTreeMap<char, String>| {
        let mut table = [NONE; 128];
        for (sign, level) in from {
            if let Some(slot) = table.get_mut(*sign as usize) {
                *slot = severity(level).unwrap_or(NONE);
            }
        }
        table
    };
    let scales = SCALES.map(|scale| {
        let name = serde_json::to_value(scale).unwrap_or_default();
        let Some(written) = written.scales.get(name.as_str().unwrap_or_default()) else {
            return Steps::default();
        };
        let values = written.values.iter().filter_map(|(value, level)| Some((*value, severity(level)?)));
        let hints = written.hints.clone();
        Steps { values: values.collect(), between: written.between, hints, prior: written.prior }
    });
    Vocabulary {
        words,
        values,
        none: none.collect(),
        letters: singles(&written.letters),
        symbols: singles(&written.symbols),
        scales,
    }
});

const NONE: u8 = u8::MAX;

fn single(table: &[u8; 128], sign: char) -> Option<u8> {
    table.get(sign as usize).copied().filter(|found| *found != NONE)
}

const SLOTS: usize = 1024;
const LONGEST: usize = 16;

/// Words of at most sixteen bytes, each a number, in a table with room.
struct Table {
    slots: Box<[(u128, u8)]>,
}

impl Default for Table {
    fn default() -> Self {
        Self { slots: vec![(0, NONE); SLOTS].into_boxed_slice() }
    }
}

impl Table {
    fn add(&mut self, word: &str, value: Option<u8>) {
        let (Some(key), Some(value)) = (key(word.as_bytes()), value) else { return };
        let mut at = slot(key);
        while self.slots[at].0 != 0 && self.slots[at].0 != key {
            at = (at + 1) % SLOTS;
        }
        self.slots[at] = (key, value);
    }

    fn get(&self, word: &str) -> Option<u8> {
        let key = match word.is_ascii() {
            true => key(word.as_bytes())?,
            false if word.len() <= 2 * LONGEST => key(word.to_lowercase().as_bytes())?,
            false => return None,
        };
        let mut at = slot(key);
        loop {
            match self.slots[at] {
                (0, _) => return None,
                (known, value) if known == key => return Some(value),
                _ => at = (at + 1) % SLOTS,
            }
        }
    }
}

/// A word's bytes in small letters as a number; not 0.
fn key(word: &[u8]) -> Option<u128> {
    let mut bytes = [0u8; LONGEST];
    bytes.get_mut(..word.len()).filter(|slice| !slice.is_empty())?.copy_from_slice(word);
    bytes.make_ascii_lowercase();
    Some(u128::from_le_bytes(bytes)).filter(|key| *key != 0)
}

fn slot(key: u128) -> usize {
    let mixed = ((key as u64) ^ ((key >> 64) as u64).rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 54) as usize
}

#[cfg(test)]
mod tests;
