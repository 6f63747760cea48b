//! Gathering messages, within bounds, and what becomes of them: templates.

use crate::{
    Limits, Mask, Template, Templates, VERSION, Words,
    lexicon::lexicon,
    mask::{MASKS, mask},
    mine::{Mined, mine},
    sample::{Add, Sample},
};
use chrono::DateTime;
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

/// Different masked messages that are kept, and those of one kind.
const KEPT: usize = 120_000;
const KEPT_OF_A_KIND: usize = 1 << 14;
/// Different masked messages that wait to be sampled.
const WAITING: usize = 4096;
/// Templates, at most, and the bytes of JSON that they may take.
const TEMPLATES: usize = 8192;
const JSON: usize = 1_900_000;
/// Examples of a template, and the characters of each.
const EXAMPLES: usize = 3;
const EXAMPLE_CHARACTERS: usize = 300;

/// What is known of one masked message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    count: u64,
    first: Option<i64>,
    last: Option<i64>,
    /// The first different messages, by time (absent times last) and text.
    examples: Vec<((bool, i64), Box<str>)>,
}

impl Seen {
    fn see(&mut self, message: &str, timestamp: Option<i64>) {
        self.count += 1;
        if let Some(time) = timestamp {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
        }
        let order = (timestamp.is_none(), timestamp.unwrap_or(0));
        if self.examples.len() < EXAMPLES || self.examples.last().is_some_and(|last| order <= last.0) {
            self.example(order, beginning(message));
        }
    }

    fn example(&mut self, order: (bool, i64), text: &str) {
        if let Some(same) = self.examples.iter_mut().find(|example| *example.1 == *text) {
            if same.0 <= order {
                return;
            }
            same.0 = order;
        } else {
            self.examples.push((order, text.into()));
        }
        self.examples.sort();
        self.examples.truncate(EXAMPLES);
    }
}

impl Add for Seen {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
        other.examples.into_iter().for_each(|(order, text)| self.example(order, &text));
    }

    fn lines(&self) -> u64 {
        self.count
    }
}

fn beginning(message: &str) -> &str {
    message.char_indices().nth(EXAMPLE_CHARACTERS).map_or(message, |(end, _)| &message[..end])
}

/// Gathers messages.
#[derive(Clone, Debug)]
pub struct Miner {
    /// Masked messages that came last: to find out where each belongs in the sample takes time.
    waiting: FxHashMap<Box<str>, Seen>,
    sample: Sample<Seen>,
    masked: String,
}

impl Default for Miner {
    fn default() -> Self {
        Self::new()
    }
}

impl Miner {
    pub fn new() -> Self {
        Self {
            waiting: FxHashMap::default(),
            sample: Sample::new(KEPT, KEPT_OF_A_KIND),
            masked: String::new(),
        }
    }

    /// Takes a message in; `timestamp` in microseconds since the epoch.
    pub fn add(&mut self, message: &str, timestamp: Option<i64>) {
        let mut masked = std::mem::take(&mut self.masked);
        masked.clear();
        mask(message, &mut masked);
        self.seen(&masked).see(message, timestamp);
        self.masked = masked;
    }

    /// Takes in messages that are the same when masked: how many, and the times of the first and the last.
    pub fn add_masked(&mut self, masked: &str, count: u64, first: Option<i64>, last: Option<i64>) {
        self.seen(masked).add(Seen { count, first, last, examples: Vec::new() });
    }

    fn seen(&mut self, masked: &str) -> &mut Seen {
        if self.waiting.len() >= WAITING && !self.waiting.contains_key(masked) {
            self.settle();
        }
        if !self.waiting.contains_key(masked) {
            self.waiting.insert(masked.into(), Seen::default());
        }
        self.waiting.entry(masked.into()).or_default()
    }

    fn settle(&mut self) {
        for (masked, seen) in self.waiting.drain() {
            self.sample.add(&masked, seen);
        }
    }

    /// Takes in what another miner gathered.
    pub fn merge(&mut self, mut other: Self) {
        other.settle();
        self.settle();
        self.sample.merge(other.sample);
    }

    /// The templates of all messages taken in.
    pub fn finish(mut self) -> Templates {
        self.settle();
        let (looked_at, of_a_kind, not_looked_at) =
            (self.sample.len() as u64, self.sample.cap() as u64, self.sample.dropped());
        let Mined { numbered, templates, unfit } = mine(self.sample.into_texts());
        let mut templates: Vec<Template> =
            templates.into_iter().map(|(text, patterns, seen)| template(text, patterns, seen)).collect();
        templates.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)));
        let mut all = Templates {
            version: VERSION,
            masks: masks(),
            lexicon: words(),
            numbered,
            ..Templates::default()
        };
        let (templates_left_out, messages_left_out) = fill(&mut all, templates);
        all.beyond_limit = not_looked_at + unfit + messages_left_out;
        if all.beyond_limit > 0 {
            let not_looked_at = not_looked_at + unfit;
            all.limits =
                Some(Limits { looked_at, of_a_kind, not_looked_at, templates_left_out, messages_left_out });
        }
        all
    }
}

fn masks() -> Vec<Mask> {
    MASKS.iter().map(|(name, pattern)| Mask { name: (*name).into(), pattern: (*pattern).into() }).collect()
}

/// What of the lexicon masking and cutting look at.
fn words() -> Words {
    let sorted = |words: &FxHashSet<&'static str>| {
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        words.sort_unstable();
        words
    };
    let lexicon = lexicon();
    Words {
        keep: sorted(&lexicon.keep),
        states: sorted(&lexicon.states),
        functions: sorted(&lexicon.functions),
        calendar: sorted(&lexicon.calendar),
        absent: sorted(&lexicon.absent),
    }
}

fn template(text: String, patterns: Vec<Vec<String>>, seen: Seen) -> Template {
    let instant = |time: Option<i64>| time.and_then(DateTime::from_timestamp_micros);
    Template {
        id: hex::encode(&Sha256::digest(&text)[..8]),
        text,
        patterns,
        count: seen.count,
        first_seen: instant(seen.first),
        last_seen: instant(seen.last),
        examples: seen.examples.into_iter().map(|(_, text)| text.into()).collect(),
    }
}

/// Takes over as many templates as the bounds allow, and then as many of their examples. Says how many are left out, and
/// how many messages have those.
fn fill(all: &mut Templates, templates: Vec<Template>) -> (u64, u64) {
    let mut bytes = 16_384;
    let (mut left_out, mut messages) = (0, 0);
    for template in templates {
        let tokens = template.patterns.iter().flatten().map(|token| json(token) + 1);
        let size = 250 + json(&template.text) + tokens.sum::<usize>() + template.patterns.len() * 3;
        if all.templates.len() == TEMPLATES || bytes + size > JSON {
            left_out += 1;
            messages += template.count;
        } else {
            bytes += size;
            all.templates.push(template);
        }
    }
    for template in &mut all.templates {
        template.examples.retain(|example| {
            bytes += json(example) + 1;
            bytes <= JSON
        });
    }
    (left_out, messages)
}

/// The bytes that a text takes in JSON.
fn json(text: &str) -> usize {
    let of_char = |char: char| match char {
        '"' | '\\' => 2,
        '\0'..='\u{1f}' => 6,
        _ => char.len_utf8(),
    };
    2 + text.chars().map(of_char).sum::<usize>()
}
