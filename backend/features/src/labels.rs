//! Labels: what a field, a label file or patterns say about each sample.
//!
//! A window or session is an anomaly when any of its records is. Where labels are classes, its records have to agree.
//! Nothing is guessed: a sample that nothing speaks of has no label, and what found no partner is counted.

mod file;

use crate::{FeatureError, Samples, samples::field};
use regex::RegexSet;
use std::collections::{BTreeMap, BTreeSet};
use trainyard_intake::{Columns, Records, text_at};
use trainyard_types::{
    FeatureSetSpecification, FieldError, LabelKind, LabelReport, LabelsSpecification, SampleSpecification,
};

/// The classes of labels that say whether a sample is an anomaly.
const BINARY: [&str; 2] = ["normal", "anomaly"];
/// The most classes that one field may have.
const MAX_CLASSES: usize = 1000;

/// What the samples are, in the order of the matrix's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    /// In the order of the text, but `normal` before `anomaly`.
    pub classes: Vec<String>,
    /// Per sample its place in `classes`; nothing for one without a label.
    pub class: Vec<Option<u32>>,
    /// Whether the second of two classes is the anomaly.
    pub binary: bool,
    pub report: LabelReport,
}

impl Labels {
    /// Per sample whether it is an anomaly; nothing where labels are classes.
    pub fn anomalous(&self) -> Option<Vec<Option<bool>>> {
        self.binary.then(|| self.class.iter().map(|class| class.map(|class| class == 1)).collect())
    }
}

/// Labels the samples that `sampling` cuts `records` into. `file` is the content of the label file, where
/// `specification` speaks of one.
///
/// # Errors
/// When no record has the field, the file is absent, lacks a column or is broken, or a pattern is invalid.
pub fn labels(
    records: &Records,
    sampling: &SampleSpecification,
    specification: &LabelsSpecification,
    file: Option<&[u8]>,
) -> Result<Labels, FeatureError> {
    let samples = match sampling {
        SampleSpecification::Record {} | SampleSpecification::Row { .. } => None,
        sampling => Some(Samples::of(records, sampling)?),
    };
    match specification {
        LabelsSpecification::Field { name, positive, negative } => {
            let values = values(records, name)?;
            let (classes, of_records) =
                classes(&values, name, positive.as_deref(), negative.as_deref(), records)?;
            let binary = is_binary(&classes);
            let found = combine(of_records, samples.as_ref(), binary);
            Ok(found.report(classes, binary, LabelKind::Field, 0))
        }
        LabelsSpecification::File { key, column, positive, .. } => {
            let file = file.ok_or(FeatureError::NoLabelFile)?;
            let mut read = file::LabelFile::read(file, key, column, positive)?;
            let sessions = matches!(sampling, SampleSpecification::Session { .. });
            let found = match samples.as_ref().filter(|_| sessions) {
                Some(samples) => Found::plain(samples.keys.iter().map(|key| read.of(key)).collect()),
                None => {
                    let keys = values(records, key)?;
                    let of_records = keys.iter().map(|key| read.of(key.as_deref()?)).collect();
                    combine(of_records, samples.as_ref(), true)
                }
            };
            Ok(found.report(BINARY.map(str::to_owned).into(), true, LabelKind::File, read.unmatched()))
        }
        LabelsSpecification::Patterns { patterns } => {
            let of_records = matches(records, patterns)?;
            let found = combine(of_records, samples.as_ref(), true);
            Ok(found.report(BINARY.map(str::to_owned).into(), true, LabelKind::Patterns, 0))
        }
    }
}

/// Every invalid field of a specification of labels, under `/labels`.
pub fn validate_labels(specification: &LabelsSpecification) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut refuse = |pointer: &str, detail: String| {
        errors.push(FieldError::new(format!("/labels{pointer}"), detail));
    };
    match specification {
        LabelsSpecification::Field { name, positive, negative } => {
            if name.is_empty() {
                refuse("/name", "names no field".into());
            }
            for (list, pointer) in [(positive, "/positive"), (negative, "/negative")] {
                if list.as_ref().is_some_and(Vec::is_empty) {
                    refuse(pointer, "lists no value; leave it out, or list one at least".into());
                }
            }
        }
        LabelsSpecification::File { key, column, positive, .. } => {
            for (name, pointer) in [(key, "/key"), (column, "/column")] {
                if name.is_empty() {
                    refuse(pointer, "names no column".into());
                }
            }
            if positive.is_empty() {
                refuse("/positive", "lists no value that means an anomaly".into());
            }
        }
        LabelsSpecification::Patterns { patterns } => {
            if patterns.is_empty() {
                refuse("/patterns", "lists no regular expression".into());
            }
            for (at, pattern) in patterns.iter().enumerate() {
                if let Err(error) = regex::Regex::new(pattern) {
                    refuse(&format!("/patterns/{at}"), error.to_string());
                }
            }
        }
    }
    errors
}

/// The specification of features that do not know the label: a table's column of that name is left out.
pub fn without_label(
    specification: &FeatureSetSpecification,
    labels: &LabelsSpecification,
) -> FeatureSetSpecification {
    let mut specification = specification.clone();
    if let Some(mut sampling @ SampleSpecification::Row { .. }) = crate::sampling(&specification) {
        if let (SampleSpecification::Row { exclude, .. }, LabelsSpecification::Field { name, .. }) =
            (&mut sampling, labels)
            && !exclude.contains(name)
        {
            exclude.push(name.clone());
        }
        specification.sample = Some(sampling);
    }
    specification
}

/// A role or attribute of every record, without white space around it.
fn values(records: &Records, name: &str) -> Result<Vec<Option<String>>, FeatureError> {
    let mut values = Vec::with_capacity(records.len());
    for batch in &records.batches {
        let columns = Columns::of(batch)?;
        values.extend((0..batch.num_rows()).map(|row| {
            let text = field(&columns, name, row)?;
            let trimmed = text.trim();
            (!trimmed.is_empty()).then(|| trimmed.to_owned())
        }));
    }
    match values.iter().any(Option::is_some) {
        true => Ok(values),
        false => Err(FeatureError::NoField { name: name.to_owned(), known: attributes(records)? }),
    }
}

/// The attributes that the first records have, for an error.
fn attributes(records: &Records) -> Result<Vec<String>, FeatureError> {
    let mut names = BTreeSet::new();
    for batch in records.batches.iter().take(1) {
        let columns = Columns::of(batch)?;
        for row in 0..batch.num_rows().min(100) {
            let text = text_at(columns.attributes, row).unwrap_or("{}");
            let object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(text).unwrap_or_default();
            names.extend(object.into_iter().map(|(name, _)| name));
        }
    }
    Ok(names.into_iter().take(50).collect())
}

type Classes = (Vec<String>, Vec<Option<u32>>);

/// The classes of a field, and that of every record.
fn classes(
    values: &[Option<String>],
    name: &str,
    positive: Option<&[String]>,
    negative: Option<&[String]>,
    records: &Records,
) -> Result<Classes, FeatureError> {
    let listed = |list: Option<&[String]>, value: &String| list.map(|list| list.contains(value));
    if positive.is_some() || negative.is_some() {
        let class = |value: &String| match (listed(positive, value), listed(negative, value)) {
            (Some(true), _) => Some(1),
            (_, Some(true)) => Some(0),
            (Some(false), Some(false)) => None,
            (positive, negative) => Some(u32::from(positive.is_none() && negative == Some(false))),
        };
        let of_records = values.iter().map(|value| class(value.as_ref()?)).collect();
        return Ok((BINARY.map(str::to_owned).into(), of_records));
    }
    let mut known: BTreeMap<&str, u32> = values.iter().flatten().map(|value| (value.as_str(), 0)).collect();
    if known.len() > MAX_CLASSES {
        return Err(FeatureError::TooManyClasses {
            name: name.to_owned(),
            classes: known.len(),
            limit: MAX_CLASSES,
            records: records.len(),
        });
    }
    known.values_mut().zip(0..).for_each(|(place, at)| *place = at);
    let of_records = values.iter().map(|value| known.get(value.as_deref()?).copied()).collect();
    Ok((known.keys().map(|name| (*name).to_owned()).collect(), of_records))
}

/// Whether the second of these classes is plainly the anomaly.
fn is_binary(classes: &[String]) -> bool {
    let pair: Vec<String> = classes.iter().map(|class| class.to_ascii_lowercase()).collect();
    matches!(
        pair.iter().map(String::as_str).collect::<Vec<_>>()[..],
        ["normal", "anomaly"] | ["0", "1"] | ["false", "true"]
    )
}

/// Whether any of the patterns occurs in each record's message.
fn matches(records: &Records, patterns: &[String]) -> Result<Vec<Option<u32>>, FeatureError> {
    let set = RegexSet::new(patterns).map_err(|error| FeatureError::Pattern {
        feature: "labels".into(),
        pattern: patterns.join(", "),
        reason: error.to_string(),
    })?;
    let mut found = Vec::with_capacity(records.len());
    for batch in &records.batches {
        let message = Columns::of(batch)?.message;
        found.extend((0..batch.num_rows()).map(|row| Some(u32::from(set.is_match(message.value(row))))));
    }
    Ok(found)
}

/// The samples' classes, and how many samples have several.
struct Found {
    class: Vec<Option<u32>>,
    ambiguous: u64,
}

/// From records to samples.
fn combine(of_records: Vec<Option<u32>>, samples: Option<&Samples>, binary: bool) -> Found {
    let Some(samples) = samples else { return Found::plain(of_records) };
    let mut ambiguous = 0;
    let class = (0..samples.len()).map(|sample| {
        let mut found = samples.records(sample).iter().filter_map(|at| of_records[*at as usize]);
        if binary {
            return found.max();
        }
        let first = found.next()?;
        let agree = found.all(|class| class == first);
        ambiguous += u64::from(!agree);
        agree.then_some(first)
    });
    let class = class.collect();
    Found { class, ambiguous }
}

impl Found {
    fn plain(class: Vec<Option<u32>>) -> Self {
        Self { class, ambiguous: 0 }
    }

    fn report(self, classes: Vec<String>, binary: bool, kind: LabelKind, unmatched_labels: u64) -> Labels {
        let mut counts = vec![0u64; classes.len()];
        self.class.iter().flatten().for_each(|class| counts[*class as usize] += 1);
        let labelled: u64 = counts.iter().sum();
        let report = LabelReport {
            kind,
            weak: kind == LabelKind::Patterns,
            labelled,
            positive: binary.then(|| counts.get(1).copied().unwrap_or(0)),
            unlabelled: self.class.len() as u64 - labelled,
            ambiguous: self.ambiguous,
            unmatched_labels,
            classes: classes.iter().cloned().zip(counts).collect(),
        };
        Labels { classes, class: self.class, binary, report }
    }
}
