//! Datasets: immutable sets of log files, and what was found in them.
//!
//! | route | needs |
//! | --- | --- |
//! | `POST /datasets` | trainer; see [`super::uploads`] |
//! | `GET /datasets`, `GET /datasets/{id}` | viewer |
//! | `GET /datasets/{id}/profile`, `/rejects`, `/content` | viewer |
//! | `POST /datasets/detect`, `GET /datasets/{id}/templates` | viewer; see [`super::detect`], [`super::templates`] |
//! | `DELETE /datasets/{id}` | trainer |

use crate::{
    auth::{Trainer, Viewer},
    files::{self, Download},
    input::{Page, PageQuery, query_word},
    problem::{Problem, ProblemBody},
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use trainyard_store::{
    Connection, Transactional,
    datasets::{self, Dataset as DatasetRow},
};
use trainyard_types::{
    Accounting, DatasetFile, DatasetId, DatasetProfile, DatasetStatus, Failure, FormatDetection,
    PreviewRecord, Reject,
};
use utoipa::{IntoParams, ToSchema};

/// A set of log files, as it was uploaded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Dataset {
    pub(crate) id: DatasetId,
    #[schema(example = "router-july")]
    pub(crate) name: String,
    pub(crate) status: DatasetStatus,
    /// Why the dataset is `invalid`.
    pub(crate) error: Option<Failure>,
    pub(crate) files: Vec<DatasetFile>,
    pub(crate) size_bytes: i64,
    /// SHA-256 of the lines `<file's sha256>  <file's name>`, in the order of the upload.
    pub(crate) sha256: String,
    /// The format found; null until the dataset is `ready`.
    pub(crate) format: Option<FormatDetection>,
    /// What became of the records; null until the dataset is `ready`.
    pub(crate) records: Option<Accounting>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) created_by: String,
}

impl From<DatasetRow> for Dataset {
    fn from(row: DatasetRow) -> Self {
        let profile = row.profile.map(|profile| profile.0);
        Self {
            id: row.id,
            name: row.name,
            status: row.status,
            error: row.error.map(|error| error.0),
            files: row.files.0,
            size_bytes: row.size_bytes,
            sha256: row.sha256,
            records: profile.as_ref().map(|profile| profile.records),
            format: profile.map(|profile| profile.format),
            created_at: row.created_at,
            created_by: row.created_by,
        }
    }
}

pub(crate) async fn load(connection: &mut Connection, id: DatasetId) -> Result<DatasetRow, Problem> {
    datasets::find(connection, id).await?.ok_or_else(|| {
        Problem::not_found(format!("there is no dataset {id}; GET /api/v1/datasets lists them"))
    })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DatasetQuery {
    #[serde(default)]
    #[param(value_type = Option<DatasetStatus>)]
    status: Option<String>,
}

/// List datasets
///
/// Newest first.
#[utoipa::path(
    tag = "datasets",
    operation_id = "list_datasets",
    params(DatasetQuery, PageQuery),
    responses((status = 200, description = "A page of datasets", body = Page<Dataset>))
)]
#[get("/datasets")]
pub(crate) async fn list_datasets(
    _viewer: Viewer,
    state: web::Data<AppState>,
    query: web::Query<DatasetQuery>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<Dataset>>, Problem> {
    let (limit, before) = page.read()?;
    let status = query_word("status", query.status.as_deref())?;
    let rows = datasets::list(&mut *state.connection().await?, status, before, limit + 1).await?;
    Ok(web::Json(Page::new(rows, limit, |row| row.id.0, Dataset::from)))
}

/// Get a dataset
///
/// Its status goes from `profiling` to `ready`, or to `invalid` with the reason in `error`.
#[utoipa::path(
    tag = "datasets",
    operation_id = "get_dataset",
    params(("id" = DatasetId, Path, description = "The dataset")),
    responses((status = 200, description = "The dataset", body = Dataset),
        (status = 404, description = "No such dataset", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/datasets/{id}")]
pub(crate) async fn get_dataset(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<DatasetId>,
) -> Result<web::Json<Dataset>, Problem> {
    Ok(web::Json(load(&mut *state.connection().await?, *id).await?.into()))
}

/// Delete a dataset
///
/// Its files are removed. The row stays on record for the models trained on it; jobs that wait for it fail.
#[utoipa::path(
    tag = "datasets",
    operation_id = "delete_dataset",
    params(("id" = DatasetId, Path, description = "The dataset")),
    responses((status = 204, description = "Deleted"),
        (status = 404, description = "No such dataset", body = ProblemBody, content_type = "application/problem+json"))
)]
#[delete("/datasets/{id}")]
pub(crate) async fn delete_dataset(
    trainer: Trainer,
    state: web::Data<AppState>,
    id: web::Path<DatasetId>,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.connection().await?;
    connection
        .transaction(async |connection| {
            let dataset = load(connection, *id).await?;
            datasets::delete(connection, *id).await?;
            let detail = serde_json::json!({"name": dataset.name, "sha256": dataset.sha256});
            trainer.0.audit(connection, "delete", "dataset", *id, detail).await?;
            Ok::<_, Problem>(trainyard_store::notify::work(connection).await?)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Get a dataset's profile
///
/// Detected format, counts, time range, levels, processes, hosts and the first parsed records.
#[utoipa::path(
    tag = "datasets",
    operation_id = "get_dataset_profile",
    params(("id" = DatasetId, Path, description = "The dataset")),
    responses((status = 200, description = "The profile", body = DatasetProfile),
        (status = 404, description = "No such dataset", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not profiled yet, or invalid", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/datasets/{id}/profile")]
pub(crate) async fn get_dataset_profile(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<DatasetId>,
) -> Result<web::Json<DatasetProfile>, Problem> {
    let row = load(&mut *state.connection().await?, *id).await?;
    Ok(web::Json(profile(row)?))
}

/// What was found in a dataset, or why nothing was yet.
fn profile(row: DatasetRow) -> Result<DatasetProfile, Problem> {
    match (row.profile, row.error) {
        (Some(profile), _) => Ok(profile.0),
        (None, Some(error)) => Err(Problem::conflict(format!("this dataset is invalid: {}", error.0.detail))),
        (None, None) => Err(Problem::conflict("this dataset is still being profiled; ask again in a moment")),
    }
}

/// The first records of a dataset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preview {
    pub(crate) items: Vec<PreviewRecord>,
}

/// List a dataset's first records
///
/// The first parsed records in time order, as the features see them.
#[utoipa::path(
    tag = "datasets",
    operation_id = "list_dataset_preview",
    params(("id" = DatasetId, Path, description = "The dataset")),
    responses((status = 200, description = "Records", body = Preview),
        (status = 404, description = "No such dataset", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not profiled yet, or invalid", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/datasets/{id}/preview")]
pub(crate) async fn list_dataset_preview(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<DatasetId>,
) -> Result<web::Json<Preview>, Problem> {
    let row = load(&mut *state.connection().await?, *id).await?;
    Ok(web::Json(Preview { items: profile(row)?.preview }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RejectQuery {
    /// How many to leave out from the start.
    #[serde(default)]
    offset: Option<usize>,
    /// How many, at most 1000.
    #[serde(default)]
    limit: Option<usize>,
}

/// Rejected records of a dataset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rejects {
    pub(crate) items: Vec<Reject>,
    /// How many there are in all.
    pub(crate) total: u64,
}

/// List a dataset's rejected records
///
/// In the order they were found, each with its file, line and reason.
#[utoipa::path(
    tag = "datasets",
    operation_id = "list_dataset_rejects",
    params(("id" = DatasetId, Path, description = "The dataset"), RejectQuery),
    responses((status = 200, description = "Rejected records", body = Rejects),
        (status = 404, description = "No such dataset", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/datasets/{id}/rejects")]
pub(crate) async fn list_dataset_rejects(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<DatasetId>,
    query: web::Query<RejectQuery>,
) -> Result<web::Json<Rejects>, Problem> {
    let row = load(&mut *state.connection().await?, *id).await?;
    let total = row.profile.as_ref().map_or(0, |profile| profile.0.records.rejected);
    let Some(sha256) = row.rejects_sha256 else { return Ok(web::Json(Rejects { items: Vec::new(), total })) };
    let bytes = state.blobs.get(&sha256).await?;
    let items = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .skip(query.offset.unwrap_or(0))
        .take(query.limit.unwrap_or(100).min(1000))
        .map(serde_json::from_slice)
        .collect::<Result<_, _>>()
        .map_err(Problem::internal)?;
    Ok(web::Json(Rejects { items, total }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContentQuery {
    /// Which file, by name; may be left out when there is one.
    #[serde(default)]
    file: Option<String>,
}

/// Download a dataset's file
///
/// The bytes as they were uploaded.
#[utoipa::path(
    tag = "datasets",
    operation_id = "get_dataset_content",
    params(("id" = DatasetId, Path, description = "The dataset"), ContentQuery),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "No such dataset or file", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/datasets/{id}/content")]
pub(crate) async fn get_dataset_content(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<DatasetId>,
    query: web::Query<ContentQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let row = load(&mut *state.connection().await?, *id).await?;
    let files = &row.files.0;
    let names = || files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
    let file = match (&query.file, files.as_slice()) {
        (Some(name), _) => files.iter().find(|file| file.name == *name),
        (None, [only]) => Some(only),
        (None, _) => {
            return Err(Problem::invalid_field(
                "/file",
                format!("is required; this dataset holds {}", names()),
            ));
        }
    };
    let file = file.ok_or_else(|| Problem::not_found(format!("this dataset holds {}", names())))?;
    let download = Download {
        sha256: &file.sha256,
        size_bytes: file.size_bytes,
        file_name: &file.name,
        media_type: "application/octet-stream",
    };
    files::respond(&state.blobs, &request, download).await
}
