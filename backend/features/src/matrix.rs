//! The matrix: samples × features, and where each sample comes from.

mod writer;

pub use writer::{MatrixFormat, MatrixWriter, SampleWriter};

use datafusion::arrow::array::Array;
use ndarray::Array2;
use rustc_hash::FxHashMap;
use trainyard_intake::{Columns, Starts};

/// Feature values of samples, in time order.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureMatrix {
    /// The columns' names.
    pub names: Vec<String>,
    /// `n_samples × n_features`, row by row (C order); finite, but NaN where a table lacks a number.
    pub values: Array2<f64>,
    /// Per sample, microseconds since 1970 UTC.
    pub timestamps: Vec<i64>,
    pub origins: Origins,
    /// Per window or session, what tells it apart; empty for records and rows.
    pub keys: Vec<String>,
    /// Per sample, whether the input cuts it off: a window that reaches beyond the input, a session that may go on, a
    /// record that lacks a part of the history that its features look at.
    pub incomplete: Vec<bool>,
    /// Records that belong to no sample.
    pub records_without_key: u64,
    /// Records with a message of which the feature set has no template.
    pub unseen_records: u64,
}

/// Where each sample was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// Names of the files.
    pub files: Vec<String>,
    /// Per sample, the index of its file.
    pub file: Vec<u32>,
    /// Per sample, its first line in the file, from 1.
    pub line: Vec<u64>,
}

impl Origins {
    /// Those of some records, by their places among all.
    pub(crate) fn of(columns: &[Columns<'_>], records: impl Iterator<Item = usize>) -> Self {
        let mut origins = Self::default();
        origins.extend(columns, records);
        origins
    }

    /// Adds those of some records, by their places among these.
    pub(crate) fn extend(&mut self, columns: &[Columns<'_>], records: impl Iterator<Item = usize>) {
        let starts = Starts::of(columns.iter().map(|batch| batch.file.len()));
        let known = self.files.iter().cloned().zip(0..);
        let mut known: FxHashMap<String, u32> = known.collect();
        for record in records {
            let (batch, row) = starts.find(record);
            let name = columns[batch].file.value(row);
            let file = known.get(name).copied().unwrap_or_else(|| {
                known.insert(name.to_owned(), self.files.len() as u32);
                self.files.push(name.to_owned());
                self.files.len() as u32 - 1
            });
            self.file.push(file);
            self.line.push(columns[batch].line.value(row));
        }
    }

    /// Adds those of further samples.
    pub(crate) fn append(&mut self, other: Self) {
        let mut known: FxHashMap<String, u32> = self.files.iter().cloned().zip(0..).collect();
        let mut place = |name: String| {
            *known.entry(name).or_insert_with_key(|name| {
                self.files.push(name.clone());
                self.files.len() as u32 - 1
            })
        };
        let places: Vec<u32> = other.files.into_iter().map(&mut place).collect();
        self.file.extend(other.file.iter().map(|file| places[*file as usize]));
        self.line.extend(other.line);
    }

    /// The file and line of a sample.
    pub fn of_sample(&self, sample: usize) -> Option<(&str, u64)> {
        let file = self.files.get(*self.file.get(sample)? as usize)?;
        Some((file, *self.line.get(sample)?))
    }
}
