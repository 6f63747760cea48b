//! The records that incidents are staged in, with what is known of them.

use crate::IncidentError;
use datafusion::arrow::array::{Array, RecordBatch};
use rustc_hash::FxHashMap;
use trainyard_intake::{
    Columns, IntakeError, Records, Starts,
    templates::{Masked, Matcher, Tally},
    text_at,
};

/// Between records without times, in microseconds.
const STEP: i64 = 10_000_000;

/// A record's texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'a> {
    pub(crate) host: Option<&'a str>,
    pub(crate) process: Option<&'a str>,
    pub(crate) message: &'a str,
}

/// The last of all records, in their order.
pub(crate) struct Log {
    pub(crate) batches: Vec<RecordBatch>,
    /// Microseconds, ascending: the time of each record, or where there are hardly any times its place.
    pub(crate) clock: Vec<i64>,
    /// Whether `clock` are times.
    pub(crate) timed: bool,
    /// Per record what it states.
    pub(crate) statement: Vec<u32>,
    /// Per statement its records, ascending.
    pub(crate) of_statement: Vec<Vec<u32>>,
    /// Per process its records, ascending; those without one are left out.
    pub(crate) of_process: Vec<Vec<u32>>,
    /// Whether records have levels.
    pub(crate) has_levels: bool,
    starts: Starts,
}

impl Log {
    pub(crate) fn of(records: &Records, most: usize) -> Result<Self, IncidentError> {
        let from = records.len().saturating_sub(most);
        let (mut batches, mut seen) = (Vec::new(), 0);
        for batch in records.batches.iter()? {
            let batch = batch?;
            let rows = batch.num_rows();
            let first = from.saturating_sub(seen).min(rows);
            seen += rows;
            if first < rows {
                batches.push(batch.slice(first, rows - first));
            }
        }
        let columns = batches.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
        let starts = Starts::of(columns.iter().map(|batch| batch.message.len()));
        let times: Vec<Option<i64>> = columns.iter().flat_map(|batch| batch.timestamp.iter()).collect();
        let (clock, timed) = clock(&times);
        let (statement, of_statement) = statements(&batches)?;
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        let mut of_process: Vec<Vec<u32>> = Vec::new();
        let (mut at, mut levels) = (0, 0);
        for batch in &columns {
            for row in 0..batch.message.len() {
                levels += usize::from(batch.level.is_valid(row));
                if let Some(process) = text_at(batch.process, row) {
                    let place = *places.entry(process).or_insert_with(|| {
                        of_process.push(Vec::new());
                        of_process.len() - 1
                    });
                    of_process[place].push(at);
                }
                at += 1;
            }
        }
        let has_levels = levels * 10 > times.len();
        Ok(Self { clock, timed, statement, of_statement, of_process, has_levels, starts, batches })
    }

    pub(crate) fn len(&self) -> usize {
        self.clock.len()
    }

    /// The batch and the row of a record.
    pub(crate) fn find(&self, record: u32) -> (usize, usize) {
        self.starts.find(record as usize)
    }

    pub(crate) fn texts(&self, record: u32) -> Option<Texts<'_>> {
        let (batch, row) = self.find(record);
        let columns = Columns::of(&self.batches[batch]).ok()?;
        Some(Texts {
            host: text_at(columns.host, row),
            process: text_at(columns.process, row),
            message: columns.message.value(row),
        })
    }

    /// The first record that is not before an instant.
    pub(crate) fn at(&self, instant: i64) -> usize {
        self.clock.partition_point(|time| *time < instant)
    }

    /// From the first to the last record, in microseconds.
    pub(crate) fn span(&self) -> i64 {
        self.clock.last().zip(self.clock.first()).map_or(0, |(last, first)| last - first)
    }
}

/// The instants of records in their order; those without one stand where the order has them, at the end.
fn clock(times: &[Option<i64>]) -> (Vec<i64>, bool) {
    let (first, last) = (times.iter().flatten().min(), times.iter().flatten().max());
    let known = times.iter().flatten().count();
    let timed =
        known * 2 > times.len() && last.zip(first).is_some_and(|(last, first)| last - first > 1_000_000);
    if !timed {
        return ((0..times.len() as i64).map(|at| at * STEP).collect(), false);
    }
    let mut latest = first.copied().unwrap_or_default();
    let clock = times.iter().map(|time| {
        latest = time.unwrap_or(latest).max(latest);
        latest
    });
    (clock.collect(), true)
}

/// What each record states, and the records of each statement.
fn statements(batches: &[RecordBatch]) -> Result<(Vec<u32>, Vec<Vec<u32>>), IntakeError> {
    let masked = Masked::of(batches)?;
    let mut tally = Tally::default();
    tally.add(&masked, |_| true);
    let templates = tally.mine();
    let matcher = Matcher::new(&templates)?;
    let found = masked.find(&matcher);
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let mut of_statement: Vec<Vec<u32>> = Vec::new();
    let mut statement = Vec::with_capacity(rows);
    for record in 0..rows {
        // What is beyond the bound of the mining is one statement of its own.
        let place = found.template(record).map_or(0, |at| at + 1);
        if of_statement.len() <= place as usize {
            of_statement.resize_with(place as usize + 1, Vec::new);
        }
        of_statement[place as usize].push(record as u32);
        statement.push(place);
    }
    Ok((statement, of_statement))
}
