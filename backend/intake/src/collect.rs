//! The end of the plan: sorted, parsed records to accepted records without duplicates, rejects to their file, and
//! exact counts of everything.

use crate::{IntakeError, Shares, file_names::FileNames, parsed_batch::ParsedBatch, records::text_at};
use datafusion::arrow::{
    array::{Array, RecordBatch, StringViewArray},
    compute::filter_record_batch,
    error::ArrowError,
};
use std::{
    fs,
    io::{BufWriter, Write},
    path::Path,
};
use trainyard_types::{Accounting, Reject};

/// Takes sorted batches one after the other.
pub(crate) struct Collector {
    copies: Option<Vec<bool>>,
    files: FileNames,
    writer: Option<BufWriter<fs::File>>,
    /// The last record's batch, for the comparison with the next batch's first.
    last: Option<ParsedBatch>,
    pub(crate) accounting: Accounting,
    pub(crate) shares: Shares,
    pub(crate) first_reject: Option<Reject>,
}

impl Collector {
    /// `copies` says of each file whether it is a copy of one before it: the records of these, and those with an id that
    /// equal the one before them, are duplicates when there is such a list. `files` are the files' names by index; rejects
    /// are written to `rejects`, which is made anew.
    pub(crate) fn new(
        copies: Option<Vec<bool>>,
        files: Vec<String>,
        rejects: Option<&Path>,
    ) -> Result<Self, IntakeError> {
        let writer = match rejects {
            Some(path) => Some(BufWriter::new(fs::File::create(path).map_err(IntakeError::WriteRejects)?)),
            None => None,
        };
        Ok(Self {
            copies,
            files: FileNames::new(files),
            writer,
            last: None,
            accounting: Accounting::default(),
            shares: Shares::default(),
            first_reject: None,
        })
    }

    /// The files' names by index.
    pub(crate) fn files(&self) -> &FileNames {
        &self.files
    }

    /// The accepted records of the next batch, with the columns of [`schema`]; nothing when there is none.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<Option<RecordBatch>, IntakeError> {
        let engine = |error: ArrowError| IntakeError::Engine(error.to_string());
        let parsed = ParsedBatch::of(batch)?;
        let last = self.last.take();
        let mut before = last.as_ref().map(|last| (last, last.len() - 1));
        let mut kept = Vec::with_capacity(parsed.len());
        for row in 0..parsed.len() {
            let repeats = || before.is_some_and(|(other, at)| parsed.equal(row, other, at));
            kept.push(self.accept(&parsed, row, repeats)?);
            before = Some((&parsed, row));
        }
        let accepted = match (kept.contains(&true), kept.contains(&false)) {
            (false, _) => None,
            (true, false) => Some(parsed.records(&self.files).map_err(engine)?),
            (true, true) => {
                let accepted = filter_record_batch(batch, &kept.into()).map_err(engine)?;
                Some(ParsedBatch::of(&accepted)?.records(&self.files).map_err(engine)?)
            }
        };
        self.last = (parsed.len() > 0).then_some(parsed);
        Ok(accepted)
    }

    /// Counts a record, and says whether it is accepted. `repeats` says whether it equals the one before it.
    pub(crate) fn accept(
        &mut self,
        batch: &ParsedBatch,
        row: usize,
        repeats: impl FnOnce() -> bool,
    ) -> Result<bool, IntakeError> {
        self.accounting.read += 1;
        if batch.reject.is_valid(row) {
            self.reject(batch, row)?;
            return Ok(false);
        }
        let duplicate = match &self.copies {
            Some(copies) => {
                copies.get(batch.file.value(row) as usize).is_some_and(|copy| *copy)
                    || (batch.has_id(row) && repeats())
            }
            None => false,
        };
        if !duplicate {
            self.shares.timed += u64::from(batch.timestamp.is_valid(row));
            self.shares.leveled += u64::from(batch.has_level(row));
        }
        self.accounting.duplicates += u64::from(duplicate);
        self.accounting.parsed += u64::from(!duplicate);
        Ok(!duplicate)
    }

    /// Completes the file of rejects.
    pub(crate) fn finish(&mut self) -> Result<(), IntakeError> {
        match &mut self.writer {
            Some(writer) => writer.flush().map_err(IntakeError::WriteRejects),
            None => Ok(()),
        }
    }

    fn reject(&mut self, batch: &ParsedBatch, row: usize) -> Result<(), IntakeError> {
        self.accounting.rejected += 1;
        if self.writer.is_none() && self.first_reject.is_some() {
            return Ok(());
        }
        let text = |column: &StringViewArray| text_at(column, row).unwrap_or_default().to_owned();
        let reject = Reject {
            file: self.files.name(batch.file.value(row)),
            line: batch.line.value(row),
            record: batch.record.value(row),
            reason: text(&batch.reject),
            excerpt: text(&batch.excerpt),
        };
        if let Some(writer) = &mut self.writer {
            serde_json::to_writer(&mut *writer, &reject).map_err(|e| IntakeError::WriteRejects(e.into()))?;
            writer.write_all(b"\n").map_err(IntakeError::WriteRejects)?;
        }
        self.first_reject.get_or_insert(reject);
        Ok(())
    }
}
