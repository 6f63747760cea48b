//! The matrix: samples × features, and where each sample comes from.

use datafusion::arrow::{
    array::{Array, ArrayRef, Float64Array, RecordBatch},
    datatypes::{DataType, Field, Schema},
    temporal_conversions::timestamp_us_to_datetime,
};
use ndarray::{Array2, Axis};
use ndarray_npy::{WriteNpyError, WriteNpyExt};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};
use rustc_hash::FxHashMap;
use std::{
    borrow::Cow,
    io::{self, Write},
    sync::Arc,
};
use trainyard_intake::{Columns, Starts};

/// Rows that are handed to the writer of Parquet at a time.
const ROWS_AT_ONCE: usize = 65_536;

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
        let starts = Starts::of(columns.iter().map(|batch| batch.file.len()));
        let mut origins = Self::default();
        let mut known: FxHashMap<&str, u32> = FxHashMap::default();
        for record in records {
            let (batch, row) = starts.find(record);
            let name = columns[batch].file.value(row);
            let file = *known.entry(name).or_insert_with(|| {
                origins.files.push(name.to_owned());
                origins.files.len() as u32 - 1
            });
            origins.file.push(file);
            origins.line.push(columns[batch].line.value(row));
        }
        origins
    }

    /// The file and line of a sample.
    pub fn of_sample(&self, sample: usize) -> Option<(&str, u64)> {
        let file = self.files.get(*self.file.get(sample)? as usize)?;
        Some((file, *self.line.get(sample)?))
    }
}

impl FeatureMatrix {
    /// Writes CSV (RFC 4180, LF): the names, then a line per sample. Every number is the shortest that reads back as
    /// the same `f64`; one that is missing is empty.
    pub fn write_csv(&self, mut writer: impl Write) -> io::Result<()> {
        let names: Vec<Cow<'_, str>> = self.names.iter().map(|name| quoted(name)).collect();
        writeln!(writer, "{}", names.join(","))?;
        let mut line = Vec::new();
        for row in self.values.rows() {
            line.clear();
            for (column, value) in row.iter().enumerate() {
                if column > 0 {
                    line.push(b',');
                }
                if !value.is_nan() {
                    write!(line, "{value}")?;
                }
            }
            line.push(b'\n');
            writer.write_all(&line)?;
        }
        Ok(())
    }

    /// Writes Parquet: a column of `float64` per feature; NaN is one that is missing.
    pub fn write_parquet(&self, writer: impl Write + Send) -> Result<(), ParquetError> {
        let fields: Vec<Field> =
            self.names.iter().map(|name| Field::new(name, DataType::Float64, false)).collect();
        let schema = Arc::new(Schema::new(fields));
        let compression = Compression::ZSTD(ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(compression).build();
        let mut parquet = ArrowWriter::try_new(writer, Arc::clone(&schema), Some(properties))?;
        for rows in self.values.axis_chunks_iter(Axis(0), ROWS_AT_ONCE) {
            let columns = rows.columns().into_iter();
            let columns = columns.map(|column| Arc::new(Float64Array::from(column.to_vec())) as ArrayRef);
            parquet.write(&RecordBatch::try_new(Arc::clone(&schema), columns.collect())?)?;
        }
        parquet.close()?;
        Ok(())
    }

    /// Writes CSV of what the rows are: `key`, `timestamp` (RFC 3339), `file`, `line` and `incomplete`.
    pub fn write_samples(&self, mut writer: impl Write) -> io::Result<()> {
        writeln!(writer, "key,timestamp,file,line,incomplete")?;
        for (row, incomplete) in self.incomplete.iter().enumerate() {
            let key = self.keys.get(row).map_or("", String::as_str);
            let (file, line) = self.origins.of_sample(row).unwrap_or_default();
            let time = timestamp_us_to_datetime(self.timestamps[row]).map(|time| time.and_utc());
            let time = time.map_or(String::new(), |time| time.to_rfc3339());
            writeln!(writer, "{},{time},{},{line},{incomplete}", quoted(key), quoted(file))?;
        }
        Ok(())
    }

    /// Writes the values in NumPy's `.npy` format, `float64`, C order.
    pub fn write_npy(&self, writer: impl Write) -> Result<(), WriteNpyError> {
        self.values.write_npy(writer)
    }
}

/// A field of CSV, in quotes where it needs them.
fn quoted(text: &str) -> Cow<'_, str> {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")).into(),
        false => text.into(),
    }
}
