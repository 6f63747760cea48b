//! The work queue: claim in one short statement, commit, then run.
//!
//! A claim gives a lease and an attempt number. The worker renews the lease; when it dies, the lease runs
//! out and another worker claims the work with the next attempt number. Every later write names its
//! attempt ([`Fence`]), so that a worker that lost its lease cannot change anything.

use crate::{
    Connection, StoreError,
    columns::Json,
    datasets::Dataset,
    jobs::{self, Job, job_event},
    notify,
    schema::{datasets, jobs as jobs_table},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    dsl::now,
    expression::SqlLiteral,
    sql_query,
    sql_types::{Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use trainyard_types::{DatasetId, DatasetStatus, Failure, JobId, JobStatus, Stage};
use uuid::Uuid;

/// How often work is taken up again after its worker died, before it is given up.
pub const MAX_ATTEMPTS: i32 = 3;

/// The right to write about a piece of work: its id and the attempt that was claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence<Id> {
    pub id: Id,
    pub attempt: i32,
}

impl<Id> Fence<Id> {
    /// One row changed: the lease was still ours.
    pub(crate) fn held(&self, changed: usize) -> Result<(), StoreError> {
        if changed == 1 { Ok(()) } else { Err(StoreError::Stale("lease")) }
    }
}

#[derive(diesel::QueryableByName)]
struct ClaimedId {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Takes the oldest waiting job whose dataset has been profiled, or one whose worker died.
pub async fn claim_job(
    connection: &mut Connection,
    worker: &str,
    lease: TimeDelta,
) -> Result<Option<Job>, StoreError> {
    let claimed: Option<ClaimedId> = sql_query(
        "UPDATE jobs SET status = 'running', attempt = attempt + 1, worker = $1, stage = NULL, progress = 0,
             lease_expires_at = now() + make_interval(secs => $2), started_at = COALESCE(started_at, now())
         WHERE id = (
             SELECT id FROM jobs
             WHERE (status = 'pending' OR (status = 'running' AND lease_expires_at < now() AND attempt < $3))
               AND EXISTS (SELECT 1 FROM datasets WHERE datasets.id = jobs.dataset_id
                           AND (datasets.status <> 'profiling' OR datasets.deleted_at IS NOT NULL))
             ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id",
    )
    .bind::<Text, _>(worker)
    .bind::<Double, _>(lease.as_seconds_f64())
    .bind::<Integer, _>(MAX_ATTEMPTS)
    .get_result(connection)
    .await
    .optional()?;
    let Some(ClaimedId { id }) = claimed else { return Ok(None) };
    let job = jobs::find(connection, JobId(id)).await?.ok_or(StoreError::Stale("job"))?;
    job_event(connection, job.id, "status", serde_json::json!({"status": JobStatus::Running})).await?;
    Ok(Some(job))
}

/// Takes the oldest dataset that waits for its profile, or one whose worker died.
pub async fn claim_dataset(
    connection: &mut Connection,
    worker: &str,
    lease: TimeDelta,
) -> Result<Option<Dataset>, StoreError> {
    let claimed: Option<ClaimedId> = sql_query(
        "UPDATE datasets SET attempt = attempt + 1, worker = $1,
             lease_expires_at = now() + make_interval(secs => $2)
         WHERE id = (
             SELECT id FROM datasets
             WHERE status = 'profiling' AND deleted_at IS NULL
               AND (lease_expires_at IS NULL OR (lease_expires_at < now() AND attempt < $3))
             ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id",
    )
    .bind::<Text, _>(worker)
    .bind::<Double, _>(lease.as_seconds_f64())
    .bind::<Integer, _>(MAX_ATTEMPTS)
    .get_result(connection)
    .await
    .optional()?;
    let Some(ClaimedId { id }) = claimed else { return Ok(None) };
    let dataset = datasets::table.find(id).select(Dataset::as_select()).first(connection).await?;
    Ok(Some(dataset))
}

/// Gives up work whose worker died at its last attempt.
pub async fn give_up_exhausted(connection: &mut Connection) -> Result<(), StoreError> {
    let failure = Json(Failure::new(
        "worker-died",
        format!(
            "the worker died {MAX_ATTEMPTS} times while doing this; look at the server's log, then retry"
        ),
    ));
    let jobs: Vec<Uuid> = diesel::update(jobs_table::table)
        .filter(jobs_table::status.eq(JobStatus::Running.as_str()))
        .filter(jobs_table::lease_expires_at.lt(now))
        .filter(jobs_table::attempt.ge(MAX_ATTEMPTS))
        .set((
            jobs_table::status.eq(JobStatus::Failed.as_str()),
            jobs_table::error.eq(Some(failure.clone())),
            jobs_table::finished_at.eq(now),
        ))
        .returning(jobs_table::id)
        .get_results(connection)
        .await?;
    for id in jobs {
        job_event(connection, JobId(id), "status", serde_json::json!({"status": JobStatus::Failed})).await?;
    }
    diesel::update(datasets::table)
        .filter(datasets::status.eq(DatasetStatus::Profiling.as_str()))
        .filter(datasets::lease_expires_at.lt(now))
        .filter(datasets::attempt.ge(MAX_ATTEMPTS))
        .set((datasets::status.eq(DatasetStatus::Invalid.as_str()), datasets::error.eq(Some(failure))))
        .execute(connection)
        .await?;
    Ok(())
}

/// When a lease that begins now ends, by the database's clock: the only one that all workers share.
fn lease_end(lease: TimeDelta) -> SqlLiteral<Nullable<Timestamptz>> {
    diesel::dsl::sql(&format!("now() + interval '{} milliseconds'", lease.num_milliseconds()))
}

/// Extends a dataset's lease.
pub async fn renew_dataset(
    connection: &mut Connection,
    fence: Fence<DatasetId>,
    lease: TimeDelta,
) -> Result<(), StoreError> {
    let changed = diesel::update(datasets::table.find(fence.id.0))
        .filter(datasets::attempt.eq(fence.attempt))
        .filter(datasets::status.eq(DatasetStatus::Profiling.as_str()))
        .filter(datasets::deleted_at.is_null())
        .set(datasets::lease_expires_at.eq(lease_end(lease)))
        .execute(connection)
        .await?;
    fence.held(changed)
}

/// Extends a job's lease. Answers whether somebody asked to cancel it.
pub async fn renew_job(
    connection: &mut Connection,
    fence: Fence<JobId>,
    lease: TimeDelta,
) -> Result<bool, StoreError> {
    let cancel: Option<Option<DateTime<Utc>>> = diesel::update(jobs_table::table.find(fence.id.0))
        .filter(jobs_table::attempt.eq(fence.attempt))
        .filter(jobs_table::status.eq(JobStatus::Running.as_str()))
        .set(jobs_table::lease_expires_at.eq(lease_end(lease)))
        .returning(jobs_table::cancel_requested_at)
        .get_result(connection)
        .await
        .optional()?;
    cancel.map(|at| at.is_some()).ok_or(StoreError::Stale("lease"))
}

/// Records where a job is. `progress` is the share of the whole job, in [0, 1].
pub async fn set_progress(
    connection: &mut Connection,
    fence: Fence<JobId>,
    stage: Stage,
    progress: f64,
) -> Result<(), StoreError> {
    let changed = diesel::update(jobs_table::table.find(fence.id.0))
        .filter(jobs_table::attempt.eq(fence.attempt))
        .filter(jobs_table::status.eq(JobStatus::Running.as_str()))
        .set((jobs_table::stage.eq(stage.as_str()), jobs_table::progress.eq(progress)))
        .execute(connection)
        .await?;
    fence.held(changed)?;
    let data = serde_json::json!({"stage": stage, "progress": progress});
    job_event(connection, fence.id, "progress", data).await
}

/// Adds a line to a job's log.
pub async fn log(
    connection: &mut Connection,
    fence: Fence<JobId>,
    level: &str,
    message: &str,
) -> Result<(), StoreError> {
    let added = sql_query(
        "INSERT INTO job_events (job_id, kind, data)
         SELECT id, 'log', jsonb_build_object('level', $3, 'message', $4)
         FROM jobs WHERE id = $1 AND attempt = $2 AND status = 'running' FOR SHARE",
    )
    .bind::<SqlUuid, _>(fence.id.0)
    .bind::<Integer, _>(fence.attempt)
    .bind::<Text, _>(level)
    .bind::<Text, _>(message)
    .execute(connection)
    .await?;
    fence.held(added)?;
    notify::job(connection, fence.id).await
}

/// Gives work back to the queue, as when its worker stops.
pub async fn release_job(connection: &mut Connection, fence: Fence<JobId>) -> Result<(), StoreError> {
    let changed = diesel::update(jobs_table::table.find(fence.id.0))
        .filter(jobs_table::attempt.eq(fence.attempt))
        .filter(jobs_table::status.eq(JobStatus::Running.as_str()))
        .set((
            jobs_table::status.eq(JobStatus::Pending.as_str()),
            jobs_table::stage.eq(None::<String>),
            jobs_table::progress.eq(0.0),
            jobs_table::lease_expires_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(connection)
        .await?;
    fence.held(changed)?;
    job_event(connection, fence.id, "status", serde_json::json!({"status": JobStatus::Pending})).await?;
    notify::work(connection).await
}
