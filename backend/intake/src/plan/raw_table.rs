//! The streaming table of raw records: one partition reads some of the files, one after the other. A batch's records
//! are views into the bytes as they were decompressed.

use super::Scan;
use crate::{
    IntakeError,
    content::Content,
    records::{BATCH, nulls},
};
use datafusion::{
    arrow::{
        array::{ArrayRef, BinaryViewBuilder, RecordBatch, UInt32Array, UInt64Array},
        buffer::Buffer,
        datatypes::{DataType, Field, Schema, SchemaRef},
    },
    error::DataFusionError,
    execution::{SendableRecordBatchStream, TaskContext},
    physical_plan::{stream::RecordBatchStreamAdapter, streaming::PartitionStream},
};
use futures::stream;
use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, LazyLock, atomic::Ordering},
};
use trainyard_grammar::framing::{Broken, Frame, FrameBytes, Framer};

/// `file`: index of the file; `record`, `line`: the record's number and first line, from 1; `raw`: its bytes;
/// `fault`: why it must be rejected unparsed.
pub(super) fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        Arc::new(Schema::new(vec![
            Field::new("file", DataType::UInt32, false),
            Field::new("record", DataType::UInt64, false),
            Field::new("line", DataType::UInt64, false),
            Field::new("raw", DataType::BinaryView, false),
            Field::new("fault", DataType::Utf8View, true),
        ]))
    });
    Arc::clone(&SCHEMA)
}

pub(super) struct RawPartition {
    scan: Arc<Scan>,
    /// Indices of the files that this partition reads.
    files: Vec<usize>,
    schema: SchemaRef,
}

impl RawPartition {
    pub(super) fn new(scan: Arc<Scan>, files: Vec<usize>) -> Self {
        Self { scan, files, schema: schema() }
    }

    /// Reads the files, one after the other.
    pub(super) fn stream(&self) -> SendableRecordBatchStream {
        let state = State {
            scan: Arc::clone(&self.scan),
            files: self.files.iter().copied().collect(),
            open: None,
            ready: VecDeque::new(),
        };
        let batches = stream::try_unfold(state, |mut state| async move {
            let batch = state.next().await?;
            Ok(batch.map(|batch| (batch, state)))
        });
        Box::pin(RecordBatchStreamAdapter::new(schema(), batches))
    }
}

impl fmt::Debug for RawPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawPartition").field("files", &self.files).finish_non_exhaustive()
    }
}

impl PartitionStream for RawPartition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        self.stream()
    }
}

struct State {
    scan: Arc<Scan>,
    files: VecDeque<usize>,
    open: Option<Open>,
    ready: VecDeque<RecordBatch>,
}

async fn open(scan: &Scan, index: usize) -> Result<Open, IntakeError> {
    let file = &scan.files[index];
    let limits = scan.options.limits;
    let content = Content::open(file, limits, Arc::clone(&scan.meter)).await?;
    let applied = &file.reading.applied;
    let framing = &applied.grammar().framing;
    let framer = match applied.joins() {
        true => Framer::joining(framing, limits.record_bytes, Arc::new(applied.clone())),
        false => Framer::new(framing, limits.record_bytes),
    };
    Ok(Open { index, content, framer, buffer: Vec::new(), frames: Vec::new() })
}

/// A file being read.
struct Open {
    index: usize,
    content: Content,
    framer: Framer,
    buffer: Vec<u8>,
    /// Room for the records of a chunk.
    frames: Vec<Frame>,
}

impl State {
    async fn next(&mut self) -> Result<Option<RecordBatch>, DataFusionError> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            let open = match self.open.take() {
                Some(open) => open,
                None => {
                    let Some(index) = self.files.pop_front() else { return Ok(None) };
                    open(&self.scan, index).await.map_err(|error| self.scan.fail(index, error))?
                }
            };
            let index = open.index;
            self.advance(open).await.map_err(|error| self.scan.fail(index, error))?;
        }
    }

    /// Reads a chunk, frames it, and keeps the file open unless it ended.
    async fn advance(&mut self, mut open: Open) -> Result<(), IntakeError> {
        let end = open.content.fill(&mut open.buffer).await?;
        let frames = &mut open.frames;
        frames.clear();
        let name = || self.scan.files[open.index].source.name.clone();
        let done = open.framer.scan(&open.buffer, end, frames).map_err(|broken| match broken {
            Broken::CutOff { record, line } => IntakeError::JsonCutOff { file: name(), record, line },
            Broken::Structure { record, line, reason } => {
                IntakeError::JsonBroken { file: name(), record, line, reason }
            }
        })?;
        let content = Buffer::from_vec(take(&mut open.buffer, done));
        self.scan.framed.fetch_add(frames.len() as u64, Ordering::AcqRel);
        for frames in frames.chunks(BATCH) {
            self.ready.push_back(
                batch(open.index, &content, frames).map_err(|e| IntakeError::Engine(e.to_string()))?,
            );
        }
        if end {
            let outside = open.framer.outside().lines;
            self.scan.files[open.index].reading.counts.outside.store(outside, Ordering::Release);
            self.scan.content_bytes.fetch_add(open.content.bytes(), Ordering::AcqRel);
        } else {
            self.open = Some(open);
        }
        Ok(())
    }
}

/// The first bytes of a buffer, which the records keep; the beginning of the next record stays.
fn take(buffer: &mut Vec<u8>, done: usize) -> Vec<u8> {
    if done == 0 {
        return Vec::new();
    }
    let rest = buffer[done..].to_vec();
    let mut content = std::mem::replace(buffer, rest);
    content.truncate(done);
    // A small file would have the room of a large one.
    if content.capacity() > 2 * content.len() {
        content.shrink_to_fit();
    }
    content
}

fn batch(file: usize, content: &Buffer, frames: &[Frame]) -> Result<RecordBatch, DataFusionError> {
    let mut raw = BinaryViewBuilder::with_capacity(frames.len());
    let block = raw.append_block(content.clone());
    for frame in frames {
        match &frame.bytes {
            FrameBytes::Range(range) => raw.try_append_view(block, range.start as u32, range.len() as u32)?,
            FrameBytes::Beginning(bytes) | FrameBytes::Made(bytes) => raw.append_value(bytes),
        }
    }
    let faults = match frames.iter().any(|frame| frame.fault.is_some()) {
        true => frames.iter().map(|frame| frame.fault.as_deref()).collect(),
        false => nulls(frames.len()),
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from_value(file as u32, frames.len())),
        Arc::new(UInt64Array::from_iter_values(frames.iter().map(|frame| frame.record))),
        Arc::new(UInt64Array::from_iter_values(frames.iter().map(|frame| frame.line))),
        Arc::new(raw.finish()),
        Arc::new(faults),
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}
