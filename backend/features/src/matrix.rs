//! The matrix: samples × features, and where each sample comes from.

use datafusion::arrow::array::Array;
use ndarray::Array2;
use ndarray_npy::{WriteNpyError, WriteNpyExt};
use std::{
    collections::HashMap,
    io::{self, Write},
};
use trainyard_intake::Columns;

/// Feature values of samples, in time order.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureMatrix {
    /// The columns' names.
    pub names: Vec<String>,
    /// `n_samples × n_features`, row by row (C order), all finite.
    pub values: Array2<f64>,
    /// Per sample, microseconds since 1970 UTC.
    pub timestamps: Vec<i64>,
    pub origins: Origins,
    /// Per window or session, what tells it apart; empty for records.
    pub keys: Vec<String>,
    /// Per window or session, whether the input cuts it off; empty for records.
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
    pub(crate) fn of(columns: &[Columns<'_>]) -> Self {
        let mut origins = Self::default();
        let mut known: HashMap<&str, u32> = HashMap::new();
        for batch in columns {
            for row in 0..batch.file.len() {
                let name = batch.file.value(row);
                let index = *known.entry(name).or_insert_with(|| {
                    origins.files.push(name.to_owned());
                    origins.files.len() as u32 - 1
                });
                origins.file.push(index);
            }
            origins.line.extend_from_slice(batch.line.values());
        }
        origins
    }

    /// Those of some records only.
    pub(crate) fn select(self, records: impl Iterator<Item = usize> + Clone) -> Self {
        let file = records.clone().filter_map(|at| self.file.get(at).copied()).collect();
        let line = records.filter_map(|at| self.line.get(at).copied()).collect();
        Self { files: self.files, file, line }
    }

    /// The file and line of a sample.
    pub fn of_sample(&self, sample: usize) -> Option<(&str, u64)> {
        let file = self.files.get(*self.file.get(sample)? as usize)?;
        Some((file, *self.line.get(sample)?))
    }
}

impl FeatureMatrix {
    /// Writes CSV (RFC 4180, LF): the names, then a line per sample. Every number is the shortest that reads back as
    /// the same `f64`.
    pub fn write_csv(&self, mut writer: impl Write) -> io::Result<()> {
        writeln!(writer, "{}", self.names.join(","))?;
        let mut line = Vec::new();
        for row in self.values.rows() {
            line.clear();
            for (column, value) in row.iter().enumerate() {
                if column > 0 {
                    line.push(b',');
                }
                write!(line, "{value}")?;
            }
            line.push(b'\n');
            writer.write_all(&line)?;
        }
        Ok(())
    }

    /// Writes the values in NumPy's `.npy` format, `float64`, C order.
    pub fn write_npy(&self, writer: impl Write) -> Result<(), WriteNpyError> {
        self.values.write_npy(writer)
    }
}
