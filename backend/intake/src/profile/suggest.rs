//! What to make samples of: a guess from the first records, for people to accept or overrule.

use regex::Regex;
use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
};
use trainyard_types::{SampleSuggestion, SessionKey};

/// Records that are looked at.
const RECORDS: u64 = 50_000;
/// A key is worth a session when this share of the records has one, …
const COVERAGE: f64 = 0.5;
/// … there are this many different ones, …
const KEYS: usize = 10;
/// … and each has this many records on average.
const RECORDS_PER_KEY: f64 = 2.0;

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
    hostapd: bool,
    /// Whether any record says something.
    messages: bool,
    /// Per candidate: the records that have a key, and the hashes of the different keys.
    found: Vec<(u64, HashSet<u64>)>,
}

impl Default for SuggestTally {
    fn default() -> Self {
        let found = CANDIDATES.iter().map(|_| (0, HashSet::new())).collect();
        Self { hasher: RandomState::new(), seen: 0, hostapd: false, messages: false, found }
    }
}

impl SuggestTally {
    pub(super) fn add(&mut self, process: Option<&str>, message: &str) {
        if self.seen >= RECORDS {
            return;
        }
        self.seen += 1;
        self.messages |= !message.is_empty();
        self.hostapd |= process == Some("hostapd");
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
        if let Some((regex, (records, keys))) = key {
            let share = 100.0 * *records as f64 / seen;
            let blocks = regex.as_str().starts_with("blk_");
            return SampleSuggestion {
                session_key: Some(SessionKey { regex: regex.as_str().to_owned(), keys: keys.len() as u64 }),
                reason: format!("{share:.0} % of the records name one of {} keys", keys.len()),
                ..plain("session", if blocks { "hdfs-session" } else { "syslog" }, "")
            };
        }
        match format {
            "access-common" | "access-combined" => {
                plain("window", "access-log", "requests are judged by their rate and mix")
            }
            _ if self.hostapd => plain("record", "router-wifi", "hostapd writes about wireless clients"),
            _ => plain("record", "surprise", "no key is shared by the records"),
        }
    }
}

fn plain(sample_kind: &str, preset: &str, reason: &str) -> SampleSuggestion {
    SampleSuggestion {
        sample_kind: sample_kind.to_owned(),
        preset: preset.to_owned(),
        session_key: None,
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggestion(messages: impl Iterator<Item = String>, format: &str) -> SampleSuggestion {
        let mut tally = SuggestTally::default();
        messages.for_each(|message| tally.add(None, &message));
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
}
