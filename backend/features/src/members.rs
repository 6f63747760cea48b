//! Which records samples are made of, for those who want to know it without a matrix.

use crate::{FeatureError, samples::Samples};
use datafusion::arrow::array::RecordBatch;
use trainyard_types::SampleSpecification;

/// The records of each window or session.
#[derive(Clone, Debug)]
pub struct Members {
    samples: Samples,
    /// Where record `i`'s samples begin in `of_records`; one more at the end.
    starts: Vec<usize>,
    of_records: Vec<u32>,
}

impl Members {
    /// The number of samples.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The places of a sample's records among all, ascending.
    pub fn records(&self, sample: usize) -> &[u32] {
        self.samples.records(sample)
    }

    /// What tells a sample apart, as in [`crate::FeatureMatrix::keys`].
    pub fn key(&self, sample: usize) -> &str {
        &self.samples.keys[sample]
    }

    /// The samples that a record is in.
    pub fn sessions_of(&self, record: u32) -> &[u32] {
        &self.of_records[self.starts[record as usize]..self.starts[record as usize + 1]]
    }
}

/// Cuts records into samples of several, in the order of the matrix.
///
/// # Errors
/// When the key is no regular expression, or samples are single records.
pub fn members(batches: &[RecordBatch], sampling: &SampleSpecification) -> Result<Members, FeatureError> {
    let samples = Samples::of(batches, sampling)?;
    let records: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let mut starts = vec![0; records + 1];
    for sample in 0..samples.len() {
        samples.records(sample).iter().for_each(|record| starts[*record as usize + 1] += 1);
    }
    for record in 0..records {
        starts[record + 1] += starts[record];
    }
    let (mut next, mut of_records) = (starts.clone(), vec![0; starts[records]]);
    for sample in 0..samples.len() {
        for record in samples.records(sample) {
            of_records[next[*record as usize]] = sample as u32;
            next[*record as usize] += 1;
        }
    }
    Ok(Members { samples, starts, of_records })
}
