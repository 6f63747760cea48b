//! Parsed records, and how to look at their columns.

use crate::{Batches, FileDetection, IntakeError, Shares};
use datafusion::arrow::{
    array::{Array, AsArray, RecordBatch, StringViewArray, TimestampMicrosecondArray, UInt64Array},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit, TimestampMicrosecondType, UInt64Type},
};
use std::{
    ops::Range,
    sync::{Arc, LazyLock},
};
use trainyard_types::{Accounting, Finding, Grammar, Reject};

/// The columns of every batch, in this order:
///
/// | column | type | |
/// | --- | --- | --- |
/// | `timestamp` | timestamp, µs, UTC | null when the record has none (plain text, tables) |
/// | `host`, `process`, `pid` | text | null when the record names none |
/// | `level` | text, one of [`crate::LEVELS`] | null when missing or unknown |
/// | `message` | text | never null, may be empty |
/// | `attributes` | text: a JSON object of further named fields | null when there are none |
/// | `file`, `line`, `record` | text, integers from 1 | where the record is |
pub fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let text = |name: &str, nullable| Field::new(name, DataType::Utf8View, nullable);
        Arc::new(Schema::new(vec![
            Field::new("timestamp", timestamp_type(), true),
            text("host", true),
            text("level", true),
            text("process", true),
            text("pid", true),
            text("message", false),
            text("attributes", true),
            text("file", false),
            Field::new("line", DataType::UInt64, false),
            Field::new("record", DataType::UInt64, false),
        ]))
    });
    Arc::clone(&SCHEMA)
}

pub(crate) fn timestamp_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()))
}

/// The records of a dataset in canonical order: by timestamp, then host, level, process, pid, message,
/// attributes, id, file and record number, nulls last; that of those with a time depends on neither the order of the files
/// nor of the records in them. Those without a time come last, by file and record number.
#[derive(Clone, Debug)]
pub struct Records {
    /// With the columns of [`schema`].
    pub batches: Batches,
    pub accounting: Accounting,
    /// One per file, in the order of their names.
    pub formats: Vec<FileDetection>,
    /// Decompressed size of all files, in bytes.
    pub content_bytes: u64,
    /// The offset from UTC, in minutes, of times that were written without one: the clock of the logs.
    pub utc_offset_minutes: i32,
    /// How many of the records have a time, and a level.
    pub shares: Shares,
    /// What must be known of it.
    pub findings: Vec<Finding>,
    /// The first rejected record, by file and record number.
    pub first_reject: Option<Reject>,
}

impl Records {
    /// The number of records.
    pub fn len(&self) -> usize {
        self.batches.records()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The different grammars that the files were read by, without what was decided for these files alone: the years.
    pub fn grammars(&self) -> Vec<Grammar> {
        let mut grammars: Vec<Grammar> = Vec::new();
        for grammar in self.formats.iter().filter_map(|file| file.grammar.as_deref()) {
            let mut grammar = grammar.clone();
            (grammar.clock.year, grammar.clock.rollover) = (None, None);
            if !grammars.contains(&grammar) {
                grammars.push(grammar);
            }
        }
        grammars
    }
}

/// Typed views of a batch's columns.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    pub timestamp: &'a TimestampMicrosecondArray,
    pub host: &'a StringViewArray,
    pub level: &'a StringViewArray,
    pub process: &'a StringViewArray,
    pub pid: &'a StringViewArray,
    pub message: &'a StringViewArray,
    pub attributes: &'a StringViewArray,
    pub file: &'a StringViewArray,
    pub line: &'a UInt64Array,
    pub record: &'a UInt64Array,
}

impl<'a> Columns<'a> {
    /// The columns of a batch with the columns of [`schema`].
    pub fn of(batch: &'a RecordBatch) -> Result<Self, IntakeError> {
        let missing = |name: &str| IntakeError::Engine(format!("the records have no column `{name}`"));
        let text = |name: &str| {
            batch.column_by_name(name).and_then(|c| c.as_string_view_opt()).ok_or_else(|| missing(name))
        };
        let number = |name: &str| {
            batch
                .column_by_name(name)
                .and_then(|c| c.as_primitive_opt::<UInt64Type>())
                .ok_or_else(|| missing(name))
        };
        Ok(Self {
            timestamp: batch
                .column_by_name("timestamp")
                .and_then(|c| c.as_primitive_opt::<TimestampMicrosecondType>())
                .ok_or_else(|| missing("timestamp"))?,
            host: text("host")?,
            level: text("level")?,
            process: text("process")?,
            pid: text("pid")?,
            message: text("message")?,
            attributes: text("attributes")?,
            file: text("file")?,
            line: number("line")?,
            record: number("record")?,
        })
    }
}

/// Where each of some batches begins among the records of all.
#[derive(Clone, Debug)]
pub struct Starts {
    starts: Vec<usize>,
    /// The number of records.
    pub len: usize,
}

impl Starts {
    pub fn of(lengths: impl IntoIterator<Item = usize>) -> Self {
        let (mut starts, mut len) = (Vec::new(), 0);
        for rows in lengths {
            starts.push(len);
            len += rows;
        }
        Self { starts, len }
    }

    /// The batch of a record, and its row there.
    pub fn find(&self, record: usize) -> (usize, usize) {
        let batch = self.batch(record);
        (batch, record - self.starts[batch])
    }

    /// The same of records in a row.
    pub fn places(&self, records: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
        let mut batch = self.batch(records.start);
        records.map(move |record| {
            while self.starts.get(batch + 1).is_some_and(|next| *next <= record) {
                batch += 1;
            }
            (batch, record - self.starts[batch])
        })
    }

    fn batch(&self, record: usize) -> usize {
        self.starts.partition_point(|start| *start <= record).saturating_sub(1)
    }
}

/// Rows of a batch, at most.
pub(crate) const BATCH: usize = 8192;

/// A column without a text; all of them share their memory.
pub(crate) fn nulls(rows: usize) -> StringViewArray {
    static NULLS: LazyLock<StringViewArray> = LazyLock::new(|| StringViewArray::new_null(BATCH));
    if rows <= BATCH { NULLS.slice(0, rows) } else { StringViewArray::new_null(rows) }
}

/// A text that may be null.
pub fn text_at(column: &StringViewArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}
