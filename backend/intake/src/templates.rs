//! Templates: what messages say, with their variable parts masked as `<*>`.
//!
//! Mining, after Drain (He et al., *Drain: An Online Log Parsing Approach with Fixed Depth Tree*, ICWS 2017), which
//! groups messages of equal length by their tokens: values are masked by their looks, the distinct masked messages are
//! cut into tokens, and positions that vary among otherwise equal messages are opened until nothing changes. No setting
//! depends on the data. The result does not depend on the order of the messages.
//!
//! Matching is frozen. A message is masked and cut in the same way; a template fits when it has as many tokens and all
//! of them are equal but its wildcards, each of which takes any one word or masked token. Of several that fit, the one
//! with the fewest wildcards is taken; of those, the one whose wild positions come first. So each message that templates
//! were mined from has exactly one of them, and *unseen* is a message that fits none.
//!
//! [`Miner`] makes [`Templates`], which are plain JSON; [`Matcher`] finds them; [`Masked`] and [`Tally`] do both for many
//! records, masking each once.

mod cluster;
mod mask;
mod masked;
mod matcher;
mod tokens;

use crate::{Columns, IntakeError};
use chrono::{DateTime, Utc};
use cluster::Vocabulary;
use datafusion::arrow::array::{Array, RecordBatch};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub use masked::{Found, Masked, Tally};
pub use matcher::{Matcher, Scratch};

/// The version of masks, tokens and the rule of matching.
const VERSION: u32 = 1;
/// Distinct masked messages that are kept, and the bytes they may have together; what is beyond is counted.
const FORMS: usize = 100_000;
const FORM_BYTES: usize = 64 << 20;
/// Examples of a template, and the characters of each.
const EXAMPLES: usize = 3;
const EXAMPLE_CHARACTERS: usize = 300;

/// A message with its variable parts masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The first 16 hexadecimal digits of the text's SHA-256.
    pub id: String,
    /// `Receiving block blk_<*> src: <*> dest: <*>`
    pub text: String,
    /// The text's tokens.
    pub tokens: Vec<String>,
    /// Messages with this template.
    pub count: u64,
    pub first_seen: Option<DateTime<Utc>>,
    pub last_seen: Option<DateTime<Utc>>,
    /// The first three different messages, by time and text; long ones cut off.
    pub examples: Vec<String>,
}

/// One of the kinds of values that are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mask {
    pub name: String,
    /// In the syntax of Python's `re`, with the flag `ASCII`.
    pub pattern: String,
}

/// All templates of some messages: most frequent first, equals by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Templates {
    pub version: u32,
    pub masks: Vec<Mask>,
    pub templates: Vec<Template>,
    /// Messages beyond the first 100,000 different masked ones (or 64 MiB of them): without a template.
    pub beyond_limit: u64,
}

/// What is known of one masked message.
#[derive(Clone, Debug, Default)]
struct Form {
    count: u64,
    first: Option<i64>,
    last: Option<i64>,
    /// The first different messages, by time (absent times last) and text.
    examples: Vec<((bool, i64), Box<str>)>,
}

impl Form {
    fn add(&mut self, message: &str, timestamp: Option<i64>) {
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

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
        other.examples.into_iter().for_each(|(order, text)| self.example(order, &text));
    }
}

fn beginning(message: &str) -> &str {
    message.char_indices().nth(EXAMPLE_CHARACTERS).map_or(message, |(end, _)| &message[..end])
}

/// Gathers messages.
#[derive(Debug, Default)]
pub struct Miner {
    forms: FxHashMap<Box<str>, Form>,
    bytes: usize,
    beyond_limit: u64,
    masked: String,
}

impl Miner {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a message in; `timestamp` in microseconds since the epoch.
    pub fn add(&mut self, message: &str, timestamp: Option<i64>) {
        let mut masked = std::mem::take(&mut self.masked);
        masked.clear();
        mask::mask(message, &mut masked);
        if let Some(form) = self.form(&masked) {
            form.add(message, timestamp);
        } else {
            self.beyond_limit += 1;
        }
        self.masked = masked;
    }

    /// Takes in messages that are the same when masked.
    fn add_masked(&mut self, masked: &str, count: u64, first: Option<i64>, last: Option<i64>) {
        match self.form(masked) {
            Some(form) => form.merge(Form { count, first, last, examples: Vec::new() }),
            None => self.beyond_limit += count,
        }
    }

    fn form(&mut self, masked: &str) -> Option<&mut Form> {
        if !self.forms.contains_key(masked) {
            if self.forms.len() >= FORMS || self.bytes + masked.len() > FORM_BYTES {
                return None;
            }
            self.bytes += masked.len();
            self.forms.insert(masked.into(), Form::default());
        }
        self.forms.get_mut(masked)
    }

    /// Takes the messages of records in, on all cores.
    ///
    /// # Errors
    /// When a batch lacks a column.
    pub fn add_batches(&mut self, batches: &[RecordBatch]) -> Result<(), IntakeError> {
        let miners: Vec<Miner> = batches.par_iter().map(mine_batch).collect::<Result<_, _>>()?;
        miners.into_iter().for_each(|miner| self.merge(miner));
        Ok(())
    }

    /// Takes in what another miner gathered.
    fn merge(&mut self, other: Self) {
        self.beyond_limit += other.beyond_limit;
        // In an order of their own, so that what is beyond the limit does not depend on hashing.
        for (masked, form) in other.forms.into_iter().collect::<BTreeMap<_, _>>() {
            match self.form(&masked) {
                Some(own) => own.merge(form),
                None => self.beyond_limit += form.count,
            }
        }
    }

    /// The templates of all messages taken in.
    pub fn finish(self) -> Templates {
        let forms: BTreeMap<Box<str>, Form> = self.forms.into_iter().collect();
        let (masked, forms): (Vec<Box<str>>, Vec<Form>) = forms.into_iter().unzip();
        let mut vocabulary = Vocabulary::new();
        let cut: Vec<Vec<&str>> = masked.iter().map(|masked| tokens::tokens(masked)).collect();
        let sequences =
            cut.iter().map(|tokens| tokens.iter().map(|token| vocabulary.number(token)).collect()).collect();
        let mut mined = cluster::cluster(sequences, &vocabulary);
        mined.sort_unstable();
        mined.dedup();
        let mined: Vec<Vec<&str>> = mined
            .iter()
            .map(|sequence| sequence.iter().map(|token| vocabulary.text(*token)).collect())
            .collect();
        // The counts are those of matching, so that both agree about every message.
        let mut found = vec![Form::default(); mined.len()];
        let mut key = String::new();
        let mut beyond_limit = self.beyond_limit;
        // No two are equal, so that this cannot fail.
        let matcher = Matcher::of(mined.iter().map(Vec::as_slice)).ok();
        for (tokens, form) in cut.iter().zip(forms) {
            match matcher.as_ref().and_then(|matcher| matcher.find_tokens(tokens, &mut key)) {
                Some(index) => found[index].merge(form),
                None => beyond_limit += form.count,
            }
        }
        let mut templates: Vec<Template> = mined
            .into_iter()
            .zip(found)
            .filter(|(_, form)| form.count > 0)
            .map(|(tokens, form)| template(&tokens, form))
            .collect();
        templates.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)));
        let masks = mask::MASKS.map(|(name, pattern)| Mask { name: name.into(), pattern: pattern.into() });
        Templates { version: VERSION, masks: masks.into(), templates, beyond_limit }
    }
}

fn template(tokens: &[&str], form: Form) -> Template {
    let text = tokens.concat();
    let instant = |time: Option<i64>| time.and_then(DateTime::from_timestamp_micros);
    Template {
        id: hex::encode(&Sha256::digest(&text)[..8]),
        text,
        tokens: tokens.iter().map(|token| (*token).to_owned()).collect(),
        count: form.count,
        first_seen: instant(form.first),
        last_seen: instant(form.last),
        examples: form.examples.into_iter().map(|(_, text)| text.into()).collect(),
    }
}

/// Mines the messages of records, on all cores.
///
/// # Errors
/// When a batch lacks a column.
pub fn mine(batches: &[RecordBatch]) -> Result<Templates, IntakeError> {
    let mut all = Miner::new();
    all.add_batches(batches)?;
    Ok(all.finish())
}

fn mine_batch(batch: &RecordBatch) -> Result<Miner, IntakeError> {
    let columns = Columns::of(batch)?;
    let mut miner = Miner::new();
    for row in 0..batch.num_rows() {
        let time = columns.timestamp.is_valid(row).then(|| columns.timestamp.value(row));
        miner.add(columns.message.value(row), time);
    }
    Ok(miner)
}

#[cfg(test)]
mod tests;
