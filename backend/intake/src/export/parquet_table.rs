//! The Parquet table: the columns of a row group are encoded and compressed on all cores, while what comes next is read.

use crate::{IntakeError, records::BATCH};
use datafusion::arrow::{array::RecordBatch, datatypes::SchemaRef};
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves},
    },
    basic::{Compression, Encoding},
    errors::ParquetError,
    file::{
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedFileWriter,
    },
};
use rayon::prelude::*;
use std::{
    fs::File,
    io,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

/// Rows of a row group, at least.
const ROW_GROUP: usize = 1 << 17;

/// Bytes of a page, before compression: as much as the caches hold.
const PAGE_BYTES: usize = 64 << 10;

/// Tables that wait to be written, in lists of them.
const WAITING: usize = 1;

/// A thread that writes; none when it has ended. What is dropped before it is finished stays without its end, so that
/// nobody takes it for the whole.
pub(super) struct ParquetTable(Option<Worker>);

struct Worker {
    /// Nothing at the end.
    queue: SyncSender<Option<Vec<RecordBatch>>>,
    thread: JoinHandle<Result<(), IntakeError>>,
}

impl ParquetTable {
    pub(super) fn new(file: File, schema: SchemaRef) -> Result<Self, IntakeError> {
        let writer = Writer::new(file, schema)?;
        let (queue, tables) = sync_channel(WAITING);
        Ok(Self(Some(Worker { queue, thread: thread::spawn(move || writer.run(&tables)) })))
    }

    /// Writes tables with the schema, one after the other.
    pub(super) fn write(&mut self, tables: Vec<RecordBatch>) -> Result<(), IntakeError> {
        match &self.0 {
            // It ends before time only when it fails.
            Some(worker) if worker.queue.send(Some(tables)).is_err() => self.finish(),
            _ => Ok(()),
        }
    }

    /// Waits until everything is written.
    pub(super) fn finish(&mut self) -> Result<(), IntakeError> {
        let Some(Worker { queue, thread }) = self.0.take() else { return Ok(()) };
        // Who has ended already says why below.
        let _ = queue.send(None);
        let lost = |_| Err(IntakeError::Engine("the thread that writes the table was lost".into()));
        thread.join().unwrap_or_else(lost)
    }
}

struct Writer {
    schema: SchemaRef,
    file: SerializedFileWriter<File>,
    factory: ArrowRowGroupWriterFactory,
    /// Of the row group under way.
    columns: Vec<ArrowColumnWriter>,
    rows: usize,
    groups: usize,
}

impl Writer {
    fn new(file: File, schema: SchemaRef) -> Result<Self, IntakeError> {
        // The usual codec of Parquet files: a stronger one would take a sixth of all the time.
        // Hardly two messages are alike, and hardly two lines: a dictionary of them is in vain.
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_data_page_size_limit(PAGE_BYTES)
            .set_data_page_row_count_limit(ROW_GROUP)
            .set_write_batch_size(BATCH);
        for name in ["message", "attributes"] {
            properties = properties
                .set_column_dictionary_enabled(name.into(), false)
                .set_column_statistics_enabled(name.into(), EnabledStatistics::None);
        }
        // Readers pass over row groups by their least and greatest value: of these, every group has nearly all.
        for name in ["level", "host", "process", "pid"] {
            properties = properties.set_column_statistics_enabled(name.into(), EnabledStatistics::None);
        }
        for name in ["line", "timestamp"] {
            properties = properties
                .set_column_dictionary_enabled(name.into(), false)
                .set_column_encoding(name.into(), Encoding::DELTA_BINARY_PACKED);
        }
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties.build())).map_err(failure)?;
        let (file, factory) = writer.into_serialized_writer().map_err(failure)?;
        Ok(Self { schema, file, factory, columns: Vec::new(), rows: 0, groups: 0 })
    }

    fn run(mut self, queue: &Receiver<Option<Vec<RecordBatch>>>) -> Result<(), IntakeError> {
        while let Ok(tables) = queue.recv() {
            match tables {
                Some(tables) => self.write(&tables)?,
                None => return self.close(),
            }
        }
        Ok(())
    }

    fn close(mut self) -> Result<(), IntakeError> {
        if self.rows > 0 {
            self.close_group()?;
        }
        self.file.close().map(|_| ()).map_err(failure)
    }

    fn write(&mut self, tables: &[RecordBatch]) -> Result<(), IntakeError> {
        let rows: usize = tables.iter().map(RecordBatch::num_rows).sum();
        if rows == 0 {
            return Ok(());
        }
        if self.columns.is_empty() {
            self.columns = self.factory.create_column_writers(self.groups).map_err(failure)?;
        }
        let fields = self.schema.fields();
        // No column has parts, so that there is one writer for each.
        let write = |(at, column): (usize, &mut ArrowColumnWriter)| {
            tables.iter().try_for_each(|table| {
                let mut leaves = compute_leaves(&fields[at], table.column(at))?.into_iter();
                leaves.try_for_each(|leaf| column.write(&leaf))
            })
        };
        self.columns.par_iter_mut().enumerate().try_for_each(write).map_err(failure)?;
        self.rows += rows;
        if self.rows >= ROW_GROUP { self.close_group() } else { Ok(()) }
    }

    fn close_group(&mut self) -> Result<(), IntakeError> {
        let columns: Result<Vec<_>, ParquetError> =
            std::mem::take(&mut self.columns).into_par_iter().map(ArrowColumnWriter::close).collect();
        let mut group = self.file.next_row_group().map_err(failure)?;
        for column in columns.map_err(failure)? {
            column.append_to_row_group(&mut group).map_err(failure)?;
        }
        group.close().map_err(failure)?;
        self.groups += 1;
        self.rows = 0;
        Ok(())
    }
}

fn failure(error: ParquetError) -> IntakeError {
    IntakeError::WriteTable(io::Error::other(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_full_is_told() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let written = ParquetTable::new(full, crate::schema()).and_then(|mut table| {
            table.write(vec![RecordBatch::new_empty(crate::schema())])?;
            table.finish()
        });
        assert!(matches!(written, Err(IntakeError::WriteTable(_))), "{written:?}");
    }

    #[test]
    fn what_is_given_up_is_no_table() {
        let path = tempfile::NamedTempFile::new().unwrap();
        let run = |end: bool| {
            let writer = Writer::new(File::create(path.path()).unwrap(), crate::schema()).unwrap();
            let (queue, tables) = sync_channel(2);
            queue.send(Some(vec![RecordBatch::new_empty(crate::schema())])).unwrap();
            if end {
                queue.send(None).unwrap();
            }
            drop(queue);
            writer.run(&tables).unwrap();
            // A file begins with what it ends with.
            let content = std::fs::read(path.path()).unwrap();
            content.len() > 8 && content.ends_with(b"PAR1")
        };
        assert!(run(true));
        assert!(!run(false));
    }
}
