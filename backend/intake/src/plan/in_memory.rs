//! The sort of records that fit into memory: by their times, which are nearly sorted already, then within those of one
//! time. Nothing but the order is sorted; the texts stay where they were read.

use super::{Scan, in_order::parsed};
use crate::{
    IntakeError,
    collect::{Collector, Verdict},
    parsed_batch::{Emitter, ParsedBatch},
    records::BATCH,
};
use datafusion::{
    arrow::{
        array::{Array, RecordBatch},
        error::ArrowError,
    },
    error::DataFusionError,
};
use futures::TryStreamExt;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::{collections::BTreeMap, pin::pin, sync::Arc};

/// What a record takes beside its bytes: a view of each of its texts, its numbers, and its place in the order.
const RECORD_BYTES: usize = 13 * 16 + 32;
/// Batches that are put in order together.
const AT_ONCE: usize = 8;
/// Different hosts, levels and processes together that are ranked, with 16 bits.
const MAX_EMITTERS: usize = 1 << 16;
// A batch has no more of them.
const _: () = assert!(BATCH <= MAX_EMITTERS);

/// All records, and their canonical order.
pub(crate) struct Sorted {
    batches: Vec<ParsedBatch>,
    order: Vec<Place>,
}

/// Where a record is.
#[derive(Clone, Copy)]
struct Place {
    /// [`i64::MAX`] without a time.
    time: i64,
    /// The order of its host, level and process among all, and the beginning of its pid; all alike when there are too
    /// many of the former. Until they are ranked, their number in the batch stands in the place of the order.
    emitted: u64,
    batch: u32,
    row: u32,
}

impl Place {
    fn of<'a>(&self, batches: &'a [ParsedBatch]) -> (&'a ParsedBatch, usize) {
        (&batches[self.batch as usize], self.row as usize)
    }
}

/// Reads and sorts all records; nothing when they do not fit into the memory that is allowed.
pub(crate) async fn in_memory(scan: &Arc<Scan>) -> Result<Option<Sorted>, IntakeError> {
    let limit = scan.options.memory_bytes.unwrap_or(usize::MAX);
    let stored: u64 = scan.files.iter().map(|file| file.source.size).sum();
    if stored > limit as u64 {
        return Ok(None);
    }
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let number = |batch| Numbered::of(&batch).map_err(|error| DataFusionError::External(error.into()));
    let mut stream = pin!(parsed(scan, cores.min(scan.files.len()).max(1), number));
    let (mut batches, mut emitters, mut order) = (Vec::new(), Vec::new(), Vec::new());
    let (mut bytes, mut known) = (0, FxHashSet::default());
    while let Some(Numbered { batch, rows, places }) =
        stream.try_next().await.map_err(|error| scan.error(&error))?
    {
        bytes += batch.len() * RECORD_BYTES;
        let new = batch.buffers().filter(|buffer| known.insert(buffer.as_ptr().addr()));
        bytes += new.map(|buffer| buffer.len()).sum::<usize>();
        if bytes > limit {
            return Ok(None);
        }
        let at = batches.len() as u32;
        order.extend(places.into_iter().map(|place| Place { batch: at, ..place }));
        batches.push(batch);
        emitters.push(rows);
    }
    rayon::scope(|_| sort(&mut order, &batches, &emitters));
    Ok(Some(Sorted { batches, order }))
}

/// A batch, rows with all its different emitters, and where its records are.
struct Numbered {
    batch: ParsedBatch,
    rows: Vec<usize>,
    places: Vec<Place>,
}

impl Numbered {
    fn of(parsed: &RecordBatch) -> Result<Self, IntakeError> {
        let batch = ParsedBatch::of(parsed)?;
        let (rows, numbers) = batch.emitters();
        let place = |(row, number): (usize, u32)| Place {
            time: if batch.timestamp.is_valid(row) { batch.timestamp.value(row) } else { i64::MAX },
            emitted: u64::from(number) << 48 | batch.pid_prefix(row) >> 16,
            batch: 0,
            row: row as u32,
        };
        let places = numbers.into_iter().enumerate().map(place).collect();
        Ok(Self { batch, rows, places })
    }
}

/// Puts records in their order; `emitters` are the rows of each batch with different ones.
fn sort(order: &mut [Place], batches: &[ParsedBatch], emitters: &[Vec<usize>]) {
    let ranks = ranks(batches, emitters);
    order.par_iter_mut().with_min_len(BATCH).for_each(|place| {
        let (number, pid) = (place.emitted >> 48, place.emitted & (u64::MAX >> 16));
        // The pid comes after what is ranked: without ranks it says nothing.
        let rank = ranks.as_ref().map(|ranks| ranks[place.batch as usize][number as usize]);
        place.emitted = rank.map_or(0, |rank| rank << 48 | pid);
    });
    // Most logs are in this order already, and a sort takes as much room again.
    if !order.is_sorted_by_key(|place| place.time) {
        order.par_sort_by_key(|place| place.time);
    }
    let compare = if ranks.is_some() { ParsedBatch::compare_contents } else { ParsedBatch::compare };
    order.par_chunk_by_mut(|a, b| a.time == b.time).for_each(|same| {
        same.sort_unstable_by(|a, b| {
            a.emitted.cmp(&b.emitted).then_with(|| {
                let (batch, row) = a.of(batches);
                let (other, other_row) = b.of(batches);
                compare(batch, row, other, other_row)
            })
        });
    });
}

/// Where the emitters of each batch come among all different ones: there are few, mostly, and numbers are compared
/// faster than texts. Nothing when there are many.
fn ranks(batches: &[ParsedBatch], emitters: &[Vec<usize>]) -> Option<Vec<Vec<u64>>> {
    let mut ranks: BTreeMap<Emitter<'_>, u64> = BTreeMap::new();
    for (batch, rows) in batches.iter().zip(emitters) {
        ranks.extend(rows.iter().map(|row| (batch.emitter(*row), 0)));
        if ranks.len() > MAX_EMITTERS {
            return None;
        }
    }
    ranks.values_mut().zip(0..).for_each(|(rank, place)| *rank = place);
    let of_batch = |(batch, rows): (&ParsedBatch, &Vec<usize>)| {
        rows.iter().map(|row| ranks.get(&batch.emitter(*row)).copied().unwrap_or(0)).collect()
    };
    Some(batches.iter().zip(emitters).map(of_batch).collect())
}

impl Sorted {
    /// Hands the accepted records to `accept`, batch by batch.
    pub(crate) fn collect(
        self,
        collector: &mut Collector,
        mut accept: impl FnMut(RecordBatch) -> Result<(), IntakeError>,
    ) -> Result<(), IntakeError> {
        let Self { mut batches, mut order } = self;
        let mut verdicts = verdicts(&batches, &order, collector).into_iter();
        let mut failure = None;
        order.retain(|place| {
            let (batch, row) = place.of(&batches);
            let accepted = verdicts.next().map_or(Ok(false), |verdict| collector.count(verdict, batch, row));
            accepted.unwrap_or_else(|error| {
                failure.get_or_insert(error);
                false
            })
        });
        if let Some(error) = failure {
            return Err(error);
        }
        let mut last = vec![0; batches.len()];
        order.iter().enumerate().for_each(|(at, place)| last[place.batch as usize] = at);
        for (group, places) in order.chunks(AT_ONCE * BATCH).enumerate() {
            let records = |places: &[Place]| take(&batches, places)?.records(collector.files());
            let accepted: Result<Vec<_>, ArrowError> = places.par_chunks(BATCH).map(records).collect();
            let accepted = accepted.map_err(|error| IntakeError::Engine(error.to_string()))?;
            // What nobody needs any more makes room for what comes.
            let begin = group * AT_ONCE * BATCH;
            let of_group = begin..begin + AT_ONCE * BATCH;
            let done = batches.iter_mut().zip(&last).filter(|(_, last)| of_group.contains(last));
            done.for_each(|(batch, _)| *batch = ParsedBatch::empty());
            accepted.into_iter().try_for_each(&mut accept)?;
        }
        Ok(())
    }
}

/// What becomes of each record: equal ones are next to each other.
fn verdicts(batches: &[ParsedBatch], order: &[Place], collector: &Collector) -> Vec<Verdict> {
    let verdict = |at: usize| {
        let place = &order[at];
        let alike = |before: &&Place| (before.time, before.emitted) == (place.time, place.emitted);
        let before = at.checked_sub(1).map(|before| &order[before]).filter(alike);
        let (batch, row) = place.of(batches);
        collector.verdict(batch, row, before.map(|before| before.of(batches)))
    };
    (0..order.len()).into_par_iter().with_min_len(BATCH).map(verdict).collect()
}

/// The records at some places of the order.
fn take(all: &[ParsedBatch], order: &[Place]) -> Result<ParsedBatch, ArrowError> {
    // Few of the batches, mostly: they are numbered anew.
    let mut used: Vec<u32> = order.iter().map(|place| place.batch).collect();
    used.sort_unstable();
    used.dedup();
    let batches: Vec<&ParsedBatch> = used.iter().map(|at| &all[*at as usize]).collect();
    let number = |place: &Place| used.partition_point(|at| *at < place.batch);
    let places: Vec<(usize, usize)> = order.iter().map(|place| (number(place), place.row as usize)).collect();
    ParsedBatch::interleave(&batches, &places)
}
