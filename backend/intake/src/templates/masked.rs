//! Messages by their masked text. Masking is most of the work of mining and of matching, and many messages are the same
//! when masked: so it is done once, and the rest once per masked text.

use super::{Matcher, Miner, Templates, mask};
use crate::{Columns, IntakeError};
use datafusion::arrow::array::{RecordBatch, TimestampMicrosecondArray};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The masked texts of some records.
#[derive(Debug, Default)]
pub struct Masked {
    texts: Vec<Box<str>>,
    /// Per record the place of its text.
    of: Vec<u32>,
    /// Per record its time in microseconds since the epoch, in batches.
    times: Vec<TimestampMicrosecondArray>,
}

impl Masked {
    /// Masks the messages of all records, on all cores.
    ///
    /// # Errors
    /// When a batch lacks a column.
    pub fn of(batches: &[RecordBatch]) -> Result<Self, IntakeError> {
        let parts: Vec<Self> =
            batches.par_iter().with_max_len(1).map(Self::of_batch).collect::<Result<_, _>>()?;
        Ok(Self::concat(parts))
    }

    /// The records of all parts, one part after the other.
    pub fn concat(parts: Vec<Self>) -> Self {
        let mut all = Self::default();
        let mut known: FxHashMap<Box<str>, u32> = FxHashMap::default();
        for part in parts {
            let place = |text: Box<str>| {
                *known.entry(text).or_insert_with_key(|text| {
                    all.texts.push(text.clone());
                    all.texts.len() as u32 - 1
                })
            };
            let places: Vec<u32> = part.texts.into_iter().map(place).collect();
            all.of.extend(part.of.iter().map(|at| places[*at as usize]));
            all.times.extend(part.times);
        }
        all
    }

    /// Masks the messages of some records.
    ///
    /// # Errors
    /// When the batch lacks a column.
    pub fn of_batch(batch: &RecordBatch) -> Result<Self, IntakeError> {
        let columns = Columns::of(batch)?;
        let rows = batch.num_rows();
        let mut part = Self { of: Vec::with_capacity(rows), ..Self::default() };
        let mut known: FxHashMap<Box<str>, u32> = FxHashMap::default();
        let mut masked = String::new();
        for row in 0..rows {
            masked.clear();
            mask::mask(columns.message.value(row), &mut masked);
            let place = known.get(masked.as_str()).copied().unwrap_or_else(|| {
                known.insert(masked.as_str().into(), part.texts.len() as u32);
                part.texts.push(masked.as_str().into());
                part.texts.len() as u32 - 1
            });
            part.of.push(place);
        }
        part.times.push(columns.timestamp.clone());
        Ok(part)
    }

    /// The templates of the chosen records; without examples. They do not depend on the order of the records.
    pub fn mine(&self, chosen: impl Fn(usize) -> bool) -> Templates {
        let mut found: Vec<(u64, Option<i64>, Option<i64>)> = vec![(0, None, None); self.texts.len()];
        let records = self.of.iter().zip(self.times.iter().flatten()).enumerate();
        for (_, (at, time)) in records.filter(|(record, _)| chosen(*record)) {
            let (count, first, last) = &mut found[*at as usize];
            *count += 1;
            if let Some(time) = time {
                *first = Some(first.map_or(time, |first| first.min(time)));
                *last = Some(last.map_or(time, |last| last.max(time)));
            }
        }
        let mut texts: Vec<_> = self.texts.iter().zip(found).filter(|(_, (count, ..))| *count > 0).collect();
        texts.sort_unstable();
        let mut miner = Miner::new();
        for (text, (count, first, last)) in texts {
            miner.add_masked(text, count, first, last);
        }
        miner.finish()
    }

    /// The template of each record.
    pub fn find(&self, matcher: &Matcher) -> Found<'_> {
        let find = |key: &mut String, text: &str| matcher.find_masked(text, key).map(|at| at as u32);
        let texts = self.texts.par_iter().map(AsRef::as_ref);
        Found { places: texts.map_init(String::new, find).collect(), of: &self.of }
    }
}

/// The templates of some records.
#[derive(Debug)]
pub struct Found<'a> {
    /// Per masked text.
    places: Vec<Option<u32>>,
    of: &'a [u32],
}

impl Found<'_> {
    /// The place of a record's template; nothing for one that has none.
    pub fn template(&self, record: usize) -> Option<u32> {
        self.places[self.of[record] as usize]
    }
}
