//! The DataFusion plan: a streaming table of raw records, a scalar function that parses them on all cores, and a sort
//! into canonical order that spills to disk when it must.
//!
//! Rejected records travel through the same plan: they have no timestamp and so come last, ordered by file and record
//! number. Equal records come out next to each other, so that duplicates need no table of what was seen.

mod memory;
mod parse_function;
mod raw_table;

use crate::{
    IntakeError, Source,
    format::FileFormat,
    options::{Meter, ReadOptions},
    records::timestamp_type,
};
use datafusion::{
    arrow::datatypes::{DataType, Field, Fields},
    catalog::streaming::StreamingTable,
    error::DataFusionError,
    execution::{
        SendableRecordBatchStream, SessionStateBuilder,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        runtime_env::RuntimeEnvBuilder,
    },
    functions::core::expr_fn::get_field,
    logical_expr::{Partitioning, ScalarUDF, SortExpr, col},
    prelude::{SessionConfig, SessionContext},
};
use memory::SharedPool;
use parse_function::ParseFunction;
use raw_table::RawPartition;
use std::sync::{
    Arc, LazyLock, Mutex,
    atomic::{AtomicU64, Ordering},
};

/// One file of the dataset, with the format it is read in.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) source: Source,
    pub(crate) format: FileFormat,
}

/// What the partitions of one read share.
pub(crate) struct Scan {
    pub(crate) files: Vec<File>,
    pub(crate) options: ReadOptions,
    pub(crate) meter: Arc<Meter>,
    pub(crate) content_bytes: AtomicU64,
    /// Records framed, to be compared with the records that come out.
    pub(crate) framed: AtomicU64,
    /// What went wrong, with the index of the file: of several failures the first file's is reported.
    failure: Mutex<Option<(usize, IntakeError)>>,
}

impl Scan {
    pub(crate) fn new(files: Vec<File>, options: ReadOptions, meter: Arc<Meter>) -> Self {
        let zero = || AtomicU64::new(0);
        Self { files, options, meter, content_bytes: zero(), framed: zero(), failure: Mutex::new(None) }
    }

    pub(crate) fn framed(&self) -> u64 {
        self.framed.load(Ordering::Acquire)
    }

    /// Keeps the error for [`Scan::error`], and returns one for DataFusion to stop at.
    fn fail(&self, file: usize, error: IntakeError) -> DataFusionError {
        let message = error.to_string();
        let mut failure = self.failure.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if failure.as_ref().is_none_or(|(first, _)| file < *first) {
            *failure = Some((file, error));
        }
        DataFusionError::Execution(message)
    }

    /// The error behind one of DataFusion's.
    pub(crate) fn error(&self, error: &DataFusionError) -> IntakeError {
        let mut failure = self.failure.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        match (failure.take(), error.find_root(), self.options.memory_bytes) {
            (Some((_, error)), _, _) => error,
            (None, DataFusionError::ResourcesExhausted(reason), Some(limit)) => {
                IntakeError::OutOfMemory { limit, reason: reason.clone() }
            }
            (None, root, _) => IntakeError::Engine(root.to_string()),
        }
    }
}

/// What parsing makes of a record. A rejected one has no timestamp, but a `reject` (the reason) and an `excerpt`.
///
/// The texts are contiguous, not views: a sorted batch of views would refer to, and be charged with, the buffers of
/// all batches that its rows come from. Their offsets have 64 bits, because 8192 records may exceed 2 GiB.
fn parsed_fields() -> Fields {
    static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
        let text = |name: &str| Field::new(name, DataType::LargeUtf8, true);
        Fields::from(vec![
            Field::new("timestamp", timestamp_type(), true),
            text("host"),
            text("level"),
            text("process"),
            text("pid"),
            text("message"),
            text("id"),
            text("reject"),
            text("excerpt"),
        ])
    });
    FIELDS.clone()
}

/// Runs the plan. The batches have the columns of [`parsed_fields`] and `file` (index into `scan.files`), `record`
/// and `line`, in canonical order.
pub(crate) async fn sorted(scan: &Arc<Scan>) -> Result<SendableRecordBatchStream, IntakeError> {
    let failed = |error: DataFusionError| scan.error(&error);
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let context = context(&scan.options, cores).map_err(failed)?;
    let groups = cores.min(scan.files.len()).max(1);
    let partitions = (0..groups)
        .map(|group| {
            let files = (group..scan.files.len()).step_by(groups).collect();
            Arc::new(RawPartition::new(Arc::clone(scan), files)) as _
        })
        .collect();
    let table = StreamingTable::try_new(raw_table::schema(), partitions).map_err(failed)?;
    let parse =
        ScalarUDF::from(ParseFunction::new(scan.files.iter().map(|file| file.format.clone()).collect()));
    let place = ["file", "record", "line"];
    let names: Vec<String> = parsed_fields().iter().map(|field| field.name().clone()).collect();
    let read = || {
        let raw = context.read_table(Arc::new(table))?;
        let raw = raw.repartition(Partitioning::RoundRobinBatch(cores))?;
        let call = parse.call(["file", "line", "raw", "fault"].map(col).to_vec()).alias("parsed");
        let parsed = raw.select(place.map(col).into_iter().chain([call]))?;
        let fields = names.iter().map(|name| get_field(col("parsed"), name.as_str()).alias(name));
        let flat = parsed.select(place.map(col).into_iter().chain(fields))?;
        let order = ["timestamp", "host", "level", "process", "pid", "message", "id", "file", "record"];
        flat.sort(order.map(|name| SortExpr::new(col(name), true, false)).to_vec())
    };
    read().map_err(failed)?.execute_stream().await.map_err(failed)
}

fn context(options: &ReadOptions, cores: usize) -> Result<SessionContext, DataFusionError> {
    let mut runtime = RuntimeEnvBuilder::new();
    if let Some(bytes) = options.memory_bytes {
        runtime = runtime.with_memory_pool(Arc::new(SharedPool::new(bytes)));
    }
    if let Some(folder) = &options.spill {
        let mode = DiskManagerMode::Directories(vec![folder.clone()]);
        runtime = runtime.with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode));
    }
    let mut config = SessionConfig::new().with_target_partitions(cores);
    if let Some(bytes) = options.memory_bytes {
        // The default reservation for the final merge is meant for pools of gigabytes.
        config = config.with_sort_spill_reservation_bytes((bytes / 8 / cores).min(10 << 20));
    }
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime.build_arc()?)
        .with_default_features()
        .build();
    Ok(SessionContext::new_with_state(state))
}
