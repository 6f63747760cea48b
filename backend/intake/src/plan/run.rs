//! A sorted run: the records of one batch in canonical order, as a merge takes them. Sorting is done where a batch was
//! parsed, while the caches hold it.

use crate::{
    parsed_batch::{Emitter, ParsedBatch},
    records::BATCH,
};
use datafusion::arrow::{array::UInt32Array, error::ArrowError};

// Different hosts, levels and processes together are ranked with 16 bits: a batch has no more of them.
const _: () = assert!(BATCH <= 1 << 16);

/// Where a record of a batch comes.
struct Place {
    time: i64,
    /// The order of its host, level and process among all of the batch, and the beginning of its pid.
    emitted: u64,
    row: u32,
}

/// The records of a batch in canonical order.
pub(super) struct Run {
    pub(super) batch: ParsedBatch,
    /// Per record whether it equals the one before it.
    pub(super) repeats: Vec<bool>,
}

impl Run {
    pub(super) fn of(batch: ParsedBatch) -> Result<Self, ArrowError> {
        let mut order = places(&batch);
        // Most logs are in this order already.
        if !order.is_sorted_by_key(|place| place.time) {
            order.sort_by_key(|place| place.time);
        }
        for same in order.chunk_by_mut(|a, b| a.time == b.time) {
            same.sort_unstable_by(|a, b| {
                let contents = || batch.compare_contents(a.row as usize, &batch, b.row as usize);
                a.emitted.cmp(&b.emitted).then_with(contents)
            });
        }
        let equal = |a: &Place, b: &Place| {
            (a.time, a.emitted) == (b.time, b.emitted) && batch.equal(a.row as usize, &batch, b.row as usize)
        };
        let pairs = order.windows(2).map(|pair| equal(&pair[0], &pair[1]));
        let repeats = order.first().map(|_| false).into_iter().chain(pairs).collect();
        let batch = match order.is_sorted_by_key(|place| place.row) {
            true => batch,
            false => batch.take(&UInt32Array::from_iter_values(order.iter().map(|place| place.row)))?,
        };
        Ok(Self { batch, repeats })
    }

    /// None of its records.
    pub(super) fn emptied(&self) -> Result<Self, ArrowError> {
        Ok(Self { batch: self.batch.emptied()?, repeats: Vec::new() })
    }
}

/// The places of all rows, by row.
fn places(batch: &ParsedBatch) -> Vec<Place> {
    let (rows, numbers) = batch.emitters();
    let ranks = ranks(&rows.iter().map(|row| batch.emitter(*row)).collect::<Vec<_>>());
    let place = |(row, number): (usize, u32)| Place {
        time: batch.time(row),
        // Those without a time are in the order of their files.
        emitted: match batch.time(row) {
            i64::MAX => 0,
            _ => ranks[number as usize] << 48 | batch.pid_prefix(row) >> 16,
        },
        row: row as u32,
    };
    numbers.into_iter().enumerate().map(place).collect()
}

/// Where each comes among all: numbers are compared faster than texts. Equal ones have the same rank.
fn ranks(emitters: &[Emitter<'_>]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..emitters.len()).collect();
    order.sort_unstable_by_key(|at| emitters[*at]);
    let mut ranks = vec![0; emitters.len()];
    for (rank, same) in order.chunk_by(|a, b| emitters[*a] == emitters[*b]).enumerate() {
        same.iter().for_each(|at| ranks[*at] = rank as u64);
    }
    ranks
}
