//! The child process: reads its task, does it, says how it went.

use crate::{
    protocol::{LogLevel, Message, Profiled, Task, Work},
    street, ways,
};
use std::{
    io::{BufRead, Read, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use trainyard_blobs::{BlobError, Blobs};
use trainyard_intake::{IntakeError, Source};
use trainyard_types::{Failure, FormatSpecification, Stage};

/// Progress is told at most this often.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);
/// Bytes of records that a job sorts and holds in memory, at most: more are on disk.
const RECORD_BYTES: u64 = 512 << 20;

/// The exit code of a child that did not understand its task.
pub(crate) const NO_TASK: i32 = 2;

/// Runs the one task that comes in on standard input. The process's whole purpose: call it from `main`.
pub async fn run_task() -> i32 {
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line).is_err() {
        return NO_TASK;
    }
    let Ok(task) = serde_json::from_str::<Task>(&line) else { return NO_TASK };
    end_with_parent();
    let reporter = Arc::new(Reporter::default());
    if let Some(bytes) = task.memory_bytes {
        limit_memory(bytes, &reporter);
    }
    let result = perform(&task, &reporter).await;
    reporter.send(&result.unwrap_or_else(Message::Failed));
    0
}

async fn perform(task: &Task, reporter: &Arc<Reporter>) -> Result<Message, Failure> {
    std::fs::create_dir_all(&task.scratch).map_err(|error| scratch_failure(&task.scratch, &error))?;
    let blobs = Blobs::open_folder(&task.blobs).map_err(blob_failure)?;
    match &task.work {
        Work::Profile { format } => profile(task, format, &blobs).await,
        Work::Train { specification, label_files, checkpoint } => {
            let order = street::Order { specification, label_files, checkpoint: checkpoint.as_ref() };
            let trained = street::train(task, &order, &blobs, reporter).await?;
            Ok(Message::Trained(Box::new(trained)))
        }
    }
}

async fn profile(task: &Task, format: &FormatSpecification, blobs: &Blobs) -> Result<Message, Failure> {
    let options = read_options(task);
    // A profile describes whatever can be read; how much may be rejected is for each job to say.
    let format = FormatSpecification { max_rejected_share: 1.0, ..format.clone() };
    let (mut profile, templates) =
        trainyard_intake::profile(sources(task, blobs), &format, &options, Arc::new(()))
            .await
            .map_err(intake_failure)?;
    ways::compare(&mut profile, task, &format, blobs).await;
    let rejects_sha256 = match &options.rejects {
        Some(path) if profile.records.rejected > 0 => Some(store_file(blobs, path).await?),
        _ => None,
    };
    let templates = serde_json::to_vec(&templates)
        .map_err(|error| Failure::new("templates", format!("the templates cannot be written: {error}")))?;
    let templates_sha256 = blobs.put(templates).await.map_err(blob_failure)?.sha256;
    Ok(Message::Profiled(Box::new(Profiled { profile, rejects_sha256, templates_sha256 })))
}

async fn store_file(blobs: &Blobs, path: &Path) -> Result<String, Failure> {
    use tokio::io::AsyncReadExt;
    let mut file = tokio::fs::File::open(path).await.map_err(|error| scratch_failure(path, &error))?;
    let mut writer = blobs.writer().await.map_err(blob_failure)?;
    let mut buffer = bytes::BytesMut::with_capacity(1 << 20);
    while file.read_buf(&mut buffer).await.map_err(|error| scratch_failure(path, &error))? > 0 {
        writer.write(buffer.split().freeze()).await.map_err(blob_failure)?;
        buffer.reserve(1 << 20);
    }
    Ok(writer.finish().await.map_err(blob_failure)?.sha256)
}

/// Where the dataset's files are.
pub(crate) fn sources(task: &Task, blobs: &Blobs) -> Vec<Source> {
    let source = |file: &trainyard_types::DatasetFile| Source {
        name: file.name.clone(),
        store: blobs.object_store(),
        location: blobs.location(&file.sha256),
        size: file.size_bytes,
    };
    task.files.iter().map(source).collect()
}

/// How the dataset is read.
pub(crate) fn read_options(task: &Task) -> trainyard_intake::ReadOptions {
    // A quarter for reading, the others for what comes after.
    let memory = task.memory_bytes.map_or(RECORD_BYTES, |bytes| RECORD_BYTES.min(bytes / 4)) as usize;
    trainyard_intake::ReadOptions {
        rejects: Some(task.scratch.join("rejects.jsonl")),
        memory_bytes: Some(memory),
        held_bytes: Some(memory),
        spill: Some(task.scratch.clone()),
        ..trainyard_intake::ReadOptions::new(task.uploaded_at)
    }
}

pub(crate) fn intake_failure(error: IntakeError) -> Failure {
    Failure::new(error.code(), error.to_string())
}

pub(crate) fn blob_failure(error: BlobError) -> Failure {
    let code = match error {
        BlobError::StorageFull => "storage-full",
        BlobError::Missing(_) => "file-missing",
        BlobError::Store(_) | BlobError::Open { .. } => "storage",
    };
    Failure::new(code, error.to_string())
}

pub(crate) fn scratch_failure(path: &Path, error: &std::io::Error) -> Failure {
    let code = if error.kind() == std::io::ErrorKind::StorageFull { "storage-full" } else { "storage" };
    Failure::new(code, format!("{}: {error}", path.display()))
}

/// Ends the process when the worker's end of standard input closes, as it does when the worker dies.
fn end_with_parent() {
    std::thread::spawn(|| {
        let mut byte = [0];
        while matches!(std::io::stdin().lock().read(&mut byte), Ok(1..)) {}
        std::process::exit(NO_TASK);
    });
}

fn limit_memory(bytes: u64, reporter: &Reporter) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
    if let Err(error) = setrlimit(Resource::Data, limit) {
        reporter.log(LogLevel::Warning, format!("the memory limit could not be set: {error}"));
    }
}

/// Tells the worker what happens.
#[derive(Default)]
pub(crate) struct Reporter {
    last: Mutex<Option<(Stage, Instant)>>,
}

impl Reporter {
    pub(crate) fn send(&self, message: &Message) {
        let Ok(mut line) = serde_json::to_vec(message) else { return };
        line.push(b'\n');
        let mut output = std::io::stdout().lock();
        // A worker that is gone is noticed by `end_with_parent`.
        let _ = output.write_all(&line).and_then(|()| output.flush());
    }

    /// How far a search is, for the next attempt.
    pub(crate) fn checkpoint(&self, state: &impl serde::Serialize) {
        if let Ok(state) = serde_json::to_value(state) {
            self.send(&Message::Checkpoint(state));
        }
    }

    pub(crate) fn log(&self, level: LogLevel, message: impl Into<String>) {
        self.send(&Message::Log { level, message: message.into() });
    }

    /// `progress` is the share of the whole job. A new stage is told at once, the rest thinned out.
    pub(crate) fn progress(&self, stage: Stage, progress: f64) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|(told, at)| told == stage && at.elapsed() < PROGRESS_INTERVAL) {
            return;
        }
        *last = Some((stage, Instant::now()));
        self.send(&Message::Progress { stage, progress });
    }
}
