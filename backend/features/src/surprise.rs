//! Records by surprise: the nine numbers of [`trainyard_surprise`], in one pass over the records in their order. Windows
//! have the largest of each among their records.

use crate::{
    Feature, FeatureError, FeatureSet, Kind, State,
    fit::{Processes, parts},
    pieces::{Cut, Piece, Pieces},
    samples::{Samples, kind},
    set::VERSION,
    specification::select,
    transform::zeros,
};
use datafusion::arrow::array::{Array, RecordBatch};
use std::{collections::BTreeMap, sync::LazyLock};
use trainyard_intake::{
    Columns, IntakeError, LEVELS, Records,
    templates::{Found, Masked, Matcher, Tally, Templates},
    text_at,
};
use trainyard_surprise::{Extent, Fit, NAMES, Record, STEP_NAMES, Surprise, SurpriseError};
use trainyard_types::{FeatureSetSpecification, SampleSpecification, Weight};

/// What a specification calls it, of records and of windows.
pub(crate) const PRESET: &str = "surprise";
pub(crate) const WINDOWS: &str = "surprise-window";
pub(crate) const PRESETS: [&str; 2] = [PRESET, WINDOWS];
/// How far back a record's bursts look, in microseconds.
const HISTORY: i64 = 3_600_000_000;

const TEXTS: [&str; 9] = [
    "How rare the statement is in its group of host, process and level: −log of the share of time in which statements \
     that are no more common occur, less for what comes at this time of other days",
    "How rare the group of host, process and level is: −log of the share of time in which groups that are no more common \
     occur, less for what comes at this time of other days",
    "How far the statement's records of the last 1, 5, 15 and 60 minutes exceed the usual counts: the largest Chernoff \
     bound of the four",
    "How far the records of its group of host, process and level in the last 1, 5, 15 and 60 minutes exceed the usual \
     counts",
    "How far the records with a value at its place in the statement exceed the usual counts, over 1, 5 and 15 minutes",
    "How far a number is beyond the 80th percentile of those at its place, on a linear and a logarithmic scale",
    "How odd a value is where few occur",
    "−1 for debug, info, notice and no level, 0 for warnings, 1 for errors, 2 for what is more severe",
    "How many records of the process have surprised lately, with a decay of five minutes, for statements that are up",
];

const TEXTS_OF_SESSIONS: [&str; 6] = [
    "How rare the rarest step is: −log of the share of sessions with a statement that is no more common",
    "How seldom a step is missing that this session lacks, among all sessions or those with another one of its steps",
    "How odd it is how often a step occurs, by the sessions that have it",
    "How seldom one step follows another one at once as it does here",
    "How seldom a step comes as long after the one before it, by the clock",
    "−1 where all steps are debug, info, notice or of no level, 0 with a warning, 1 with an error, 2 with worse",
];

/// The nine features, in their order.
pub(crate) fn features() -> &'static [Feature] {
    static FEATURES: LazyLock<Vec<Feature>> = LazyLock::new(|| described(NAMES, TEXTS));
    &FEATURES
}

fn described<const N: usize>(names: [&str; N], texts: [&str; N]) -> Vec<Feature> {
    let feature = |(name, text): (&str, &str)| Feature {
        name: name.to_owned(),
        description: text.to_owned(),
        unit: "nats".to_owned(),
        kind: Kind::Number,
    };
    names.into_iter().zip(texts).map(feature).collect()
}

/// The same of windows.
pub(crate) fn of_windows() -> Vec<Feature> {
    let of_window = |feature: &Feature| {
        let description = format!("The largest of the window's records. {}", feature.description);
        Feature { description, ..feature.clone() }
    };
    features().iter().map(of_window).collect()
}

/// The six of sessions, in their order.
pub(crate) fn of_sessions() -> &'static [Feature] {
    static FEATURES: LazyLock<Vec<Feature>> = LazyLock::new(|| described(STEP_NAMES, TEXTS_OF_SESSIONS));
    &FEATURES
}

/// Whether samples are to be told by surprise.
pub(crate) fn is_asked(specification: &FeatureSetSpecification) -> bool {
    PRESETS.contains(&&*specification.preset)
}

/// What a value of one of the nine says, in words; nothing for other features.
pub(crate) fn reason(name: &str, value: f64) -> Option<String> {
    let share = || match 100.0 * (-value).exp() {
        share if share >= 0.1 => format!("about {share:.1} %"),
        _ => "less than 0.1 %".to_owned(),
    };
    Some(match name {
        "template_rare" => format!("a statement that is logged in {} of the time", share()),
        "group_rare" => {
            format!("a process (of this host, at this level) that logs in {} of the time", share())
        }
        "template_burst" => "far more records of this statement than usual within an hour".to_owned(),
        "group_burst" => "far more records of this process than usual within an hour".to_owned(),
        "value_burst" => {
            "a value in it occurs far more often than usual within a quarter of an hour".to_owned()
        }
        "number_far" => "a number in it is far beyond what is usual there".to_owned(),
        "value_odd" => "a value in it is seldom or never seen there".to_owned(),
        "step_rare" => {
            format!("a step no more common than those by which {} of the sessions stand out", share())
        }
        "step_missing" => format!("a step is missing, as in {} of the sessions like it", share()),
        "step_count" => "a step occurs far more or less often than usual".to_owned(),
        "step_order" => "a step follows one that it seldom or never follows".to_owned(),
        "step_late" => "a step comes much later than usual".to_owned(),
        "severity" => "its level is that of warnings, errors or worse".to_owned(),
        "context" => "its process has logged other odd records in the minutes before".to_owned(),
        _ => return None,
    })
}

/// Fits a feature set to the chosen ones of all records, which are gone through twice; `sampling` says how windows are
/// cut, if records are not told one by one.
pub(crate) fn fit(
    records: &Records,
    specification: &FeatureSetSpecification,
    sampling: Option<SampleSpecification>,
    training: &[bool],
) -> Result<FeatureSet, FeatureError> {
    let names = NAMES.map(str::to_owned).to_vec();
    let features = select(names, specification.features.as_deref()).map_err(FeatureError::UnknownFeature)?;
    let (mut tally, mut processes, mut extent) = (Tally::default(), Processes::default(), Extent::default());
    each_piece(records, |piece| {
        let chosen = &training[piece.first..piece.first + piece.records()];
        tally.add(&Masked::of(&piece.batches)?, |record| chosen[record]);
        let columns = piece.columns()?;
        processes.add(parts(&columns, chosen));
        let times = columns.iter().flat_map(|batch| batch.timestamp.iter());
        times.zip(chosen).filter(|(_, chosen)| **chosen).for_each(|(time, _)| extent.add(time));
        Ok(())
    })?;
    let templates = tally.mine();
    let matcher = Matcher::new(&templates).map_err(IntakeError::from)?;
    let mut fit = Fit::new(&extent);
    each_piece(records, |piece| {
        let chosen = &training[piece.first..piece.first + piece.records()];
        let masked = Masked::of(&piece.batches)?;
        let found = masked.find(&matcher);
        each_record(&piece.columns()?, &found, |at, record| {
            if chosen[at] {
                fit.push(&record);
            }
        });
        Ok(())
    })?;
    Ok(FeatureSet {
        version: VERSION,
        sample: kind(sampling.as_ref().unwrap_or(&SampleSpecification::Record {})).to_owned(),
        features,
        utc_offset_minutes: records.utc_offset_minutes,
        patterns: BTreeMap::new(),
        windows: Vec::new(),
        gap_limit_seconds: 3600,
        sampling,
        weight: Weight::Raw,
        format: None,
        state: State { templates: Some(templates), surprise: Some(fit.finish()), ..processes.into_state() },
    })
}

fn each_piece(
    records: &Records,
    mut look: impl FnMut(Piece) -> Result<(), FeatureError>,
) -> Result<(), FeatureError> {
    let mut pieces = Pieces::new(Cut::Anywhere);
    for batch in records.batches.iter()? {
        pieces.push(batch?)?.map_or(Ok(()), &mut look)?;
    }
    pieces.finish()?.map_or(Ok(()), look)
}

/// Hands over each record with its place among all.
fn each_record(columns: &[Columns<'_>], found: &Found<'_>, mut look: impl FnMut(usize, Record<'_>)) {
    let mut at = 0;
    for batch in columns {
        for row in 0..batch.message.len() {
            let severity =
                text_at(batch.level, row).and_then(|level| LEVELS.iter().position(|known| *known == level));
            let record = Record {
                time: batch.timestamp.is_valid(row).then(|| batch.timestamp.value(row)),
                severity: severity.map(|severity| severity as u8),
                host: text_at(batch.host, row),
                process: text_at(batch.process, row),
                template: found.template(at),
                message: batch.message.value(row),
            };
            look(at, record);
            at += 1;
        }
    }
}

pub(crate) fn version(SurpriseError::Version(found): &SurpriseError) -> FeatureError {
    FeatureError::Version { found: *found, known: trainyard_surprise::VERSION }
}

/// Tells the surprise of records that come in their order, batch by batch.
pub(crate) struct Teller<'a> {
    matcher: Matcher,
    surprise: Surprise<'a>,
    /// Per feature of the set, which of the nine it is.
    wanted: Vec<usize>,
    begin: Option<i64>,
}

/// What [`Teller::tell`] says of some records beside their features.
pub(crate) struct Told {
    pub(crate) incomplete: Vec<bool>,
    pub(crate) unseen: u64,
}

impl<'a> Teller<'a> {
    pub(crate) fn new(set: &FeatureSet, state: &'a trainyard_surprise::State) -> Result<Self, FeatureError> {
        let none = Templates::default();
        let templates = set.state.templates.as_ref().unwrap_or(&none);
        let place = |name: &String| {
            let unknown = || FeatureError::UnknownFeature(name.clone());
            NAMES.iter().position(|known| known == name).ok_or_else(unknown)
        };
        Ok(Self {
            matcher: Matcher::new(templates).map_err(IntakeError::from)?,
            surprise: Surprise::new(state).map_err(|error| version(&error))?,
            wanted: set.features.iter().map(place).collect::<Result<_, _>>()?,
            begin: None,
        })
    }

    /// Computes the features of the next records into `values`, row by row.
    pub(crate) fn tell(
        &mut self,
        batches: &[RecordBatch],
        columns: &[Columns<'_>],
        values: &mut [f64],
    ) -> Result<Told, FeatureError> {
        let masked = Masked::of(batches)?;
        let found = masked.find(&self.matcher);
        let mut told = Told { incomplete: Vec::new(), unseen: 0 };
        let mut rows = values.chunks_exact_mut(self.wanted.len().max(1));
        each_record(columns, &found, |_, record| {
            let nine = self.surprise.push(&record);
            let row = rows.next().unwrap_or_default();
            row.iter_mut().zip(&self.wanted).for_each(|(value, at)| *value = nine[*at]);
            let begin = *self.begin.get_or_insert_with(|| record.time.unwrap_or_default());
            told.incomplete.push(record.time.is_some_and(|time| time - begin < HISTORY));
            told.unseen += u64::from(record.template.is_none());
        });
        Ok(told)
    }
}

/// Tells the surprise of windows whose records come in pieces, some of them in several.
pub(crate) struct WindowTeller<'a> {
    teller: Teller<'a>,
    /// What the records that come again have told.
    past: Vec<f64>,
}

impl<'a> WindowTeller<'a> {
    pub(crate) fn new(set: &FeatureSet, state: &'a trainyard_surprise::State) -> Result<Self, FeatureError> {
        Ok(Self { teller: Teller::new(set, state)?, past: Vec::new() })
    }

    /// The rows of a piece's windows, and how many new records have a message of no template.
    pub(crate) fn tell(
        &mut self,
        piece: &Piece,
        columns: &[Columns<'_>],
        windows: &Samples,
    ) -> Result<(Vec<f64>, u64), FeatureError> {
        let (width, past) = (self.teller.wanted.len(), piece.past.0);
        let mut told = std::mem::take(&mut self.past);
        told.resize(piece.records() * width, 0.0);
        let own = &mut told[piece.past.1 * width..];
        let unseen = self.teller.tell(&piece.batches[past..], &columns[past..], own)?.unseen;
        let rows = largest(&told, width, windows)?;
        self.past = told[piece.again.start * width..piece.again.end * width].to_vec();
        Ok((rows, unseen))
    }
}

/// Per window the largest value of each column among its records, row by row.
pub(crate) fn largest(told: &[f64], width: usize, windows: &Samples) -> Result<Vec<f64>, FeatureError> {
    let mut rows = zeros(windows.len(), width)?;
    for (window, row) in rows.chunks_exact_mut(width.max(1)).enumerate() {
        row.fill(f64::NEG_INFINITY);
        for record in windows.records(window) {
            let own = &told[*record as usize * width..];
            row.iter_mut().zip(own).for_each(|(most, value)| *most = most.max(*value));
        }
    }
    Ok(rows)
}
