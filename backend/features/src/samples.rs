//! Which records make up which sample: windows of time, and sessions with the same key.

use crate::{FeatureError, key_pattern::KeyPattern};
use datafusion::arrow::array::{Array, RecordBatch};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::borrow::Cow;
use trainyard_intake::{Columns, text_at};
use trainyard_types::{Entity, KeySpecification, SampleSpecification};

/// The most windows that one instant may lie in.
pub(crate) const MAX_OVERLAP: u32 = 1000;
/// The most records of all windows together, each counted as often as it is in one: 6 GiB while they are sorted.
const MAX_MEMBERS: usize = 1 << 28;

/// The samples of some records, by their first record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Samples {
    /// The session's key; of a window its start in seconds since 1970 UTC and, after a space, its host or process.
    pub(crate) keys: Vec<String>,
    /// True for a window that the input cuts off and a session that may go on.
    pub(crate) incomplete: Vec<bool>,
    /// Records that belong to no sample.
    pub(crate) records_without_key: u64,
    /// Where sample `i`'s records begin in `members`; one more at the end.
    starts: Vec<usize>,
    /// Places of records in the canonical order, ascending within a sample.
    members: Vec<u32>,
}

impl Samples {
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The places of a sample's records.
    pub(crate) fn records(&self, sample: usize) -> &[u32] {
        &self.members[self.starts[sample]..self.starts[sample + 1]]
    }

    /// Cuts records into windows or sessions.
    ///
    /// # Errors
    /// When the key is no regular expression, or samples of this kind are not made of several records.
    pub(crate) fn of(batches: &[RecordBatch], sampling: &SampleSpecification) -> Result<Self, FeatureError> {
        let columns = batches.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
        match sampling {
            SampleSpecification::Window { seconds, step_seconds, by } => {
                Self::windows(&columns, *seconds, step_seconds.unwrap_or(*seconds), *by, Span::default())
            }
            SampleSpecification::Session { key, idle_seconds } => {
                let key = SessionKey::new(key)?;
                let keys = columns.par_iter().with_max_len(1).map(|batch| key.find(batch)).collect();
                Ok(Self::sessions(keys, &columns, *idle_seconds))
            }
            other => Err(FeatureError::Sample(kind(other).to_owned())),
        }
    }

    /// Windows of `width` seconds, one every `step` seconds, as far as they begin within the span.
    pub(crate) fn windows(
        columns: &[Columns<'_>],
        width: u32,
        step: u32,
        by: Option<Entity>,
        span: Span,
    ) -> Result<Self, FeatureError> {
        if step == 0 || width == 0 || width / step > MAX_OVERLAP {
            return Err(FeatureError::Window { seconds: width, step });
        }
        let entity = |columns: &Columns<'_>, row| match by {
            None => None,
            Some(Entity::Host) => Some(text_at(columns.host, row).unwrap_or_default().to_owned()),
            Some(Entity::Process) => Some(text_at(columns.process, row).unwrap_or_default().to_owned()),
        };
        let times = times(columns);
        let overlap = width.div_ceil(step) as usize;
        if times.len().saturating_mul(overlap) > MAX_MEMBERS {
            let (seconds, records, limit) = (width, times.len(), MAX_MEMBERS);
            return Err(FeatureError::TooManyMembers { seconds, step, records, limit });
        }
        let names = columns.iter().flat_map(|batch| (0..batch.message.len()).map(|row| entity(batch, row)));
        Ok(windows(&times, names, i64::from(width), i64::from(step), span))
    }

    /// The sessions of records whose keys were found.
    pub(crate) fn sessions(keys: Vec<Keys<'_>>, columns: &[Columns<'_>], idle_seconds: Option<u32>) -> Self {
        let mut sessions = Sessions::default();
        keys.iter().for_each(|keys| sessions.add(keys, |_| ()));
        sessions.finish(idle_seconds.map(|idle| (idle, times(columns))))
    }

    /// Of samples and their records, in parts.
    fn collect(keys: Vec<String>, pairs: &[Vec<(u32, u32)>], records_without_key: u64) -> Self {
        let mut starts = vec![0; keys.len() + 1];
        pairs.iter().flatten().for_each(|(sample, _)| starts[*sample as usize + 1] += 1);
        for sample in 0..keys.len() {
            starts[sample + 1] += starts[sample];
        }
        let (mut next, mut members) = (starts.clone(), vec![0; starts[keys.len()]]);
        for (sample, record) in pairs.iter().flatten() {
            members[next[*sample as usize]] = *record;
            next[*sample as usize] += 1;
        }
        Self { incomplete: vec![false; keys.len()], keys, records_without_key, starts, members }
    }
}

pub(crate) fn kind(sampling: &SampleSpecification) -> &'static str {
    match sampling {
        SampleSpecification::Record {} => "record",
        SampleSpecification::Window { .. } => "window",
        SampleSpecification::Session { .. } => "session",
        SampleSpecification::Row { .. } => "row",
    }
}

/// Every record's time, where it has one.
pub(crate) fn times(columns: &[Columns<'_>]) -> Vec<Option<i64>> {
    columns.iter().flat_map(|batch| batch.timestamp.iter()).collect()
}

/// The part of all windows that is asked for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Span {
    /// The time of the first record of all input, in microseconds, if it is not the first here.
    pub(crate) begin: Option<i64>,
    /// The least second that a window begins at.
    pub(crate) from: Option<i64>,
    /// The greatest; all of these windows have ended.
    pub(crate) until: Option<i64>,
}

/// Windows `[k · step, k · step + width)` that hold a record, by start and entity.
fn windows(
    times: &[Option<i64>],
    entities: impl Iterator<Item = Option<String>>,
    width: i64,
    step: i64,
    span: Span,
) -> Samples {
    let (mut known, mut names) = (FxHashMap::default(), Vec::new());
    let (mut places, mut without) = (Vec::new(), 0);
    for (record, (time, entity)) in times.iter().zip(entities).enumerate() {
        let Some(time) = time else {
            without += 1;
            continue;
        };
        let name = *known.entry(entity).or_insert_with_key(|entity| {
            names.push(entity.clone());
            names.len() - 1
        });
        let second = time.div_euclid(1_000_000);
        for k in (second - width).div_euclid(step) + 1..=second.div_euclid(step) {
            let start = k * step;
            if span.from.is_none_or(|from| start >= from) && span.until.is_none_or(|until| start <= until) {
                places.push((start, name, record as u32));
            }
        }
    }
    places.sort_unstable_by(|a, b| (a.0, &names[a.1], a.2).cmp(&(b.0, &names[b.1], b.2)));
    let (mut keys, mut starts, mut pairs) = (Vec::new(), Vec::new(), Vec::with_capacity(places.len()));
    let mut last = None;
    for (start, name, record) in places {
        if last != Some((start, name)) {
            last = Some((start, name));
            keys.push(names[name].as_ref().map_or(start.to_string(), |name| format!("{start} {name}")));
            starts.push(start);
        }
        pairs.push((keys.len() as u32 - 1, record));
    }
    let mut samples = Samples::collect(keys, &[pairs], without);
    let first = span.begin.or(times.iter().flatten().min().copied());
    let end = times.iter().flatten().max().filter(|_| span.until.is_none());
    for (incomplete, start) in samples.incomplete.iter_mut().zip(starts) {
        *incomplete = first.is_some_and(|first| start * 1_000_000 < first)
            || end.is_some_and(|end| (start + width) * 1_000_000 > end + 1);
    }
    samples
}

/// The different keys of a batch and, for every record, which of them it has.
pub(crate) struct Keys<'a> {
    texts: Vec<Cow<'a, str>>,
    /// Records of the batch and places in `texts`.
    pub(crate) pairs: Vec<(u32, u32)>,
    pub(crate) rows: usize,
}

/// How the keys of a record are found.
pub(crate) enum SessionKey<'a> {
    Field(&'a str),
    Pattern(Box<KeyPattern>),
}

impl<'a> SessionKey<'a> {
    /// # Errors
    /// When the key is no regular expression.
    pub(crate) fn new(key: &'a KeySpecification) -> Result<Self, FeatureError> {
        match key {
            KeySpecification::Field(name) => Ok(Self::Field(name)),
            KeySpecification::Regex(pattern) => KeyPattern::new(pattern)
                .map(|pattern| Self::Pattern(pattern.into()))
                .map_err(|error| FeatureError::Pattern {
                    feature: "sample/key".into(),
                    pattern: pattern.clone(),
                    reason: error.to_string(),
                }),
        }
    }

    pub(crate) fn find<'b>(&self, batch: &Columns<'b>) -> Keys<'b> {
        let rows = batch.message.len();
        let mut known = FxHashMap::<Cow<'b, str>, u32>::default();
        let mut keys = Keys { texts: Vec::new(), pairs: Vec::with_capacity(rows), rows };
        for row in 0..rows {
            let begin = keys.pairs.len();
            let mut take = |text: Cow<'b, str>| {
                let place = *known.entry(text).or_insert_with_key(|text| {
                    keys.texts.push(text.clone());
                    keys.texts.len() as u32 - 1
                });
                if !keys.pairs[begin..].iter().any(|pair| pair.1 == place) {
                    keys.pairs.push((row as u32, place));
                }
            };
            match self {
                Self::Pattern(pattern) => pattern.find(batch.message.value(row), |key| take(key.into())),
                Self::Field(name) => field(batch, name, row).into_iter().for_each(take),
            }
        }
        keys
    }
}

/// A role's text, or that of an attribute with this name.
pub(crate) fn field<'a>(batch: &Columns<'a>, name: &str, row: usize) -> Option<Cow<'a, str>> {
    let role = match name {
        "host" => Some(batch.host),
        "process" => Some(batch.process),
        "pid" => Some(batch.pid),
        "level" => Some(batch.level),
        "message" => Some(batch.message),
        _ => None,
    };
    if let Some(text) = role.and_then(|role| text_at(role, row)) {
        return Some(text.into());
    }
    let object: Value = serde_json::from_str(text_at(batch.attributes, row)?).ok()?;
    match object.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone().into()),
        other => Some(other.to_string().into()),
    }
}

/// Sessions by the order in which they begin.
#[derive(Default)]
pub(crate) struct SessionNumbers(FxHashMap<String, u32>);

impl SessionNumbers {
    /// The number of each of a batch's keys.
    pub(crate) fn of(&mut self, keys: &Keys<'_>) -> Vec<u32> {
        let known = &mut self.0;
        let number = |text: &Cow<'_, str>| {
            let next = known.len() as u32;
            known.get(&**text).copied().unwrap_or_else(|| *known.entry(text.to_string()).or_insert(next))
        };
        keys.texts.iter().map(number).collect()
    }

    /// The keys of all.
    pub(crate) fn keys(self) -> Vec<String> {
        let mut keys = vec![String::new(); self.0.len()];
        self.0.into_iter().for_each(|(text, number)| keys[number as usize] = text);
        keys
    }
}

/// Sessions as their records come.
#[derive(Default)]
pub(crate) struct Sessions {
    numbers: SessionNumbers,
    /// Sessions and records, batch by batch: a long list would be copied as it grows.
    pairs: Vec<Vec<(u32, u32)>>,
    records: u32,
    with_key: u64,
}

impl Sessions {
    /// Takes the keys of the next records; `begin` hears the row of each that begins a session.
    pub(crate) fn add(&mut self, batch: &Keys<'_>, mut begin: impl FnMut(usize)) {
        let mut next = self.numbers.0.len() as u32;
        let numbers = self.numbers.of(batch);
        let mut last = None;
        let mut pairs = Vec::with_capacity(batch.pairs.len());
        for (row, place) in &batch.pairs {
            self.with_key += u64::from(last != Some(*row));
            last = Some(*row);
            let place = numbers[*place as usize];
            if place == next {
                next += 1;
                begin(*row as usize);
            }
            pairs.push((place, self.records + row));
        }
        self.pairs.push(pairs);
        self.records += batch.rows as u32;
    }

    /// All sessions. With the seconds after which a quiet one has ended, and the times of all records, those that may
    /// go on are incomplete.
    pub(crate) fn finish(self, idle: Option<(u32, Vec<Option<i64>>)>) -> Samples {
        let without = u64::from(self.records) - self.with_key;
        let mut samples = Samples::collect(self.numbers.keys(), &self.pairs, without);
        let Some((idle, times)) = idle else { return samples };
        if let Some(end) = times.iter().flatten().max() {
            for sample in 0..samples.len() {
                let last = samples.records(sample).iter().filter_map(|at| times[*at as usize]).max();
                samples.incomplete[sample] =
                    last.is_none_or(|last| end - last <= i64::from(idle) * 1_000_000);
            }
        }
        samples
    }
}
