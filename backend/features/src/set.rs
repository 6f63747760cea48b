//! The feature set: the contract between training and production. It is JSON and holds all that the features depend
//! on beside the records: their order, the patterns, the windows, and the state fitted on the training records.

use crate::{
    FeatureError, Samples,
    catalogue::{WINDOWS, features},
    events::default_patterns,
    specification::{sampling, select},
    table::{self, TableColumn},
    transform::cut_and_mask,
};
use datafusion::arrow::array::Array;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use trainyard_intake::{Columns, Records, templates::Templates, text_at};
use trainyard_types::{FeatureSetSpecification, FormatSpecification, SampleSpecification, Weight};

/// The version of the definitions in the catalogue.
pub(crate) const VERSION: u32 = 1;
/// The sample that is computed.
pub(crate) const RECORD: &str = "record";
/// The frequency of records without a process is kept under the empty name, which no process has.
pub(crate) const NO_PROCESS: &str = "";
/// The most columns of a matrix.
pub(crate) const MAX_FEATURES: usize = 10_000;

/// A fitted feature set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSet {
    /// The version of the definitions.
    pub version: u32,
    /// What a row is: `record`, `window`, `session` or `row`.
    pub sample: String,
    /// Names of the columns, in order.
    pub features: Vec<String>,
    /// The clock of the logs: offset from UTC in minutes, for hours and weekdays.
    pub utc_offset_minutes: i32,
    /// Per event flag the patterns, any of which raises it.
    pub patterns: BTreeMap<String, Vec<String>>,
    /// The trailing windows.
    pub windows: Vec<Window>,
    /// The bound of `seconds_since_previous_…`.
    pub gap_limit_seconds: u32,
    /// How windows or sessions are cut, or rows encoded; absent for records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<SampleSpecification>,
    /// The value of a template that occurs several times.
    #[serde(default, skip_serializing_if = "is_raw")]
    pub weight: Weight,
    /// How the records were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<FormatSpecification>,
    pub state: State,
}

fn is_raw(weight: &Weight) -> bool {
    *weight == Weight::Raw
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A trailing window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// What tells its features apart: `last_<name>_records`.
    pub name: String,
    pub seconds: u32,
}

/// What was learned from the training records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// How many records it was learned from.
    pub training_records: u64,
    /// The share of each process among them; records without a process are under the empty name.
    pub process_frequency: BTreeMap<String, f64>,
    /// How many windows or sessions it was learned from.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub training_samples: u64,
    /// In how many of them each template occurs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub document_frequency: BTreeMap<String, u64>,
    /// What the training records say; a message that is none of them is unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<Templates>,
    /// The columns of a table, with their categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<TableColumn>,
}

/// Fits a feature set to the training samples: `training_rows` are their rows in the matrix, which is for records
/// their place in the canonical order (others are ignored), all when absent.
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
        SampleSpecification::Record {} => {}
        SampleSpecification::Row { columns, exclude, encoding, min_frequency } => {
            let wanted = table::Wanted {
                columns: columns.as_deref(),
                exclude,
                encoding: *encoding,
                min_frequency: *min_frequency,
            };
            return fit_table(records, specification, sampling.clone(), &wanted, training_rows);
        }
        SampleSpecification::Window { .. } | SampleSpecification::Session { .. } => {
            let (samples, masked) = cut_and_mask(&records.batches, &sampling)?;
            return crate::fit::fit(records, &samples, &masked, specification, &sampling, training_rows);
        }
    }
    let names = features().iter().map(|feature| feature.name.clone()).collect();
    let mut patterns = default_patterns();
    patterns.extend(specification.patterns.clone());
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
        state: fit_state(records, &chosen(records, training_rows))?,
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

/// The processes of a batch's training records, some of them several times.
fn process_counts<'a>(columns: &Columns<'a>, training: &[bool]) -> Vec<(&'a str, u64)> {
    // Equal views are equal texts: few texts have more than one.
    let mut counts: FxHashMap<Option<u128>, (&str, u64)> = FxHashMap::default();
    let process = columns.process;
    for (row, _) in training.iter().enumerate().filter(|(_, training)| **training) {
        let view = process.is_valid(row).then(|| process.views()[row]);
        let name = || (text_at(process, row).unwrap_or(NO_PROCESS), 0);
        counts.entry(view).or_insert_with(name).1 += 1;
    }
    counts.into_values().collect()
}

/// `training` says of each record whether it is learned from.
pub(crate) fn fit_state(records: &Records, training: &[bool]) -> Result<State, FeatureError> {
    let mut parts = Vec::with_capacity(records.batches.len());
    let mut rest = training;
    for batch in &records.batches {
        let (own, after) = rest.split_at(batch.num_rows());
        parts.push((Columns::of(batch)?, own));
        rest = after;
    }
    let mut counts: FxHashMap<&str, u64> = FxHashMap::default();
    let found: Vec<_> =
        parts.par_iter().map(|(columns, training)| process_counts(columns, training)).collect();
    found.into_iter().flatten().for_each(|(process, count)| *counts.entry(process).or_default() += count);
    let total: u64 = counts.values().sum();
    let process_frequency =
        counts.into_iter().map(|(name, count)| (name.to_owned(), count as f64 / total as f64)).collect();
    Ok(State { training_records: total, process_frequency, ..State::default() })
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
        Some(sampling) => Ok(Samples::of(records, &sampling)?.len()),
    }
}
