//! Applying a feature set: first every record for itself, in parallel; then what depends on its neighbours in time,
//! in one pass each.

use crate::{
    FeatureError, FeatureMatrix, FeatureSet, Origins, Samples, aggregate,
    calendar::calendar,
    catalogue::{EVENTS, PER_WINDOW, features},
    events::Events,
    facts,
    gaps::gaps,
    message::{Addresses, describe},
    set::{NO_PROCESS, RECORD, VERSION},
    windows::{Facts, Values, trailing},
};
use datafusion::arrow::array::{Array, StringViewArray};
use ndarray::Array2;
use rayon::prelude::*;
use std::{collections::HashMap, hash::Hash};
use trainyard_intake::{Columns, LEVELS, Records, text_at};
use trainyard_types::SampleSpecification;

/// The severity of a record without a level: that of most records.
const MISSING_SEVERITY: usize = 6;
/// `error`, the mildest level that counts as an error.
const ERROR_SEVERITY: usize = 3;

/// Computes the features of all records: one row per record, in their order. `progress` hears the finished share,
/// from 0 to 1, from time to time.
///
/// # Errors
/// When the feature set is of another version or has features, patterns or windows that cannot be computed.
pub fn transform(
    records: &Records,
    set: &FeatureSet,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<FeatureMatrix, FeatureError> {
    if let Some(sampling) = &set.sampling {
        return aggregated(records, set, sampling, progress);
    }
    let layout = Layout::of(set)?;
    let events = Events::compile(&set.patterns)?;
    let (rows, width) = (records.len(), set.features.len());
    let mut values: Vec<f64> = Vec::new();
    let size = rows.checked_mul(width).filter(|size| values.try_reserve_exact(*size).is_ok());
    values.resize(size.ok_or(FeatureError::TooLarge { rows, columns: width })?, 0.0);

    let columns = records.batches.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
    match columns.iter().map(|c| c.timestamp.null_count()).sum() {
        0 => {}
        records => return Err(FeatureError::NoTime { records }),
    }
    let mut chunks = Vec::with_capacity(columns.len());
    let mut rest = &mut values[..];
    for batch in &columns {
        let (chunk, after) = rest.split_at_mut(batch.timestamp.len() * width);
        chunks.push((batch, chunk));
        rest = after;
    }
    let found: Vec<Found> = chunks
        .into_par_iter()
        .map(|(batch, chunk)| single(batch, chunk, width, set, &layout, &events))
        .collect();
    progress(0.6);

    let (processes, process_count) = numbered(columns.iter().flat_map(|c| texts(c.process)));
    let (hosts, host_count) = numbered(columns.iter().flat_map(|c| texts(c.host)));
    let facts = window_facts(&columns, &found, processes, process_count);
    drop(found);
    progress(0.7);

    let limit = f64::from(set.gap_limit_seconds);
    for (column, groups, count) in
        [(layout.same_process, &facts.process.ids, process_count), (layout.same_host, &hosts, host_count)]
    {
        let Some(column) = column else { continue };
        for (row, gap) in gaps(&facts.timestamps, groups, count, limit).enumerate() {
            values[row * width + column] = gap;
        }
    }
    for (index, (seconds, columns)) in layout.windows.iter().enumerate() {
        trailing(&facts, i64::from(*seconds) * 1_000_000, |row, window| {
            for (column, value) in columns.iter().zip(window) {
                if let Some(column) = column {
                    values[row * width + column] = value;
                }
            }
        });
        progress(0.7 + 0.3 * (index + 1) as f64 / layout.windows.len() as f64);
    }

    let values = Array2::from_shape_vec((rows, width), values)
        .map_err(|_| FeatureError::TooLarge { rows, columns: width })?;
    Ok(FeatureMatrix {
        names: set.features.clone(),
        values,
        timestamps: facts.timestamps,
        origins: Origins::of(&columns),
        keys: Vec::new(),
        incomplete: Vec::new(),
        records_without_key: 0,
        unseen_records: 0,
    })
}

/// One row per window or session.
fn aggregated(
    records: &Records,
    set: &FeatureSet,
    sampling: &SampleSpecification,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<FeatureMatrix, FeatureError> {
    if set.version != VERSION {
        return Err(FeatureError::Version { found: set.version, known: VERSION });
    }
    let layout = aggregate::Layout::of(set)?;
    let columns = records.batches.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
    let samples = Samples::of(records, sampling)?;
    progress(0.3);
    let facts = facts::facts(&columns, set, &layout)?;
    progress(0.8);
    let (rows, width) = (samples.len(), set.features.len());
    let mut values: Vec<f64> = Vec::new();
    let size = rows.checked_mul(width).filter(|size| values.try_reserve_exact(*size).is_ok());
    values.resize(size.ok_or(FeatureError::TooLarge { rows, columns: width })?, 0.0);
    aggregate::compute(&layout, &facts, &samples, &mut values);
    let values = Array2::from_shape_vec((rows, width), values)
        .map_err(|_| FeatureError::TooLarge { rows, columns: width })?;
    progress(1.0);
    let firsts = (0..rows).filter_map(|sample| samples.records(sample).first()).map(|at| *at as usize);
    Ok(FeatureMatrix {
        names: set.features.clone(),
        values,
        timestamps: firsts.clone().map(|at| facts[at].time.unwrap_or_default()).collect(),
        origins: Origins::of(&columns).select(firsts),
        unseen_records: facts.iter().filter(|record| record.template == facts::UNSEEN).count() as u64,
        records_without_key: samples.records_without_key,
        keys: samples.keys,
        incomplete: samples.incomplete,
    })
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
        if set.version != VERSION {
            return Err(FeatureError::Version { found: set.version, known: VERSION });
        }
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
}

/// What a batch's records hold that their neighbours' features depend on.
struct Found {
    /// Error, connection, disconnection.
    flags: Vec<[bool; 3]>,
    macs: Vec<Vec<u64>>,
    ips: Vec<Vec<u128>>,
}

/// Fills in the features of each of a batch's records for itself.
fn single(
    batch: &Columns<'_>,
    chunk: &mut [f64],
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

        own[..8].copy_from_slice(&calendar(batch.timestamp.value(row), set.utc_offset_minutes));
        own[8..25].copy_from_slice(&describe(message, &mut addresses));
        own[25] = severity.unwrap_or(MISSING_SEVERITY) as f64;
        own[26] = f64::from(u8::from(severity.is_none()));
        for (value, raised) in own[27..].iter_mut().zip(event) {
            *value = f64::from(u8::from(raised));
        }
        own[SINGLE - 1] = set.state.process_frequency.get(process).copied().unwrap_or(0.0);
        for (column, value) in layout.single.iter().zip(own) {
            if let Some(column) = column {
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

fn window_facts(
    columns: &[Columns<'_>],
    found: &[Found],
    processes: Vec<u32>,
    process_count: usize,
) -> Facts {
    let flag = |at: usize| found.iter().flat_map(|f| &f.flags).map(|flags| flags[at]).collect();
    Facts {
        timestamps: columns.iter().flat_map(|c| c.timestamp.values().iter().copied()).collect(),
        error: flag(0),
        connection: flag(1),
        disconnection: flag(2),
        process: one_each(processes, process_count),
        mac: lists(found.iter().flat_map(|f| &f.macs)),
        ip: lists(found.iter().flat_map(|f| &f.ips)),
    }
}
