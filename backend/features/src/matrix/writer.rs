//! Matrices as files, piece by piece: CSV, Parquet, and NumPy's own format.

use super::FeatureMatrix;
use datafusion::arrow::{
    array::{ArrayRef, Float64Array, RecordBatch},
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
    temporal_conversions::timestamp_us_to_datetime,
};
use ndarray::Axis;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};
use std::{
    borrow::Cow,
    io::{self, Seek, Write},
    path::Path,
    sync::Arc,
};

/// Rows that are handed to the writer of Parquet at a time.
const ROWS_AT_ONCE: usize = 65_536;
/// Values that are handed to a file at a time.
const VALUES_AT_ONCE: usize = 1 << 15;
/// Bytes of the header of `.npy`: enough for any shape.
const NPY_HEADER: usize = 128;

/// The kinds of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixFormat {
    /// RFC 4180, LF: the names, then a line per sample. Every number is the shortest that reads back as the same `f64`; one
    /// that is missing is empty.
    Csv,
    /// A column of `float64` per feature; NaN is one that is missing.
    Parquet,
    /// `float64`, C order.
    Npy,
}

impl MatrixFormat {
    /// The kind that a file name asks for: `.csv`, `.parquet` or `.npy`.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            "npy" => Some(Self::Npy),
            _ => None,
        }
    }
}

/// Writes the rows of matrices with the same columns, one after the other.
pub struct MatrixWriter<W: Write + Seek + Send>(Sink<W>);

enum Sink<W: Write + Seek + Send> {
    Csv(W),
    Parquet(Box<ArrowWriter<W>>, SchemaRef),
    Npy { output: W, rows: usize, columns: usize },
}

impl<W: Write + Seek + Send> MatrixWriter<W> {
    /// Begins a file with the columns of these names.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut output: W, format: MatrixFormat, names: &[String]) -> io::Result<Self> {
        Ok(Self(match format {
            MatrixFormat::Csv => {
                let names: Vec<Cow<'_, str>> = names.iter().map(|name| quoted(name)).collect();
                writeln!(output, "{}", names.join(","))?;
                Sink::Csv(output)
            }
            MatrixFormat::Parquet => {
                let fields: Vec<Field> =
                    names.iter().map(|name| Field::new(name, DataType::Float64, false)).collect();
                let schema = Arc::new(Schema::new(fields));
                let compression = Compression::ZSTD(ZstdLevel::default());
                let properties = WriterProperties::builder().set_compression(compression).build();
                let writer = ArrowWriter::try_new(output, Arc::clone(&schema), Some(properties));
                Sink::Parquet(Box::new(writer.map_err(of_parquet)?), schema)
            }
            MatrixFormat::Npy => {
                output.write_all(&npy_header(0, names.len()))?;
                Sink::Npy { output, rows: 0, columns: names.len() }
            }
        }))
    }

    /// # Errors
    /// When the rows cannot be written.
    pub fn write(&mut self, matrix: &FeatureMatrix) -> io::Result<()> {
        match &mut self.0 {
            Sink::Csv(output) => {
                let mut line = Vec::new();
                for row in matrix.values.rows() {
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
                    output.write_all(&line)?;
                }
            }
            Sink::Parquet(output, schema) => {
                for rows in matrix.values.axis_chunks_iter(Axis(0), ROWS_AT_ONCE) {
                    let columns = rows.columns().into_iter();
                    let columns =
                        columns.map(|column| Arc::new(Float64Array::from(column.to_vec())) as ArrayRef);
                    let batch = RecordBatch::try_new(Arc::clone(schema), columns.collect());
                    let batch = batch.map_err(|error: ArrowError| io::Error::other(error))?;
                    output.write(&batch).map_err(of_parquet)?;
                }
            }
            Sink::Npy { output, rows, .. } => {
                let values = matrix.values.as_standard_layout();
                let mut bytes = Vec::with_capacity(VALUES_AT_ONCE);
                for values in values.as_slice().unwrap_or_default().chunks(VALUES_AT_ONCE) {
                    bytes.clear();
                    bytes.extend(values.iter().map(|value| value.to_le_bytes()));
                    output.write_all(bytes.as_flattened())?;
                }
                *rows += matrix.values.nrows();
            }
        }
        Ok(())
    }

    /// Completes the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self.0 {
            Sink::Csv(mut output) => output.flush(),
            Sink::Parquet(output, _) => output.close().map(|_| ()).map_err(of_parquet),
            Sink::Npy { mut output, rows, columns } => {
                // Only now is it known how many there are.
                output.rewind()?;
                output.write_all(&npy_header(rows, columns))?;
                output.flush()
            }
        }
    }
}

/// Version 1.0 of the format, as `numpy.lib.format` describes it.
fn npy_header(rows: usize, columns: usize) -> Vec<u8> {
    let mut header = b"\x93NUMPY\x01\x00".to_vec();
    header.extend(((NPY_HEADER - header.len() - 2) as u16).to_le_bytes());
    header.extend(
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}").bytes(),
    );
    header.resize(NPY_HEADER - 1, b' ');
    header.push(b'\n');
    header
}

fn of_parquet(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

/// Writes CSV of what the rows of matrices are: `key`, `timestamp` (RFC 3339), `file`, `line` and `incomplete`.
pub struct SampleWriter<W: Write>(W);

impl<W: Write> SampleWriter<W> {
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut output: W) -> io::Result<Self> {
        writeln!(output, "key,timestamp,file,line,incomplete")?;
        Ok(Self(output))
    }

    /// # Errors
    /// When the rows cannot be written.
    pub fn write(&mut self, matrix: &FeatureMatrix) -> io::Result<()> {
        for (row, incomplete) in matrix.incomplete.iter().enumerate() {
            let key = matrix.keys.get(row).map_or("", String::as_str);
            let (file, line) = matrix.origins.of_sample(row).unwrap_or_default();
            let time = timestamp_us_to_datetime(matrix.timestamps[row]).map(|time| time.and_utc());
            let time = time.map_or(String::new(), |time| time.to_rfc3339());
            writeln!(self.0, "{},{time},{},{line},{incomplete}", quoted(key), quoted(file))?;
        }
        Ok(())
    }

    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A field of CSV, in quotes where it needs them.
fn quoted(text: &str) -> Cow<'_, str> {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")).into(),
        false => text.into(),
    }
}
