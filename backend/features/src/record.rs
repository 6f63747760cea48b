//! The features of records: first every record for itself, in parallel; then what depends on the records before it in
//! time, in one pass each.

use crate::{
    FeatureError, FeatureSet,
    calendar::calendar,
    catalogue::{EVENTS, PER_WINDOW, features},
    events::Events,
    gaps::gaps,
    message::{Addresses, describe},
    set::{NO_PROCESS, RECORD},
    windows::{Facts, Values, trailing},
};
use datafusion::arrow::array::{Array, StringViewArray};
use rayon::prelude::*;
use std::{collections::HashMap, hash::Hash};
use trainyard_intake::{Columns, LEVELS, text_at};

/// The severity of a record without a level: that of most records.
const MISSING_SEVERITY: usize = 6;
/// `error`, the mildest level that counts as an error.
const ERROR_SEVERITY: usize = 3;

/// Computes the features of all records but those of the `past` first batches, which are only looked back at, into
/// `values`, row by row, and says which of them lack a part of their history: that of all input begins at `begin`.
pub(crate) fn compute(
    columns: &[Columns<'_>],
    past: usize,
    begin: Option<i64>,
    set: &FeatureSet,
    values: &mut [f64],
    progress: &(dyn Fn(f64) + Sync),
) -> Result<Vec<bool>, FeatureError> {
    let layout = Layout::of(set)?;
    let events = Events::compile(&set.patterns)?;
    let width = set.features.len();
    let mut chunks = Vec::with_capacity(columns.len());
    let mut rest = &mut *values;
    for (at, batch) in columns.iter().enumerate() {
        let wanted = if at < past { 0 } else { batch.timestamp.len() };
        let (chunk, after) = rest.split_at_mut(wanted * width);
        chunks.push((batch, (at >= past).then_some(chunk)));
        rest = after;
    }
    let past: usize = columns[..past].iter().map(|batch| batch.timestamp.len()).sum();
    let found: Vec<Found> = chunks
        .into_par_iter()
        .map(|(batch, chunk)| single(batch, chunk, width, set, &layout, &events))
        .collect();
    progress(0.6);

    let (processes, process_count) = numbered(columns.iter().flat_map(|c| texts(c.process)));
    let (hosts, host_count) = numbered(columns.iter().flat_map(|c| texts(c.host)));
    let facts = window_facts(&found, times(columns, set), processes, process_count);
    drop(found);
    progress(0.7);

    let limit = f64::from(set.gap_limit_seconds);
    for (column, groups, count) in
        [(layout.same_process, &facts.process.ids, process_count), (layout.same_host, &hosts, host_count)]
    {
        let Some(column) = column else { continue };
        for (row, gap) in gaps(&facts.timestamps, groups, count, limit).skip(past).enumerate() {
            values[row * width + column] = gap;
        }
    }
    for (index, (seconds, columns)) in layout.windows.iter().enumerate() {
        trailing(&facts, i64::from(*seconds) * 1_000_000, |row, window| {
            let Some(row) = row.checked_sub(past) else { return };
            for (column, value) in columns.iter().zip(window) {
                if let Some(column) = column {
                    values[row * width + column] = value;
                }
            }
        });
        progress(0.7 + 0.3 * (index + 1) as f64 / layout.windows.len() as f64);
    }
    let history = layout.history(set.gap_limit_seconds);
    let begin = begin.or(facts.timestamps.first().copied()).unwrap_or_default();
    let timed = columns.iter().flat_map(|c| c.timestamp.iter()).skip(past);
    Ok(timed.map(|time| time.is_some_and(|time| time - begin < history)).collect())
}

/// How far back the features look, in microseconds.
pub(crate) fn history(set: &FeatureSet) -> Result<i64, FeatureError> {
    Ok(Layout::of(set)?.history(set.gap_limit_seconds))
}

/// Where the values go.
struct Layout {
    /// Of the features of a record for itself, in catalogue order: the column, if the feature is asked for.
    single: Vec<Option<usize>>,
    same_process: Option<usize>,
    same_host: Option<usize>,
    /// Per window its seconds and the columns of [`PER_WINDOW`].
    windows: Vec<(u32, [Option<usize>; PER_WINDOW.len()])>,
}

/// Features of a record for itself: all in the catalogue before the gaps.
const SINGLE: usize = 8 + 17 + 2 + EVENTS.len() + 1;

impl Layout {
    fn of(set: &FeatureSet) -> Result<Self, FeatureError> {
        if set.sample != RECORD {
            return Err(FeatureError::Sample(set.sample.clone()));
        }
        let mut columns: HashMap<&str, usize> = set.features.iter().map(String::as_str).zip(0..).collect();
        let single = features()[..SINGLE].iter().map(|feature| columns.remove(&*feature.name)).collect();
        let same_process = columns.remove("seconds_since_previous_same_process");
        let same_host = columns.remove("seconds_since_previous_same_host");
        let mut windows = Vec::new();
        for window in &set.windows {
            let columns = PER_WINDOW.map(|name| columns.remove(&*format!("last_{}_{name}", window.name)));
            windows.push((window.seconds, columns));
        }
        match columns.into_keys().min() {
            None => Ok(Self { single, same_process, same_host, windows }),
            Some(name) if name.starts_with("last_") => Err(FeatureError::MissingWindow(name.to_owned())),
            Some(name) => Err(FeatureError::UnknownFeature(name.to_owned())),
        }
    }

    /// How far back the features look, in microseconds.
    fn history(&self, gap_limit_seconds: u32) -> i64 {
        let asked = self.windows.iter().filter(|(_, columns)| columns.iter().any(Option::is_some));
        let gaps = self.same_process.or(self.same_host).map(|_| gap_limit_seconds);
        let longest = asked.map(|(seconds, _)| *seconds).chain(gaps).max().unwrap_or(0);
        i64::from(longest) * 1_000_000
    }
}

/// What a batch's records hold that their neighbours' features depend on.
struct Found {
    /// Error, connection, disconnection.
    flags: Vec<[bool; 3]>,
    macs: Vec<Vec<u64>>,
    ips: Vec<Vec<u128>>,
}

/// Fills in the features of each of a batch's records for itself, where they are wanted.
fn single(
    batch: &Columns<'_>,
    mut chunk: Option<&mut [f64]>,
    width: usize,
    set: &FeatureSet,
    layout: &Layout,
    events: &Events,
) -> Found {
    let rows = batch.timestamp.len();
    let mut found = Found {
        flags: Vec::with_capacity(rows),
        macs: Vec::with_capacity(rows),
        ips: Vec::with_capacity(rows),
    };
    let mut addresses = Addresses::default();
    let mut own = [0.0; SINGLE];
    for row in 0..rows {
        let message = batch.message.value(row);
        let severity =
            text_at(batch.level, row).and_then(|level| LEVELS.iter().position(|known| *known == level));
        let mut event = events.find(message);
        event[0] |= severity.is_some_and(|severity| severity <= ERROR_SEVERITY);
        let process = text_at(batch.process, row).unwrap_or(NO_PROCESS);

        let time = batch.timestamp.is_valid(row).then(|| batch.timestamp.value(row));
        own[..8].copy_from_slice(&time.map_or([0.0; 8], |time| calendar(time, set.utc_offset_minutes)));
        own[8..25].copy_from_slice(&describe(message, &mut addresses));
        own[25] = severity.unwrap_or(MISSING_SEVERITY) as f64;
        own[26] = f64::from(u8::from(severity.is_none()));
        for (value, raised) in own[27..].iter_mut().zip(event) {
            *value = f64::from(u8::from(raised));
        }
        own[SINGLE - 1] = set.state.process_frequency.get(process).copied().unwrap_or(0.0);
        for (column, value) in layout.single.iter().zip(own) {
            if let (Some(chunk), Some(column)) = (&mut chunk, column) {
                chunk[row * width + column] = value;
            }
        }
        found.flags.push([event[0], event[1], event[2]]);
        found.macs.push(addresses.macs.clone());
        found.ips.push(addresses.ips.clone());
    }
    found
}

fn texts(column: &StringViewArray) -> impl Iterator<Item = &str> {
    (0..column.len()).map(|row| text_at(column, row).unwrap_or_default())
}

/// Numbers the different values from 0 in order of appearance; and how many there are.
fn numbered<T: Eq + Hash>(values: impl Iterator<Item = T>) -> (Vec<u32>, usize) {
    let mut ids = HashMap::new();
    let numbers = values.map(|value| {
        let next = ids.len() as u32;
        *ids.entry(value).or_insert(next)
    });
    let numbers = numbers.collect();
    (numbers, ids.len())
}

/// Lists with one value each.
fn one_each(ids: Vec<u32>, count: usize) -> Values {
    Values { starts: (0..=ids.len()).collect(), ids, count }
}

fn lists<'a, T: Eq + Hash + Copy + 'a>(lists: impl Iterator<Item = &'a Vec<T>> + Clone) -> Values {
    let (ids, count) = numbered(lists.clone().flatten());
    let ends = lists.scan(0, |end, list| {
        *end += list.len();
        Some(*end)
    });
    Values { starts: std::iter::once(0).chain(ends).collect(), ids, count }
}

/// The time of every record. Those without one come last, and each stands alone: so long after the others that none is in
/// its windows.
fn times(columns: &[Columns<'_>], set: &FeatureSet) -> Vec<i64> {
    let longest = set.windows.iter().map(|window| window.seconds).chain([set.gap_limit_seconds]).max();
    let apart = (i64::from(longest.unwrap_or(0)) + 1) * 1_000_000;
    let mut last = 0;
    let time = |time: Option<i64>| {
        last = time.unwrap_or_else(|| i64::saturating_add(last, apart));
        last
    };
    columns.iter().flat_map(|c| c.timestamp.iter()).map(time).collect()
}

fn window_facts(found: &[Found], timestamps: Vec<i64>, processes: Vec<u32>, process_count: usize) -> Facts {
    let flag = |at: usize| found.iter().flat_map(|f| &f.flags).map(|flags| flags[at]).collect();
    Facts {
        timestamps,
        error: flag(0),
        connection: flag(1),
        disconnection: flag(2),
        process: one_each(processes, process_count),
        mac: lists(found.iter().flat_map(|f| &f.macs)),
        ip: lists(found.iter().flat_map(|f| &f.ips)),
    }
}
