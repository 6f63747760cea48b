//! What stands at a path over a sample of records.

use super::super::{
    apply::instant,
    row::{Row, Value, text_of_bytes},
};
use crate::{level, time};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{borrow::Cow, collections::BTreeSet};

/// Values that are looked at, at most.
const VALUES: usize = 200;

/// Shares are of the values that say something; `cover` is of the records.
pub(super) struct Column<'r> {
    pub(super) path: &'r str,
    /// Its place among the paths as they come.
    pub(super) order: usize,
    /// The records that have it.
    pub(super) rows: Vec<usize>,
    pub(super) cover: f64,
    /// Times with date and time of day; dates alone; times of day alone.
    pub(super) full: f64,
    pub(super) date: f64,
    pub(super) clock: f64,
    /// Numbers, also those that are written as text; whole ones.
    pub(super) number: f64,
    pub(super) whole: f64,
    pub(super) text: f64,
    /// Names of levels, and those that can hardly be anything else.
    pub(super) levels: f64,
    pub(super) strong: f64,
    /// All whole numbers.
    pub(super) integers: BTreeSet<i64>,
    /// Words of a text.
    pub(super) words: f64,
    /// Texts with blanks in them.
    pub(super) spaced: f64,
    pub(super) distinct: usize,
    pub(super) variety: f64,
}

/// The columns of a sample, in the order in which their paths come first.
pub(super) fn columns<'r>(rows: &'r [Row<'_>]) -> Vec<Column<'r>> {
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let mut found: Vec<(&str, Vec<(usize, &Value<'_>)>)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        for (path, value) in row.iter().filter(|(_, value)| !is_blank(value)) {
            let place = *places.entry(path).or_insert_with(|| {
                found.push((path, Vec::new()));
                found.len() - 1
            });
            let values = &mut found[place].1;
            if values.last().is_none_or(|(last, _)| *last != at) {
                values.push((at, value));
            }
        }
    }
    let measured = found.into_iter().enumerate();
    measured.map(|(order, (path, values))| Column::measured(path, order, &values, rows.len())).collect()
}

fn is_blank(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => text.trim().is_empty(),
        value => value.is_nothing(),
    }
}

impl<'r> Column<'r> {
    fn measured(path: &'r str, order: usize, values: &[(usize, &Value<'_>)], rows: usize) -> Self {
        let step = values.len().div_ceil(VALUES).max(1);
        let sample: Vec<&Value<'_>> = values.iter().step_by(step).map(|(_, value)| *value).collect();
        let count = sample.len().max(1) as f64;
        let share = |holds: &dyn Fn(&Value<'_>) -> bool| {
            sample.iter().filter(|value| holds(value)).count() as f64 / count
        };
        let times: Vec<Option<time::Raw>> = sample.iter().map(|value| instant(value)).collect();
        let timed = |date: bool, clock: bool| {
            let fits = |raw: &&time::Raw| raw.has_date() == date && raw.has_clock() == clock;
            times.iter().flatten().filter(fits).count() as f64 / count
        };
        let texts: Vec<Cow<'_, str>> = sample.iter().filter_map(|value| prose(value)).collect();
        let distinct: FxHashSet<&str> = texts.iter().map(|text| &**text).collect();
        let leveled = |strong: bool| {
            let says =
                |value: &&&Value<'_>| !matches!(value, Value::Text(text) if level::is_none(text.trim()));
            let known = sample.iter().filter(|value| names_level(value, strong)).count();
            known as f64 / sample.iter().filter(says).count().max(1) as f64
        };
        let per_text = |total: usize| total as f64 / texts.len().max(1) as f64;
        Self {
            path,
            order,
            rows: values.iter().map(|(row, _)| *row).collect(),
            cover: values.len() as f64 / rows.max(1) as f64,
            full: timed(true, true),
            date: timed(true, false),
            clock: timed(false, true),
            number: share(&|value| match value {
                Value::Text(text) => text.parse::<f64>().is_ok(),
                Value::Integer(_) | Value::Unsigned(_) | Value::Number(_) => true,
                _ => false,
            }),
            whole: share(&|value| value.integer().is_some()),
            text: texts.len() as f64 / count,
            levels: leveled(false),
            strong: leveled(true),
            integers: values.iter().filter_map(|(_, value)| value.integer()).collect(),
            words: per_text(texts.iter().map(|text| text.split_whitespace().count()).sum()),
            spaced: per_text(texts.iter().filter(|text| text.trim().contains(' ')).count()),
            distinct: distinct.len(),
            variety: per_text(distinct.len()),
        }
    }

    pub(super) fn depth(&self) -> f64 {
        self.path.matches('.').count() as f64
    }

    /// Whether its values can be names: short texts that are neither times nor levels.
    pub(super) fn is_name(&self) -> bool {
        self.text > 0.5 && self.full < 0.5 && self.levels < 0.5 && self.words <= 4.0
    }
}

/// Text, as it is or as bytes.
fn prose<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Nested(json) => text_of_bytes(json).map(Cow::Owned),
        _ => None,
    }
}

fn names_level(value: &Value<'_>, strong: bool) -> bool {
    let Value::Text(text) = value else { return false };
    let text = text.trim_matches(|c: char| c.is_whitespace() || "[]():<>".contains(c));
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) => level::letter(one).is_some() && !strong,
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => false,
        _ if strong => level::word(text).is_some() && !level::is_weak(text),
        _ => text.len() < 24 && level::value(text, None).is_some(),
    }
}
