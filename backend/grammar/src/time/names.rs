//! The names of months, weekdays and zones, as data: `names.json`, which Python reads as well.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::sync::OnceLock;

const NAMES: &str = include_str!("names.json");

/// The names of months and weekdays and the zones' offsets, as JSON.
pub fn names_json() -> &'static str {
    NAMES
}

#[derive(Deserialize, Default)]
struct File {
    months: FxHashMap<String, Vec<String>>,
    weekdays: Vec<String>,
    zones: FxHashMap<String, i16>,
}

#[derive(Default)]
pub(super) struct Names {
    months: FxHashMap<String, u8>,
    weekdays: FxHashSet<String>,
    zones: FxHashMap<u64, i16>,
    zone_names: Vec<String>,
}

/// The names, read once.
pub(super) fn names() -> &'static Names {
    static READ: OnceLock<Names> = OnceLock::new();
    READ.get_or_init(|| {
        // A test holds that the file is well-formed.
        let file: File = serde_json::from_str(NAMES).unwrap_or_default();
        let mut names = Names { weekdays: file.weekdays.into_iter().collect(), ..Names::default() };
        for (month, words) in file.months {
            let number = month.parse().unwrap_or_default();
            names.months.extend(words.into_iter().map(|word| (word, number)));
        }
        names.zone_names = file.zones.keys().cloned().collect();
        names.zones = file
            .zones
            .iter()
            .filter_map(|(name, offset)| Some((packed(name.as_bytes())?, *offset)))
            .collect();
        names
    })
}

impl Names {
    pub(super) fn month(&self, word: &str) -> Option<u8> {
        lower(word, |word| self.months.get(word).copied())
    }

    pub(super) fn weekday(&self, word: &str) -> bool {
        lower(word, |word| self.weekdays.contains(word).then_some(())).is_some()
    }

    /// The offset, in minutes, of a zone's name in capital letters.
    pub(super) fn zone(&self, name: &[u8]) -> Option<i16> {
        self.zones.get(&packed(name)?).copied()
    }

    /// Alternatives for a regular expression, the longest first.
    pub(super) fn alternatives(&self, of: Words) -> String {
        let mut words: Vec<&str> = match of {
            Words::Months => self.months.keys().map(String::as_str).collect(),
            Words::Weekdays => self.weekdays.iter().map(String::as_str).collect(),
            Words::Zones => self.zone_names.iter().map(String::as_str).collect(),
        };
        words.sort_by(|a, b| b.chars().count().cmp(&a.chars().count()).then(a.cmp(b)));
        words.join("|")
    }
}

#[derive(Clone, Copy)]
pub(super) enum Words {
    Months,
    Weekdays,
    Zones,
}

/// Up to eight bytes as one number.
fn packed(name: &[u8]) -> Option<u64> {
    (name.len() <= 8).then(|| name.iter().fold(0, |packed, byte| packed << 8 | u64::from(*byte)))
}

/// Looks a word up in small letters, without allocating.
fn lower<T>(word: &str, find: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let mut buffer = [0u8; 40];
    let mut length = 0;
    for letter in word.chars().flat_map(char::to_lowercase) {
        let end = length + letter.len_utf8();
        letter.encode_utf8(buffer.get_mut(length..end)?);
        length = end;
    }
    find(std::str::from_utf8(&buffer[..length]).ok()?)
}
