//! Training jobs.
//!
//! | route | needs |
//! | --- | --- |
//! | `POST /jobs`, `POST /jobs/{id}/cancel`, `POST /jobs/{id}/retry`, `DELETE /jobs/{id}` | trainer |
//! | `GET /jobs`, `GET /jobs/{id}`, `GET /jobs/{id}/logs` | viewer |
//! | `GET /jobs/{id}/events` | viewer; see [`super::events`] |

use crate::{
    auth::{Trainer, Viewer},
    idempotency::{self, Created, Idempotent},
    input::{Body, Page, PageQuery, query_word},
    problem::{Problem, ProblemBody},
    resources::specification,
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use trainyard_store::{
    Connection, Transactional,
    datasets::{self, Dataset},
    jobs::{self, Job as JobRow, JobFilter},
};
use trainyard_types::{
    DatasetId, DatasetStatus, Evaluation, Failure, FormatSpecification, JobId, JobStatus,
    LabelsSpecification, Leaderboard, ModelId, Stage, TrainingSpecification, TrainingStatistics,
};
use utoipa::{IntoParams, ToSchema};

/// One training run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    /// The name of the model it trains.
    #[schema(example = "router-logs")]
    pub(crate) name: String,
    pub(crate) status: JobStatus,
    /// What it is doing; null before it runs.
    pub(crate) stage: Option<Stage>,
    /// The share of the job that is done, 0 to 1.
    pub(crate) progress: f64,
    pub(crate) dataset_id: DatasetId,
    /// As it was asked for, with every default filled in.
    pub(crate) specification: TrainingSpecification,
    pub(crate) statistics: Option<TrainingStatistics>,
    pub(crate) metrics: Option<Evaluation>,
    /// What a search tried, the best first; null for a job that searches nothing.
    pub(crate) leaderboard: Option<Leaderboard>,
    /// The model, once the job is `completed`.
    pub(crate) model_id: Option<ModelId>,
    /// Why it `failed`.
    pub(crate) error: Option<Failure>,
    /// How many times a worker took it up.
    pub(crate) attempt: i32,
    /// Whether somebody asked for it to stop.
    pub(crate) cancel_requested: bool,
    /// The job whose specification this one runs again.
    pub(crate) retry_of: Option<JobId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    pub(crate) created_by: String,
}

impl Job {
    /// Without the samples that are shown: a list has no room for them.
    fn in_a_list(mut self) -> Self {
        if let Some(metrics) = &mut self.metrics {
            metrics.shown = None;
        }
        self
    }
}

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            status: row.status,
            stage: row.stage,
            progress: row.progress,
            dataset_id: row.dataset_id,
            specification: row.specification.0,
            statistics: row.statistics.map(|statistics| statistics.0),
            metrics: row.metrics.map(|metrics| metrics.0),
            leaderboard: row.leaderboard.map(|leaderboard| leaderboard.0),
            model_id: row.model_id.map(ModelId),
            error: row.error.map(|error| error.0),
            attempt: row.attempt,
            cancel_requested: row.cancel_requested_at.is_some(),
            retry_of: row.retry_of.map(JobId),
            created_at: row.created_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            created_by: row.created_by,
        }
    }
}

pub(crate) async fn load(connection: &mut Connection, id: JobId) -> Result<JobRow, Problem> {
    jobs::find(connection, id)
        .await?
        .ok_or_else(|| Problem::not_found(format!("there is no job {id}; GET /api/v1/jobs lists them")))
}

/// Start a training job
///
/// Only `name` and `dataset_id` are required. The job waits until its dataset is profiled.
#[utoipa::path(
    tag = "jobs",
    operation_id = "create_job",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and content get the first answer again")),
    request_body = TrainingSpecification,
    responses((status = 202, description = "Waiting for a worker", body = Job, headers(("Location" = String))),
        (status = 422, description = "Invalid fields, all named", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/jobs")]
pub(crate) async fn create_job(
    trainer: Trainer,
    state: web::Data<AppState>,
    request: HttpRequest,
    body: Body<serde_json::Value>,
) -> Result<Created, Problem> {
    let payload_sha256 = idempotency::digest([body.bytes.as_ref()]);
    let specification = specification::read(body.value)?;
    let idempotent = Idempotent::of(&request, &trainer.0, "create_job", payload_sha256)?;
    enqueue(&trainer, &state, specification, None, idempotent).await
}

async fn enqueue(
    trainer: &Trainer,
    state: &AppState,
    mut specification: TrainingSpecification,
    retry_of: Option<JobId>,
    idempotent: Idempotent,
) -> Result<Created, Problem> {
    let mut connection = state.connection().await?;
    connection
        .transaction(async |connection| {
            if let Some(answer) = idempotent.earlier(connection).await? {
                return Ok(answer);
            }
            let dataset = usable(connection, specification.dataset_id, "/dataset_id").await?;
            if let Some(LabelsSpecification::File { dataset_id: Some(id), .. }) = &specification.labels {
                usable(connection, *id, "/labels/dataset_id").await?;
            }
            // What the uploader said of the files holds unless the specification says otherwise.
            if let Some(format) = dataset.format
                && specification.format == FormatSpecification::default()
            {
                specification.format = format.0;
            }
            let job: Job = jobs::create(connection, specification, retry_of, trainer.0.name()).await?.into();
            let detail = serde_json::json!({"name": job.name, "dataset_id": job.dataset_id});
            trainer.0.audit(connection, "create", "job", job.id, detail).await?;
            idempotent.answer(connection, 202, job.id.0, format!("/api/v1/jobs/{}", job.id), &job).await
        })
        .await
}

/// A dataset that can be trained on, as far as is known yet.
async fn usable(connection: &mut Connection, id: DatasetId, pointer: &str) -> Result<Dataset, Problem> {
    let dataset = datasets::find(connection, id).await?.ok_or_else(|| {
        Problem::invalid_field(pointer, format!("there is no dataset {id}; GET /api/v1/datasets lists them"))
    })?;
    if dataset.status == DatasetStatus::Invalid {
        let reason = dataset.error.map(|error| error.0.detail).unwrap_or_default();
        return Err(Problem::invalid_field(pointer, format!("this dataset is invalid: {reason}")));
    }
    Ok(dataset)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobQuery {
    #[serde(default)]
    #[param(value_type = Option<JobStatus>)]
    status: Option<String>,
    /// Exactly this name.
    #[serde(default)]
    name: Option<String>,
    /// Part of the name, in any case.
    #[serde(default)]
    q: Option<String>,
}

/// List jobs
///
/// Newest first.
#[utoipa::path(
    tag = "jobs",
    operation_id = "list_jobs",
    params(JobQuery, PageQuery),
    responses((status = 200, description = "A page of jobs", body = Page<Job>),
        (status = 422, description = "Invalid query", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/jobs")]
pub(crate) async fn list_jobs(
    _viewer: Viewer,
    state: web::Data<AppState>,
    query: web::Query<JobQuery>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<Job>>, Problem> {
    let (limit, before) = page.read()?;
    let JobQuery { status, name, q } = query.into_inner();
    let filter = JobFilter {
        status: query_word("status", status.as_deref())?,
        name,
        text: q.filter(|text| !text.is_empty()),
        before,
    };
    let rows = jobs::list(&mut *state.connection().await?, &filter, limit + 1).await?;
    Ok(web::Json(Page::new(rows, limit, |row| row.id.0, |row| Job::from(row).in_a_list())))
}

/// Get a job
///
/// `pending`, `running` with its stage and progress, then `completed`, `failed` or `cancelled`.
#[utoipa::path(
    tag = "jobs",
    operation_id = "get_job",
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 200, description = "The job", body = Job),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/jobs/{id}")]
pub(crate) async fn get_job(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<JobId>,
) -> Result<web::Json<Job>, Problem> {
    Ok(web::Json(load(&mut *state.connection().await?, *id).await?.into()))
}

/// Cancel a job
///
/// A waiting job is cancelled at once, a running one within two seconds. A finished job stays as it is.
#[utoipa::path(
    tag = "jobs",
    operation_id = "cancel_job",
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 202, description = "Will stop", body = Job),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Already finished", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/jobs/{id}/cancel")]
pub(crate) async fn cancel_job(
    trainer: Trainer,
    state: web::Data<AppState>,
    id: web::Path<JobId>,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.connection().await?;
    let job: Job = connection
        .transaction(async |connection| {
            let before = load(connection, *id).await?;
            if !matches!(before.status, JobStatus::Pending | JobStatus::Running) {
                return Err(Problem::conflict(format!("this job is already {}", before.status)));
            }
            trainer.0.audit(connection, "cancel", "job", *id, serde_json::json!({})).await?;
            jobs::request_cancel(connection, *id).await?.ok_or_else(|| Problem::not_found("the job is gone"))
        })
        .await?
        .into();
    Ok(HttpResponse::Accepted().json(job))
}

/// Retry a job
///
/// Starts a new job with the same specification.
#[utoipa::path(
    tag = "jobs",
    operation_id = "retry_job",
    params(("id" = JobId, Path, description = "The job"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gets the first answer again")),
    responses((status = 202, description = "The new job", body = Job, headers(("Location" = String))),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not finished yet", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/jobs/{id}/retry")]
pub(crate) async fn retry_job(
    trainer: Trainer,
    state: web::Data<AppState>,
    request: HttpRequest,
    id: web::Path<JobId>,
) -> Result<Created, Problem> {
    let job = load(&mut *state.connection().await?, *id).await?;
    if matches!(job.status, JobStatus::Pending | JobStatus::Running) {
        return Err(Problem::conflict(format!("this job is still {}; cancel it first, or wait", job.status)));
    }
    let payload_sha256 = idempotency::digest([id.0.as_bytes().as_slice()]);
    let idempotent = Idempotent::of(&request, &trainer.0, "retry_job", payload_sha256)?;
    enqueue(&trainer, &state, job.specification.0, Some(job.id), idempotent).await
}

/// Delete a job
///
/// Removes a finished job and its log. Its model stays.
#[utoipa::path(
    tag = "jobs",
    operation_id = "delete_job",
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 204, description = "Deleted"),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not finished yet", body = ProblemBody, content_type = "application/problem+json"))
)]
#[delete("/jobs/{id}")]
pub(crate) async fn delete_job(
    trainer: Trainer,
    state: web::Data<AppState>,
    id: web::Path<JobId>,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.connection().await?;
    connection
        .transaction(async |connection| {
            let job = load(connection, *id).await?;
            if !jobs::delete(connection, *id).await? {
                return Err(Problem::conflict(format!("this job is {}; cancel it first", job.status)));
            }
            trainer.0.audit(connection, "delete", "job", *id, serde_json::json!({"name": job.name})).await
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A line of a job's log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogLine {
    /// Grows from line to line.
    pub(crate) id: i64,
    pub(crate) at: DateTime<Utc>,
    #[schema(example = "info")]
    pub(crate) level: String,
    #[schema(example = "read 35 records from 1 file")]
    pub(crate) message: String,
}

/// Lines of a job's log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogLines {
    pub(crate) items: Vec<LogLine>,
    /// Asks for the lines after these, as `?after=`; null when there are none yet.
    pub(crate) next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    /// `next_cursor` of the answer before.
    #[serde(default)]
    cursor: Option<i64>,
}

const LOG_PAGE: i64 = 500;

/// List a job's log lines
///
/// Oldest first, 500 at a time.
#[utoipa::path(
    tag = "jobs",
    operation_id = "list_job_logs",
    params(("id" = JobId, Path, description = "The job"), LogQuery),
    responses((status = 200, description = "Log lines", body = LogLines),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/jobs/{id}/logs")]
pub(crate) async fn list_job_logs(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<JobId>,
    query: web::Query<LogQuery>,
) -> Result<web::Json<LogLines>, Problem> {
    let mut connection = state.connection().await?;
    load(&mut connection, *id).await?;
    let rows =
        jobs::events(&mut connection, *id, Some("log"), query.cursor.unwrap_or(0), LOG_PAGE + 1).await?;
    let more = rows.len() as i64 > LOG_PAGE;
    let items: Vec<LogLine> = rows
        .into_iter()
        .take(usize::try_from(LOG_PAGE).unwrap_or_default())
        .map(|row| {
            let text =
                |key: &str| row.data.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            LogLine { id: row.id, at: row.created_at, level: text("level"), message: text("message") }
        })
        .collect();
    let next_cursor = items.last().filter(|_| more).map(|line| line.id.to_string());
    Ok(web::Json(LogLines { items, next_cursor }))
}
