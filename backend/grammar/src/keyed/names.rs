//! The names that fields go by in logs: those of logging libraries, collectors and clouds, by role, best first. They
//! are data (`names.json`). Case, `_`, `-`, points and spaces do not count.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::sync::LazyLock;

/// The names as JSON: of every role in tiers, and what qualifies them.
pub fn names_json() -> &'static str {
    include_str!("names.json")
}

/// What a field can be to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    Time,
    Level,
    Message,
    Process,
    Host,
    Pid,
    Id,
}

/// How well a path's name speaks for a role.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Named {
    /// 1 is best, 0.5 about the worst.
    pub weight: f64,
    /// The name stands alone, or in what only holds a record; otherwise it may be something else's (`request.time`).
    pub trusted: bool,
}

/// How well a path names a role; nothing when it does not.
pub fn known(part: Part, path: &str) -> Option<Named> {
    let names = &NAMES.parts[part as usize];
    let mut parts: Vec<String> = path.split('.').map(norm).collect();
    while parts.len() > 1 && parts.last().is_some_and(|last| NAMES.endings.contains(last)) {
        // `TimeCreated.#attributes.SystemTime` has it in the middle, `t.$date` at the end.
        if names.contains_key(&parts.concat()) {
            break;
        }
        parts.pop();
    }
    parts.retain(|part| !part.starts_with('#'));
    let named = |at: usize| names.get(&parts[at..].concat()).copied();
    for (at, part) in parts.iter().enumerate() {
        if let Some(weight) = named(at) {
            return Some(Named { weight: weight - 0.02 * at as f64, trusted: true });
        }
        if !NAMES.containers.contains(part) {
            break;
        }
    }
    let last = parts.len().checked_sub(1)?;
    let pair = last.checked_sub(1).and_then(named);
    if let Some(weight) = pair {
        return Some(Named { weight: weight - 0.05 * last as f64, trusted: true });
    }
    let weight = named(last).filter(|_| NAMES.clear.contains(&parts[last]))?;
    Some(Named { weight: weight - 0.3 - 0.05 * last as f64, trusted: false })
}

/// Whether a column of this name has a role.
pub fn is_known_name(name: &str) -> bool {
    const PARTS: [Part; 5] = [Part::Time, Part::Level, Part::Message, Part::Process, Part::Host];
    PARTS.into_iter().any(|part| known(part, name).is_some())
}

/// Whether a pair of this name speaks for its line being a record: a time, a level, or the message by its usual name.
pub fn is_header_name(name: &str) -> bool {
    known(Part::Time, name).or_else(|| known(Part::Level, name)).is_some()
        || matches!(&*norm(name), "msg" | "message")
}

/// Whether a text at this path is a message.
pub fn is_message_name(path: &str) -> bool {
    known(Part::Message, path).is_some_and(|named| named.trusted)
}

/// A name as it is compared.
pub(super) fn norm(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | '.' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Whether numbers under this level's name are something else.
pub(super) fn words_only(path: &str) -> bool {
    NAMES.words.contains(&last(path)) || shy(path)
}

/// Whether this level's name is one of many other things.
pub(super) fn shy(path: &str) -> bool {
    NAMES.shy.contains(&last(path))
}

/// Whether numbers under this id's name tell what a record is about.
pub(super) fn texts_only(path: &str) -> bool {
    NAMES.texts.contains(&last(path))
}

/// The path of the other half of a time in two numbers, if this is the first.
pub(super) fn other_halves(path: &str) -> Vec<String> {
    let parent = path.rfind('.').map_or("", |at| &path[..=at]);
    let name = last(path);
    let halves = NAMES.halves.iter().filter(|(first, _)| *first == name);
    halves.map(|(_, second)| norm(parent) + second).collect()
}

fn last(path: &str) -> String {
    norm(path.rfind('.').map_or(path, |at| &path[at + 1..]))
}

#[derive(Default, Deserialize)]
struct Written {
    time: Vec<Vec<String>>,
    level: Vec<Vec<String>>,
    message: Vec<Vec<String>>,
    process: Vec<Vec<String>>,
    host: Vec<Vec<String>>,
    pid: Vec<Vec<String>>,
    id: Vec<Vec<String>>,
    containers: Vec<String>,
    clear: Vec<String>,
    endings: Vec<String>,
    words: Vec<String>,
    shy: Vec<String>,
    texts: Vec<String>,
    halves: Vec<(String, String)>,
}

struct Names {
    /// In the order of [`Part`].
    parts: [FxHashMap<String, f64>; 7],
    containers: FxHashSet<String>,
    clear: FxHashSet<String>,
    endings: FxHashSet<String>,
    words: FxHashSet<String>,
    shy: FxHashSet<String>,
    texts: FxHashSet<String>,
    halves: Vec<(String, String)>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    // What is compiled in is tested to be well-formed.
    let written: Written = serde_json::from_str(names_json()).unwrap_or_default();
    let weights = |tiers: &[Vec<String>]| {
        let mut weights = FxHashMap::default();
        for (tier, names) in tiers.iter().enumerate() {
            for (rank, name) in names.iter().enumerate() {
                let weight = 1.0 - 0.2 * tier as f64 - 0.003 * rank as f64;
                weights.entry(norm(name)).or_insert(weight);
            }
        }
        weights
    };
    let set = |names: &[String]| names.iter().map(|name| norm(name)).collect::<FxHashSet<_>>();
    Names {
        parts: [
            weights(&written.time),
            weights(&written.level),
            weights(&written.message),
            weights(&written.process),
            weights(&written.host),
            weights(&written.pid),
            weights(&written.id),
        ],
        containers: set(&written.containers),
        clear: set(&written.clear),
        endings: set(&written.endings),
        words: set(&written.words),
        shy: set(&written.shy),
        texts: set(&written.texts),
        halves: written.halves,
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_well_formed() {
        let written: Written = serde_json::from_str(names_json()).unwrap();
        assert!(written.time.len() == 3 && !written.containers.is_empty());
    }

    #[test]
    fn a_name_counts_alone_or_in_what_only_holds_records() {
        for (part, path, trusted) in [
            (Part::Time, "@timestamp", Some(true)),
            (Part::Time, "t.$date", Some(true)),
            (Part::Time, "_source.@timestamp", Some(true)),
            (Part::Time, "Event.System.TimeCreated.#attributes.SystemTime", Some(true)),
            (Part::Time, "Log-Time", Some(true)),
            (Part::Time, "upstream.time", None),
            (Part::Level, "log.level", Some(true)),
            (Part::Level, "jsonPayload.severity", Some(true)),
            (Part::Level, "user.level", Some(false)),
            (Part::Message, "service.name", None),
            (Part::Message, "error.message", Some(true)),
            (Part::Message, "http.response.body.content", None),
            (Part::Message, "response.message", Some(false)),
            (Part::Process, "service.name", Some(true)),
            (Part::Process, "resource.attributes.service.name", Some(true)),
            (Part::Process, "host.name", None),
            (Part::Process, "user.name", None),
            (Part::Host, "host.name", Some(true)),
            (Part::Host, "request.host", None),
            (Part::Pid, "process.pid", Some(true)),
            (Part::Pid, "parent.pid", None),
            (Part::Id, "_id", Some(true)),
            (Part::Id, "user.id", None),
        ] {
            assert_eq!(known(part, path).map(|named| named.trusted), trusted, "{part:?} {path}");
        }
    }
}
