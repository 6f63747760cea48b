//! The end of the plan: sorted, parsed records to accepted records without duplicates, rejects to their file, and
//! exact counts of everything.

use crate::{
    IntakeError,
    records::{nulls, schema, text_at},
};
use datafusion::arrow::{
    array::{
        Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, RecordBatch, StringViewArray,
        StringViewBuilder, TimestampMicrosecondArray, UInt32Array, UInt64Array,
    },
    buffer::Buffer,
    compute::{cast, filter_record_batch, interleave},
    datatypes::{DataType, TimestampMicrosecondType, UInt32Type, UInt64Type},
    error::ArrowError,
};
use rustc_hash::FxHashMap;
use std::{
    cmp::Ordering,
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

    /// The files' names by index.
    pub(crate) fn files(&self) -> &[String] {
        &self.files
    }

    /// The accepted records of the next batch, with the columns of [`schema`]; nothing when there is none.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<Option<RecordBatch>, IntakeError> {
        let engine = |error: ArrowError| IntakeError::Engine(error.to_string());
        let content = Content::of(batch)?;
        let last = self.last.take();
        let mut before = last.as_ref().map(|last| (last, last.len() - 1));
        let mut kept = Vec::with_capacity(content.len());
        for row in 0..content.len() {
            kept.push(self.judge(&content, row, before)?);
            before = Some((&content, row));
        }
        let accepted = match (kept.contains(&true), kept.contains(&false)) {
            (false, _) => None,
            (true, false) => Some(content.records(&self.files).map_err(engine)?),
            (true, true) => {
                let accepted = filter_record_batch(batch, &kept.into()).map_err(engine)?;
                Some(Content::of(&accepted)?.records(&self.files).map_err(engine)?)
            }
        };
        self.last = (content.len() > 0).then_some(content);
        Ok(accepted)
    }

    /// Counts a record, and says whether it is accepted; `before` is the one before it.
    pub(crate) fn judge(
        &mut self,
        content: &Content,
        row: usize,
        before: Option<(&Content, usize)>,
    ) -> Result<bool, IntakeError> {
        self.accounting.read += 1;
        let repeats = || before.is_some_and(|(other, at)| content.equal(row, other, at));
        if content.reject.is_valid(row) {
            self.reject(content, row)?;
            return Ok(false);
        }
        if self.drop_duplicates && repeats() {
            self.accounting.duplicates += 1;
            return Ok(false);
        }
        self.accounting.parsed += 1;
        Ok(true)
    }

    /// Completes the file of rejects.
    pub(crate) fn finish(&mut self) -> Result<(), IntakeError> {
        match &mut self.writer {
            Some(writer) => writer.flush().map_err(IntakeError::WriteRejects),
            None => Ok(()),
        }
    }

    fn reject(&mut self, content: &Content, row: usize) -> Result<(), IntakeError> {
        self.accounting.rejected += 1;
        if self.writer.is_none() && self.first_reject.is_some() {
            return Ok(());
        }
        let text = |column: &StringViewArray| text_at(column, row).unwrap_or_default().to_owned();
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
}

/// Host, level and process of a record, ordered as [`crate::plan::ORDER`] says: nulls last.
pub(crate) type Emitter<'a> = [(bool, &'a str); 3];

/// The columns of a batch from the plan.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) timestamp: TimestampMicrosecondArray,
    host: StringViewArray,
    level: StringViewArray,
    process: StringViewArray,
    pid: StringViewArray,
    message: StringViewArray,
    attributes: StringViewArray,
    id: StringViewArray,
    reject: StringViewArray,
    excerpt: StringViewArray,
    file: UInt32Array,
    record: UInt64Array,
    line: UInt64Array,
}

impl Content {
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

    /// Accepted records, with the columns of [`schema`]; `files` are the files' names.
    pub(crate) fn records(&self, files: &[String]) -> Result<RecordBatch, ArrowError> {
        let mut names = StringViewBuilder::with_capacity(self.len());
        let block = names.append_block(files.concat().into_bytes().into());
        let mut places = Vec::with_capacity(files.len());
        files.iter().fold(0, |begin, name| {
            places.push((begin, name.len() as u32));
            begin + name.len() as u32
        });
        for file in self.file.values() {
            let (begin, length) = places.get(*file as usize).copied().unwrap_or_default();
            names.try_append_view(block, begin, length)?;
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.timestamp.clone()),
            Arc::new(self.host.clone()),
            Arc::new(self.level.clone()),
            Arc::new(self.process.clone()),
            Arc::new(self.pid.clone()),
            Arc::new(self.message.clone()),
            Arc::new(self.attributes.clone()),
            Arc::new(names.finish()),
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

    fn time(&self, row: usize) -> Option<i64> {
        self.timestamp.is_valid(row).then(|| self.timestamp.value(row))
    }

    /// The different emitters, and which of them each record has.
    pub(crate) fn emitters(&self) -> (Vec<Emitter<'_>>, Vec<u32>) {
        let mut known = FxHashMap::default();
        let mut emitters: Vec<Emitter<'_>> = Vec::new();
        let empty = |column: &StringViewArray| column.null_count() == column.len();
        let (no_host, no_process) = (empty(&self.host), empty(&self.process));
        let number = |row| {
            let host = if no_host { (true, "") } else { nullable(&self.host, row) };
            let process = if no_process { (true, "") } else { nullable(&self.process, row) };
            // Levels are short: the view is the text.
            let level = self.level.is_valid(row).then(|| self.level.views()[row]);
            *known.entry((host, level, process)).or_insert_with(|| {
                emitters.push([host, nullable(&self.level, row), process]);
                emitters.len() as u32 - 1
            })
        };
        let numbers = (0..self.len()).map(number).collect();
        (emitters, numbers)
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
        // Nulls last.
        let compare = |own: &StringViewArray, others: &StringViewArray| match (
            own.is_null(row),
            others.is_null(other_row),
        ) {
            (false, false) => own.value(row).cmp(others.value(other_row)),
            (own, others) => own.cmp(&others),
        };
        self.timestamp
            .is_null(row)
            .cmp(&other.timestamp.is_null(other_row))
            .then_with(|| compare(&self.host, &other.host))
            .then_with(|| compare(&self.level, &other.level))
            .then_with(|| compare(&self.process, &other.process))
            .then_with(|| compare(&self.pid, &other.pid))
            .then_with(|| compare(&self.message, &other.message))
            .then_with(|| compare(&self.attributes, &other.attributes))
            .then_with(|| compare(&self.id, &other.id))
            .then_with(|| self.file.value(row).cmp(&other.file.value(other_row)))
            .then_with(|| self.record.value(row).cmp(&other.record.value(other_row)))
    }

    /// Accepted rows of several contents: `places` are indices into `contents`, and rows.
    pub(crate) fn interleave(contents: &[&Self], places: &[(usize, usize)]) -> Result<Self, ArrowError> {
        let texts = |column: fn(&Self) -> &StringViewArray| {
            let columns: Vec<&StringViewArray> = contents.iter().map(|content| column(content)).collect();
            if columns.iter().all(|column| column.null_count() == column.len()) {
                return Ok(nulls(places.len()));
            }
            let columns: Vec<&dyn Array> = columns.into_iter().map(|column| column as &dyn Array).collect();
            Ok::<_, ArrowError>(interleave(&columns, places)?.as_string_view().clone())
        };
        fn numbers<T: ArrowPrimitiveType>(
            contents: &[&Content],
            places: &[(usize, usize)],
            column: fn(&Content) -> &PrimitiveArray<T>,
        ) -> Result<PrimitiveArray<T>, ArrowError> {
            let columns: Vec<&dyn Array> =
                contents.iter().map(|content| column(content) as &dyn Array).collect();
            Ok(interleave(&columns, places)?.as_primitive::<T>().clone())
        }
        Ok(Self {
            timestamp: numbers(contents, places, |content| &content.timestamp)?,
            host: texts(|content| &content.host)?,
            level: texts(|content| &content.level)?,
            process: texts(|content| &content.process)?,
            pid: texts(|content| &content.pid)?,
            message: texts(|content| &content.message)?,
            attributes: texts(|content| &content.attributes)?,
            // Nobody asks for these of accepted records.
            id: nulls(places.len()),
            reject: nulls(places.len()),
            excerpt: nulls(places.len()),
            file: numbers(contents, places, |content| &content.file)?,
            record: numbers(contents, places, |content| &content.record)?,
            line: numbers(contents, places, |content| &content.line)?,
        })
    }

    /// Whether two accepted records are equal in every field.
    fn equal(&self, row: usize, other: &Self, other_row: usize) -> bool {
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

/// A text that is ordered with nulls last.
fn nullable(column: &StringViewArray, row: usize) -> (bool, &str) {
    text_at(column, row).map_or((true, ""), |text| (false, text))
}
