//! The worker: claims work, runs it in children, writes down what came of it.

mod housekeeping;
mod run;

use crate::protocol::Work;
use std::{path::PathBuf, time::Duration};
use tokio::{sync::broadcast, task::JoinSet};
use tokio_util::sync::CancellationToken;
use trainyard_blobs::Blobs;
use trainyard_store::{Store, StoreError, notify::News, queue};
use trainyard_types::DatasetFile;

/// How a worker works.
#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// How many pieces of work run at once.
    pub slots: usize,
    /// How long a claim lasts without renewal; it is renewed at a third of it.
    pub lease: Duration,
    /// The most memory that one job may have, in bytes.
    pub memory_bytes: Option<u64>,
    /// How long running work may go on when the worker is told to stop; then it goes back to the queue.
    pub drain: Duration,
    /// The program to run children with: this one.
    pub program: PathBuf,
    /// The folder of the blobs, and the one for what is being worked on.
    pub blobs: PathBuf,
    pub scratch: PathBuf,
}

/// How often the queue is looked at when no notification came.
const POLL: Duration = Duration::from_secs(1);
/// How often leftovers are looked for.
const SWEEP: Duration = Duration::from_secs(600);

/// Takes work from the queue until it is told to stop.
pub struct Worker {
    store: Store,
    blobs: Blobs,
    settings: WorkerSettings,
    news: broadcast::Sender<News>,
    stopping: CancellationToken,
    /// Who claims: the host and the process.
    name: String,
}

impl Worker {
    pub fn new(
        store: Store,
        blobs: Blobs,
        settings: WorkerSettings,
        news: broadcast::Sender<News>,
        stopping: CancellationToken,
    ) -> Self {
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let name = format!("{host}/{}", std::process::id());
        Self { store, blobs, settings, news, stopping, name }
    }

    /// Works until [`CancellationToken::cancel`] is called on the token it was given; then lets running work
    /// go on for a while, and gives back what is not finished by then.
    pub async fn run(self) {
        let worker = std::sync::Arc::new(self);
        let mut news = worker.news.subscribe();
        let mut running: JoinSet<()> = JoinSet::new();
        let mut sweep = tokio::time::interval(SWEEP);
        while !worker.stopping.is_cancelled() {
            while running.len() < worker.settings.slots && !worker.stopping.is_cancelled() {
                match worker.claim().await {
                    Ok(Some(claimed)) => {
                        let worker = std::sync::Arc::clone(&worker);
                        running.spawn(async move { worker.perform(claimed).await });
                    }
                    Ok(None) => break,
                    Err(error) => {
                        tracing::warn!(%error, "no work could be claimed; trying again");
                        break;
                    }
                }
            }
            tokio::select! {
                () = worker.stopping.cancelled() => {}
                () = work_news(&mut news) => {}
                Some(_) = running.join_next(), if !running.is_empty() => {}
                _ = sweep.tick() => worker.sweep().await,
                () = tokio::time::sleep(POLL) => {}
            }
        }
        // Each piece of work watches the clock of its drain itself.
        while running.join_next().await.is_some() {}
    }

    async fn claim(&self) -> Result<Option<Claimed>, StoreError> {
        let lease =
            chrono::TimeDelta::from_std(self.settings.lease).unwrap_or(chrono::TimeDelta::seconds(15));
        let mut connection = self.store.connection().await?;
        if let Some(dataset) = queue::claim_dataset(&mut connection, &self.name, lease).await? {
            return Ok(Some(Claimed::Dataset(Box::new(dataset))));
        }
        if let Some(job) = queue::claim_job(&mut connection, &self.name, lease).await? {
            return Ok(Some(Claimed::Job(Box::new(job))));
        }
        queue::give_up_exhausted(&mut connection).await?;
        Ok(None)
    }
}

/// A piece of work that is ours for the length of the lease.
enum Claimed {
    Dataset(Box<trainyard_store::datasets::Dataset>),
    Job(Box<trainyard_store::jobs::Job>),
}

impl Claimed {
    fn work(&self, label_files: Vec<DatasetFile>) -> Work {
        match self {
            Self::Dataset(dataset) => {
                let format = dataset.format.as_ref().map(|format| format.0.clone()).unwrap_or_default();
                Work::Profile { format: Box::new(format) }
            }
            Self::Job(job) => Work::Train {
                specification: Box::new(job.specification.0.clone()),
                label_files,
                checkpoint: job.checkpoint.clone(),
            },
        }
    }
}

/// Returns when there may be work.
async fn work_news(news: &mut broadcast::Receiver<News>) {
    use broadcast::error::RecvError;
    loop {
        match news.recv().await {
            Ok(News::Work) | Err(RecvError::Lagged(_)) => return,
            Ok(News::Job(_)) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
