//! What windows and sessions look at in each record.

use crate::{
    FeatureError, FeatureSet,
    aggregate::Layout,
    events::Events,
    message::{Addresses, describe},
    numbers,
};
use datafusion::arrow::array::{Array, StringViewArray};
use rayon::prelude::*;
use regex::bytes::Regex;
use std::ops::Index;
use trainyard_intake::{
    Columns, IntakeError, LEVELS, Starts,
    templates::{Masked, Matcher, Templates},
    text_at,
};
use trainyard_surprise::Step;

pub(crate) const UNSEEN: u32 = u32::MAX;
/// Records that one core looks at in a row.
const AT_ONCE: usize = 1 << 12;
/// `error`, the mildest level that counts as an error.
const ERROR_SEVERITY: usize = 3;

/// All records, in their order.
pub(crate) struct Facts<'a> {
    pub(crate) records: RecordList,
    /// What only some features look at; empty when none of these is asked for.
    pub(crate) details: Vec<Details<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    /// [`i64::MIN`] without one.
    time: i64,
    pub(crate) template: u32,
    /// The place in [`LEVELS`], or beyond them.
    pub(crate) level: u8,
}

impl Record {
    pub(crate) fn time(&self) -> Option<i64> {
        (self.time != i64::MIN).then_some(self.time)
    }

    /// As a step of its session.
    pub(crate) fn step(&self) -> Step {
        Step {
            template: (self.template != UNSEEN).then_some(self.template),
            time: self.time(),
            severity: (usize::from(self.level) < LEVELS.len()).then_some(self.level),
        }
    }
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

/// A list that grows without being copied, however long it is: parts of [`AT_ONCE`] records, the last of fewer.
#[derive(Default)]
pub(crate) struct RecordList(Vec<Vec<Record>>);

impl RecordList {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.0.iter().flatten()
    }

    /// How many records after the `past` first have a message of no template.
    pub(crate) fn unseen(&self, past: usize) -> u64 {
        self.iter().skip(past).filter(|record| record.template == UNSEEN).count() as u64
    }

    pub(crate) fn extend(&mut self, more: &Self) {
        for record in more.iter() {
            match self.0.last_mut().filter(|part| part.len() < AT_ONCE) {
                Some(part) => part.push(*record),
                None => {
                    let mut part = Vec::with_capacity(AT_ONCE);
                    part.push(*record);
                    self.0.push(part);
                }
            }
        }
    }
}

impl Index<usize> for RecordList {
    type Output = Record;

    fn index(&self, at: usize) -> &Record {
        &self.0[at / AT_ONCE][at % AT_ONCE]
    }
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

/// The facts of all records, on all cores.
pub(crate) fn facts<'a>(
    columns: &[Columns<'a>],
    masked: &Masked,
    set: &FeatureSet,
    layout: &Layout,
) -> Result<Facts<'a>, FeatureError> {
    let none = Templates::default();
    let matcher = Matcher::new(set.state.templates.as_ref().unwrap_or(&none)).map_err(IntakeError::from)?;
    let found = masked.find(&matcher);
    let starts = Starts::of(columns.iter().map(|batch| batch.message.len()));
    let record = |levels: &mut Levels, at: usize, (batch, row): (usize, usize)| {
        let (time, level) = (columns[batch].timestamp, levels.of(columns[batch].level, row));
        Record {
            time: if time.is_valid(row) { time.value(row) } else { i64::MIN },
            template: found.template(at).unwrap_or(UNSEEN),
            level: level.unwrap_or(LEVELS.len()) as u8,
        }
    };
    let part = |levels: &mut Levels, part: usize| {
        let begin = part * AT_ONCE;
        let own = begin..starts.len.min(begin + AT_ONCE);
        own.clone().zip(starts.places(own)).map(|(at, place)| record(levels, at, place)).collect()
    };
    let parts = (0..starts.len.div_ceil(AT_ONCE)).into_par_iter();
    let records = RecordList(parts.map_init(Levels::default, part).collect());
    if !layout.looks_closely() {
        return Ok(Facts { records, details: Vec::new() });
    }
    let patterns = Patterns::compile(set)?;
    let details = |addresses: &mut Addresses, at: usize| {
        let (batch, row) = starts.find(at);
        let batch = &columns[batch];
        let message = batch.message.value(row);
        let mut found = patterns.events.find(message);
        found[0] |= usize::from(records[at].level) <= ERROR_SEVERITY;
        describe(message, addresses);
        let mut own = Vec::new();
        numbers::find(&patterns.numbers, message, |name, number| {
            if let Some(field) = layout.fields.get(&name) {
                own.push((*field as u32, number));
            }
        });
        Details {
            events: found.iter().enumerate().fold(0, |bits, (at, raised)| bits | u8::from(*raised) << at),
            process: text_at(batch.process, row).unwrap_or_default(),
            host: text_at(batch.host, row).unwrap_or_default(),
            macs: addresses.macs.as_slice().into(),
            ips: addresses.ips.as_slice().into(),
            numbers: own.into(),
        }
    };
    let all = (0..starts.len).into_par_iter().with_min_len(AT_ONCE);
    let details = all.map_init(Addresses::default, details).collect();
    Ok(Facts { records, details })
}

/// Levels by their texts, of which many are the same in a row.
#[derive(Default)]
struct Levels {
    last: Option<(u128, Option<usize>)>,
}

impl Levels {
    /// The place in [`LEVELS`]. They are short, so that their views are the texts.
    fn of(&mut self, column: &StringViewArray, row: usize) -> Option<usize> {
        let text = text_at(column, row)?;
        let view = column.views()[row];
        match self.last {
            Some((last, level)) if last == view => level,
            _ => {
                let level = LEVELS.iter().position(|known| *known == text);
                self.last = Some((view, level));
                level
            }
        }
    }
}
