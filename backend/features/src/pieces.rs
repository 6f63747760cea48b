//! Records that come one batch after the other, in pieces that can be looked at for themselves. No more of them is held
//! than what comes after looks back at.

use crate::{
    FeatureError,
    samples::{Samples, SessionKey, SessionNumbers, Span},
};
use datafusion::arrow::array::{Array, RecordBatch};
use rayon::prelude::*;
use std::ops::Range;
use trainyard_intake::{Batches, Columns, Footprint, Starts};
use trainyard_types::{Entity, SampleSpecification};

/// Records of a piece, at least.
const AT_ONCE: usize = 1 << 17;
/// Bytes of them, at most.
const BYTES_AT_ONCE: usize = 256 << 20;

/// What a piece has to have.
pub(crate) enum Cut {
    /// Records, none of which needs another one.
    Anywhere,
    /// Records, with those of the microseconds before them.
    History(i64),
    /// Windows, with all their records.
    Windows { seconds: u32, step: u32, by: Option<Entity>, from: Option<i64> },
    /// All records there are.
    Nowhere,
}

impl Cut {
    /// Of samples of several records.
    pub(crate) fn of(sampling: &SampleSpecification) -> Self {
        match sampling {
            SampleSpecification::Window { seconds, step_seconds, by } => Self::Windows {
                seconds: *seconds,
                step: step_seconds.unwrap_or(*seconds),
                by: *by,
                from: None,
            },
            _ => Self::Anywhere,
        }
    }
}

/// Some records in a row.
pub(crate) struct Piece {
    pub(crate) batches: Vec<RecordBatch>,
    /// Batches that were in the piece before, too, and their records.
    pub(crate) past: (usize, usize),
    /// Records that will be the next piece's past.
    pub(crate) again: Range<usize>,
    /// The place of the first one among all records.
    pub(crate) first: usize,
    /// The time of the first record of all, in microseconds.
    pub(crate) begin: Option<i64>,
    /// Windows that were in no piece before.
    pub(crate) windows: Samples,
}

impl Piece {
    pub(crate) fn columns(&self) -> Result<Vec<Columns<'_>>, FeatureError> {
        Ok(self.batches.iter().map(Columns::of).collect::<Result<_, _>>()?)
    }

    pub(crate) fn records(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

/// Cuts records into pieces.
pub(crate) struct Pieces {
    cut: Cut,
    /// What was in no piece yet, after what is looked back at.
    held: Vec<RecordBatch>,
    /// Batches that are looked back at only, and their records.
    past: (usize, usize),
    /// The records of the others, and what they take.
    new: usize,
    footprint: Footprint,
    first: usize,
    begin: Option<i64>,
    at_once: usize,
}

impl Pieces {
    pub(crate) fn new(cut: Cut) -> Self {
        Self {
            cut,
            held: Vec::new(),
            past: (0, 0),
            new: 0,
            footprint: Footprint::default(),
            first: 0,
            begin: None,
            at_once: AT_ONCE,
        }
    }

    /// Of so many records, at least.
    pub(crate) fn at_once(self, records: usize) -> Self {
        Self { at_once: records, ..self }
    }

    /// Takes the next records, and gives a piece, if there are enough for one.
    pub(crate) fn push(&mut self, batch: RecordBatch) -> Result<Option<Piece>, FeatureError> {
        if self.begin.is_none() {
            self.begin = Columns::of(&batch)?.timestamp.iter().flatten().next();
        }
        self.new += batch.num_rows();
        self.footprint.add(&batch);
        self.held.push(batch);
        // As many as are looked back at, so that no record is looked at often.
        if self.new < self.at_once.max(self.past.1) && self.footprint.bytes < BYTES_AT_ONCE {
            return Ok(None);
        }
        self.footprint = Footprint::default();
        self.cut(false)
    }

    /// What is left.
    pub(crate) fn finish(mut self) -> Result<Option<Piece>, FeatureError> {
        self.cut(true)
    }

    fn cut(&mut self, end: bool) -> Result<Option<Piece>, FeatureError> {
        let held = std::mem::take(&mut self.held);
        let columns = held.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
        let times = Times::of(&columns);
        let all = times.starts.len;
        let timed = times.first(|time| time.is_none());
        let mut windows = Samples::default();
        // Records before `done` are in this piece; those from `kept` on are looked back at.
        let (kept, done) = match &mut self.cut {
            Cut::Nowhere if !end => (0, 0),
            Cut::Anywhere | Cut::Nowhere => (all, all),
            Cut::History(history) => {
                // A record's windows hold all that have its time. After one without a time there is none with one.
                let last = times.last().filter(|_| !end && timed == all);
                let done = last.map_or(all, |last| times.before(last));
                (last.map_or(done, |last| times.until(last.saturating_sub(*history))), done)
            }
            Cut::Windows { seconds, step, by, from } => {
                let (width, every) = (i64::from(*seconds), i64::from((*step).max(1)));
                let last = times.last().filter(|_| !end).map(|last| last.div_euclid(1_000_000));
                let until = last.map(|last| last - width);
                let span = Span { begin: self.begin, from: *from, until };
                windows = Samples::windows(&columns, *seconds, *step, *by, span)?;
                let next = until.map(|until| (until.div_euclid(every) + 1) * every);
                *from = next.or(*from);
                // Records without a time are in no window.
                (next.map_or(timed, |next| times.before(next * 1_000_000)), all)
            }
        };
        if done <= self.past.1 && !end {
            self.new = all - self.past.1;
            self.held = held;
            return Ok(None);
        }
        let again = kept.min(done)..done.min(timed).max(kept.min(done));
        let (old, new) = (slices(&held, 0, self.past.1), slices(&held, self.past.1, done));
        let (past, first) = ((old.len(), self.past.1), self.first);
        let looked_back_at = slices(&held, again.start, again.end);
        self.past = (looked_back_at.len(), again.len());
        self.first = first + again.start;
        self.new = all - done;
        self.held = [looked_back_at, slices(&held, done, all)].concat();
        let batches = [old, new].concat();
        Ok(Some(Piece { batches, past, again, first, begin: self.begin, windows }))
    }
}

/// Which samples of several records the records of a piece are in.
pub(crate) struct Members {
    /// The place of a sample among all, and that of a record in the piece.
    pub(crate) pairs: Vec<(u32, u32)>,
    /// Whether all of these samples' records are in the piece.
    pub(crate) whole: bool,
}

/// Goes through windows or sessions, piece by piece; gives the keys of sessions, or of windows how many there are.
pub(crate) fn each_piece(
    batches: &Batches,
    sampling: &SampleSpecification,
    at_once: Option<usize>,
    mut look: impl FnMut(&Piece, &Members) -> Result<(), FeatureError>,
) -> Result<AllSamples, FeatureError> {
    let mut pieces = Pieces::new(Cut::of(sampling)).at_once(at_once.unwrap_or(AT_ONCE));
    let key = match sampling {
        SampleSpecification::Session { key, .. } => Some(SessionKey::new(key)?),
        _ => None,
    };
    let (mut sessions, mut windows) = (SessionNumbers::default(), 0);
    let mut take = |piece: Piece| {
        let Some(key) = &key else {
            let samples = &piece.windows;
            let of_sample =
                |sample| samples.records(sample).iter().map(move |at| (windows + sample as u32, *at));
            let pairs = (0..samples.len()).flat_map(of_sample).collect();
            look(&piece, &Members { pairs, whole: true })?;
            windows += samples.len() as u32;
            return Ok(());
        };
        let columns = piece.columns()?;
        let keys: Vec<_> = columns.par_iter().with_max_len(1).map(|batch| key.find(batch)).collect();
        let (mut pairs, mut before) = (Vec::new(), 0);
        for keys in &keys {
            let numbers = sessions.of(keys);
            pairs.extend(keys.pairs.iter().map(|(row, key)| (numbers[*key as usize], before + row)));
            before += keys.rows as u32;
        }
        look(&piece, &Members { pairs, whole: false })
    };
    for batch in batches.iter()? {
        if let Some(piece) = pieces.push(batch?)? {
            take(piece)?;
        }
    }
    if let Some(piece) = pieces.finish()? {
        take(piece)?;
    }
    Ok(if key.is_some() {
        AllSamples::Sessions(sessions.keys())
    } else {
        AllSamples::Windows(windows as usize)
    })
}

/// All samples of several records.
pub(crate) enum AllSamples {
    Windows(usize),
    /// Their keys.
    Sessions(Vec<String>),
}

impl AllSamples {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Windows(count) => *count,
            Self::Sessions(keys) => keys.len(),
        }
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use datafusion::arrow::array::{ArrayRef, StringViewArray, TimestampMicrosecondArray, UInt64Array};
    use proptest::prelude::*;
    use std::{collections::BTreeMap, sync::Arc};

    /// Seconds, in order, if any, a host and a message of each record.
    pub(crate) fn batch(records: &[(Option<i64>, String, String)]) -> RecordBatch {
        let mut sorted: Vec<_> = records.iter().collect();
        sorted.sort_by_key(|record| (record.0.is_none(), record.0));
        let none = || -> ArrayRef { Arc::new(StringViewArray::new_null(records.len())) };
        let times = sorted.iter().map(|record| record.0.map(|seconds| seconds * 1_000_000));
        let hosts = StringViewArray::from_iter_values(sorted.iter().map(|record| &record.1));
        let messages = StringViewArray::from_iter_values(sorted.iter().map(|record| &record.2));
        let file = StringViewArray::from_iter_values(sorted.iter().map(|_| "a.log"));
        let numbers = || -> ArrayRef { Arc::new(UInt64Array::from_iter_values(1..=records.len() as u64)) };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("+00:00")),
            Arc::new(hosts.clone()),
            none(),
            Arc::new(hosts),
            none(),
            Arc::new(messages),
            none(),
            Arc::new(file),
            numbers(),
            numbers(),
        ];
        RecordBatch::try_new(trainyard_intake::schema(), columns).unwrap()
    }

    /// Few hosts and keys, and every tenth record without a time.
    pub(crate) fn some_records() -> impl Strategy<Value = RecordBatch> {
        let record =
            (0..400i64, 0..10u8, 0..3u8, 0..4u8, 0..5u8).prop_map(|(time, timed, host, key, what)| {
                let time = (timed > 0).then_some(1_750_000_000 + time);
                let words =
                    ["open", "closed again", "lost", "took ms=4", "is of size=7 and x=3"][usize::from(what)];
                (time, format!("h{host}"), format!("blk_{key} {words}"))
            });
        prop::collection::vec(record, 1..60).prop_map(|records| batch(&records))
    }

    pub(crate) fn samplings() -> [SampleSpecification; 4] {
        [
            r#"{"kind": "window", "seconds": 60}"#,
            r#"{"kind": "window", "seconds": 90, "step_seconds": 30, "by": "host"}"#,
            r#"{"kind": "window", "seconds": 10, "step_seconds": 25}"#,
            r#"{"kind": "session", "key": {"regex": "blk_[0-9]"}}"#,
        ]
        .map(|json| serde_json::from_str(json).unwrap())
    }

    /// The batch in parts.
    pub(crate) fn parts(whole: &RecordBatch, rows: usize) -> Batches {
        let begins = (0..whole.num_rows()).step_by(rows);
        let part = |begin: usize| whole.slice(begin, rows.min(whole.num_rows() - begin));
        begins.map(part).collect::<Vec<_>>().into()
    }

    proptest! {
        #[test]
        fn pieces_have_the_samples_of_the_whole(whole in some_records(), rows in 1..20usize, at_once in 1..40usize) {
            for sampling in samplings() {
                let members = |at_once| {
                    let mut found = BTreeMap::<u32, Vec<usize>>::new();
                    let all = each_piece(&parts(&whole, rows), &sampling, Some(at_once), |piece, members| {
                        for (sample, record) in &members.pairs {
                            found.entry(*sample).or_default().push(piece.first + *record as usize);
                        }
                        Ok(())
                    });
                    let count = all.unwrap().len();
                    (found, count)
                };
                let (found, count) = members(at_once);
                prop_assert!(found.keys().copied().eq(0..count as u32));
                prop_assert_eq!((found, count), members(usize::MAX));
            }
        }
    }
}
