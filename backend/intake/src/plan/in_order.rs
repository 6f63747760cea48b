//! The same records without a sort: read and framed by one thread at a time, parsed on all cores, and handed on in the
//! order they have in the files. No more than a few batches are under way at a time, whatever the size of the files.
//! Texts are views into what was read.

use super::{ParseFunction, RawPartition, Scan};
use datafusion::{
    arrow::{array::RecordBatch, datatypes::Schema},
    error::DataFusionError,
    execution::SendableRecordBatchStream,
};
use futures::{Stream, StreamExt, stream};
use std::{sync::Arc, thread};
use tokio::{
    runtime::Handle,
    select,
    sync::{Mutex, mpsc, oneshot},
};

type Parsed<T> = Result<T, DataFusionError>;
/// Batches in their order, each as soon as it is parsed.
type Queue<T> = mpsc::Sender<oneshot::Receiver<Parsed<T>>>;

/// The batches have the columns that those of [`super::sorted`] have.
pub(crate) fn in_order(scan: &Arc<Scan>) -> impl Stream<Item = Parsed<RecordBatch>> + use<> {
    parsed(scan, 1, Ok)
}

/// As [`in_order`], with several groups of files that are read at the same time, so that there is an order only
/// within each file; `finish` is done with a batch where it was parsed.
pub(super) fn parsed<T: Send + 'static>(
    scan: &Arc<Scan>,
    groups: usize,
    finish: fn(RecordBatch) -> Parsed<T>,
) -> impl Stream<Item = Parsed<T>> + use<T> {
    let cores = thread::available_parallelism().map_or(1, |n| n.get());
    let (queue, receiver) = mpsc::channel(2 * cores);
    for group in 0..groups {
        let files: Vec<usize> = (group..scan.files.len()).step_by(groups).collect();
        let readings = scan.files.iter().map(|file| file.reading.clone()).collect();
        let function = Arc::new(ParseFunction::new(readings));
        let raw = RawPartition::new(Arc::clone(scan), files).stream();
        let raw = Arc::new(Mutex::new(raw));
        for _ in 0..cores.div_ceil(groups) {
            let work = work(Arc::clone(&raw), Arc::clone(&function), finish, queue.clone());
            // On a thread of its own: as a task, it would keep those from running that it has woken, while it parses.
            let runtime = Handle::current();
            thread::spawn(move || runtime.block_on(work));
        }
    }
    stream::unfold(receiver, |mut receiver| async {
        // A thread that was lost has said nothing.
        let parsed = receiver.recv().await?.await;
        Some((parsed.unwrap_or_else(|lost| Err(DataFusionError::External(lost.into()))), receiver))
    })
}

/// Takes one batch after the other and parses it, while others do the same; ends with the files, or when nobody listens
/// any more.
async fn work<T>(
    raw: Arc<Mutex<SendableRecordBatchStream>>,
    function: Arc<ParseFunction>,
    finish: fn(RecordBatch) -> Parsed<T>,
    queue: Queue<T>,
) {
    loop {
        let mut stream = raw.lock().await;
        let batch = select! {
            batch = stream.next() => batch,
            () = queue.closed() => return,
        };
        let Some(batch) = batch else { return };
        let (sender, receiver) = oneshot::channel();
        // Before the next one can be taken: the queue has the order of the files.
        if queue.send(receiver).await.is_err() {
            return;
        }
        drop(stream);
        let failed = batch.is_err();
        let _ = sender.send(batch.and_then(|raw| finish(parse(&function, &raw)?)));
        if failed {
            return;
        }
    }
}

fn parse(function: &ParseFunction, raw: &RecordBatch) -> Parsed<RecordBatch> {
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
