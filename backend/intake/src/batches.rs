//! The records of a dataset: in memory or, when they are many, in a file on disk.

use crate::{IntakeError, schema};
use datafusion::arrow::{
    array::{ArrayRef, AsArray, RecordBatch},
    datatypes::DataType,
    error::ArrowError,
    ipc::{
        CompressionType,
        reader::StreamReader,
        writer::{IpcWriteOptions, StreamWriter},
    },
};
use rustc_hash::FxHashSet;
use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read},
    os::unix::fs::FileExt,
    path::Path,
    sync::Arc,
};

/// What a record takes beside its texts: a view of each of them, and its numbers.
const RECORD_BYTES: usize = 8 * 16 + 3 * 8;
/// What is read or written at once.
const BLOCK: usize = 1 << 20;

/// Batches of records with the columns of [`schema`], that can be gone through several times.
#[derive(Clone, Debug)]
pub enum Batches {
    InMemory(Vec<RecordBatch>),
    OnDisk(Spool),
}

impl Batches {
    /// The number of records.
    pub fn records(&self) -> usize {
        match self {
            Self::InMemory(batches) => batches.iter().map(RecordBatch::num_rows).sum(),
            Self::OnDisk(spool) => spool.records,
        }
    }

    /// The last records, at most so many; none of those on disk.
    pub fn last(&self, count: usize) -> Option<Self> {
        let Self::InMemory(batches) = self else { return None };
        let mut missing = count;
        let mut found = Vec::new();
        for batch in batches.iter().rev() {
            let taken = missing.min(batch.num_rows());
            if taken > 0 {
                found.push(batch.slice(batch.num_rows() - taken, taken));
            }
            missing -= taken;
        }
        found.reverse();
        Some(Self::InMemory(found))
    }

    /// How many of them have no time.
    pub fn without_time(&self) -> usize {
        match self {
            Self::InMemory(batches) => batches.iter().map(without_time).sum(),
            Self::OnDisk(spool) => spool.without_time,
        }
    }

    /// All batches, in the order of their records.
    ///
    /// # Errors
    /// When they cannot be read from disk.
    pub fn iter(&self) -> Result<impl Iterator<Item = Result<RecordBatch, IntakeError>>, IntakeError> {
        let (memory, disk) = match self {
            Self::InMemory(batches) => (&batches[..], None),
            Self::OnDisk(spool) => (&[][..], Some(spool.read()?)),
        };
        Ok(memory.iter().cloned().map(Ok).chain(disk.into_iter().flatten()))
    }
}

impl From<Vec<RecordBatch>> for Batches {
    fn from(batches: Vec<RecordBatch>) -> Self {
        Self::InMemory(batches)
    }
}

/// A file without a name: it is gone with the last who holds it, however the process ends.
#[derive(Clone, Debug)]
pub struct Spool {
    file: Arc<File>,
    records: usize,
    without_time: usize,
}

impl Spool {
    fn read(&self) -> Result<impl Iterator<Item = Result<RecordBatch, IntakeError>>, IntakeError> {
        let from = ReadFrom { file: Arc::clone(&self.file), at: 0 };
        let batches = StreamReader::try_new(BufReader::with_capacity(BLOCK, from), None).map_err(failed)?;
        Ok(batches.map(|batch| batch.map_err(failed)))
    }
}

/// Reads a file from a place of its own, whatever others read of it.
struct ReadFrom {
    file: Arc<File>,
    at: u64,
}

impl Read for ReadFrom {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// How much memory batches take: what several of them share counts once.
#[derive(Debug, Default)]
pub struct Footprint {
    pub bytes: usize,
    /// Where the texts are that were counted.
    counted: FxHashSet<usize>,
}

impl Footprint {
    /// Adds a batch of records.
    pub fn add(&mut self, batch: &RecordBatch) {
        self.bytes += batch.num_rows() * RECORD_BYTES;
        for texts in batch.columns().iter().filter_map(|column| column.as_string_view_opt()) {
            for buffer in texts.data_buffers() {
                if self.counted.insert(buffer.as_ptr().addr()) {
                    self.bytes += buffer.len();
                }
            }
        }
    }
}

/// Takes one batch after the other, and holds them in memory as long as they are no larger than a limit.
pub(crate) struct Gatherer<'a> {
    limit: usize,
    folder: Option<&'a Path>,
    footprint: Footprint,
    records: usize,
    without_time: usize,
    held: Vec<RecordBatch>,
    disk: Option<StreamWriter<BufWriter<File>>>,
}

impl<'a> Gatherer<'a> {
    /// Beyond `limit` bytes records go to a file in `folder`, or the system's for temporary ones.
    pub(crate) fn new(limit: Option<usize>, folder: Option<&'a Path>) -> Self {
        Self {
            limit: limit.unwrap_or(usize::MAX),
            folder,
            footprint: Footprint::default(),
            records: 0,
            without_time: 0,
            held: Vec::new(),
            disk: None,
        }
    }

    pub(crate) fn push(&mut self, batch: RecordBatch) -> Result<(), IntakeError> {
        self.records += batch.num_rows();
        self.without_time += without_time(&batch);
        if let Some(disk) = &mut self.disk {
            return disk.write(&compact(&batch).map_err(failed)?).map_err(failed);
        }
        self.footprint.add(&batch);
        self.held.push(batch);
        if self.footprint.bytes <= self.limit {
            return Ok(());
        }
        let mut disk = writer(self.folder)?;
        for batch in self.held.drain(..) {
            disk.write(&compact(&batch).map_err(failed)?).map_err(failed)?;
        }
        self.footprint = Footprint::default();
        self.disk = Some(disk);
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<Batches, IntakeError> {
        let Some(disk) = self.disk else { return Ok(Batches::InMemory(self.held)) };
        let file = disk.into_inner().map_err(failed)?;
        let file = file.into_inner().map_err(|error| IntakeError::Spill(error.to_string()))?;
        Ok(Batches::OnDisk(Spool {
            file: Arc::new(file),
            records: self.records,
            without_time: self.without_time,
        }))
    }
}

fn without_time(batch: &RecordBatch) -> usize {
    batch.column_by_name("timestamp").map_or(0, |times| times.null_count())
}

fn writer(folder: Option<&Path>) -> Result<StreamWriter<BufWriter<File>>, IntakeError> {
    let folder = folder.map_or_else(std::env::temp_dir, Path::to_owned);
    let failure = |error| IntakeError::Spill(format!("{}: {error}", folder.display()));
    let file = tempfile::tempfile_in(&folder).map_err(failure)?;
    let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME));
    let file = BufWriter::with_capacity(BLOCK, file);
    StreamWriter::try_new_with_options(file, &schema(), options.map_err(failed)?).map_err(failed)
}

/// The batch with texts of its own: a view may be of a buffer that many batches share.
fn compact(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let own = |column: &ArrayRef| match column.data_type() {
        DataType::Utf8View => Arc::new(column.as_string_view().gc()),
        _ => Arc::clone(column),
    };
    RecordBatch::try_new(batch.schema(), batch.columns().iter().map(own).collect())
}

fn failed(error: ArrowError) -> IntakeError {
    match error {
        ArrowError::IoError(reason, _) => IntakeError::Spill(reason),
        other => IntakeError::Engine(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LEVELS, text_at};
    use datafusion::arrow::array::{Array, StringViewArray, TimestampMicrosecondArray, UInt64Array};

    fn batch(from: u64, rows: u64) -> RecordBatch {
        let texts = |text: fn(u64) -> Option<String>| -> ArrayRef {
            Arc::new((from..from + rows).map(text).collect::<StringViewArray>())
        };
        let numbers = || -> ArrayRef { Arc::new((from..from + rows).collect::<UInt64Array>()) };
        let times = (from..from + rows).map(|row| (row % 3 > 0).then_some(row as i64));
        RecordBatch::try_new(
            schema(),
            vec![
                Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("+00:00")),
                texts(|_| None),
                texts(|row| Some(LEVELS[row as usize % LEVELS.len()].to_owned())),
                texts(|row| (row % 2 > 0).then(|| "a process of some length".to_owned())),
                texts(|_| None),
                texts(|row| Some(format!("record {row} with a message that is no part of its view"))),
                texts(|_| None),
                texts(|_| Some("a.log".to_owned())),
                numbers(),
                numbers(),
            ],
        )
        .unwrap()
    }

    #[test]
    fn the_last_records_may_begin_within_a_batch() {
        let batches = Batches::from(vec![batch(0, 100), batch(100, 1), batch(101, 50)]);
        for count in [0, 1, 50, 51, 60, 151, 1000] {
            let Some(Batches::InMemory(last)) = batches.last(count) else { panic!("{count}") };
            let records: Vec<u64> = last
                .iter()
                .flat_map(|batch| crate::Columns::of(batch).unwrap().line.values().to_vec())
                .collect();
            assert_eq!(records, (151 - count.min(151) as u64..151).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn what_went_to_disk_comes_back_as_often_as_it_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let all = [batch(0, 100), batch(100, 1), batch(101, 50)];
        // A part of a batch has the texts of the whole.
        let given = || [all[0].slice(0, 60), all[0].slice(60, 40), all[1].clone(), all[2].clone()];
        for (limit, on_disk) in [(None, false), (Some(1 << 20), false), (Some(10_000), true), (Some(0), true)]
        {
            let mut gatherer = Gatherer::new(limit, Some(folder.path()));
            given().into_iter().for_each(|batch| gatherer.push(batch).unwrap());
            let batches = gatherer.finish().unwrap();
            assert_eq!((matches!(batches, Batches::OnDisk(_)), batches.records()), (on_disk, 151));
            assert_eq!(batches.without_time(), 51);
            let (first, second) = (batches.iter().unwrap(), batches.iter().unwrap());
            for ((found, again), expected) in first.zip(second).zip(given()) {
                let found = found.unwrap();
                assert_eq!(found, expected);
                assert_eq!(again.unwrap(), expected);
            }
            assert_eq!(batches.iter().unwrap().count(), 4);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the file has a name");
    }

    #[test]
    fn a_folder_that_takes_nothing_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone");
        let mut gatherer = Gatherer::new(Some(0), Some(&gone));
        let error = gatherer.push(batch(0, 1)).unwrap_err();
        assert_eq!(error.code(), "spill");
        assert!(error.to_string().contains("gone"), "{error}");
    }

    #[test]
    fn texts_that_batches_share_count_once() {
        let shared = batch(0, 1000);
        let texts = text_at(shared.column(5).as_string_view(), 0).map_or(0, str::len) * 1000;
        let mut gatherer = Gatherer::new(Some(1000 * RECORD_BYTES + 3 * texts), None);
        (0..10).for_each(|part| gatherer.push(shared.slice(part * 100, 100)).unwrap());
        assert!(matches!(gatherer.finish().unwrap(), Batches::InMemory(batches) if batches.len() == 10));
        assert!(shared.column(5).len() == 1000);
    }
}
