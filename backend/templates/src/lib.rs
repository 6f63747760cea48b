//! Templates: what messages say, with their variable parts masked as `<*>`.
//!
//! [`mask()`] masks values by their looks; the distinct masked messages are sampled within a bound, cut into
//! tokens and clustered by evidence: few, recurring values that say something stay apart, open-ended ones become
//! wildcards, and parts that are there or not are joined. No setting depends on the data, and nothing on the order of the
//! messages.
//!
//! Matching is frozen ([`Matcher`]). Each message that templates were mined from has exactly one of them, and *unseen* is a
//! message that fits none.
//!
//! [`Miner`] makes [`Templates`], which are plain JSON and hold all that matching needs.

mod aliases;
pub mod ascii;
mod cluster;
mod evidence;
mod hash;
mod lexicon;
mod mask;
mod matcher;
mod mine;
mod miner;
mod numbered;
mod optional;
mod sample;
mod tokens;
mod vocabulary;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use aliases::aliases;
pub use mask::mask;
pub use matcher::{Matcher, Scratch};
pub use miner::Miner;

/// The version of masks, tokens and the rule of matching.
pub const VERSION: u32 = 2;

/// What is wrong with templates.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("the templates are of version {0}, and this program reads version {VERSION}: fit them again")]
    Version(u32),
    #[error("the template `{0}` is there twice")]
    Twice(String),
}

/// A message with its variable parts masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The first 16 hexadecimal digits of the text's SHA-256.
    pub id: String,
    /// `Receiving block blk_<*> src: <*> dest: <*>`
    pub text: String,
    /// Tokens of messages that have it: several where a part of the message is there or not.
    #[serde(default)]
    pub patterns: Vec<Vec<String>>,
    /// Messages with this template.
    pub count: u64,
    pub first_seen: Option<DateTime<Utc>>,
    pub last_seen: Option<DateTime<Utc>>,
    /// The first three different messages, by time and text; long ones cut off.
    pub examples: Vec<String>,
}

/// One of the kinds of values that are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    pub name: String,
    /// In the syntax of Python's `re`, over bytes.
    pub pattern: String,
}

/// Words that masking and cutting know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Names with digits in them that are no values.
    pub keep: Vec<String>,
    /// Words that say how something is or went.
    pub states: Vec<String>,
    /// Words of grammar.
    pub functions: Vec<String>,
    pub calendar: Vec<String>,
    /// What stands for a value that is not there.
    pub absent: Vec<String>,
}

/// Bounds that were hit while mining.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Different masked messages that were looked at.
    pub looked_at: u64,
    /// Of those with as many tokens, the same signs and alike first words, so many at most.
    pub of_a_kind: u64,
    /// Messages that were not looked at, since there were too many different ones. They may have a template.
    pub not_looked_at: u64,
    /// Templates that were left out, the rarest ones, and the messages that have them.
    pub templates_left_out: u64,
    pub messages_left_out: u64,
}

/// All templates of some messages: most frequent first, equals by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Templates {
    pub version: u32,
    pub masks: Vec<Mask>,
    #[serde(default)]
    pub lexicon: Words,
    /// Words with a digit that is a value, as `#`: `cpu#`.
    #[serde(default)]
    pub numbered: Vec<String>,
    pub templates: Vec<Template>,
    /// Messages that were counted for no template, because of a bound.
    pub beyond_limit: u64,
    /// Absent when no bound was hit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// Ids of a predecessor's templates, and what has taken their place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, String>,
}

impl Default for Templates {
    /// None at all.
    fn default() -> Self {
        Self {
            version: VERSION,
            masks: Vec::new(),
            lexicon: Words::default(),
            numbered: Vec::new(),
            templates: Vec::new(),
            beyond_limit: 0,
            limits: None,
            aliases: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests;
