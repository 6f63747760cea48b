//! What windows and sessions look at in each record.

use crate::{
    FeatureError, FeatureSet,
    aggregate::Layout,
    events::Events,
    message::{Addresses, describe},
    numbers,
};
use datafusion::arrow::array::Array;
use rayon::prelude::*;
use regex::bytes::Regex;
use trainyard_intake::{
    Columns, LEVELS,
    templates::{Masked, Matcher, Templates},
    text_at,
};

pub(crate) const UNSEEN: u32 = u32::MAX;
/// `error`, the mildest level that counts as an error.
const ERROR_SEVERITY: usize = 3;

#[derive(Clone, Debug, Default)]
pub(crate) struct Record<'a> {
    pub(crate) time: Option<i64>,
    pub(crate) template: u32,
    /// The place in [`LEVELS`], or beyond them.
    pub(crate) level: u8,
    /// What only some features look at.
    pub(crate) details: Option<Box<Details<'a>>>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Details<'a> {
    /// A bit per event flag.
    pub(crate) events: u8,
    pub(crate) process: &'a str,
    pub(crate) host: &'a str,
    pub(crate) macs: Box<[u64]>,
    pub(crate) ips: Box<[u128]>,
    pub(crate) numbers: Box<[(u32, f64)]>,
}

/// What details are found by.
struct Patterns {
    events: Events,
    numbers: Regex,
}

impl Patterns {
    fn compile(set: &FeatureSet) -> Result<Self, FeatureError> {
        let numbers = numbers::compile().map_err(|error| FeatureError::Pattern {
            feature: "field".into(),
            pattern: numbers::PATTERN.into(),
            reason: error.to_string(),
        })?;
        Ok(Self { events: Events::compile(&set.patterns)?, numbers })
    }
}

/// The facts of all records, in their order, on all cores.
pub(crate) fn facts<'a>(
    columns: &[Columns<'a>],
    masked: &Masked,
    set: &FeatureSet,
    layout: &Layout,
) -> Result<Vec<Record<'a>>, FeatureError> {
    let none = Templates { version: 1, masks: Vec::new(), templates: Vec::new(), beyond_limit: 0 };
    let templates = masked.find(&Matcher::new(set.state.templates.as_ref().unwrap_or(&none))?);
    let closely = layout.looks_closely().then(|| Patterns::compile(set)).transpose()?;
    let mut offset = 0;
    let mut parts = Vec::with_capacity(columns.len());
    for batch in columns {
        parts.push((batch, &templates[offset..offset + batch.message.len()]));
        offset += batch.message.len();
    }
    let batches: Vec<Vec<Record<'a>>> = parts
        .into_par_iter()
        .map(|(batch, templates)| {
            let mut addresses = Addresses::default();
            (0..batch.message.len())
                .map(|row| {
                    let message = batch.message.value(row);
                    let level = text_at(batch.level, row)
                        .and_then(|level| LEVELS.iter().position(|known| *known == level));
                    let mut record = Record {
                        time: batch.timestamp.is_valid(row).then(|| batch.timestamp.value(row)),
                        template: templates[row].unwrap_or(UNSEEN),
                        level: level.unwrap_or(LEVELS.len()) as u8,
                        ..Record::default()
                    };
                    if let Some(patterns) = &closely {
                        let mut found = patterns.events.find(message);
                        found[0] |= level.is_some_and(|level| level <= ERROR_SEVERITY);
                        describe(message, &mut addresses);
                        let mut own = Vec::new();
                        numbers::find(&patterns.numbers, message, |name, number| {
                            if let Some(field) = layout.fields.get(&name) {
                                own.push((*field as u32, number));
                            }
                        });
                        record.details = Some(Box::new(Details {
                            events: found
                                .iter()
                                .enumerate()
                                .fold(0, |bits, (at, raised)| bits | u8::from(*raised) << at),
                            process: text_at(batch.process, row).unwrap_or_default(),
                            host: text_at(batch.host, row).unwrap_or_default(),
                            macs: addresses.macs.as_slice().into(),
                            ips: addresses.ips.as_slice().into(),
                            numbers: own.into(),
                        }));
                    }
                    record
                })
                .collect()
        })
        .collect();
    let mut facts = Vec::with_capacity(offset);
    batches.into_iter().for_each(|batch| facts.extend(batch));
    Ok(facts)
}
