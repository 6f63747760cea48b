//! Rows of tables that hold features already: numbers as they are, categories as flags or as a number.
//!
//! A table's columns are the attributes of its records. What a column is (a number when all of its training values
//! are, else a category), its categories, and whether values were missing is fitted on the training rows. A number
//! that is missing, or is none, is NaN: filling it in is the concern of a later step, and the column's indicator tells
//! it where. A category that was not seen in training is an infrequent one if there were such, or none at all.

mod cell;
mod fit;

pub(crate) use fit::{Wanted, fit};

use crate::{Feature, FeatureError, FeatureSet, Kind};
use cell::{Cell, cell, object};
use datafusion::arrow::array::Array;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use trainyard_intake::Columns;

/// Ends of the names of flags.
const MISSING: &str = "_missing";
const INFREQUENT: &str = "_infrequent";

/// What was learned of one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    pub name: String,
    /// Whether training rows lack a value: it then has an indicator.
    pub missing: bool,
    #[serde(flatten)]
    pub values: TableValues,
}

/// What a column's values are. Categories are in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TableValues {
    Number,
    OneHot {
        categories: Vec<String>,
        /// Whether there are rarer ones, which share a flag.
        infrequent: bool,
    },
    Ordinal {
        categories: Vec<String>,
    },
}

/// What one column of the matrix holds.
enum Part<'a> {
    Value,
    Missing,
    Category(&'a str),
    Infrequent,
}

impl TableColumn {
    /// The names of the columns of the matrix that this column gives.
    fn parts(&self) -> impl Iterator<Item = (String, Part<'_>)> {
        let name = &self.name;
        let (value, categories, infrequent): (_, &[String], _) = match &self.values {
            TableValues::Number | TableValues::Ordinal { .. } => (true, &[], false),
            TableValues::OneHot { categories, infrequent } => (false, categories, *infrequent),
        };
        let flags = categories
            .iter()
            .map(move |category| (format!("{name}={category}"), Part::Category(category.as_str())));
        value
            .then(|| (name.clone(), Part::Value))
            .into_iter()
            .chain(flags)
            .chain(infrequent.then(|| (format!("{name}{INFREQUENT}"), Part::Infrequent)))
            .chain(self.missing.then(|| (format!("{name}{MISSING}"), Part::Missing)))
    }
}

/// The names of all features of these columns.
fn names(columns: &[TableColumn]) -> Vec<String> {
    columns.iter().flat_map(TableColumn::parts).map(|(name, _)| name).collect()
}

/// Where one column's values go.
#[derive(Default)]
struct Places<'a> {
    value: Option<usize>,
    missing: Option<usize>,
    infrequent: Option<usize>,
    /// The number of each category, and the place of its flag.
    categories: HashMap<&'a str, (f64, Option<usize>)>,
}

fn places(set: &FeatureSet) -> Result<Vec<(&TableColumn, Places<'_>)>, FeatureError> {
    let mut left: HashMap<&str, usize> = set.features.iter().map(String::as_str).zip(0..).collect();
    let mut all = Vec::with_capacity(set.state.columns.len());
    for column in &set.state.columns {
        let mut places = Places::default();
        if let TableValues::OneHot { categories, .. } | TableValues::Ordinal { categories } = &column.values {
            let numbers = categories.iter().zip(0u32..);
            places.categories = numbers.map(|(text, at)| (text.as_str(), (at.into(), None))).collect();
        }
        for (name, part) in column.parts() {
            let place = left.remove(&*name);
            match part {
                Part::Value => places.value = place,
                Part::Missing => places.missing = place,
                Part::Infrequent => places.infrequent = place,
                Part::Category(text) => {
                    if let Some(known) = places.categories.get_mut(text) {
                        known.1 = place;
                    }
                }
            }
        }
        all.push((column, places));
    }
    match left.into_keys().min() {
        None => Ok(all),
        Some(unknown) => Err(FeatureError::UnknownFeature(unknown.to_owned())),
    }
}

/// Computes all rows into `values`, which holds zeros.
pub(crate) fn compute(
    columns: &[Columns<'_>],
    set: &FeatureSet,
    values: &mut [f64],
) -> Result<(), FeatureError> {
    let places = places(set)?;
    let width = set.features.len();
    let mut rest = values;
    let mut chunks = Vec::with_capacity(columns.len());
    for columns in columns {
        let (chunk, after) = rest.split_at_mut(columns.message.len() * width);
        chunks.push((columns, chunk));
        rest = after;
    }
    chunks.into_par_iter().for_each(|(columns, chunk)| {
        for (row, values) in chunk.chunks_exact_mut(width.max(1)).enumerate() {
            let object = object(columns, row);
            for (column, places) in &places {
                fill(places, &column.values, &cell(&object, columns, row, &column.name), values);
            }
        }
    });
    Ok(())
}

/// Sets what one value of a row gives.
fn fill(places: &Places<'_>, kind: &TableValues, cell: &Cell<'_>, values: &mut [f64]) {
    let mut set = |place: Option<usize>, value: f64| {
        if let Some(place) = place {
            values[place] = value;
        }
    };
    let (number, category) = match cell {
        Cell::Missing => (None, None),
        Cell::Value(number, text) => (*number, Some(text)),
    };
    match kind {
        TableValues::Number => {
            set(places.value, number.unwrap_or(f64::NAN));
            set(places.missing, f64::from(u8::from(number.is_none())));
            return;
        }
        TableValues::OneHot { .. } => match category.map(|text| places.categories.get(&**text)) {
            None => {}
            Some(Some((_, flag))) => set(*flag, 1.0),
            Some(None) => set(places.infrequent, 1.0),
        },
        TableValues::Ordinal { .. } => {
            let known = category.and_then(|text| places.categories.get(&**text));
            set(places.value, known.map_or(-1.0, |(number, _)| *number));
        }
    }
    set(places.missing, f64::from(u8::from(category.is_none())));
}

/// What a column of the matrix is.
pub(crate) fn describe(columns: &[TableColumn], name: &str) -> Option<Feature> {
    let mut parts = columns.iter().flat_map(|column| column.parts().map(move |part| (column, part)));
    let (column, (_, part)) = parts.find(|(_, (known, _))| known == name)?;
    let table = &column.name;
    let (description, kind) = match (part, &column.values) {
        (Part::Value, TableValues::Number) => {
            (format!("The number in the column `{table}`; NaN where it has none"), Kind::Number)
        }
        (Part::Value, _) => (
            format!(
                "The number of the category in the column `{table}`, in the order of the text; -1 where it is missing, \
                 infrequent or not known"
            ),
            Kind::Number,
        ),
        (Part::Missing, _) => {
            (format!("1 when the column `{table}` has no value that can be read"), Kind::Flag)
        }
        (Part::Category(text), _) => (format!("1 when the column `{table}` is `{text}`"), Kind::Flag),
        (Part::Infrequent, _) => {
            (format!("1 when the column `{table}` is an infrequent or unknown category"), Kind::Flag)
        }
    };
    Some(Feature { name: name.to_owned(), description, unit: String::new(), kind })
}
