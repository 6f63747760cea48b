//! One piece of work, from claim to result.

use super::{Claimed, Worker};
use crate::{
    child::Child,
    protocol::{LogLevel, Message, Profiled, Task, Trained},
};
use chrono::TimeDelta;
use std::path::PathBuf;
use tokio::{sync::broadcast, time::Instant};
use trainyard_store::{
    Connection, StoreError, Transactional,
    datasets::{self, Dataset},
    jobs,
    models::{self, NewModel},
    notify::{self, News},
    queue,
};
use trainyard_types::{DatasetFile, Failure, JobId, JobStatus, LabelsSpecification};

/// How a piece of work ended.
enum End {
    Profiled(Box<Profiled>),
    Trained(Box<Trained>),
    Failed(Failure),
    Cancelled,
    /// The worker stops; somebody else takes it up.
    Released,
    /// Somebody else has it already, or it is gone.
    Lost,
}

impl Worker {
    pub(super) async fn perform(&self, claimed: Claimed) {
        let (label, attempt) = match &claimed {
            Claimed::Dataset(dataset) => (format!("dataset-{}", dataset.id), dataset.attempt),
            Claimed::Job(job) => (format!("job-{}", job.id), job.attempt),
        };
        let began = Instant::now();
        let scratch = self.settings.scratch.join(format!("{label}-{attempt}"));
        let end = match self.follow(&claimed, scratch.clone()).await {
            Ok(end) => end,
            Err(StoreError::Stale(_)) => End::Lost,
            Err(error) => {
                tracing::warn!(%error, work = label, "the database failed; the lease runs out and the work is taken up again");
                End::Lost
            }
        };
        if let Err(error) = tokio::fs::remove_dir_all(&scratch).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, folder = %scratch.display(), "a scratch folder could not be removed");
        }
        let duration_ms = began.elapsed().as_secs_f64() * 1e3;
        let word = match &end {
            End::Profiled(_) => "profiled",
            End::Trained(_) => "trained",
            End::Failed(failure) => failure.code.as_str(),
            End::Cancelled => "cancelled",
            End::Released => "released",
            End::Lost => "lost",
        };
        tracing::info!(work = label, attempt, duration_ms, end = word, "work ended");
        match self.record(&claimed, end).await {
            Ok(()) | Err(StoreError::Stale(_)) => {}
            Err(error) => {
                tracing::warn!(%error, work = label, "a result could not be recorded; the work is taken up again")
            }
        }
    }

    /// Runs the child and keeps the record up to date until it ends.
    async fn follow(&self, claimed: &Claimed, scratch: PathBuf) -> Result<End, StoreError> {
        let dataset = match claimed {
            Claimed::Dataset(dataset) => (**dataset).clone(),
            Claimed::Job(job) => {
                let found =
                    datasets::find_even_deleted(&mut *self.store.connection().await?, job.dataset_id).await?;
                match usable(found) {
                    Ok(dataset) => dataset,
                    Err(failure) => return Ok(End::Failed(failure)),
                }
            }
        };
        let label_files = match self.label_files(claimed).await? {
            Ok(files) => files,
            Err(failure) => return Ok(End::Failed(failure)),
        };
        let task = Task {
            work: claimed.work(label_files),
            files: dataset.files.0,
            uploaded_at: dataset.created_at,
            blobs: self.settings.blobs.clone(),
            scratch,
            memory_bytes: self.settings.memory_bytes,
        };
        let mut child = match Child::start(&self.settings.program, &task).await {
            Ok(child) => child,
            Err(error) => {
                return Ok(End::Failed(Failure::new(
                    "job-not-started",
                    format!("the job's process could not be started: {error}"),
                )));
            }
        };
        let mut news = self.news.subscribe();
        let mut renewal = tokio::time::interval(self.settings.lease / 3);
        let mut look = tokio::time::interval(std::time::Duration::from_secs(1));
        let mut deadline: Option<Instant> = None;
        loop {
            let cancelled = tokio::select! {
                message = child.message() => match message {
                    Some(Message::Progress { stage, progress }) => {
                        if let Claimed::Job(job) = claimed {
                            queue::set_progress(&mut *self.store.connection().await?, job.fence(), stage, progress).await?;
                        }
                        false
                    }
                    Some(Message::Log { level, message }) => {
                        if let Claimed::Job(job) = claimed {
                            let mut connection = self.store.connection().await?;
                            queue::log(&mut connection, job.fence(), level.as_str(), &message).await?;
                        }
                        false
                    }
                    Some(Message::Checkpoint(checkpoint)) => {
                        if let Claimed::Job(job) = claimed {
                            let mut connection = self.store.connection().await?;
                            jobs::set_checkpoint(&mut connection, job.fence(), checkpoint).await?;
                        }
                        false
                    }
                    Some(Message::Profiled(profiled)) => return Ok(End::Profiled(profiled)),
                    Some(Message::Trained(trained)) => return Ok(End::Trained(trained)),
                    Some(Message::Failed(failure)) => return Ok(End::Failed(failure)),
                    None => return Ok(End::Failed(child.post_mortem().await)),
                },
                _ = renewal.tick() => self.renew(claimed).await?,
                _ = look.tick() => self.cancel_requested(claimed).await?,
                () = job_news(&mut news, claimed) => self.cancel_requested(claimed).await?,
                () = self.stopping.cancelled(), if deadline.is_none() => {
                    deadline = Some(Instant::now() + self.settings.drain);
                    false
                }
                () = until(deadline) => {
                    child.kill().await;
                    return Ok(End::Released);
                }
            };
            if cancelled {
                child.kill().await;
                return Ok(End::Cancelled);
            }
        }
    }

    /// The files of the dataset that holds a job's labels, when it is not the job's own.
    async fn label_files(&self, claimed: &Claimed) -> Result<Result<Vec<DatasetFile>, Failure>, StoreError> {
        let Claimed::Job(job) = claimed else { return Ok(Ok(Vec::new())) };
        let Some(LabelsSpecification::File { dataset_id: Some(id), .. }) = &job.specification.0.labels else {
            return Ok(Ok(Vec::new()));
        };
        let found = datasets::find_even_deleted(&mut *self.store.connection().await?, *id).await?;
        Ok(usable(found).map(|dataset| dataset.files.0))
    }

    async fn renew(&self, claimed: &Claimed) -> Result<bool, StoreError> {
        let lease = TimeDelta::from_std(self.settings.lease).unwrap_or(TimeDelta::seconds(15));
        let mut connection = self.store.connection().await?;
        match claimed {
            Claimed::Dataset(dataset) => {
                queue::renew_dataset(&mut connection, dataset.fence(), lease).await?;
                Ok(false)
            }
            Claimed::Job(job) => queue::renew_job(&mut connection, job.fence(), lease).await,
        }
    }

    async fn cancel_requested(&self, claimed: &Claimed) -> Result<bool, StoreError> {
        let Claimed::Job(job) = claimed else { return Ok(false) };
        let job = jobs::find(&mut *self.store.connection().await?, job.id)
            .await?
            .ok_or(StoreError::Stale("job"))?;
        Ok(job.cancel_requested_at.is_some())
    }

    async fn record(&self, claimed: &Claimed, end: End) -> Result<(), StoreError> {
        let mut connection = self.store.connection().await?;
        connection
            .transaction(async |connection| match (claimed, end) {
                (_, End::Lost) => Ok(()),
                (Claimed::Dataset(dataset), End::Profiled(profiled)) => {
                    let Profiled { profile, rejects_sha256, templates_sha256 } = *profiled;
                    let (rejects, templates) = (rejects_sha256.as_deref(), Some(&*templates_sha256));
                    datasets::set_ready(connection, dataset.fence(), profile, rejects, templates).await?;
                    // Jobs may be waiting for this dataset.
                    notify::work(connection).await
                }
                (Claimed::Dataset(dataset), End::Failed(failure)) => {
                    datasets::set_invalid(connection, dataset.fence(), failure).await?;
                    notify::work(connection).await
                }
                (Claimed::Dataset(dataset), _) => datasets::release(connection, dataset.fence()).await,
                (Claimed::Job(job), End::Trained(trained)) => complete(connection, job, *trained).await,
                (Claimed::Job(job), End::Failed(failure)) => {
                    queue::log(connection, job.fence(), LogLevel::Error.as_str(), &failure.detail).await?;
                    jobs::finish_without_model(connection, job.fence(), JobStatus::Failed, Some(failure))
                        .await
                }
                (Claimed::Job(job), End::Cancelled) => {
                    jobs::finish_without_model(connection, job.fence(), JobStatus::Cancelled, None).await
                }
                (Claimed::Job(job), _) => queue::release_job(connection, job.fence()).await,
            })
            .await
    }
}

async fn complete(connection: &mut Connection, job: &jobs::Job, trained: Trained) -> Result<(), StoreError> {
    let model = NewModel {
        name: job.name.clone(),
        algorithm: trained.algorithm.clone(),
        parameters: trained.parameters.clone(),
        metrics: trained.metrics.clone(),
        statistics: trained.statistics.clone(),
        detail: trained.detail.clone(),
        artifacts: trained.artifacts.clone(),
        dataset_id: job.dataset_id,
        job_id: job.id,
        created_by: job.created_by.clone(),
    };
    let model = models::create(connection, model).await?;
    let Trained { statistics, metrics, leaderboard, .. } = trained;
    jobs::complete(connection, job.fence(), model.id, statistics, metrics, leaderboard).await
}

/// A dataset that can be trained on, or why not.
fn usable(dataset: Option<Dataset>) -> Result<Dataset, Failure> {
    let dataset = dataset.ok_or_else(|| Failure::new("dataset-missing", "the dataset is not on record"))?;
    if dataset.deleted_at.is_some() {
        let detail = format!(
            "the dataset `{}` was deleted while the job waited; upload it again, then start a new job",
            dataset.name
        );
        return Err(Failure::new("dataset-deleted", detail));
    }
    match &dataset.error {
        Some(error) => {
            Err(Failure::new(&error.0.code, format!("the dataset is invalid: {}", error.0.detail)))
        }
        None => Ok(dataset),
    }
}

/// Returns when there is news about this job; never for a dataset.
async fn job_news(news: &mut broadcast::Receiver<News>, claimed: &Claimed) {
    let Claimed::Job(job) = claimed else { return std::future::pending().await };
    wait_for(news, job.id).await;
}

async fn wait_for(news: &mut broadcast::Receiver<News>, id: JobId) {
    use broadcast::error::RecvError;
    loop {
        match news.recv().await {
            Ok(item) if item != News::Job(id) => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
