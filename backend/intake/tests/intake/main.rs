//! Intake from outside: files in a store to records, with nothing lost on the way.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

mod archives;
mod bad_input;
mod batches;
mod formats;
mod guide;
mod limits;
mod lines;
mod order;
mod parquet;
mod scan;

use object_store::{ObjectStore, ObjectStoreExt, PutPayload, memory::InMemory, path::Path};
use std::{path::PathBuf, sync::Arc};
use trainyard_intake::{Columns, IntakeError, ReadOptions, Records, Source, read, text_at};
use trainyard_types::{FormatSpecification, Reject};

pub(crate) fn options() -> ReadOptions {
    ReadOptions::new("2025-07-02T00:00:00Z".parse().unwrap())
}

pub(crate) fn format(preset: &str) -> FormatSpecification {
    FormatSpecification { preset: preset.to_owned(), ..FormatSpecification::default() }
}

pub(crate) async fn sources(files: &[(&str, &[u8])]) -> Vec<Source> {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut sources = Vec::new();
    for (index, (name, bytes)) in files.iter().enumerate() {
        let location = Path::from(format!("files/{index}"));
        store.put(&location, PutPayload::from(bytes.to_vec())).await.unwrap();
        let (name, size) = ((*name).to_owned(), bytes.len() as u64);
        sources.push(Source { name, store: Arc::clone(&store), location, size });
    }
    sources
}

pub(crate) async fn read_files(
    files: &[(&str, &[u8])],
    format: &FormatSpecification,
    options: &ReadOptions,
) -> Result<Records, IntakeError> {
    read(sources(files).await, format, options, Arc::new(())).await
}

pub(crate) async fn read_text(text: &str) -> Result<Records, IntakeError> {
    read_files(&[("a.log", text.as_bytes())], &format("auto"), &options()).await
}

/// Reads, and returns the rejects as they were written.
pub(crate) async fn rejects(
    text: &[u8],
    format: &FormatSpecification,
) -> (Result<Records, IntakeError>, Vec<Reject>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rejects.jsonl");
    let options = ReadOptions { rejects: Some(path.clone()), ..options() };
    let result = read_files(&[("a.log", text)], format, &options).await;
    let written = std::fs::read_to_string(path).unwrap_or_default();
    (result, written.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// One record, as far as tests look at it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) timestamp: i64,
    pub(crate) host: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) process: Option<String>,
    pub(crate) pid: Option<String>,
    pub(crate) message: String,
    pub(crate) record: u64,
}

pub(crate) fn rows(records: &Records) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in records.batches.iter().unwrap().map(Result::unwrap) {
        let columns = Columns::of(&batch).unwrap();
        for row in 0..batch.num_rows() {
            let text = |column| text_at(column, row).map(str::to_owned);
            rows.push(Row {
                timestamp: columns.timestamp.value(row),
                host: text(columns.host),
                level: text(columns.level),
                process: text(columns.process),
                pid: text(columns.pid),
                message: columns.message.value(row).to_owned(),
                record: columns.record.value(row),
            });
        }
    }
    rows
}

/// A file of the shared data, which lies beside the project.
pub(crate) fn data(path: &str) -> Vec<u8> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::fs::read(root.join(path)).unwrap()
}
