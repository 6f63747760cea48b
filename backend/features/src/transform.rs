//! Applying a feature set: one row per record, window, session or row of a table.

use crate::{
    FeatureError, FeatureMatrix, FeatureSet, Origins, aggregate, facts,
    fit::{fit, learn},
    record,
    samples::{Keys, Samples, SessionKey, times},
    sampling,
    set::VERSION,
    surprise::{Teller, Told, is_asked, largest},
    table, transform_each,
};
use datafusion::arrow::array::RecordBatch;
use ndarray::{Array2, Axis};
use rayon::prelude::*;
use trainyard_intake::{Batches, Columns, Records, templates::Masked};
use trainyard_types::{FeatureSetSpecification, SampleSpecification};

/// The most values of a matrix: 4 GiB of them.
const MAX_VALUES: usize = 1 << 29;

/// Computes the features of all samples, in the order of their first records. `progress` hears the finished share,
/// from 0 to 1, from time to time.
///
/// # Errors
/// When the feature set is of another version or has features, patterns or windows that cannot be computed, records
/// lack a time that is needed, or the matrix would be too large.
pub fn transform(
    records: &Records,
    set: &FeatureSet,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<FeatureMatrix, FeatureError> {
    match &records.batches {
        Batches::InMemory(batches) => transform_batches(batches, set, progress),
        Batches::OnDisk(_) => {
            let (mut all, mut seen) = (None, 0);
            transform_each(&records.batches, set, |part| {
                seen += part.values.nrows();
                progress(seen as f64 / records.len().max(1) as f64);
                append(&mut all, part)
            })?;
            all.map_or_else(|| transform_batches(&[], set, progress), Ok)
        }
    }
}

/// Puts the next rows below all others.
fn append(all: &mut Option<FeatureMatrix>, part: FeatureMatrix) -> Result<(), FeatureError> {
    let Some(all) = all else {
        *all = Some(part);
        return Ok(());
    };
    let (rows, columns) = (all.values.nrows() + part.values.nrows(), part.names.len());
    if rows.saturating_mul(columns) > MAX_VALUES {
        return Err(FeatureError::TooLarge { rows, columns });
    }
    all.values.append(Axis(0), part.values.view()).map_err(|_| FeatureError::TooLarge { rows, columns })?;
    all.timestamps.extend(part.timestamps);
    all.origins.append(part.origins);
    all.keys.extend(part.keys);
    all.incomplete.extend(part.incomplete);
    all.records_without_key += part.records_without_key;
    all.unseen_records += part.unseen_records;
    Ok(())
}

pub(crate) fn transform_batches(
    batches: &[RecordBatch],
    set: &FeatureSet,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<FeatureMatrix, FeatureError> {
    if set.version != VERSION {
        return Err(FeatureError::Version { found: set.version, known: VERSION });
    }
    let columns = batches.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
    let rows = batches.iter().map(RecordBatch::num_rows).sum();
    match &set.sampling {
        None | Some(SampleSpecification::Record {}) => {
            let mut values = zeros(rows, set.features.len())?;
            if let Some(state) = &set.state.surprise {
                let told = Teller::new(set, state)?.tell(batches, &columns, &mut values)?;
                progress(1.0);
                return of_surprise(&columns, set, values, told);
            }
            let incomplete = record::compute(&columns, 0, None, set, &mut values, progress)?;
            of_records(&columns, 0, set, values, incomplete)
        }
        Some(SampleSpecification::Row { .. }) => {
            let mut values = zeros(rows, set.features.len())?;
            table::compute(&columns, set, &mut values)?;
            progress(1.0);
            of_records(&columns, 0, set, values, vec![false; rows])
        }
        Some(sampling) if let Some(state) = &set.state.surprise => {
            let windows = Samples::of(batches, sampling)?;
            let mut told = zeros(rows, set.features.len())?;
            let unseen = Teller::new(set, state)?.tell(batches, &columns, &mut told)?.unseen;
            let values = largest(&told, set.features.len(), &windows)?;
            progress(1.0);
            of_windows(&columns, set, windows, values, unseen)
        }
        Some(sampling) => {
            let (samples, masked) = cut_and_mask(batches, sampling)?;
            aggregated(&columns, 0, set, samples, &masked, progress)
        }
    }
}

/// [`fit`] to all samples and [`transform`], with what both look at computed once if the records are in memory.
///
/// # Errors
/// Those of [`fit`] and [`transform`].
pub fn fit_transform(
    records: &Records,
    specification: &FeatureSetSpecification,
) -> Result<(FeatureSet, FeatureMatrix), FeatureError> {
    let (
        Some(sampling @ (SampleSpecification::Window { .. } | SampleSpecification::Session { .. })),
        Batches::InMemory(batches),
        false,
    ) = (sampling(specification), &records.batches, is_asked(specification))
    else {
        let set = fit(records, specification, None)?;
        let matrix = transform(records, &set, &|_| {})?;
        return Ok((set, matrix));
    };
    let columns = batches.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
    // On a thread of the pool: from another one, the pool would have to be woken for every step.
    rayon::scope(|_| {
        let (samples, masked) = cut_and_mask(batches, &sampling)?;
        let learned = learn(batches, &samples, &masked, &sampling, None, false)?;
        let set = learned.into_set(specification, &sampling, records.utc_offset_minutes)?;
        let matrix = aggregated(&columns, 0, &set, samples, &masked, &|_| {})?;
        Ok((set, matrix))
    })
}

/// The samples and the masked messages.
pub(crate) fn cut_and_mask(
    batches: &[RecordBatch],
    sampling: &SampleSpecification,
) -> Result<(Samples, Masked), FeatureError> {
    let SampleSpecification::Session { key, idle_seconds } = sampling else {
        let (masked, samples) = rayon::join(|| Masked::of(batches), || Samples::of(batches, sampling));
        return Ok((samples?, masked?));
    };
    let key = SessionKey::new(key)?;
    let columns = batches.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
    let (keys, masked) = keys_and_masked(batches, &columns, &key)?;
    Ok(rayon::join(|| Samples::sessions(keys, &columns, *idle_seconds), || Masked::concat(masked)))
}

/// The keys and the masked messages of each batch.
pub(crate) fn keys_and_masked<'a>(
    batches: &[RecordBatch],
    columns: &[Columns<'a>],
    key: &SessionKey<'_>,
) -> Result<(Vec<Keys<'a>>, Vec<Masked>), FeatureError> {
    // Both look at the messages: one after the other, while the caches hold them.
    let look = |(batch, columns): (&RecordBatch, &Columns<'a>)| {
        Ok::<_, FeatureError>((key.find(columns), Masked::of_batch(batch)?))
    };
    let batches = batches.par_iter().zip(columns).with_max_len(1);
    Ok(batches.map(look).collect::<Result<Vec<_>, _>>()?.into_iter().unzip())
}

/// Room for all values.
pub(crate) fn zeros(rows: usize, columns: usize) -> Result<Vec<f64>, FeatureError> {
    let mut values: Vec<f64> = Vec::new();
    let size = rows.checked_mul(columns).filter(|size| *size <= MAX_VALUES);
    let size = size.filter(|size| values.try_reserve_exact(*size).is_ok());
    let size = size.ok_or(FeatureError::TooLarge { rows, columns })?;
    // On all cores: memory that nobody had yet takes longer to get than to fill.
    values.par_extend(rayon::iter::repeat_n(0.0, size));
    Ok(values)
}

pub(crate) fn shaped(rows: usize, columns: usize, values: Vec<f64>) -> Result<Array2<f64>, FeatureError> {
    Array2::from_shape_vec((rows, columns), values).map_err(|_| FeatureError::TooLarge { rows, columns })
}

/// One row per record after the `past` first.
pub(crate) fn of_records(
    columns: &[Columns<'_>],
    past: usize,
    set: &FeatureSet,
    values: Vec<f64>,
    incomplete: Vec<bool>,
) -> Result<FeatureMatrix, FeatureError> {
    Ok(FeatureMatrix {
        names: set.features.clone(),
        values: shaped(incomplete.len(), set.features.len(), values)?,
        timestamps: columns
            .iter()
            .flat_map(|batch| batch.timestamp.iter().map(Option::unwrap_or_default))
            .skip(past)
            .collect(),
        origins: Origins::of(columns, past..past + incomplete.len()),
        keys: Vec::new(),
        incomplete,
        records_without_key: 0,
        unseen_records: 0,
    })
}

/// One row per record, by surprise.
pub(crate) fn of_surprise(
    columns: &[Columns<'_>],
    set: &FeatureSet,
    values: Vec<f64>,
    told: Told,
) -> Result<FeatureMatrix, FeatureError> {
    let matrix = of_records(columns, 0, set, values, told.incomplete)?;
    Ok(FeatureMatrix { unseen_records: told.unseen, ..matrix })
}

/// One row per window, by surprise.
pub(crate) fn of_windows(
    columns: &[Columns<'_>],
    set: &FeatureSet,
    windows: Samples,
    values: Vec<f64>,
    unseen_records: u64,
) -> Result<FeatureMatrix, FeatureError> {
    let firsts = (0..windows.len()).filter_map(|window| windows.records(window).first());
    let firsts = firsts.map(|at| *at as usize);
    let times = times(columns);
    Ok(FeatureMatrix {
        names: set.features.clone(),
        values: shaped(windows.len(), set.features.len(), values)?,
        timestamps: firsts.clone().map(|at| times[at].unwrap_or_default()).collect(),
        origins: Origins::of(columns, firsts),
        unseen_records,
        records_without_key: windows.records_without_key,
        keys: windows.keys,
        incomplete: windows.incomplete,
    })
}

/// One row per window or session; what the `past` first records hold was counted before.
pub(crate) fn aggregated(
    columns: &[Columns<'_>],
    past: usize,
    set: &FeatureSet,
    samples: Samples,
    masked: &Masked,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<FeatureMatrix, FeatureError> {
    let layout = aggregate::Layout::of(set)?;
    progress(0.3);
    let rows = samples.len();
    let mut values = zeros(rows, set.features.len())?;
    let facts = facts::facts(columns, masked, set, &layout)?;
    progress(0.8);
    let firsts = (0..rows).filter_map(|sample| samples.records(sample).first()).map(|at| *at as usize);
    let ((), origins) = rayon::join(
        || aggregate::compute(&layout, &facts, &samples, &mut values),
        || Origins::of(columns, firsts.clone()),
    );
    progress(1.0);
    Ok(FeatureMatrix {
        names: set.features.clone(),
        values: shaped(rows, set.features.len(), values)?,
        timestamps: firsts.map(|at| facts.records[at].time().unwrap_or_default()).collect(),
        origins,
        unseen_records: facts.records.unseen(past),
        records_without_key: samples.records_without_key,
        keys: samples.keys,
        incomplete: samples.incomplete,
    })
}
