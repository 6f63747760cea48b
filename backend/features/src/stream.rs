//! A fitted set applied to records that come one batch after the other: no more of them is held than the features look
//! back at, and of sessions, which may go on to the end, only what is counted of each record.

use crate::{
    FeatureError, FeatureMatrix, FeatureSet, Origins, Samples, aggregate,
    facts::{self, Facts, Record, RecordList},
    record,
    samples::{SessionKey, Sessions, Span},
    set::VERSION,
    table,
    transform::{aggregated, keys_and_masked, of_records, shaped, transform_batches, zeros},
};
use datafusion::arrow::array::{Array, RecordBatch};
use trainyard_intake::{Columns, Starts, templates::Masked};
use trainyard_types::{Entity, SampleSpecification};

/// Records that are looked at together, at least.
const AT_ONCE: usize = 1 << 17;
/// Bytes of them, at most.
const BYTES_AT_ONCE: usize = 256 << 20;

/// Applies a feature set to records in canonical order. The rows of all matrices that it gives, one after the other,
/// are those of [`crate::transform`]; the counts of records add up to its own.
pub struct Transformer<'a> {
    set: &'a FeatureSet,
    way: Way<'a>,
    /// What was not looked at yet, after what is looked back at.
    held: Vec<RecordBatch>,
    /// Batches of it that are looked back at only, and their records.
    past: (usize, usize),
    /// The records of the others, and their bytes.
    new: usize,
    bytes: usize,
    /// The time of the first record of all, in microseconds.
    begin: Option<i64>,
    at_once: usize,
}

enum Way<'a> {
    Records {
        history: i64,
    },
    Rows,
    Windows {
        seconds: u32,
        step: u32,
        by: Option<Entity>,
        from: Option<i64>,
    },
    Sessions(Box<OpenSessions<'a>>),
    /// Features that nobody asked for together with these samples: all records are held.
    Whole,
}

struct OpenSessions<'a> {
    key: SessionKey<'a>,
    idle_seconds: Option<u32>,
    layout: aggregate::Layout,
    sessions: Sessions,
    records: RecordList,
    count: usize,
    /// The first record of each session.
    firsts: Vec<usize>,
    origins: Origins,
}

impl<'a> Transformer<'a> {
    /// # Errors
    /// When the feature set is of another version or has features, patterns or windows that cannot be computed.
    pub fn new(set: &'a FeatureSet) -> Result<Self, FeatureError> {
        if set.version != VERSION {
            return Err(FeatureError::Version { found: set.version, known: VERSION });
        }
        let way = match &set.sampling {
            None | Some(SampleSpecification::Record {}) => Way::Records { history: record::history(set)? },
            Some(SampleSpecification::Row { .. }) => Way::Rows,
            Some(SampleSpecification::Window { seconds, step_seconds, by }) => Way::Windows {
                seconds: *seconds,
                step: step_seconds.unwrap_or(*seconds),
                by: *by,
                from: None,
            },
            Some(SampleSpecification::Session { key, idle_seconds }) => {
                let layout = aggregate::Layout::of(set)?;
                match layout.looks_closely() {
                    true => Way::Whole,
                    false => Way::Sessions(Box::new(OpenSessions {
                        key: SessionKey::new(key)?,
                        idle_seconds: *idle_seconds,
                        layout,
                        sessions: Sessions::default(),
                        records: RecordList::default(),
                        count: 0,
                        firsts: Vec::new(),
                        origins: Origins::default(),
                    })),
                }
            }
        };
        Ok(Self { set, way, held: Vec::new(), past: (0, 0), new: 0, bytes: 0, begin: None, at_once: AT_ONCE })
    }

    /// Looks at so many records together, at least.
    #[must_use]
    pub fn at_once(self, records: usize) -> Self {
        Self { at_once: records, ..self }
    }

    /// Takes the next records, and gives the samples that are complete now, if it is time to look.
    ///
    /// # Errors
    /// Those of [`crate::transform`].
    pub fn push(&mut self, batch: RecordBatch) -> Result<Option<FeatureMatrix>, FeatureError> {
        if self.begin.is_none() {
            self.begin = Columns::of(&batch)?.timestamp.iter().flatten().next();
        }
        self.new += batch.num_rows();
        self.bytes += batch.get_array_memory_size();
        self.held.push(batch);
        // As many as are looked back at, so that no record is looked at often.
        if self.new < self.at_once.max(self.past.1) && self.bytes < BYTES_AT_ONCE {
            return Ok(None);
        }
        self.bytes = 0;
        self.look(false)
    }

    /// The samples that are left.
    ///
    /// # Errors
    /// Those of [`crate::transform`].
    pub fn finish(mut self) -> Result<FeatureMatrix, FeatureError> {
        match (self.look(true)?, self.way) {
            (Some(last), _) => Ok(last),
            (None, Way::Sessions(sessions)) => sessions.finish(self.set),
            (None, _) => transform_batches(&[], self.set, &|_| ()),
        }
    }

    fn look(&mut self, end: bool) -> Result<Option<FeatureMatrix>, FeatureError> {
        let held = std::mem::take(&mut self.held);
        let columns = held.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
        let times = Times::of(&columns);
        match &mut self.way {
            Way::Whole if end => transform_batches(&held, self.set, &|_| ()).map(Some),
            Way::Whole => {
                self.held = held;
                self.new = 0;
                Ok(None)
            }
            Way::Sessions(sessions) => {
                sessions.add(&held, &columns, self.set)?;
                self.new = 0;
                Ok(None)
            }
            Way::Rows => {
                let rows = times.starts.len;
                let mut values = zeros(rows, self.set.features.len())?;
                table::compute(&columns, self.set, &mut values)?;
                self.new = 0;
                of_records(&columns, 0, self.set, values, vec![false; rows]).map(Some)
            }
            Way::Records { history } => {
                // A record's windows hold all that have its time.
                let last = times.last().filter(|_| !end);
                let done = last.map_or(times.starts.len, |last| times.before(last));
                if done <= self.past.1 && !end {
                    self.new = times.starts.len - self.past.1;
                    self.held = held;
                    return Ok(None);
                }
                let cut = [slices(&held, 0, self.past.1), slices(&held, self.past.1, done)];
                let past = cut[0].len();
                let looked = cut.concat();
                let columns = looked.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
                let mut values = zeros(done - self.past.1, self.set.features.len())?;
                let silent = |_: f64| ();
                let incomplete = record::compute(&columns, past, self.begin, self.set, &mut values, &silent)?;
                let matrix = of_records(&columns, self.past.1, self.set, values, incomplete)?;
                let kept = last.map_or(done, |last| times.until(last.saturating_sub(*history)));
                self.keep(&held, kept, done, times.starts.len);
                Ok(Some(matrix))
            }
            Way::Windows { seconds, step, by, from } => {
                let (width, every) = (i64::from(*seconds), i64::from((*step).max(1)));
                let last = times.last().filter(|_| !end).map(|last| last.div_euclid(1_000_000));
                let until = last.map(|last| last - width);
                let span = Span { begin: self.begin, from: *from, until };
                let samples = Samples::windows(&columns, *seconds, *step, *by, span)?;
                let masked = Masked::of(&held)?;
                let matrix = aggregated(&columns, self.past.1, self.set, samples, &masked, &|_| ())?;
                let next = until.map(|until| (until.div_euclid(every) + 1) * every);
                *from = next.or(*from);
                // Records without a time are in no window.
                let timed = times.first(|time| time.is_none());
                let kept = next.map_or(timed, |next| times.before(next * 1_000_000));
                self.keep(&held, kept, timed, timed);
                Ok(Some(matrix))
            }
        }
    }

    /// Holds the records from `kept` on, of which those before `done` are looked back at.
    fn keep(&mut self, held: &[RecordBatch], kept: usize, done: usize, all: usize) {
        let past = slices(held, kept, done);
        self.past = (past.len(), done - kept.min(done));
        self.new = all - done;
        self.held = [past, slices(held, done, all)].concat();
    }
}

impl OpenSessions<'_> {
    fn add(
        &mut self,
        held: &[RecordBatch],
        columns: &[Columns<'_>],
        set: &FeatureSet,
    ) -> Result<(), FeatureError> {
        let (keys, masked) = keys_and_masked(held, columns, &self.key)?;
        let masked = Masked::concat(masked);
        let mut begun = Vec::new();
        let mut before = 0;
        for (keys, columns) in keys.iter().zip(columns) {
            self.sessions.add(keys, |row| begun.push(before + row));
            before += columns.message.len();
        }
        self.origins.extend(columns, begun.iter().copied());
        self.firsts.extend(begun.iter().map(|at| self.count + at));
        self.count += before;
        self.records.extend(&facts::facts(columns, &masked, set, &self.layout)?.records);
        Ok(())
    }

    fn finish(self, set: &FeatureSet) -> Result<FeatureMatrix, FeatureError> {
        let Self { idle_seconds, layout, sessions, records, firsts, origins, .. } = self;
        let times = |idle| (idle, records.iter().map(Record::time).collect());
        let samples = sessions.finish(idle_seconds.map(times));
        let mut values = zeros(samples.len(), set.features.len())?;
        let facts = Facts { records, details: Vec::new() };
        aggregate::compute(&layout, &facts, &samples, &mut values);
        Ok(FeatureMatrix {
            names: set.features.clone(),
            values: shaped(samples.len(), set.features.len(), values)?,
            timestamps: firsts.iter().map(|at| facts.records[*at].time().unwrap_or_default()).collect(),
            origins,
            unseen_records: facts.records.unseen(0),
            records_without_key: samples.records_without_key,
            keys: samples.keys,
            incomplete: samples.incomplete,
        })
    }
}

/// The times of records in canonical order: ascending, those without one last.
struct Times<'a> {
    columns: &'a [Columns<'a>],
    starts: Starts,
}

impl<'a> Times<'a> {
    fn of(columns: &'a [Columns<'a>]) -> Self {
        Self { columns, starts: Starts::of(columns.iter().map(|batch| batch.message.len())) }
    }

    fn at(&self, record: usize) -> Option<i64> {
        let (batch, row) = self.starts.find(record);
        let times = self.columns[batch].timestamp;
        times.is_valid(row).then(|| times.value(row))
    }

    /// The last there is.
    fn last(&self) -> Option<i64> {
        let timed = self.first(|time| time.is_none());
        self.at(timed.checked_sub(1)?)
    }

    /// How many records are before this time.
    fn before(&self, time: i64) -> usize {
        self.first(|found| found.is_none_or(|found| found >= time))
    }

    /// How many records are not after this time.
    fn until(&self, time: i64) -> usize {
        self.first(|found| found.is_none_or(|found| found > time))
    }

    /// The first record for which something holds, as it does for all after it.
    fn first(&self, holds: impl Fn(Option<i64>) -> bool) -> usize {
        let (mut least, mut most) = (0, self.starts.len);
        while least < most {
            let middle = least.midpoint(most);
            if holds(self.at(middle)) { most = middle } else { least = middle + 1 }
        }
        least
    }
}

/// The records from one place to before another.
fn slices(batches: &[RecordBatch], from: usize, to: usize) -> Vec<RecordBatch> {
    let mut begin = 0;
    let mut parts = Vec::new();
    for batch in batches {
        let end = begin + batch.num_rows();
        let (first, after) = (from.max(begin), to.min(end));
        if first < after {
            parts.push(batch.slice(first - begin, after - first));
        }
        begin = end;
    }
    parts
}
