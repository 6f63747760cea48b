//! Parquet: the rows of a table as lines of JSON, so that their columns are found by the same names and paths as fields
//! of JSON records. Some hundred rows are in memory at a time.

use crate::{
    IntakeError, Source,
    input::local_file,
    options::{Limits, Meter},
};
use datafusion::arrow::{array::RecordBatch, error::ArrowError, json::LineDelimitedWriter};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::sync::Arc;

/// The first bytes of a Parquet file.
pub(crate) const MAGIC: &[u8] = b"PAR1";
/// Rows read at a time: few, because one of them may be large.
const BATCH: usize = 512;

pub(crate) struct Rows {
    /// Away while it reads.
    reader: Option<ParquetRecordBatchReader>,
    name: String,
    /// Names of the columns.
    pub(crate) columns: Vec<String>,
    limits: Limits,
    meter: Option<Arc<Meter>>,
    /// Stored bytes per row, on average.
    row_bytes: f64,
    /// Bytes of JSON handed out so far.
    pub(crate) content: u64,
}

impl Rows {
    /// Opens a file; `meter` hears of its bytes in proportion to the rows read.
    pub(crate) async fn open(
        source: &Source,
        limits: Limits,
        meter: Option<Arc<Meter>>,
    ) -> Result<Self, IntakeError> {
        let name = source.name.clone();
        let failed = |error| failure(&name, error);
        let builder = ParquetRecordBatchReaderBuilder::try_new(local_file(source).await?).map_err(failed)?;
        let columns: Vec<String> =
            builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        if columns.len() > limits.columns {
            return Err(IntakeError::TooManyColumns {
                file: name,
                columns: columns.len(),
                limit: limits.columns,
            });
        }
        let rows = builder.metadata().file_metadata().num_rows().max(1);
        let reader = Some(builder.with_batch_size(BATCH).build().map_err(failed)?);
        let row_bytes = source.size as f64 / rows as f64;
        Ok(Self { reader, name, columns, limits, meter, row_bytes, content: 0 })
    }

    /// Appends the next rows to `buffer`; true when there are no more.
    pub(crate) async fn fill(&mut self, buffer: &mut Vec<u8>) -> Result<bool, IntakeError> {
        let Some(mut reader) = self.reader.take() else { return Ok(true) };
        let work = tokio::task::spawn_blocking(move || (next(&mut reader), reader));
        let (read, reader) = work.await.map_err(|lost| IntakeError::Engine(lost.to_string()))?;
        let Some((rows, lines)) = read.map_err(|error| failure(&self.name, error))? else { return Ok(true) };
        self.reader = Some(reader);
        self.content += lines.len() as u64;
        if self.content > self.limits.content_bytes {
            let (file, limit) = (self.name.clone(), self.limits.content_bytes);
            return Err(IntakeError::ContentTooLarge { file, limit });
        }
        if let Some(meter) = &self.meter {
            meter.add((rows as f64 * self.row_bytes) as u64);
        }
        buffer.extend_from_slice(&lines);
        Ok(false)
    }
}

/// The next rows: how many, and as lines.
fn next(reader: &mut ParquetRecordBatchReader) -> Result<Option<(usize, Vec<u8>)>, ArrowError> {
    let Some(batch): Option<RecordBatch> = reader.next().transpose()? else { return Ok(None) };
    let mut lines = Vec::new();
    let mut writer = LineDelimitedWriter::new(&mut lines);
    writer.write(&batch)?;
    writer.finish()?;
    Ok(Some((batch.num_rows(), lines)))
}

fn failure(file: &str, error: impl ToString) -> IntakeError {
    IntakeError::Parquet { file: file.to_owned(), reason: error.to_string() }
}
