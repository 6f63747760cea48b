//! From files to parsed records in canonical order, by one of two ways that agree in every record.
//!
//! - [`in_memory`]: records that fit into memory are sorted where they were parsed, and merged.
//! - [`sorted`]: the DataFusion plan, a streaming table of raw records, a scalar function that parses them on all cores,
//!   and a sort that spills to disk when it must. A cluster runs it, too.
//!
//! [`in_order`] leaves the records in the order of the files.
//!
//! Rejected records travel the same way: they come last, ordered by file and record number. Equal records come out next
//! to each other, so that duplicates need no table of what was seen.

mod in_memory;
mod in_order;
mod parse_function;
mod raw_table;
mod run;

use crate::{
    IntakeError, Source,
    format::Reading,
    options::{Meter, ReadOptions},
    records::timestamp_type,
};
use datafusion::{
    arrow::{
        datatypes::{DataType, Field, Fields},
        error::ArrowError,
    },
    catalog::streaming::StreamingTable,
    error::DataFusionError,
    execution::{
        SendableRecordBatchStream, SessionStateBuilder,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::FairSpillPool,
        runtime_env::RuntimeEnvBuilder,
    },
    logical_expr::{Partitioning, ScalarUDF, SortExpr, cast, col, ident, when},
    prelude::{DataFrame, SessionConfig, SessionContext},
};
pub(crate) use in_memory::in_memory;
pub(crate) use in_order::in_order;
use parse_function::ParseFunction;
use raw_table::RawPartition;
use std::sync::{
    Arc, LazyLock, Mutex,
    atomic::{AtomicU64, Ordering},
};
use tempfile::TempDir;

/// One file of the dataset, with the format it is read in.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) source: Source,
    pub(crate) reading: Reading,
    /// Where the archive that it comes from was unpacked: the folder is there as long as this is.
    #[cfg_attr(not(feature = "cluster"), expect(dead_code, reason = "only a cluster asks for the folder"))]
    pub(crate) unpacked: Option<Arc<TempDir>>,
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

    /// Nothing read yet.
    pub(crate) fn again(&self) -> Self {
        self.meter.restart();
        self.files.iter().for_each(|file| file.reading.counts.reset());
        Self::new(self.files.clone(), self.options.clone(), Arc::clone(&self.meter))
    }

    /// The files' names, by index.
    pub(crate) fn names(&self) -> Vec<String> {
        self.files.iter().map(|file| file.source.name.clone()).collect()
    }

    pub(crate) fn framed(&self) -> u64 {
        self.framed.load(Ordering::Acquire)
    }

    /// Keeps the error for [`Scan::error`], and returns one for DataFusion to stop at.
    pub(crate) fn fail(&self, file: usize, error: IntakeError) -> DataFusionError {
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
            (None, DataFusionError::IoError(cause), _) => IntakeError::Spill(cause.to_string()),
            (None, DataFusionError::ArrowError(cause, _), _)
                if matches!(**cause, ArrowError::IoError(..)) =>
            {
                IntakeError::Spill(cause.to_string())
            }
            (None, root, _) => IntakeError::Engine(root.to_string()),
        }
    }
}

/// What parsing makes of a record. A rejected one has nothing but a `reject` (the reason) and an `excerpt`.
fn parsed_fields() -> Fields {
    static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
        let text = |name: &str| Field::new(name, DataType::Utf8View, true);
        Fields::from(vec![
            Field::new("timestamp", timestamp_type(), true),
            text("host"),
            text("level"),
            text("process"),
            text("pid"),
            text("message"),
            text("attributes"),
            text("id"),
            text("reject"),
            text("excerpt"),
        ])
    });
    FIELDS.clone()
}

/// Runs the plan. The batches have the columns of [`parsed_fields`] and `file` (index into `scan.files`), `record`
/// and `line`, in canonical order; their texts are contiguous.
pub(crate) async fn sorted(scan: &Arc<Scan>) -> Result<SendableRecordBatchStream, IntakeError> {
    let failed = |error: DataFusionError| scan.error(&error);
    plan(scan).map_err(failed)?.execute_stream().await.map_err(failed)
}

/// The canonical order: by these columns, ascending, nulls last. Records without a time are in the order of their files:
/// they are ordered by [`PLACE`] before all else.
pub(crate) const ORDER: [&str; 10] =
    ["timestamp", "host", "level", "process", "pid", "message", "attributes", "id", "file", "record"];

/// Where a record stands.
pub(crate) const PLACE: [&str; 2] = ["file", "record"];

fn plan(scan: &Arc<Scan>) -> Result<DataFrame, DataFusionError> {
    let timeless = |name| when(col("timestamp").is_null(), col(name)).end();
    let [time, others @ ..] = ORDER.map(col);
    let mut order = vec![time];
    order.extend(PLACE.map(timeless).into_iter().collect::<Result<Vec<_>, _>>()?);
    order.extend(others);
    parsed(scan)?.sort(order.into_iter().map(|column| SortExpr::new(column, true, false)).collect())
}

/// The plan up to the sort.
///
/// Its texts are contiguous, not views: a sorted batch of views would refer to, and be charged with, the buffers of
/// all batches that its rows come from. Their offsets have 64 bits, because 8192 records may exceed 2 GiB.
pub(crate) fn parsed(scan: &Arc<Scan>) -> Result<DataFrame, DataFusionError> {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let groups = cores.min(scan.files.len()).max(1);
    let partitions = (0..groups)
        .map(|group| {
            let files = (group..scan.files.len()).step_by(groups).collect();
            Arc::new(RawPartition::new(Arc::clone(scan), files)) as _
        })
        .collect();
    let table = StreamingTable::try_new(raw_table::schema(), partitions)?;
    let readings = scan.files.iter().map(|file| file.reading.clone()).collect();
    let parse = ScalarUDF::from(ParseFunction::new(readings));
    let place = ["file", "record", "line"];
    let fields = parsed_fields();
    let fields = fields.iter().map(|field| {
        let value = ident(format!("parsed.{}", field.name()));
        let contiguous = match field.data_type() {
            DataType::Utf8View => cast(value, DataType::LargeUtf8),
            _ => value,
        };
        contiguous.alias(field.name())
    });
    let call = parse.call(["file", "line", "raw", "fault"].map(col).to_vec()).alias("parsed");
    context(&scan.options, cores)?
        .read_table(Arc::new(table))?
        .repartition(Partitioning::RoundRobinBatch(cores))?
        .select(place.map(col).into_iter().chain([call]))?
        // Taking the fields one by one would parse once per field: projections are merged.
        .unnest_columns(&["parsed"])?
        .select(place.map(col).into_iter().chain(fields))
}

fn context(options: &ReadOptions, cores: usize) -> Result<SessionContext, DataFusionError> {
    let mut runtime = RuntimeEnvBuilder::new();
    if let Some(bytes) = options.memory_bytes {
        runtime = runtime.with_memory_pool(Arc::new(FairSpillPool::new(bytes)));
    }
    if let Some(folder) = &options.spill {
        let mode = DiskManagerMode::Directories(vec![folder.clone()]);
        runtime = runtime.with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode));
    }
    // One sort over all partitions: of several, the merge at the end starves when they have taken the memory. Their
    // batches are sorted in parallel all the same.
    let mut config = SessionConfig::new().with_target_partitions(cores).with_repartition_sorts(false);
    if let Some(bytes) = options.memory_bytes {
        // The default reservation for the final merge is meant for pools of gigabytes.
        config = config.with_sort_spill_reservation_bytes((bytes / 8).min(10 << 20));
    }
    // Without the functions of queries: nobody asks for them, and they were a quarter of the binary.
    let state = SessionStateBuilder::new().with_config(config).with_runtime_env(runtime.build_arc()?).build();
    Ok(SessionContext::new_with_state(state))
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::physical_plan::displayable;

    #[tokio::test]
    async fn every_record_is_parsed_once_in_parallel_and_sorted_with_one_budget() {
        let options = ReadOptions::new("2025-07-01T00:00:00Z".parse().unwrap());
        let scan = Arc::new(Scan::new(Vec::new(), options, Arc::new(Meter::new(Arc::new(()), 0))));
        let plan = plan(&scan).unwrap().create_physical_plan().await.unwrap();
        let text = displayable(plan.as_ref()).indent(false).to_string();
        assert_eq!(text.matches("parse_record(").count(), 1, "{text}");
        assert_eq!(text.matches("SortExec").count(), 1, "{text}");
        let alone = std::thread::available_parallelism().map_or(1, |n| n.get()) == 1;
        assert!(alone || text.contains("RoundRobinBatch"), "{text}");
    }
}
