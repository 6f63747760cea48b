//! What a table's columns are, learned from the training rows.

use super::{
    TableColumn, TableValues,
    cell::{Cell, cell, object},
    names,
};
use crate::{FeatureError, set::MAX_FEATURES};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, HashSet};
use trainyard_intake::{Clock, Columns, Records, parse_timestamp};
use trainyard_types::Encoding;

/// What is looked for in a table.
pub(crate) struct Wanted<'a> {
    pub(crate) columns: Option<&'a [String]>,
    pub(crate) exclude: &'a [String],
    pub(crate) encoding: Encoding,
    pub(crate) min_frequency: u64,
}

/// What a column's training values have in common.
#[derive(Clone, Copy, Debug)]
struct Seen {
    present: u64,
    numbers: bool,
    times: bool,
}

/// The columns, in the order in which they are asked for, or of the text; and the names of their features.
///
/// # Errors
/// When a column that is asked for is in no training row, two features would have the same name, or there would be
/// too many.
pub(crate) fn fit(
    records: &Records,
    training: &[bool],
    wanted: &Wanted<'_>,
) -> Result<(Vec<TableColumn>, Vec<String>), FeatureError> {
    let rows = training.iter().filter(|chosen| **chosen).count() as u64;
    let seen = look(records, training, wanted)?;
    if let Some(name) = wanted.columns.unwrap_or_default().iter().find(|name| seen[*name].present == 0) {
        return Err(FeatureError::NoColumn { name: name.clone() });
    }
    let kept = |name: &&String| match wanted.columns {
        Some(_) => true,
        // The time of a row is no category of it.
        None => seen[*name].numbers || !seen[*name].times,
    };
    let order: Vec<&String> = match wanted.columns {
        Some(columns) => columns.iter().filter(|name| !wanted.exclude.contains(name)).collect(),
        None => seen.keys().filter(kept).collect(),
    };
    let counts = categories(records, training, &order, &seen)?;
    let columns: Vec<TableColumn> = order
        .into_iter()
        .map(|name| {
            let seen = &seen[name];
            let values = match counts.get(name.as_str()) {
                Some(counts) => encoded(counts, wanted),
                None => TableValues::Number,
            };
            TableColumn { name: name.clone(), missing: seen.present < rows, values }
        })
        .collect();
    if columns.is_empty() {
        return Err(FeatureError::NoColumns);
    }
    let names = names(&columns);
    check(&columns, &names)?;
    Ok((columns, names))
}

/// Every column of the training rows that is not excluded.
fn look(
    records: &Records,
    training: &[bool],
    wanted: &Wanted<'_>,
) -> Result<BTreeMap<String, Seen>, FeatureError> {
    let nothing = Seen { present: 0, numbers: true, times: true };
    let asked = wanted.columns.unwrap_or_default().iter();
    let mut seen: BTreeMap<String, Seen> = asked.map(|name| (name.clone(), nothing)).collect();
    let clock = Clock::new(Default::default(), 0);
    each_row(records, training, |columns, row| {
        let object = object(columns, row);
        if wanted.columns.is_none() {
            for name in object.keys().filter(|name| !seen.contains_key(*name)).collect::<Vec<_>>() {
                if !wanted.exclude.contains(name) {
                    seen.insert(name.clone(), nothing);
                }
            }
            if seen.len() > MAX_FEATURES {
                return Err(FeatureError::TooManyFeatures { features: seen.len(), limit: MAX_FEATURES });
            }
        }
        for (name, seen) in &mut seen {
            if let Cell::Value(number, text) = cell(&object, columns, row, name) {
                seen.present += 1;
                seen.numbers &= number.is_some();
                seen.times = seen.times && parse_timestamp(&text, &clock).is_some();
            }
        }
        Ok(())
    })?;
    seen.retain(|name, seen| seen.present > 0 || wanted.columns.is_some_and(|all| all.contains(name)));
    Ok(seen)
}

type Counts<'a> = BTreeMap<&'a str, FxHashMap<String, u64>>;

/// How often each category occurs, of the columns that are no numbers.
fn categories<'a>(
    records: &Records,
    training: &[bool],
    names: &[&'a String],
    seen: &BTreeMap<String, Seen>,
) -> Result<Counts<'a>, FeatureError> {
    let texts = names.iter().filter(|name| !seen[**name].numbers);
    let mut counts: Counts<'a> = texts.map(|name| (name.as_str(), FxHashMap::default())).collect();
    if !counts.is_empty() {
        each_row(records, training, |columns, row| {
            let object = object(columns, row);
            for (name, counts) in &mut counts {
                if let Cell::Value(_, text) = cell(&object, columns, row, name) {
                    match counts.get_mut(&*text) {
                        Some(count) => *count += 1,
                        None => drop(counts.insert(text.into_owned(), 1)),
                    }
                }
            }
            Ok(())
        })?;
    }
    Ok(counts)
}

fn encoded(counts: &FxHashMap<String, u64>, wanted: &Wanted<'_>) -> TableValues {
    let mut categories: Vec<String> = counts
        .iter()
        .filter(|(_, count)| **count >= wanted.min_frequency)
        .map(|(text, _)| text.clone())
        .collect();
    categories.sort_unstable();
    match wanted.encoding {
        Encoding::OneHot => TableValues::OneHot { infrequent: categories.len() < counts.len(), categories },
        Encoding::Ordinal => TableValues::Ordinal { categories },
    }
}

fn check(columns: &[TableColumn], names: &[String]) -> Result<(), FeatureError> {
    if names.len() > MAX_FEATURES {
        let widest = columns.iter().max_by_key(|column| column.parts().count());
        return Err(FeatureError::TableTooWide {
            features: names.len(),
            limit: MAX_FEATURES,
            column: widest.map_or(String::new(), |column| column.name.clone()),
            of_column: widest.map_or(0, |column| column.parts().count()),
        });
    }
    let mut known = HashSet::new();
    match names.iter().find(|name| !known.insert(*name)) {
        Some(name) => Err(FeatureError::SameName { name: name.clone() }),
        None => Ok(()),
    }
}

/// Calls `look` with every training row.
fn each_row(
    records: &Records,
    training: &[bool],
    mut look: impl FnMut(&Columns<'_>, usize) -> Result<(), FeatureError>,
) -> Result<(), FeatureError> {
    let mut offset = 0;
    for batch in records.batches.iter()? {
        let batch = batch?;
        let columns = Columns::of(&batch)?;
        for row in (0..batch.num_rows()).filter(|row| training[offset + row]) {
            look(&columns, row)?;
        }
        offset += batch.num_rows();
    }
    Ok(())
}
