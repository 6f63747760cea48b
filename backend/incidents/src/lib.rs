//! Incidents, staged in logs that nobody labelled: so that a detector can be judged by what it finds of them.
//!
//! What is staged happens in the records, before anything is counted of them: a statement that was never seen, a burst,
//! a process that falls silent, a session without one of its steps. Incidents *recur*: each kind has one form, such as
//! which statement is repeated and how often, and happens several times, most of them among the training records, too;
//! for so do real ones, and a detector that takes what it has seen for normal must not look good.
//!
//! - [`Scene::stage`] gives records with incidents in them, and the kind of every sample that belongs to one.
//! - [`draws`] makes samples of them, by which recipes are judged; [`tell`] judges a way of making samples.
//! - [`Kind`] are the kinds, with what they do in words.
//!
//! Everything depends on the records and the seed alone.

mod bursts;
mod draws;
mod kinds;
mod log;
mod rewrite;
mod sessions;
mod statements;

pub use draws::{draws, tell};
pub use kinds::Kind;

use log::Log;
use trainyard_features::FeatureError;
use trainyard_intake::{IntakeError, Records};
use trainyard_types::SampleSpecification;

/// Records of the end that are looked at, of samples of one record and of several.
const MOST_RECORDS: usize = 60_000;
const MOST_RECORDS_OF_SEVERAL: usize = 200_000;
/// Fewer records hold no incident that could be told from chance.
const FEWEST_RECORDS: usize = 100;

/// Where incidents are staged: the last of some records, as many as can be judged in a short time.
pub struct Scene<'a> {
    log: Log,
    /// What else is known of the records.
    records: Records,
    sampling: &'a SampleSpecification,
}

/// Records with incidents.
#[derive(Clone, Debug)]
pub struct Staged {
    pub records: Records,
    /// Per sample of these, in their order, the kind of the incident that it is a part of.
    pub kinds: Vec<Option<Kind>>,
}

#[derive(Debug, thiserror::Error)]
pub enum IncidentError {
    #[error(transparent)]
    Features(#[from] FeatureError),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error("the records cannot be put together again: {0}")]
    Columns(String),
}

impl<'a> Scene<'a> {
    /// Nothing where there are too few records, or where samples are rows of a table, which have no course of events.
    ///
    /// # Errors
    /// When the records lack a column, or cannot be read from disk.
    pub fn of(records: &Records, sampling: &'a SampleSpecification) -> Result<Option<Self>, IncidentError> {
        let most = match sampling {
            SampleSpecification::Row { .. } => return Ok(None),
            SampleSpecification::Record {} => MOST_RECORDS,
            SampleSpecification::Window { .. } | SampleSpecification::Session { .. } => {
                MOST_RECORDS_OF_SEVERAL
            }
        };
        let log = Log::of(records, most)?;
        if log.len() < FEWEST_RECORDS {
            return Ok(None);
        }
        let records = Records { batches: Vec::new().into(), ..records.clone() };
        Ok(Some(Self { log, records, sampling }))
    }

    /// Stages incidents. The last records, a share of `test_fraction` of all, see every kind at least once. Nothing where
    /// the records have nothing for incidents to happen to.
    ///
    /// # Errors
    /// When samples cannot be cut.
    pub fn stage(&self, test_fraction: f64, seed: u64) -> Result<Option<Staged>, IncidentError> {
        let (log, mut random) = (&self.log, fastrand::Rng::with_seed(seed));
        let edits = match self.sampling {
            SampleSpecification::Session { .. } => {
                let members = trainyard_features::members(&log.batches, self.sampling)?;
                sessions::edits(log, &members, &mut random)
            }
            SampleSpecification::Window { seconds, .. } => {
                bursts::edits(log, &bursts::Extent::of_windows(log, *seconds), test_fraction, &mut random)
            }
            _ => bursts::edits(log, &bursts::Extent::of_records(log), test_fraction, &mut random),
        };
        if edits.is_empty() {
            return Ok(None);
        }
        let (batch, marks) = rewrite::rewritten(log, edits)?;
        let kinds = of_samples(&batch, &marks, self.sampling)?;
        let records = Records { batches: vec![batch].into(), ..self.records.clone() };
        Ok(Some(Staged { records, kinds }))
    }
}

/// The kind of each sample: that of its first record that belongs to an incident.
fn of_samples(
    batch: &datafusion::arrow::array::RecordBatch,
    marks: &[Option<Kind>],
    sampling: &SampleSpecification,
) -> Result<Vec<Option<Kind>>, FeatureError> {
    if matches!(sampling, SampleSpecification::Record {}) {
        return Ok(marks.to_vec());
    }
    let members = trainyard_features::members(std::slice::from_ref(batch), sampling)?;
    let kind = |sample| members.records(sample).iter().find_map(|record| marks[*record as usize]);
    Ok((0..members.len()).map(kind).collect())
}

#[cfg(test)]
mod tests;
