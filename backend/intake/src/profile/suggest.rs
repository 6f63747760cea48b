//! What to make samples of: a guess from the first records, for people to accept or overrule.

use regex::Regex;
use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
};
use trainyard_types::{SampleSuggestion, SampleWay, SessionKey, Weight};

/// Records that are looked at.
const RECORDS: u64 = 50_000;
/// A key is worth a session when this share of the records has one, …
const COVERAGE: f64 = 0.5;
/// … there are this many different ones, …
const KEYS: usize = 10;
/// … and each has this many records on average.
const RECORDS_PER_KEY: f64 = 2.0;
/// Fewer samples are too few to learn from and to be judged by.
const ENOUGH: u64 = 250;
/// The width of the windows that are counted.
const WINDOW: i64 = 300 * 1_000_000;

/// Names that records are known to carry from line to line, most telling first.
static CANDIDATES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"blk_-?\d+",
        r"req-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        r"(?:application|container|attempt|job|task)_\d+(?:_[a-z0-9]+)+",
        r"(?:trace|request|session|transaction|correlation)[_-]?id[=: ]+[A-Za-z0-9_-]+",
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// Looks for keys of sessions.
pub(super) struct SuggestTally {
    hasher: RandomState,
    seen: u64,
    records: u64,
    windows: u64,
    window: Option<i64>,
    /// Whether any record says something.
    messages: bool,
    /// Per candidate: the records that have a key, and the hashes of the different keys.
    found: Vec<(u64, HashSet<u64>)>,
}

impl Default for SuggestTally {
    fn default() -> Self {
        let found = CANDIDATES.iter().map(|_| (0, HashSet::new())).collect();
        Self {
            hasher: RandomState::new(),
            seen: 0,
            records: 0,
            windows: 0,
            window: None,
            messages: false,
            found,
        }
    }
}

impl SuggestTally {
    /// Takes the next record, in the order of time.
    pub(super) fn add(&mut self, time: Option<i64>, message: &str) {
        self.records += 1;
        if let Some(window) = time.map(|time| time.div_euclid(WINDOW))
            && self.window.replace(window) != Some(window)
        {
            self.windows += 1;
        }
        if self.seen >= RECORDS {
            return;
        }
        self.seen += 1;
        self.messages |= !message.is_empty();
        for (regex, (records, keys)) in CANDIDATES.iter().zip(&mut self.found) {
            let mut any = false;
            for key in regex.find_iter(message) {
                any = true;
                keys.insert(self.hasher.hash_one(key.as_str()));
            }
            *records += u64::from(any);
        }
    }

    /// The suggestion for records that were read with the preset `format`.
    pub(super) fn finish(self, format: &str) -> SampleSuggestion {
        let seen = self.seen.max(1) as f64;
        // An excerpt of HDFS logs may have more blocks than records: blocks are its sessions all the same.
        let per_key = if format == "hdfs" { 0.0 } else { RECORDS_PER_KEY };
        let key = CANDIDATES.iter().zip(&self.found).find(|(_, (records, keys))| {
            let records = *records as f64;
            records >= COVERAGE * seen && keys.len() >= KEYS && records >= per_key * keys.len() as f64
        });
        if matches!(format, "table" | "parquet") && !self.messages {
            return plain("row", "table", "the columns are features already");
        }
        let sessions = key.map(|(_, (_, keys))| keys.len() as u64);
        let ways = self.ways(sessions, key.is_some_and(|(regex, _)| is_of_blocks(regex)));
        // What is too few to learn from is no advice where records are enough.
        let key = key.filter(|_| sessions >= Some(ENOUGH) || self.records < ENOUGH);
        if let Some((regex, (records, keys))) = key {
            let share = 100.0 * *records as f64 / seen;
            return SampleSuggestion {
                session_key: Some(SessionKey { regex: regex.as_str().to_owned(), keys: keys.len() as u64 }),
                reason: format!("{share:.0} % of the records name one of {} keys", keys.len()),
                ways,
                ..plain("session", preset_of_sessions(is_of_blocks(regex)), "")
            };
        }
        let reason = match sessions {
            Some(sessions) => {
                format!("{sessions} keys make too few sessions: each record is told by how unusual it is")
            }
            None => "no key is shared by the records: each is told by how unusual it is".to_owned(),
        };
        SampleSuggestion { reason, ways, ..plain("record", "surprise", "") }
    }

    /// How many samples each way of cutting gives.
    fn ways(&self, sessions: Option<u64>, of_blocks: bool) -> Vec<SampleWay> {
        let way = |sample_kind: &str, preset: &str, samples: u64| SampleWay {
            sample_kind: sample_kind.to_owned(),
            preset: preset.to_owned(),
            weight: None,
            samples,
            too_few: samples < ENOUGH,
            average_precision: None,
        };
        let mut ways = vec![way("record", "surprise", self.records)];
        if self.windows > 0 {
            ways.push(way("window", "surprise-window", self.windows));
            ways.push(way("window", "syslog", self.windows));
        }
        if let Some(sessions) = sessions {
            let counted = way("session", preset_of_sessions(of_blocks), sessions);
            let weighed = SampleWay { weight: Some(Weight::TfIdf), ..counted.clone() };
            ways.extend([counted, weighed, way("session", "surprise", sessions)]);
        }
        ways
    }
}

fn is_of_blocks(key: &Regex) -> bool {
    key.as_str().starts_with("blk_")
}

fn preset_of_sessions(of_blocks: bool) -> &'static str {
    if of_blocks { "hdfs-session" } else { "syslog" }
}

fn plain(sample_kind: &str, preset: &str, reason: &str) -> SampleSuggestion {
    SampleSuggestion {
        sample_kind: sample_kind.to_owned(),
        preset: preset.to_owned(),
        session_key: None,
        reason: reason.to_owned(),
        ways: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggestion(messages: impl Iterator<Item = String>, format: &str) -> SampleSuggestion {
        let mut tally = SuggestTally::default();
        (0..).zip(messages).for_each(|(at, message)| tally.add(Some(at * WINDOW / 4), &message));
        tally.finish(format)
    }

    #[test]
    fn a_key_on_most_records_makes_sessions() {
        let blocks = (0..100).map(|n| format!("Receiving block blk_-{} src: /10.0.0.1", n % 20));
        let found = suggestion(blocks, "hdfs");
        assert_eq!((&*found.sample_kind, &*found.preset), ("session", "hdfs-session"));
        assert_eq!(found.session_key.map(|key| key.keys), Some(20));
    }

    #[test]
    fn a_key_of_one_record_each_makes_none() {
        let found = suggestion((0..100).map(|n| format!("Deleting block blk_{n}")), "log4j");
        assert_eq!((&*found.sample_kind, found.session_key), ("record", None));
    }

    #[test]
    fn what_gives_too_few_samples_is_said_and_not_advised() {
        let found = suggestion((0..2000).map(|n| format!("Deleting block blk_{}", n % 40)), "log4j");
        assert_eq!((&*found.sample_kind, &*found.preset), ("record", "surprise"));
        assert!(found.reason.contains("40 keys"), "{}", found.reason);
        let ways: Vec<_> =
            found.ways.iter().map(|way| (&*way.sample_kind, way.samples, way.too_few)).collect();
        let (window, session) = (("window", 500, false), ("session", 40, true));
        assert_eq!(ways, [("record", 2000, false), window, window, session, session, session]);
        assert_eq!((&*found.ways[2].preset, found.ways[4].weight), ("syslog", Some(Weight::TfIdf)));
    }
}
