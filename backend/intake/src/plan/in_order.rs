//! The same records without a sort: read and framed by one task, parsed on all cores, and handed on in the order they
//! have in the files. No more than a few batches are under way at a time, whatever the size of the files.

use super::{ParseFunction, RawPartition, Scan};
use datafusion::{
    arrow::{array::RecordBatch, datatypes::Schema},
    error::DataFusionError,
};
use futures::{Stream, StreamExt, stream};
use std::sync::Arc;
use tokio::{sync::mpsc, task::JoinHandle};

type Parsed = Result<RecordBatch, DataFusionError>;

/// The batches have the columns that those of [`super::sorted`] have.
pub(crate) fn in_order(scan: &Arc<Scan>) -> impl Stream<Item = Parsed> + use<> {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let (sender, receiver) = mpsc::channel(2 * cores);
    tokio::spawn(read(Arc::clone(scan), sender));
    stream::unfold(receiver, |mut receiver: mpsc::Receiver<JoinHandle<Parsed>>| async {
        let parsed = receiver.recv().await?.await;
        Some((parsed.unwrap_or_else(|lost| Err(DataFusionError::External(lost.into()))), receiver))
    })
}

/// Starts the parsing of one batch after the other; ends with the files, or when nobody listens any more.
async fn read(scan: Arc<Scan>, sender: mpsc::Sender<JoinHandle<Parsed>>) {
    let formats = scan.files.iter().map(|file| file.format.clone()).collect();
    let function = Arc::new(ParseFunction::new(formats));
    let mut batches = RawPartition::new(Arc::clone(&scan), (0..scan.files.len()).collect()).stream();
    while let Some(raw) = batches.next().await {
        let function = Arc::clone(&function);
        let task = tokio::task::spawn_blocking(move || parse(&function, &raw?));
        if sender.send(task).await.is_err() {
            return;
        }
    }
}

fn parse(function: &ParseFunction, raw: &RecordBatch) -> Parsed {
    let column = |name: &str| raw.column_by_name(name).cloned();
    let arguments: Vec<_> = ["file", "line", "raw", "fault"].into_iter().filter_map(column).collect();
    let (parsed, mut columns, _) = function.parse(&arguments)?.into_parts();
    let mut fields = parsed.to_vec();
    for place in ["file", "record", "line"] {
        fields.push(Arc::new(raw.schema_ref().field_with_name(place)?.clone()));
        columns.extend(column(place));
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}
