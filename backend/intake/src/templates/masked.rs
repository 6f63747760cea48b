//! Messages by their masked text. Masking is most of the work of mining and of matching, and many messages are the same
//! when masked: so it is done once, and the rest once per masked text.

use super::{Matcher, Miner, Templates, mask};
use crate::{Columns, IntakeError};
use datafusion::arrow::array::RecordBatch;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The masked texts of some records.
#[derive(Debug, Default)]
pub struct Masked {
    texts: Vec<Box<str>>,
    /// Per record the place of its text.
    of: Vec<u32>,
    /// Per record its time in microseconds since the epoch.
    times: Vec<Option<i64>>,
}

impl Masked {
    /// Masks the messages of all records, on all cores.
    ///
    /// # Errors
    /// When a batch lacks a column.
    pub fn of(batches: &[RecordBatch]) -> Result<Self, IntakeError> {
        let parts: Vec<Self> = batches.par_iter().map(Self::of_batch).collect::<Result<_, _>>()?;
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
        Ok(all)
    }

    fn of_batch(batch: &RecordBatch) -> Result<Self, IntakeError> {
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
        part.times = columns.timestamp.iter().collect();
        Ok(part)
    }

    /// The templates of the chosen records; without examples. They do not depend on the order of the records.
    pub fn mine(&self, chosen: impl Fn(usize) -> bool) -> Templates {
        let mut found: Vec<(u64, Option<i64>, Option<i64>)> = vec![(0, None, None); self.texts.len()];
        for (record, at) in self.of.iter().enumerate().filter(|(record, _)| chosen(*record)) {
            let (count, first, last) = &mut found[*at as usize];
            *count += 1;
            if let Some(time) = self.times[record] {
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

    /// The place of each record's template; nothing for one that has none.
    pub fn find(&self, matcher: &Matcher) -> Vec<Option<u32>> {
        let places: Vec<Option<u32>> = self
            .texts
            .par_iter()
            .map_init(String::new, |key, text| matcher.find_masked(text, key).map(|at| at as u32))
            .collect();
        self.of.iter().map(|at| places[*at as usize]).collect()
    }
}
