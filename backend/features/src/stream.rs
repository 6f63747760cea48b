//! A fitted set applied to records that come one batch after the other: no more of them is held than the features look
//! back at, and of sessions, which may go on to the end, only what is counted of each record.

use crate::{
    FeatureError, FeatureMatrix, FeatureSet, Origins, aggregate,
    facts::{self, Facts, Record, RecordList},
    pieces::{Cut, Piece, Pieces},
    record,
    samples::{SessionKey, Sessions},
    set::VERSION,
    surprise::{Teller, WindowTeller},
    table,
    transform::{
        aggregated, keys_and_masked, of_records, of_surprise, of_windows, shaped, transform_batches, zeros,
    },
};
use datafusion::arrow::array::{Array, RecordBatch};
use trainyard_intake::{Batches, Columns, IntakeError, templates::Masked};
use trainyard_types::SampleSpecification;

/// Applies a feature set to records in canonical order. The rows of all matrices that it gives, one after the other,
/// are those of [`crate::transform`]; the counts of records add up to its own.
pub struct Transformer<'a> {
    set: &'a FeatureSet,
    way: Way<'a>,
    pieces: Pieces,
}

enum Way<'a> {
    Records,
    Surprise(Box<Teller<'a>>),
    SurpriseWindows(Box<WindowTeller<'a>>),
    Rows,
    Windows,
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
        let (way, cut) = match &set.sampling {
            None | Some(SampleSpecification::Record {}) => match &set.state.surprise {
                Some(state) => (Way::Surprise(Teller::new(set, state)?.into()), Cut::Anywhere),
                None => (Way::Records, Cut::History(record::history(set)?)),
            },
            Some(SampleSpecification::Row { .. }) => (Way::Rows, Cut::Anywhere),
            Some(sampling @ SampleSpecification::Window { .. }) => match &set.state.surprise {
                Some(state) => {
                    (Way::SurpriseWindows(WindowTeller::new(set, state)?.into()), Cut::of(sampling))
                }
                None => (Way::Windows, Cut::of(sampling)),
            },
            Some(SampleSpecification::Session { key, idle_seconds }) => {
                let layout = aggregate::Layout::of(set)?;
                match layout.looks_closely() {
                    true => (Way::Whole, Cut::Nowhere),
                    false => {
                        let sessions = OpenSessions::new(SessionKey::new(key)?, *idle_seconds, layout);
                        (Way::Sessions(sessions.into()), Cut::Anywhere)
                    }
                }
            }
        };
        Ok(Self { set, way, pieces: Pieces::new(cut) })
    }

    /// Looks at so many records together, at least.
    #[must_use]
    pub fn at_once(self, records: usize) -> Self {
        Self { pieces: self.pieces.at_once(records), ..self }
    }

    /// Takes the next records, and gives the samples that are complete now, if it is time to look.
    ///
    /// # Errors
    /// Those of [`crate::transform`].
    pub fn push(&mut self, batch: RecordBatch) -> Result<Option<FeatureMatrix>, FeatureError> {
        let piece = self.pieces.push(batch)?;
        Ok(piece.map(|piece| self.way.look(piece, self.set)).transpose()?.flatten())
    }

    /// The samples that are left.
    ///
    /// # Errors
    /// Those of [`crate::transform`].
    pub fn finish(self) -> Result<FeatureMatrix, FeatureError> {
        let Self { set, mut way, pieces } = self;
        let piece = pieces.finish()?;
        let last = piece.map(|piece| way.look(piece, set)).transpose()?.flatten();
        match (last, way) {
            (Some(last), _) => Ok(last),
            (None, Way::Sessions(sessions)) => sessions.finish(set),
            (None, _) => transform_batches(&[], set, &|_| ()),
        }
    }
}

/// Hands the rows of all records to `accept`, in parts.
///
/// # Errors
/// Those of [`crate::transform`], and what `accept` returns.
pub fn transform_each<E: From<FeatureError>>(
    records: &Batches,
    set: &FeatureSet,
    mut accept: impl FnMut(FeatureMatrix) -> Result<(), E>,
) -> Result<(), E> {
    let read = |error: IntakeError| E::from(error.into());
    let mut transformer = Transformer::new(set)?;
    for batch in records.iter().map_err(read)? {
        transformer.push(batch.map_err(read)?)?.map_or(Ok(()), &mut accept)?;
    }
    accept(transformer.finish()?)
}

impl Way<'_> {
    /// The samples that are complete with this piece.
    fn look(&mut self, mut piece: Piece, set: &FeatureSet) -> Result<Option<FeatureMatrix>, FeatureError> {
        let windows = std::mem::take(&mut piece.windows);
        let columns = piece.columns()?;
        let (past_batches, past) = piece.past;
        let rows = piece.records() - past;
        match self {
            Self::Whole => transform_batches(&piece.batches, set, &|_| ()),
            Self::Sessions(sessions) => {
                sessions.add(&piece.batches, &columns, set)?;
                return Ok(None);
            }
            Self::Rows => {
                let mut values = zeros(rows, set.features.len())?;
                table::compute(&columns, set, &mut values)?;
                of_records(&columns, past, set, values, vec![false; rows])
            }
            Self::Surprise(teller) => {
                let mut values = zeros(rows, set.features.len())?;
                let told = teller.tell(&piece.batches, &columns, &mut values)?;
                of_surprise(&columns, set, values, told)
            }
            Self::SurpriseWindows(teller) => {
                let (values, unseen) = teller.tell(&piece, &columns, &windows)?;
                of_windows(&columns, set, windows, values, unseen)
            }
            Self::Records => {
                let mut values = zeros(rows, set.features.len())?;
                let silent = |_: f64| ();
                let incomplete =
                    record::compute(&columns, past_batches, piece.begin, set, &mut values, &silent)?;
                of_records(&columns, past, set, values, incomplete)
            }
            Self::Windows => {
                let masked = Masked::of(&piece.batches)?;
                aggregated(&columns, past, set, windows, &masked, &|_| ())
            }
        }
        .map(Some)
    }
}

impl<'a> OpenSessions<'a> {
    fn new(key: SessionKey<'a>, idle_seconds: Option<u32>, layout: aggregate::Layout) -> Self {
        Self {
            key,
            idle_seconds,
            layout,
            sessions: Sessions::default(),
            records: RecordList::default(),
            count: 0,
            firsts: Vec::new(),
            origins: Origins::default(),
        }
    }

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
        if self.count > u32::MAX as usize {
            return Err(FeatureError::TooManyRecords { limit: u32::MAX });
        }
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
