//! The sort of records that fit into memory: every batch is a sorted run, and the runs are merged. Where many records of a
//! run come one after the other in the order of all, as they do in a log that is in the order of its times, they stay as
//! they are; others are put together anew. The texts stay where they were read.

use super::{Scan, in_order::parsed, run::Run};
use crate::{IntakeError, collect::Collector, parsed_batch::ParsedBatch, records::BATCH};
use datafusion::{
    arrow::{array::RecordBatch, error::ArrowError},
    error::DataFusionError,
};
use futures::TryStreamExt;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::{cmp::Reverse, collections::BinaryHeap, ops::Range, pin::pin, sync::Arc};

/// What a record takes beside its bytes: a view of each of its texts, its numbers, and its place in the order.
const RECORD_BYTES: usize = 13 * 16 + 32;
/// Batches that are made together.
const AT_ONCE: usize = 8;
/// From so many records on, a slice is a batch of its own, and nothing is copied.
const LONG: usize = BATCH / 8;

/// All records, and their canonical order.
pub(crate) struct Sorted {
    runs: Vec<Run>,
    order: Vec<Slice>,
}

/// Records of one run that follow each other in the order of all.
#[derive(Clone, Copy)]
struct Slice {
    run: u32,
    row: u32,
    len: u32,
}

impl Slice {
    fn new(run: usize, rows: Range<usize>) -> Self {
        Self { run: run as u32, row: rows.start as u32, len: rows.len() as u32 }
    }

    fn batch<'a>(&self, runs: &'a [Run]) -> &'a ParsedBatch {
        &runs[self.run as usize].batch
    }

    fn rows(&self) -> Range<usize> {
        self.row as usize..(self.row + self.len) as usize
    }

    fn len(&self) -> usize {
        self.len as usize
    }

    fn time(&self, runs: &[Run]) -> i64 {
        self.batch(runs).time(self.row as usize)
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
    let sorted = |batch| {
        let batch = ParsedBatch::of(&batch).map_err(|error| DataFusionError::External(error.into()))?;
        Ok(Run::of(batch)?)
    };
    let mut stream = pin!(parsed(scan, cores.min(scan.files.len()).max(1), sorted));
    let (mut runs, mut bytes, mut known) = (Vec::new(), 0, FxHashSet::default());
    while let Some(run) = stream.try_next().await.map_err(|error| scan.error(&error))? {
        bytes += run.batch.len() * RECORD_BYTES;
        let new = run.batch.buffers().filter(|buffer| known.insert(buffer.as_ptr().addr()));
        bytes += new.map(|buffer| buffer.len()).sum::<usize>();
        if bytes > limit {
            return Ok(None);
        }
        runs.push(run);
    }
    let order = merged(&runs);
    Ok(Some(Sorted { runs, order }))
}

/// The order of the records of sorted runs.
fn merged(runs: &[Run]) -> Vec<Slice> {
    let mut order = Vec::with_capacity(2 * runs.len());
    let begun = runs.iter().map(|run| &run.batch).enumerate().filter(|(_, batch)| batch.len() > 0);
    let mut heads: BinaryHeap<_> = begun.map(|(at, batch)| Reverse((batch.time(0), at, 0))).collect();
    let mut shared = None;
    while let Some(Reverse((time, at, row))) = heads.pop() {
        let (batch, next) = (&runs[at].batch, heads.peek().map(|Reverse((time, ..))| *time));
        if next == Some(time) {
            shared = next;
        }
        let end = match next {
            // Several runs have records of this time: these are sorted below.
            _ if shared == Some(time) => batch.first_after(time, row),
            Some(next) => batch.first_after(next - 1, row),
            None => batch.len(),
        };
        match shared == Some(time) {
            true => order.extend((row..end).map(|row| Slice::new(at, row..row + 1))),
            false => order.push(Slice::new(at, row..end)),
        }
        if end < batch.len() {
            heads.push(Reverse((batch.time(end), at, end)));
        }
    }
    order.par_chunk_by_mut(|a, b| a.time(runs) == b.time(runs)).for_each(|same| {
        same.par_sort_by(|a, b| a.batch(runs).compare(a.row as usize, b.batch(runs), b.row as usize));
    });
    order
}

impl Sorted {
    /// Hands the accepted records to `accept`, batch by batch.
    pub(crate) fn collect(
        self,
        collector: &mut Collector,
        mut accept: impl FnMut(RecordBatch) -> Result<(), IntakeError>,
    ) -> Result<(), IntakeError> {
        let Self { mut runs, order } = self;
        let slices = accepted(&runs, &order, collector)?;
        drop(order);
        runs.iter_mut().for_each(|run| run.batch = run.batch.of_accepted());
        let mut last = vec![0; runs.len()];
        slices.iter().enumerate().for_each(|(at, slice)| last[slice.run as usize] = at);
        let mut done = 0;
        let engine = |error: ArrowError| IntakeError::Engine(error.to_string());
        for group in batches(&slices).chunks(AT_ONCE) {
            let records = |slices: &&[Slice]| taken(&runs, slices)?.records(collector.files());
            let records: Result<Vec<_>, ArrowError> = group.par_iter().map(records).collect();
            // What nobody needs any more makes room for what comes.
            let begin = done;
            done += group.iter().map(|slices| slices.len()).sum::<usize>();
            for (run, _) in runs.iter_mut().zip(&last).filter(|(_, last)| (begin..done).contains(last)) {
                *run = run.emptied().map_err(engine)?;
            }
            records.map_err(engine)?.into_iter().try_for_each(&mut accept)?;
        }
        Ok(())
    }
}

/// The accepted ones of all records, in their order; the others are counted.
fn accepted(runs: &[Run], order: &[Slice], collector: &mut Collector) -> Result<Vec<Slice>, IntakeError> {
    let mut accepted: Vec<Slice> = Vec::with_capacity(order.len());
    for (slice, first_repeats) in order.iter().zip(first_repeats(runs, order)) {
        let Run { batch, repeats } = &runs[slice.run as usize];
        let mut begun = false;
        for row in slice.rows() {
            let repeats = if row == slice.row as usize { first_repeats } else { repeats[row] };
            let goes_on = std::mem::replace(&mut begun, collector.accept(batch, row, || repeats)?);
            match accepted.last_mut().filter(|_| goes_on) {
                Some(last) if begun => last.len += 1,
                None if begun => accepted.push(Slice::new(slice.run as usize, row..row + 1)),
                _ => {}
            }
        }
    }
    Ok(accepted)
}

/// Per slice whether its first record equals the last one of the slice before it.
fn first_repeats(runs: &[Run], order: &[Slice]) -> Vec<bool> {
    let equal = |pair: &[Slice]| {
        let [before, slice] = pair else { return false };
        slice.batch(runs).equal(slice.row as usize, before.batch(runs), before.rows().end - 1)
    };
    let first = order.first().map(|_| false);
    first.into_par_iter().chain(order.par_windows(2).map(equal)).collect()
}

/// Slices that become one batch each time: a long one alone, short ones together.
fn batches(order: &[Slice]) -> Vec<&[Slice]> {
    let mut rows = 0;
    let joins = |slice: &Slice, next: &Slice| {
        rows += slice.len();
        let joins = slice.len() < LONG && next.len() < LONG && rows + next.len() <= BATCH;
        rows = if joins { rows } else { 0 };
        joins
    };
    order.chunk_by(joins).collect()
}

/// The records of some slices.
fn taken(runs: &[Run], slices: &[Slice]) -> Result<ParsedBatch, ArrowError> {
    if let [slice] = slices
        && slice.len() >= LONG
    {
        return slice.batch(runs).slice(slice.rows());
    }
    // Few of the runs, mostly: they are numbered anew.
    let mut used: Vec<u32> = slices.iter().map(|slice| slice.run).collect();
    used.sort_unstable();
    used.dedup();
    let batches: Vec<&ParsedBatch> = used.iter().map(|at| &runs[*at as usize].batch).collect();
    let places = slices.iter().flat_map(|slice| {
        let number = used.partition_point(|at| *at < slice.run);
        slice.rows().map(move |row| (number, row))
    });
    ParsedBatch::interleave(&batches, &places.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
