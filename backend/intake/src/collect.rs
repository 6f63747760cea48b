//! The end of the plan: sorted, parsed records to accepted records without duplicates, rejects to their file, and
//! exact counts of everything.

use crate::{IntakeError, records::schema};
use datafusion::arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, LargeStringArray, RecordBatch, StringViewArray,
        StringViewBuilder, TimestampMicrosecondArray, UInt32Array, UInt64Array,
    },
    compute::filter,
    datatypes::{TimestampMicrosecondType, UInt32Type, UInt64Type},
    error::ArrowError,
};
use std::{
    fs,
    io::{BufWriter, Write},
    path::Path,
    sync::Arc,
};
use trainyard_types::{Accounting, Reject};

/// Takes sorted batches one after the other.
pub(crate) struct Collector {
    drop_duplicates: bool,
    files: Vec<String>,
    writer: Option<BufWriter<fs::File>>,
    /// The last record's batch, for the comparison with the next batch's first.
    last: Option<Content>,
    pub(crate) accounting: Accounting,
    pub(crate) first_reject: Option<Reject>,
}

impl Collector {
    /// `files` are the files' names by index; rejects are written to `rejects`, which is made anew.
    pub(crate) fn new(
        drop_duplicates: bool,
        files: Vec<String>,
        rejects: Option<&Path>,
    ) -> Result<Self, IntakeError> {
        let writer = match rejects {
            Some(path) => Some(BufWriter::new(fs::File::create(path).map_err(IntakeError::WriteRejects)?)),
            None => None,
        };
        Ok(Self {
            drop_duplicates,
            files,
            writer,
            last: None,
            accounting: Accounting::default(),
            first_reject: None,
        })
    }

    /// The accepted records of the next batch, with the columns of [`schema`]; nothing when there is none.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<Option<RecordBatch>, IntakeError> {
        let engine = |error: ArrowError| IntakeError::Engine(error.to_string());
        let content = Content::of(batch)?;
        let rows = batch.num_rows();
        self.accounting.read += rows as u64;
        let mut kept = Vec::with_capacity(rows);
        for row in 0..rows {
            let keep = if content.reject.is_valid(row) {
                self.reject(&content, row)?;
                false
            } else if self.drop_duplicates && self.repeats(&content, row) {
                self.accounting.duplicates += 1;
                false
            } else {
                self.accounting.parsed += 1;
                true
            };
            kept.push(keep);
        }
        let any = kept.contains(&true);
        let kept = BooleanArray::from(kept);
        let accepted = any.then(|| self.accepted(&content, &kept)).transpose().map_err(engine)?;
        self.last = (rows > 0).then_some(content);
        Ok(accepted)
    }

    /// Completes the file of rejects.
    pub(crate) fn finish(&mut self) -> Result<(), IntakeError> {
        match &mut self.writer {
            Some(writer) => writer.flush().map_err(IntakeError::WriteRejects),
            None => Ok(()),
        }
    }

    fn repeats(&self, content: &Content, row: usize) -> bool {
        match (row, &self.last) {
            (0, None) => false,
            (0, Some(last)) => last.equal(last.timestamp.len() - 1, content, 0),
            _ => content.equal(row - 1, content, row),
        }
    }

    fn reject(&mut self, content: &Content, row: usize) -> Result<(), IntakeError> {
        self.accounting.rejected += 1;
        if self.writer.is_none() && self.first_reject.is_some() {
            return Ok(());
        }
        let text = |column: &LargeStringArray| text_at(column, row).unwrap_or_default().to_owned();
        let reject = Reject {
            file: self.files.get(content.file.value(row) as usize).cloned().unwrap_or_default(),
            line: content.line.value(row),
            record: content.record.value(row),
            reason: text(&content.reject),
            excerpt: text(&content.excerpt),
        };
        if let Some(writer) = &mut self.writer {
            serde_json::to_writer(&mut *writer, &reject).map_err(|e| IntakeError::WriteRejects(e.into()))?;
            writer.write_all(b"\n").map_err(IntakeError::WriteRejects)?;
        }
        self.first_reject.get_or_insert(reject);
        Ok(())
    }

    /// The accepted rows, holding no more memory than they need.
    fn accepted(&self, content: &Content, kept: &BooleanArray) -> Result<RecordBatch, ArrowError> {
        let texts = |column: &LargeStringArray| -> Result<ArrayRef, ArrowError> {
            let filtered = filter(column, kept)?;
            Ok(Arc::new(StringViewArray::from(filtered.as_string::<i64>())))
        };
        // Few values, many times: kept once per batch.
        let words = |column: &LargeStringArray| -> Result<ArrayRef, ArrowError> {
            let filtered = filter(column, kept)?;
            let mut builder = StringViewBuilder::with_capacity(filtered.len()).with_deduplicate_strings();
            filtered.as_string::<i64>().iter().for_each(|value| builder.append_option(value));
            Ok(Arc::new(builder.finish()))
        };
        let mut file = StringViewBuilder::new().with_deduplicate_strings();
        for index in filter(&content.file, kept)?.as_primitive::<UInt32Type>().values() {
            file.append_option(self.files.get(*index as usize));
        }
        let columns = vec![
            filter(&content.timestamp, kept)?,
            words(&content.host)?,
            words(&content.level)?,
            words(&content.process)?,
            texts(&content.pid)?,
            texts(&content.message)?,
            texts(&content.attributes)?,
            Arc::new(file.finish()) as ArrayRef,
            filter(&content.line, kept)?,
            filter(&content.record, kept)?,
        ];
        RecordBatch::try_new(schema(), columns)
    }
}

/// The columns of a batch from the plan.
struct Content {
    timestamp: TimestampMicrosecondArray,
    host: LargeStringArray,
    level: LargeStringArray,
    process: LargeStringArray,
    pid: LargeStringArray,
    message: LargeStringArray,
    attributes: LargeStringArray,
    id: LargeStringArray,
    reject: LargeStringArray,
    excerpt: LargeStringArray,
    file: UInt32Array,
    record: UInt64Array,
    line: UInt64Array,
}

impl Content {
    fn of(batch: &RecordBatch) -> Result<Self, IntakeError> {
        let column = |name: &str| {
            batch
                .column_by_name(name)
                .ok_or_else(|| IntakeError::Engine(format!("the plan has no column `{name}`")))
        };
        let text = |name: &str| column(name).map(|c| c.as_string::<i64>().clone());
        Ok(Self {
            timestamp: column("timestamp")?.as_primitive::<TimestampMicrosecondType>().clone(),
            host: text("host")?,
            level: text("level")?,
            process: text("process")?,
            pid: text("pid")?,
            message: text("message")?,
            attributes: text("attributes")?,
            id: text("id")?,
            reject: text("reject")?,
            excerpt: text("excerpt")?,
            file: column("file")?.as_primitive::<UInt32Type>().clone(),
            record: column("record")?.as_primitive::<UInt64Type>().clone(),
            line: column("line")?.as_primitive::<UInt64Type>().clone(),
        })
    }

    /// Whether two accepted records are equal in every field.
    fn equal(&self, row: usize, other: &Self, other_row: usize) -> bool {
        let same = |a: &LargeStringArray, b: &LargeStringArray| text_at(a, row) == text_at(b, other_row);
        let instant = |c: &Self, row: usize| c.timestamp.is_valid(row).then(|| c.timestamp.value(row));
        self.reject.is_null(row)
            && instant(self, row) == instant(other, other_row)
            && same(&self.message, &other.message)
            && same(&self.process, &other.process)
            && same(&self.pid, &other.pid)
            && same(&self.host, &other.host)
            && same(&self.level, &other.level)
            && same(&self.attributes, &other.attributes)
            && same(&self.id, &other.id)
    }
}

fn text_at(column: &LargeStringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}
