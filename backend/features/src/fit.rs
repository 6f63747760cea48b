//! Fitting a feature set to the training samples.

mod learned;

use crate::{
    Feature, FeatureError, FeatureSet, State, aggregate,
    catalogue::{WINDOWS, features},
    events::default_patterns,
    pieces::{Cut, Piece, Pieces, each_piece},
    set::{RECORD, VERSION, Window},
    specification::{sampling, select},
    surprise, table,
    transform::cut_and_mask,
};
use learned::learn_in_pieces;
pub(crate) use learned::{Processes, learn, parts};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use trainyard_intake::{Batches, Records};
use trainyard_types::{FeatureSetSpecification, SampleSpecification, Weight};

/// Fits a feature set to the training samples: `training_rows` are their rows in the matrix, which is for records
/// their place in the canonical order (others are ignored), all when absent. Records on disk are gone through twice.
///
/// # Errors
/// When the specification asks for samples that are not computed here, or the records lack a column.
pub fn fit(
    records: &Records,
    specification: &FeatureSetSpecification,
    training_rows: Option<&[usize]>,
) -> Result<FeatureSet, FeatureError> {
    let sampling =
        sampling(specification).ok_or_else(|| FeatureError::Sample(specification.preset.clone()))?;
    match &sampling {
        SampleSpecification::Record {} if surprise::is_asked(specification) => {
            surprise::fit(records, specification, None, &chosen(records, training_rows))
        }
        SampleSpecification::Window { .. } if surprise::is_asked(specification) => {
            let training = records_of(records, &sampling, training_rows)?;
            surprise::fit(records, specification, Some(sampling), &training)
        }
        SampleSpecification::Record {} => fit_records(records, specification, training_rows),
        SampleSpecification::Row { columns, exclude, encoding, min_frequency } => {
            let wanted = table::Wanted {
                columns: columns.as_deref(),
                exclude,
                encoding: *encoding,
                min_frequency: *min_frequency,
            };
            fit_table(records, specification, sampling.clone(), &wanted, training_rows)
        }
        SampleSpecification::Window { .. } | SampleSpecification::Session { .. } => {
            let by_steps = surprise::is_asked(specification);
            let learned = match &records.batches {
                Batches::InMemory(batches) => {
                    let (samples, masked) = cut_and_mask(batches, &sampling)?;
                    learn(batches, &samples, &masked, &sampling, training_rows, by_steps)?
                }
                Batches::OnDisk(_) => {
                    learn_in_pieces(&records.batches, &sampling, training_rows, None, by_steps)?
                }
            };
            learned.into_set(specification, &sampling, records.utc_offset_minutes)
        }
    }
}

fn fit_records(
    records: &Records,
    specification: &FeatureSetSpecification,
    training_rows: Option<&[usize]>,
) -> Result<FeatureSet, FeatureError> {
    let names = features().iter().map(|feature| feature.name.clone()).collect();
    let mut patterns = default_patterns();
    patterns.extend(specification.patterns.clone());
    let training = chosen(records, training_rows);
    let mut processes = Processes::default();
    let mut pieces = Pieces::new(Cut::Anywhere);
    let mut count = |piece: Piece| {
        processes.add(parts(&piece.columns()?, &training[piece.first..piece.first + piece.records()]));
        Ok::<_, FeatureError>(())
    };
    for batch in records.batches.iter()? {
        pieces.push(batch?)?.map_or(Ok(()), &mut count)?;
    }
    pieces.finish()?.map_or(Ok(()), count)?;
    Ok(FeatureSet {
        version: VERSION,
        sample: RECORD.to_owned(),
        features: select(names, specification.features.as_deref()).map_err(FeatureError::UnknownFeature)?,
        utc_offset_minutes: records.utc_offset_minutes,
        patterns,
        windows: WINDOWS
            .iter()
            .map(|(name, seconds)| Window { name: (*name).to_owned(), seconds: *seconds })
            .collect(),
        gap_limit_seconds: 3600,
        sampling: None,
        weight: Weight::Raw,
        format: None,
        state: processes.into_state(),
    })
}

fn fit_table(
    records: &Records,
    specification: &FeatureSetSpecification,
    sampling: SampleSpecification,
    wanted: &table::Wanted<'_>,
    training_rows: Option<&[usize]>,
) -> Result<FeatureSet, FeatureError> {
    let training = chosen(records, training_rows);
    let (columns, names) = table::fit(records, &training, wanted)?;
    let training_records = training.iter().filter(|chosen| **chosen).count() as u64;
    Ok(FeatureSet {
        version: VERSION,
        sample: "row".to_owned(),
        features: select(names, specification.features.as_deref()).map_err(FeatureError::UnknownFeature)?,
        utc_offset_minutes: records.utc_offset_minutes,
        patterns: BTreeMap::new(),
        windows: Vec::new(),
        gap_limit_seconds: 3600,
        sampling: Some(sampling),
        weight: Weight::Raw,
        format: None,
        state: State { training_records, columns, ..State::default() },
    })
}

/// Which records are among these rows; all without rows.
fn chosen(records: &Records, rows: Option<&[usize]>) -> Vec<bool> {
    let mut chosen = vec![rows.is_none(); records.len()];
    for row in rows.unwrap_or_default() {
        if let Some(flag) = chosen.get_mut(*row) {
            *flag = true;
        }
    }
    chosen
}

/// Which records are in these windows; all without rows.
fn records_of(
    records: &Records,
    sampling: &SampleSpecification,
    rows: Option<&[usize]>,
) -> Result<Vec<bool>, FeatureError> {
    let windows = rows.map(|rows| rows.iter().copied().collect::<FxHashSet<usize>>());
    let mut chosen = vec![windows.is_none(); records.len()];
    if let Some(windows) = windows {
        each_piece(&records.batches, sampling, None, |piece, members| {
            let within = members.pairs.iter().filter(|(window, _)| windows.contains(&(*window as usize)));
            within.for_each(|(_, record)| chosen[piece.first + *record as usize] = true);
            Ok(())
        })?;
    }
    Ok(chosen)
}

/// How many rows the matrix of these records has.
///
/// # Errors
/// When the specification asks for samples that are not computed here, or the records lack a column.
pub fn sample_count(
    records: &Records,
    specification: &FeatureSetSpecification,
) -> Result<usize, FeatureError> {
    match sampling(specification) {
        None => Err(FeatureError::Sample(specification.preset.clone())),
        Some(SampleSpecification::Record {} | SampleSpecification::Row { .. }) => Ok(records.len()),
        Some(sampling) => Ok(each_piece(&records.batches, &sampling, None, |_, _| Ok(()))?.len()),
    }
}

/// Every column of a fitted set: its definition, unit and kind.
pub fn describe(set: &FeatureSet) -> Vec<Feature> {
    let texts = set.state.templates.iter().flat_map(|found| &found.templates);
    let texts = texts.map(|template| (&*template.id, &*template.text)).collect();
    let catalogue = match (&set.state.surprise, &set.sampling) {
        (Some(_), Some(_)) => surprise::of_windows(),
        (Some(_), None) => surprise::features().to_vec(),
        (None, _) if set.state.steps.is_some() => surprise::of_sessions().to_vec(),
        (None, None) => features().to_vec(),
        (None, Some(_)) => Vec::new(),
    };
    set.features
        .iter()
        .map(|name| match catalogue.iter().find(|feature| feature.name == *name) {
            Some(feature) => feature.clone(),
            None => {
                table::describe(&set.state.columns, name).unwrap_or_else(|| aggregate::describe(name, &texts))
            }
        })
        .collect()
}
