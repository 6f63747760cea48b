//! Labels: what a field, a label file or patterns say about each sample.
//!
//! A window or session is an anomaly when any of its records is. Where labels are classes, its records have to agree.
//! Nothing is guessed: a sample that nothing speaks of has no label, and what found no partner is counted.

mod file;

use crate::{
    FeatureError,
    pieces::{AllSamples, each_piece},
    samples::field,
};
use regex::RegexSet;
use rustc_hash::FxHashMap;
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
    match specification {
        LabelsSpecification::Field { name, positive, negative } => {
            let values = Values::of(records, name)?;
            let (classes, of_texts) = classes(&values, name, positive.as_deref(), negative.as_deref())?;
            let binary = is_binary(&classes);
            let found = combine(values.each(&of_texts), records, sampling, binary)?;
            Ok(found.report(classes, binary, LabelKind::Field, 0))
        }
        LabelsSpecification::File { key, column, positive, .. } => {
            let file = file.ok_or(FeatureError::NoLabelFile)?;
            let mut read = file::LabelFile::read(file, key, column, positive)?;
            let found = if let SampleSpecification::Session { .. } = sampling {
                match each_piece(&records.batches, sampling, None, |_, _| Ok(()))? {
                    AllSamples::Sessions(keys) => Found::plain(keys.iter().map(|key| read.of(key)).collect()),
                    AllSamples::Windows(_) => return Err(FeatureError::Sample("session".to_owned())),
                }
            } else {
                let keys = Values::of(records, key)?;
                let of_texts: Vec<Option<u32>> = keys.texts.iter().map(|key| read.of(key)).collect();
                combine(keys.each(&of_texts), records, sampling, true)?
            };
            Ok(found.report(BINARY.map(str::to_owned).into(), true, LabelKind::File, read.unmatched()))
        }
        LabelsSpecification::Patterns { patterns } => {
            let found = combine(matches(records, patterns)?, records, sampling, true)?;
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
#[derive(Default)]
struct Values {
    /// The different ones.
    texts: Vec<String>,
    /// Per record its place in `texts`.
    of: Vec<Option<u32>>,
}

impl Values {
    fn of(records: &Records, name: &str) -> Result<Self, FeatureError> {
        let mut values = Self { of: Vec::with_capacity(records.len()), ..Self::default() };
        let mut known = FxHashMap::<String, u32>::default();
        for batch in records.batches.iter()? {
            let batch = batch?;
            let columns = Columns::of(&batch)?;
            for row in 0..batch.num_rows() {
                let text = field(&columns, name, row).unwrap_or_default();
                let text = text.trim();
                let place = known.get(text).copied().or_else(|| {
                    if text.is_empty() {
                        return None;
                    }
                    known.insert(text.to_owned(), values.texts.len() as u32);
                    values.texts.push(text.to_owned());
                    known.get(text).copied()
                });
                values.of.push(place);
            }
        }
        match values.texts.is_empty() {
            false => Ok(values),
            true => Err(FeatureError::NoField { name: name.to_owned(), known: attributes(records)? }),
        }
    }

    /// What is known of each text, for every record.
    fn each(&self, of_texts: &[Option<u32>]) -> Vec<Option<u32>> {
        self.of.iter().map(|place| of_texts[(*place)? as usize]).collect()
    }
}

/// The attributes that the first records have, for an error.
fn attributes(records: &Records) -> Result<Vec<String>, FeatureError> {
    let (mut names, mut rest) = (BTreeSet::new(), 100);
    for batch in records.batches.iter()? {
        let batch = batch?;
        let columns = Columns::of(&batch)?;
        for row in 0..batch.num_rows().min(rest) {
            let text = text_at(columns.attributes, row).unwrap_or("{}");
            let object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(text).unwrap_or_default();
            names.extend(object.into_iter().map(|(name, _)| name));
        }
        rest -= batch.num_rows().min(rest);
        if rest == 0 {
            break;
        }
    }
    Ok(names.into_iter().take(50).collect())
}

type Classes = (Vec<String>, Vec<Option<u32>>);

/// The classes of a field, and that of every text in it.
fn classes(
    values: &Values,
    name: &str,
    positive: Option<&[String]>,
    negative: Option<&[String]>,
) -> Result<Classes, FeatureError> {
    let listed = |list: Option<&[String]>, value: &String| list.map(|list| list.contains(value));
    if positive.is_some() || negative.is_some() {
        let class = |value: &String| match (listed(positive, value), listed(negative, value)) {
            (Some(true), _) => Some(1),
            (_, Some(true)) => Some(0),
            (Some(false), Some(false)) => None,
            (positive, negative) => Some(u32::from(positive.is_none() && negative == Some(false))),
        };
        return Ok((BINARY.map(str::to_owned).into(), values.texts.iter().map(class).collect()));
    }
    let mut known: BTreeMap<&str, u32> = values.texts.iter().map(|text| (text.as_str(), 0)).collect();
    if known.len() > MAX_CLASSES {
        return Err(FeatureError::TooManyClasses {
            name: name.to_owned(),
            classes: known.len(),
            limit: MAX_CLASSES,
            records: values.of.len(),
        });
    }
    known.values_mut().zip(0..).for_each(|(place, at)| *place = at);
    let of_texts = values.texts.iter().map(|text| known.get(text.as_str()).copied()).collect();
    Ok((known.keys().map(|name| (*name).to_owned()).collect(), of_texts))
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
    for batch in records.batches.iter()? {
        let batch = batch?;
        let message = Columns::of(&batch)?.message;
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
fn combine(
    of_records: Vec<Option<u32>>,
    records: &Records,
    sampling: &SampleSpecification,
    binary: bool,
) -> Result<Found, FeatureError> {
    if let SampleSpecification::Record {} | SampleSpecification::Row { .. } = sampling {
        return Ok(Found::plain(of_records));
    }
    // Per sample its class, and whether its records disagree.
    let mut found: Vec<(Option<u32>, bool)> = Vec::new();
    let samples = each_piece(&records.batches, sampling, None, |piece, members| {
        for (sample, record) in &members.pairs {
            let Some(class) = of_records[piece.first + *record as usize] else { continue };
            let sample = *sample as usize;
            found.resize(found.len().max(sample + 1), (None, false));
            let (known, ambiguous) = &mut found[sample];
            match *known {
                Some(other) if !binary => *ambiguous |= class != other,
                other => *known = other.max(Some(class)),
            }
        }
        Ok(())
    })?;
    found.resize(samples.len(), (None, false));
    let class = found.iter().map(|(class, ambiguous)| class.filter(|_| !ambiguous)).collect();
    Ok(Found { class, ambiguous: found.iter().filter(|found| found.1).count() as u64 })
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
