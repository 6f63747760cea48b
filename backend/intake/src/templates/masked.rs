//! Messages by their masked text. Masking is most of the work of mining and of matching, and many messages are the same
//! when masked: so it is done once, and the rest once per masked text.

use super::{FORM_BYTES, FORMS, Matcher, Miner, Templates, mask};
use crate::{Columns, IntakeError};
use datafusion::arrow::array::{RecordBatch, TimestampMicrosecondArray};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

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

    /// The templates of the chosen records, as of [`Tally`].
    pub fn mine(&self, chosen: impl Fn(usize) -> bool) -> Templates {
        let mut tally = Tally::default();
        tally.add(self, chosen);
        tally.mine()
    }

    /// The template of each record.
    pub fn find(&self, matcher: &Matcher) -> Found<'_> {
        let find = |key: &mut String, text: &str| matcher.find_masked(text, key).map(|at| at as u32);
        let texts = self.texts.par_iter().map(AsRef::as_ref);
        Found { places: texts.map_init(String::new, find).collect(), of: &self.of }
    }
}

/// How often each masked text occurs among records that come in parts, and when first and last. Of more texts than
/// templates are mined from, those that come first in their order are kept, whatever the parts.
#[derive(Debug, Default)]
pub struct Tally {
    texts: FxHashMap<Box<str>, Occurrences>,
    bytes: usize,
    /// The first text that is not kept, nor is any after it.
    end: Option<Box<str>>,
    beyond_limit: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Occurrences {
    count: u64,
    first: Option<i64>,
    last: Option<i64>,
}

impl Occurrences {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
    }
}

impl Tally {
    /// Takes in the chosen ones of some records.
    pub fn add(&mut self, masked: &Masked, chosen: impl Fn(usize) -> bool) {
        let mut found = vec![Occurrences::default(); masked.texts.len()];
        let records = masked.of.iter().zip(masked.times.iter().flatten()).enumerate();
        for (_, (at, time)) in records.filter(|(record, _)| chosen(*record)) {
            let of_text = &mut found[*at as usize];
            of_text.count += 1;
            if let Some(time) = time {
                of_text.first = Some(of_text.first.map_or(time, |first| first.min(time)));
                of_text.last = Some(of_text.last.map_or(time, |last| last.max(time)));
            }
        }
        for (text, found) in masked.texts.iter().zip(found).filter(|(_, found)| found.count > 0) {
            if self.end.as_ref().is_some_and(|end| text >= end) {
                self.beyond_limit += found.count;
            } else if let Some(known) = self.texts.get_mut(text) {
                known.add(found);
            } else {
                self.bytes += text.len();
                self.texts.insert(text.clone(), found);
            }
        }
        // Not before there are twice as many: to find out which come first takes time.
        if self.texts.len() > 2 * FORMS || self.bytes > 2 * FORM_BYTES {
            let kept = self.cut();
            self.texts = kept.into_iter().collect();
        }
    }

    /// The texts that are kept, in their order; the others are counted.
    fn cut(&mut self) -> BTreeMap<Box<str>, Occurrences> {
        let mut texts: BTreeMap<_, _> = std::mem::take(&mut self.texts).into_iter().collect();
        let (mut count, mut bytes) = (0, 0);
        let beyond = texts.keys().find(|text| {
            count += 1;
            bytes += text.len();
            count > FORMS || bytes > FORM_BYTES
        });
        let Some(end) = beyond.cloned() else { return texts };
        self.bytes = bytes - end.len();
        self.beyond_limit += texts.split_off(&end).values().map(|found| found.count).sum::<u64>();
        self.end = Some(end);
        texts
    }

    /// The templates of all records taken in; without examples. They do not depend on the order of the records.
    pub fn mine(mut self) -> Templates {
        let texts = self.cut();
        let mut miner = Miner { beyond_limit: self.beyond_limit, ..Miner::default() };
        for (text, Occurrences { count, first, last }) in texts {
            miner.add_masked(&text, count, first, last);
        }
        miner.finish()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// So that the parts overlap, and none of them comes in order.
    fn part(seed: usize, size: usize) -> Masked {
        let text = |at: usize| format!("{:08}", (at * 7919 + seed * 104_729) % 300_007).into_boxed_str();
        let times = TimestampMicrosecondArray::from_iter_values((0..size).map(|at| (at + seed) as i64));
        Masked { texts: (0..size).map(text).collect(), of: (0..size as u32).collect(), times: vec![times] }
    }

    #[test]
    fn the_first_texts_are_kept_whatever_the_parts() {
        let parts: Vec<Masked> = (0..5).map(|seed| part(seed, 60_000)).collect();
        let kept = |order: &[usize]| {
            let mut tally = Tally::default();
            order.iter().for_each(|at| tally.add(&parts[*at], |record| record % 3 > 0));
            let texts =
                tally.cut().into_iter().map(|(text, found)| (text, found.count, found.first, found.last));
            (texts.collect::<Vec<_>>(), tally.beyond_limit)
        };
        let forward = kept(&[0, 1, 2, 3, 4]);
        assert!(forward.0.len() == FORMS && forward.1 > 0, "{} kept", forward.0.len());
        let counted = forward.0.iter().map(|text| text.1).sum::<u64>() + forward.1;
        assert_eq!(counted, 5 * 40_000);
        assert!(kept(&[4, 2, 0, 3, 1]) == forward);
        let mut all = Tally::default();
        all.add(&Masked::concat(parts), |record| record % 3 > 0);
        assert!(all.cut().into_keys().eq(forward.0.into_iter().map(|text| text.0)));
        assert_eq!(all.beyond_limit, forward.1);
    }
}
