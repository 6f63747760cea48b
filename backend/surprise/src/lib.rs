//! Surprise: how unusual a record is, for logs that nobody labelled.
//!
//! [`Fit`] learns from training records in the order of time what ordinary operation is like and gives a [`State`], which is
//! plain JSON of bounded size. [`Surprise`] takes records one after the other and gives nine numbers each ([`NAMES`]), from
//! the record, the state and the records before it. [`score`] adds them up, [`threshold`] says from which score on.
//!
//! Eight of the nine are *surprisals* in nats: −log of how often ordinary operation shows something as unusual. They are
//! counted over slots of time instead of records, so that a burst of eighty records while training is one or two slots and
//! stays rare. `severity` is an offset in the same unit. Nothing exceeds [`CAP`].
//!
//! - Rarity is the mass of the tail: slots of things that are no more common.
//! - Bursts are bounds of a Poisson tail (Chernoff): k·log(k ⁄ m) − (k − m) for k > m.
//! - Values that were never seen are expected as often as values that were seen once (Good and Turing, by slots).
//! - Numbers have an exponential tail beyond their 80th percentile, on a linear or a logarithmic scale.
//!
//! A record without a time has that of the one before it. When no training record has a time, the order is the clock: each
//! record comes ten seconds after the one before it, so that the windows are of 6, 30, 90 and 360 records.
//!
//! [`Steps`] and [`Sessions`] do the same for sessions, of which the steps count.
//!
//! The package computes the same numbers in Python (`featurizer/features/surprise.py`), from the same state.

mod clock;
mod fit;
mod hash;
mod numbers;
mod peaks;
mod places;
mod rhythm;
mod score;
mod state;
mod steps;
mod surprise;
mod tokens;
mod windows;

pub use clock::Extent;
pub use fit::Fit;
pub use score::{score, threshold};
pub use state::{Dropped, Group, GroupNumber, Number, Place, Rhythm, Shape, State, Template, Word};
pub use steps::{MOST_SESSIONS, MOST_STEPS, STEP_NAMES, STEPS_VERSION, Sessions, Step, Steps, Usual};
pub use surprise::Surprise;
pub use tokens::{MOST_TOKENS, number, tokens};

/// What is wrong with a state.
#[derive(Debug, thiserror::Error)]
pub enum SurpriseError {
    #[error("surprise is of version {0}, and this program reads version {VERSION}: fit it again")]
    Version(u32),
}

/// The version of the definitions.
pub const VERSION: u32 = 1;
/// The nine numbers, in their order.
pub const NAMES: [&str; 9] = [
    "template_rare",
    "group_rare",
    "template_burst",
    "group_burst",
    "value_burst",
    "number_far",
    "value_odd",
    "severity",
    "context",
];
/// The largest surprise.
pub const CAP: f64 = 15.0;

/// A record, as far as it is looked at. Absent and empty texts are alike.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record<'a> {
    /// Microseconds since 1970 UTC.
    pub time: Option<i64>,
    /// The severity of RFC 5424: 0 is an emergency, 7 debugging.
    pub severity: Option<u8>,
    pub host: Option<&'a str>,
    pub process: Option<&'a str>,
    /// The place of its template among those that were fitted; absent when it has none of them.
    pub template: Option<u32>,
    pub message: &'a str,
}

#[cfg(test)]
mod tests;
