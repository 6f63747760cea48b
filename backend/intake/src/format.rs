//! The format of each file of a dataset: what a specification says of it, and what is found where it says nothing.

mod choose;
mod correct;
mod describe;
mod wish;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use trainyard_grammar::{Applied, bytes::Cleaned};
use trainyard_types::{FormatDetection, Grammar};

pub(crate) use choose::{Head, detect, detect_rows};
pub(crate) use wish::Wish;
pub use wish::{KnownFormat, known_formats, validate_format};

/// How one file is read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) applied: Applied,
    pub(crate) counts: Arc<Counts>,
}

impl Reading {
    pub(crate) fn new(applied: Applied) -> Self {
        Self { applied, counts: Arc::default() }
    }

    pub(crate) fn grammar(&self) -> &Arc<Grammar> {
        self.applied.grammar()
    }
}

/// What was met while a file was read.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Lines that are not UTF-8.
    pub(crate) decoded: AtomicU64,
    pub(crate) nuls: AtomicU64,
    pub(crate) escapes: AtomicU64,
    /// Lines that continue the record before them.
    pub(crate) continued: AtomicU64,
    /// Lines that belong to no record.
    pub(crate) outside: AtomicU64,
    /// Records whose time is before that of the record before.
    pub(crate) backwards: AtomicU64,
}

impl Counts {
    pub(crate) fn add(&self, cleaned: &Cleaned<'_>) {
        let counts = [
            (&self.decoded, cleaned.decoded_lines),
            (&self.nuls, cleaned.nuls),
            (&self.escapes, cleaned.escapes),
        ];
        for (total, count) in counts {
            if count > 0 {
                total.fetch_add(u64::from(count), Ordering::Relaxed);
            }
        }
    }

    /// As if nothing had been read.
    pub(crate) fn reset(&self) {
        for total in
            [&self.decoded, &self.nuls, &self.escapes, &self.continued, &self.outside, &self.backwards]
        {
            total.store(0, Ordering::Relaxed);
        }
    }
}

/// What was found of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileDetection {
    pub file: String,
    /// Absent for a file without content among others that have some.
    pub format: Option<FormatDetection>,
    /// How its records are built.
    pub grammar: Option<Arc<Grammar>>,
    /// Fields beside the usual ones in the sampled records, in alphabetical order.
    pub columns: Vec<String>,
    /// Records that the confidence was measured on.
    pub sampled: u64,
    /// What times of the sample leave open.
    pub open: OpenTimes,
}

/// How many of the sampled times leave something to be assumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenTimes {
    pub timed: u64,
    pub without_zone: u64,
    pub without_year: u64,
    /// Numeric dates that no number above 12 decides.
    pub without_order: u64,
}
