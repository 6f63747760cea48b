//! Training jobs, their events and their ends.

use crate::{
    Connection, StoreError,
    columns::{Json, MaybeStage, Word},
    notify,
    queue::Fence,
    schema::{job_events, jobs},
};
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, PgTextExpressionMethods, QueryDsl, Queryable, Selectable,
    SelectableHelper, dsl::now,
};
use diesel_async::RunQueryDsl;
use trainyard_types::{
    DatasetId, Evaluation, Failure, JobId, JobStatus, Leaderboard, ModelId, Stage, TrainingSpecification,
    TrainingStatistics,
};
use uuid::Uuid;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs, check_for_backend(diesel::pg::Pg))]
pub struct Job {
    #[diesel(deserialize_as = Uuid)]
    pub id: JobId,
    pub name: String,
    #[diesel(deserialize_as = Word<JobStatus>)]
    pub status: JobStatus,
    #[diesel(deserialize_as = MaybeStage)]
    pub stage: Option<Stage>,
    pub progress: f64,
    #[diesel(deserialize_as = Uuid)]
    pub dataset_id: DatasetId,
    pub specification: Json<TrainingSpecification>,
    pub statistics: Option<Json<TrainingStatistics>>,
    pub metrics: Option<Json<Evaluation>>,
    pub model_id: Option<Uuid>,
    pub error: Option<Json<Failure>>,
    pub attempt: i32,
    pub cancel_requested_at: Option<DateTime<Utc>>,
    pub retry_of: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub created_by: String,
    /// What a search tried.
    pub leaderboard: Option<Json<Leaderboard>>,
    /// How far an unfinished search is.
    pub checkpoint: Option<serde_json::Value>,
}

impl Job {
    pub fn fence(&self) -> Fence<JobId> {
        Fence { id: self.id, attempt: self.attempt }
    }
}

/// Puts a job in the queue.
pub async fn create(
    connection: &mut Connection,
    specification: TrainingSpecification,
    retry_of: Option<JobId>,
    created_by: &str,
) -> Result<Job, StoreError> {
    let job: Job = diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(JobId::new().0),
            jobs::name.eq(specification.name.clone()),
            jobs::status.eq(JobStatus::Pending.as_str()),
            jobs::dataset_id.eq(specification.dataset_id.0),
            jobs::specification.eq(Json(specification)),
            jobs::retry_of.eq(retry_of.map(|id| id.0)),
            jobs::created_by.eq(created_by),
        ))
        .returning(Job::as_returning())
        .get_result(connection)
        .await?;
    job_event(connection, job.id, "status", serde_json::json!({"status": JobStatus::Pending})).await?;
    notify::work(connection).await?;
    Ok(job)
}

pub async fn find(connection: &mut Connection, id: JobId) -> Result<Option<Job>, StoreError> {
    Ok(jobs::table.find(id.0).select(Job::as_select()).first(connection).await.optional()?)
}

/// What a list of jobs is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    pub status: Option<JobStatus>,
    pub name: Option<String>,
    /// Part of the name, in any case.
    pub text: Option<String>,
    pub before: Option<JobId>,
}

/// Newest first.
pub async fn list(
    connection: &mut Connection,
    filter: &JobFilter,
    limit: i64,
) -> Result<Vec<Job>, StoreError> {
    let mut query = jobs::table.into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(jobs::status.eq(status.as_str()));
    }
    if let Some(name) = &filter.name {
        query = query.filter(jobs::name.eq(name.clone()));
    }
    if let Some(text) = &filter.text {
        query = query.filter(jobs::name.ilike(contains(text)));
    }
    if let Some(before) = filter.before {
        query = query.filter(jobs::id.lt(before.0));
    }
    Ok(query.order(jobs::id.desc()).limit(limit).select(Job::as_select()).load(connection).await?)
}

/// A `LIKE` pattern for text that contains this, wildcards taken literally.
pub(crate) fn contains(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// Asks for a job to stop: a waiting one is cancelled at once, a running one by its worker.
pub async fn request_cancel(connection: &mut Connection, id: JobId) -> Result<Option<Job>, StoreError> {
    let waiting = diesel::update(jobs::table.find(id.0))
        .filter(jobs::status.eq(JobStatus::Pending.as_str()))
        .set((
            jobs::status.eq(JobStatus::Cancelled.as_str()),
            jobs::cancel_requested_at.eq(now),
            jobs::finished_at.eq(now),
        ))
        .execute(connection)
        .await?;
    if waiting == 1 {
        job_event(connection, id, "status", serde_json::json!({"status": JobStatus::Cancelled})).await?;
    } else {
        diesel::update(jobs::table.find(id.0))
            .filter(jobs::status.eq(JobStatus::Running.as_str()))
            .filter(jobs::cancel_requested_at.is_null())
            .set(jobs::cancel_requested_at.eq(now))
            .execute(connection)
            .await?;
        notify::job(connection, id).await?;
    }
    find(connection, id).await
}

/// Removes a finished job from the list. Answers whether it was there and finished.
pub async fn delete(connection: &mut Connection, id: JobId) -> Result<bool, StoreError> {
    let finished = [JobStatus::Completed, JobStatus::Failed, JobStatus::Cancelled].map(JobStatus::as_str);
    let deleted = diesel::delete(jobs::table.find(id.0))
        .filter(jobs::status.eq_any(finished))
        .execute(connection)
        .await?;
    Ok(deleted == 1)
}

/// Ends an attempt as `failed` or `cancelled`.
pub async fn finish_without_model(
    connection: &mut Connection,
    fence: Fence<JobId>,
    status: JobStatus,
    error: Option<Failure>,
) -> Result<(), StoreError> {
    let changed = diesel::update(jobs::table.find(fence.id.0))
        .filter(jobs::attempt.eq(fence.attempt))
        .filter(jobs::status.eq(JobStatus::Running.as_str()))
        .set((
            jobs::status.eq(status.as_str()),
            jobs::error.eq(error.map(Json)),
            jobs::lease_expires_at.eq(None::<DateTime<Utc>>),
            jobs::finished_at.eq(now),
        ))
        .execute(connection)
        .await?;
    fence.held(changed)?;
    job_event(connection, fence.id, "status", serde_json::json!({"status": status})).await
}

/// Ends an attempt as `completed`. In one transaction with the creation of its model.
pub async fn complete(
    connection: &mut Connection,
    fence: Fence<JobId>,
    model_id: ModelId,
    statistics: TrainingStatistics,
    metrics: Evaluation,
    leaderboard: Option<Leaderboard>,
) -> Result<(), StoreError> {
    let changed = diesel::update(jobs::table.find(fence.id.0))
        .filter(jobs::attempt.eq(fence.attempt))
        .filter(jobs::status.eq(JobStatus::Running.as_str()))
        .set((
            jobs::status.eq(JobStatus::Completed.as_str()),
            jobs::progress.eq(1.0),
            jobs::model_id.eq(Some(model_id.0)),
            jobs::statistics.eq(Some(Json(statistics))),
            jobs::metrics.eq(Some(Json(metrics))),
            jobs::leaderboard.eq(leaderboard.map(Json)),
            jobs::checkpoint.eq(None::<serde_json::Value>),
            jobs::lease_expires_at.eq(None::<DateTime<Utc>>),
            jobs::finished_at.eq(now),
        ))
        .execute(connection)
        .await?;
    fence.held(changed)?;
    job_event(
        connection,
        fence.id,
        "status",
        serde_json::json!({"status": JobStatus::Completed, "model_id": model_id}),
    )
    .await
}

/// Puts on record how far an attempt's search is.
pub async fn set_checkpoint(
    connection: &mut Connection,
    fence: Fence<JobId>,
    checkpoint: serde_json::Value,
) -> Result<(), StoreError> {
    let changed = diesel::update(jobs::table.find(fence.id.0))
        .filter(jobs::attempt.eq(fence.attempt))
        .filter(jobs::status.eq(JobStatus::Running.as_str()))
        .set(jobs::checkpoint.eq(Some(checkpoint)))
        .execute(connection)
        .await?;
    fence.held(changed)
}

/// One thing that happened to a job: `status`, `progress` or `log`.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = job_events, check_for_backend(diesel::pg::Pg))]
pub struct JobEvent {
    /// Grows; never reused.
    pub id: i64,
    pub kind: String,
    pub data: serde_json::Value,
    pub created_at: DateTime<Utc>,
}

/// Puts an event on record and wakes those who follow the job.
pub async fn job_event(
    connection: &mut Connection,
    id: JobId,
    kind: &str,
    data: serde_json::Value,
) -> Result<(), StoreError> {
    diesel::insert_into(job_events::table)
        .values((job_events::job_id.eq(id.0), job_events::kind.eq(kind), job_events::data.eq(data)))
        .execute(connection)
        .await?;
    notify::job(connection, id).await
}

/// The job's events after one of them, oldest first; all kinds, or one.
pub async fn events(
    connection: &mut Connection,
    id: JobId,
    kind: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<JobEvent>, StoreError> {
    let mut query =
        job_events::table.filter(job_events::job_id.eq(id.0)).filter(job_events::id.gt(after)).into_boxed();
    if let Some(kind) = kind {
        query = query.filter(job_events::kind.eq(kind.to_owned()));
    }
    Ok(query.order(job_events::id.asc()).limit(limit).select(JobEvent::as_select()).load(connection).await?)
}
