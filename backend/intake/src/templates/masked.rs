//! Messages by their masked text. Masking is most of the work of mining and of matching, and many messages are the same
//! when masked: so it is done once, and the rest once per masked text.

use super::{Matcher, Miner, Templates};
use crate::{Columns, IntakeError};
use datafusion::arrow::array::{RecordBatch, TimestampMicrosecondArray};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use trainyard_templates::mask;

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
            mask(columns.message.value(row), &mut masked);
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
        let find = |text: &str| matcher.find_masked(text).map(|at| at as u32);
        Found { places: self.texts.par_iter().map(|text| find(text)).collect(), of: &self.of }
    }
}

/// How often each masked text occurs among records that come in parts, and when first and last.
#[derive(Debug, Default)]
pub struct Tally {
    miner: Miner,
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
            self.miner.add_masked(text, found.count, found.first, found.last);
        }
    }

    /// The templates of all records taken in; without examples. They do not depend on the order of the records.
    pub fn mine(self) -> Templates {
        self.miner.finish()
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Occurrences {
    count: u64,
    first: Option<i64>,
    last: Option<i64>,
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
        let name = |mut at: usize| -> String {
            std::iter::from_fn(|| {
                let letter = (b'g' + (at % 16) as u8) as char;
                let more = at > 0;
                at /= 16;
                more.then_some(letter)
            })
            .collect()
        };
        let text = |at: usize| {
            let number = (at * 7919 + seed * 104_729) % 300_007;
            format!("opened {} for {}", name(number * 65_537 + 1), name(number + 1)).into_boxed_str()
        };
        let times = TimestampMicrosecondArray::from_iter_values((0..size).map(|at| (at + seed) as i64));
        Masked { texts: (0..size).map(text).collect(), of: (0..size as u32).collect(), times: vec![times] }
    }

    #[test]
    fn what_is_mined_does_not_depend_on_the_parts() {
        let parts: Vec<Masked> = (0..5).map(|seed| part(seed, 40_000)).collect();
        let mined = |order: &[usize]| {
            let mut tally = Tally::default();
            order.iter().for_each(|at| tally.add(&parts[*at], |record| record % 3 > 0));
            tally.mine()
        };
        let forward = mined(&[0, 1, 2, 3, 4]);
        let limits = forward.limits.clone().unwrap();
        assert!(limits.not_looked_at > 0 && forward.templates.len() == 1, "{limits:?}");
        assert_eq!(forward.templates[0].text, "opened <*> for <*>");
        let counted = forward.templates[0].count + forward.beyond_limit;
        assert_eq!(
            counted,
            parts.iter().map(|part| (0..part.of.len()).filter(|at| at % 3 > 0).count() as u64).sum::<u64>()
        );
        assert_eq!(mined(&[4, 2, 0, 3, 1]), forward);
        let mut all = Tally::default();
        let kept: Vec<bool> = parts.iter().flat_map(|part| (0..part.of.len()).map(|at| at % 3 > 0)).collect();
        all.add(&Masked::concat(parts), |record| kept[record]);
        assert_eq!(all.mine(), forward);
    }
}
