//! A parsed batch as the plan gives it, accepted and rejected records alike: how its records compare, and how some of
//! them become records of the dataset.

use crate::{
    IntakeError,
    file_names::FileNames,
    records::{nulls, schema, text_at},
};
use datafusion::arrow::{
    array::{
        Array, ArrayRef, AsArray, RecordBatch, StringViewArray, TimestampMicrosecondArray, UInt32Array,
        UInt64Array, new_empty_array,
    },
    buffer::Buffer,
    compute::{cast, interleave, kernels::cmp::compare_byte_view, take},
    datatypes::{DataType, TimestampMicrosecondType, UInt32Type, UInt64Type},
    error::ArrowError,
};
use rustc_hash::FxHashMap;
use std::{cmp::Ordering, ops::Range, sync::Arc};

/// Host, level and process of a record, ordered as [`crate::plan::ORDER`] says: nulls last.
pub(crate) type Emitter<'a> = [(bool, &'a str); 3];

/// The columns of a batch from the plan.
#[derive(Clone, Debug)]
pub(crate) struct ParsedBatch {
    pub(crate) timestamp: TimestampMicrosecondArray,
    host: StringViewArray,
    level: StringViewArray,
    process: StringViewArray,
    pid: StringViewArray,
    message: StringViewArray,
    attributes: StringViewArray,
    id: StringViewArray,
    pub(crate) reject: StringViewArray,
    pub(crate) excerpt: StringViewArray,
    pub(crate) file: UInt32Array,
    pub(crate) record: UInt64Array,
    pub(crate) line: UInt64Array,
}

impl ParsedBatch {
    pub(crate) fn of(batch: &RecordBatch) -> Result<Self, IntakeError> {
        let column = |name: &str| {
            batch
                .column_by_name(name)
                .ok_or_else(|| IntakeError::Engine(format!("the plan has no column `{name}`")))
        };
        let text = |name: &str| {
            // Views of contiguous texts.
            let views = cast(column(name)?, &DataType::Utf8View);
            views.map(|c| c.as_string_view().clone()).map_err(|error| IntakeError::Engine(error.to_string()))
        };
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

    pub(crate) fn len(&self) -> usize {
        self.timestamp.len()
    }

    /// Accepted records, with the columns of [`schema`].
    pub(crate) fn records(&self, files: &FileNames) -> Result<RecordBatch, ArrowError> {
        let names = files.of(&self.file)?;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.timestamp.clone()),
            Arc::new(self.host.clone()),
            Arc::new(self.level.clone()),
            Arc::new(self.process.clone()),
            Arc::new(self.pid.clone()),
            Arc::new(self.message.clone()),
            Arc::new(self.attributes.clone()),
            names,
            Arc::new(self.line.clone()),
            Arc::new(self.record.clone()),
        ];
        RecordBatch::try_new(schema(), columns)
    }

    /// What the texts are views into, some of it several times.
    pub(crate) fn buffers(&self) -> impl Iterator<Item = &Buffer> {
        [
            &self.host,
            &self.level,
            &self.process,
            &self.pid,
            &self.message,
            &self.attributes,
            &self.id,
            &self.excerpt,
        ]
        .into_iter()
        .flat_map(|column| column.data_buffers())
    }

    /// What records are ordered by first: their time, [`i64::MAX`] without one. No time that is read is that late.
    pub(crate) fn time(&self, row: usize) -> i64 {
        if self.timestamp.is_valid(row) { self.timestamp.value(row) } else { i64::MAX }
    }

    /// The first row with a later time than this, which the one at `from` has not. The records are in their order.
    pub(crate) fn first_after(&self, time: i64, from: usize) -> usize {
        if time == i64::MAX {
            return self.len();
        }
        // Those without a time come last.
        let times = &self.timestamp.values()[from..self.len() - self.timestamp.null_count()];
        from + times.partition_point(|own| *own <= time)
    }

    /// Rows with all different emitters, some of them several times, and of which of these each record is.
    pub(crate) fn emitters(&self) -> (Vec<usize>, Vec<u32>) {
        // Equal views are equal texts, and equal texts have the same view, mostly.
        let view = |column: &StringViewArray, row| column.is_valid(row).then(|| column.views()[row]);
        let (mut known, mut rows, mut last) = (FxHashMap::default(), Vec::new(), None);
        let number = |row| {
            let views = (view(&self.host, row), view(&self.level, row), view(&self.process, row));
            match last {
                Some((same, number)) if same == views => number,
                _ => {
                    let number = *known.entry(views).or_insert_with(|| {
                        rows.push(row);
                        rows.len() as u32 - 1
                    });
                    last = Some((views, number));
                    number
                }
            }
        };
        let numbers = (0..self.len()).map(number).collect();
        (rows, numbers)
    }

    pub(crate) fn emitter(&self, row: usize) -> Emitter<'_> {
        [&self.host, &self.level, &self.process].map(|column| nullable(column, row))
    }

    /// A number that pids are ordered by, as far as it tells them apart.
    pub(crate) fn pid_prefix(&self, row: usize) -> u64 {
        let Some(pid) = text_at(&self.pid, row) else { return u64::MAX };
        let mut prefix = [0; 8];
        let length = pid.len().min(8);
        prefix[..length].copy_from_slice(&pid.as_bytes()[..length]);
        u64::from_be_bytes(prefix)
    }

    /// Compares two records of the same time as [`crate::plan::ORDER`] says.
    pub(crate) fn compare(&self, row: usize, other: &Self, other_row: usize) -> Ordering {
        if self.timestamp.is_null(row) {
            return self.place(row).cmp(&other.place(other_row));
        }
        let compare = |own, others| compare(own, row, others, other_row);
        compare(&self.host, &other.host)
            .then_with(|| compare(&self.level, &other.level))
            .then_with(|| compare(&self.process, &other.process))
            .then_with(|| self.compare_contents(row, other, other_row))
    }

    /// Compares two records of the same time and emitter.
    pub(crate) fn compare_contents(&self, row: usize, other: &Self, other_row: usize) -> Ordering {
        if self.timestamp.is_null(row) {
            return self.place(row).cmp(&other.place(other_row));
        }
        let compare = |own, others| compare(own, row, others, other_row);
        compare(&self.pid, &other.pid)
            .then_with(|| compare(&self.message, &other.message))
            .then_with(|| compare(&self.attributes, &other.attributes))
            .then_with(|| compare(&self.id, &other.id))
            .then_with(|| self.place(row).cmp(&other.place(other_row)))
    }

    /// Where a record stands: what those without a time are ordered by.
    fn place(&self, row: usize) -> (u32, u64) {
        (self.file.value(row), self.record.value(row))
    }

    /// Without what is known of rejected records, and without ids: nobody asks for these of accepted ones.
    pub(crate) fn of_accepted(&self) -> Self {
        let none = || nulls(self.len());
        Self { id: none(), reject: none(), excerpt: none(), ..self.clone() }
    }

    /// None of the records.
    pub(crate) fn emptied(&self) -> Result<Self, ArrowError> {
        Self::made(|column| Ok(new_empty_array(column(self).data_type())))
    }

    /// The records at some rows.
    pub(crate) fn take(&self, rows: &UInt32Array) -> Result<Self, ArrowError> {
        Self::made(|column| match column(self) {
            column if without_text(column) => Ok(Arc::new(nulls(rows.len()))),
            column => take(column, rows, None),
        })
    }

    /// The records of some rows, which share their memory with all others.
    pub(crate) fn slice(&self, rows: Range<usize>) -> Result<Self, ArrowError> {
        Self::made(|column| Ok(column(self).slice(rows.start, rows.len())))
    }

    /// Records of several batches: `places` are indices into `batches`, and rows.
    pub(crate) fn interleave(batches: &[&Self], places: &[(usize, usize)]) -> Result<Self, ArrowError> {
        Self::made(|column| {
            let columns: Vec<&dyn Array> = batches.iter().map(|batch| column(batch)).collect();
            match columns.iter().all(|column| without_text(*column)) {
                true => Ok(Arc::new(nulls(places.len()))),
                false => interleave(&columns, places),
            }
        })
    }

    /// A batch of columns, each of which `make` makes from the same column of other batches.
    fn made(
        make: impl Fn(fn(&Self) -> &dyn Array) -> Result<ArrayRef, ArrowError>,
    ) -> Result<Self, ArrowError> {
        let texts = |column| make(column).map(|made| made.as_string_view().clone());
        let numbers = |column| make(column).map(|made| made.as_primitive::<UInt64Type>().clone());
        Ok(Self {
            timestamp: make(|batch| &batch.timestamp)?.as_primitive().clone(),
            host: texts(|batch| &batch.host)?,
            level: texts(|batch| &batch.level)?,
            process: texts(|batch| &batch.process)?,
            pid: texts(|batch| &batch.pid)?,
            message: texts(|batch| &batch.message)?,
            attributes: texts(|batch| &batch.attributes)?,
            id: texts(|batch| &batch.id)?,
            reject: texts(|batch| &batch.reject)?,
            excerpt: texts(|batch| &batch.excerpt)?,
            file: make(|batch| &batch.file)?.as_primitive().clone(),
            record: numbers(|batch| &batch.record)?,
            line: numbers(|batch| &batch.line)?,
        })
    }

    pub(crate) fn has_id(&self, row: usize) -> bool {
        self.id.is_valid(row)
    }

    pub(crate) fn has_level(&self, row: usize) -> bool {
        self.level.is_valid(row)
    }

    /// Whether two accepted records are equal in every field.
    pub(crate) fn equal(&self, row: usize, other: &Self, other_row: usize) -> bool {
        let same = |a: &StringViewArray, b: &StringViewArray| text_at(a, row) == text_at(b, other_row);
        self.reject.is_null(row)
            && self.time(row) == other.time(other_row)
            && same(&self.message, &other.message)
            && same(&self.process, &other.process)
            && same(&self.pid, &other.pid)
            && same(&self.host, &other.host)
            && same(&self.level, &other.level)
            && same(&self.attributes, &other.attributes)
            && same(&self.id, &other.id)
    }
}

/// Whether this is a column of texts, and none of them is there.
fn without_text(column: &dyn Array) -> bool {
    *column.data_type() == DataType::Utf8View && column.null_count() == column.len()
}

/// Nulls last.
fn compare(own: &StringViewArray, row: usize, others: &StringViewArray, other_row: usize) -> Ordering {
    match (own.is_null(row), others.is_null(other_row)) {
        (false, false) => compare_byte_view(own, row, others, other_row),
        (own, others) => own.cmp(&others),
    }
}

/// A text that is ordered with nulls last.
fn nullable(column: &StringViewArray, row: usize) -> (bool, &str) {
    text_at(column, row).map_or((true, ""), |text| (false, text))
}
