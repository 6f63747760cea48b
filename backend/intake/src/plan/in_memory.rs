//! The sort of records that fit into memory: by their times, which are nearly sorted already, then within those of one
//! time. Nothing but the order is sorted; the texts stay where they were read.

use super::{Scan, in_order::parsed};
use crate::{
    IntakeError,
    collect::Collector,
    parsed_batch::{Emitter, ParsedBatch},
    records::BATCH,
};
use datafusion::arrow::{array::RecordBatch, error::ArrowError};
use futures::TryStreamExt;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::{collections::BTreeMap, pin::pin, sync::Arc};

/// What a record takes beside its bytes: a view of each of its texts, its numbers, and its place in the order.
const RECORD_BYTES: usize = 13 * 16 + 32;
/// Different hosts, levels and processes together that are ranked.
const MAX_EMITTERS: usize = 10_000;

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
    /// The order of its host, level and process among all; all alike when there are too many.
    rank: u32,
    /// The beginning of its pid.
    pid: u64,
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
    let mut stream = pin!(parsed(scan, cores.min(scan.files.len()).max(1)));
    let (mut batches, mut bytes, mut known) = (Vec::new(), 0, FxHashSet::default());
    while let Some(parsed) = stream.try_next().await.map_err(|error| scan.error(&error))? {
        let batch = ParsedBatch::of(&parsed)?;
        bytes += batch.len() * RECORD_BYTES;
        let new = batch.buffers().filter(|buffer| known.insert(buffer.as_ptr().addr()));
        bytes += new.map(|buffer| buffer.len()).sum::<usize>();
        if bytes > limit {
            return Ok(None);
        }
        batches.push(batch);
    }
    Ok(Some(Sorted { order: order(&batches), batches }))
}

fn order(batches: &[ParsedBatch]) -> Vec<Place> {
    let ranks = ranks(batches);
    let mut order = Vec::with_capacity(batches.iter().map(ParsedBatch::len).sum());
    for (at, batch) in batches.iter().enumerate() {
        // The pid comes after what is ranked: without ranks it says nothing.
        let emitted = |row| ranks.as_ref().map_or((0, 0), |ranks| (ranks[at][row], batch.pid_prefix(row)));
        order.extend(batch.timestamp.iter().enumerate().map(|(row, time)| {
            let (rank, pid) = emitted(row);
            Place { time: time.unwrap_or(i64::MAX), rank, pid, batch: at as u32, row: row as u32 }
        }));
    }
    order.par_sort_by_key(|place| place.time);
    order.par_chunk_by_mut(|a, b| a.time == b.time).for_each(|same| {
        same.sort_unstable_by(|a, b| {
            (a.rank, a.pid).cmp(&(b.rank, b.pid)).then_with(|| {
                let (batch, row) = a.of(batches);
                let (other, other_row) = b.of(batches);
                batch.compare(row, other, other_row)
            })
        });
    });
    order
}

/// Where the emitter of each record comes among all different ones: there are few, mostly, and numbers are compared
/// faster than texts. Nothing when there are many.
fn ranks(batches: &[ParsedBatch]) -> Option<Vec<Vec<u32>>> {
    let numbered: Vec<_> = batches.par_iter().map(ParsedBatch::emitters).collect();
    let mut ranks: BTreeMap<Emitter<'_>, u32> = BTreeMap::new();
    for (emitters, _) in &numbered {
        ranks.extend(emitters.iter().map(|emitter| (*emitter, 0)));
        if ranks.len() > MAX_EMITTERS {
            return None;
        }
    }
    ranks.values_mut().zip(0..).for_each(|(rank, place)| *rank = place);
    let of_batch = |(emitters, numbers): &(Vec<Emitter<'_>>, Vec<u32>)| {
        let own: Vec<u32> = emitters.iter().map(|emitter| ranks.get(emitter).copied().unwrap_or(0)).collect();
        numbers.iter().map(|number| own[*number as usize]).collect()
    };
    Some(numbered.par_iter().map(of_batch).collect())
}

impl Sorted {
    /// Hands the accepted records to `accept`, batch by batch.
    pub(crate) fn collect(
        self,
        collector: &mut Collector,
        mut accept: impl FnMut(RecordBatch),
    ) -> Result<(), IntakeError> {
        let Self { batches, mut order } = self;
        let (mut before, mut failure): (Option<Place>, _) = (None, None);
        order.retain(|place| {
            let same = |before: &Place| {
                (before.time, before.rank, before.pid) == (place.time, place.rank, place.pid)
            };
            let alike = before.filter(same);
            before = Some(*place);
            let (batch, row) = place.of(&batches);
            let accepted = collector.judge(batch, row, alike.as_ref().map(|alike| alike.of(&batches)));
            accepted.unwrap_or_else(|error| {
                failure.get_or_insert(error);
                false
            })
        });
        if let Some(error) = failure {
            return Err(error);
        }
        let records = |places: &[Place]| take(&batches, places)?.records(collector.files());
        let accepted: Result<Vec<RecordBatch>, ArrowError> = order.par_chunks(BATCH).map(records).collect();
        accepted.map_err(|error| IntakeError::Engine(error.to_string()))?.into_iter().for_each(&mut accept);
        Ok(())
    }
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
