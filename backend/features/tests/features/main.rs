//! Features from outside: logs in, matrix out.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

mod contract;
mod guide;
mod invariants;
mod labels;
mod samples;
mod table;
mod values;
mod windows;

use datafusion::arrow::array::RecordBatch;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, memory::InMemory, path::Path};
use std::{future::Future, io::Cursor, sync::Arc};
use trainyard_features::{FeatureMatrix, MatrixFormat, MatrixWriter, fit, transform};
use trainyard_intake::{ReadOptions, Records, Source, read};
use trainyard_types::{FeatureSetSpecification, FormatSpecification};

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub(crate) async fn records_of(bytes: &[u8], format: &FormatSpecification) -> Records {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let location = Path::from("file");
    store.put(&location, PutPayload::from(bytes.to_vec())).await.unwrap();
    let source = Source { name: "a.log".into(), store, location, size: bytes.len() as u64 };
    let options = ReadOptions::new("2025-07-02T00:00:00Z".parse().unwrap());
    read(vec![source], format, &options, Arc::new(())).await.unwrap()
}

pub(crate) fn records(text: &str) -> Records {
    run(records_of(text.as_bytes(), &FormatSpecification::default()))
}

pub(crate) fn batches(records: &Records) -> Vec<RecordBatch> {
    records.batches.iter().unwrap().map(Result::unwrap).collect()
}

pub(crate) fn matrix(records: &Records) -> FeatureMatrix {
    let set = fit(records, &FeatureSetSpecification::default(), None).unwrap();
    transform(records, &set, &|_| ()).unwrap()
}

pub(crate) fn value(matrix: &FeatureMatrix, row: usize, name: &str) -> f64 {
    let column = matrix.names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no {name}"));
    matrix.values[[row, column]]
}

/// Matrices as one file.
pub(crate) fn written(pieces: &[&FeatureMatrix], format: MatrixFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = MatrixWriter::new(&mut bytes, format, &pieces[0].names).unwrap();
    pieces.iter().try_for_each(|piece| writer.write(piece)).unwrap();
    writer.finish().unwrap();
    bytes.into_inner()
}
