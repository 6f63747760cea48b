//! Models: trained, named, versioned results.
//!
//! | route | needs |
//! | --- | --- |
//! | `GET /models`, `GET /models/{id}`, `GET /models/{id}/file` | viewer |
//! | `PATCH /models/{id}`, `DELETE /models/{id}` | trainer |
//!
//! `{id}` is an id, `name@version`, `name@deployed` or `name@latest`.

use crate::{
    auth::{Trainer, Viewer},
    files::{self, Download},
    input::{Body, Page, PageQuery, query_word},
    problem::{Problem, ProblemBody},
    resources::deployments::Deployment,
    state::AppState,
};
use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::header::{self, EntityTag, Header, IfMatch},
    patch, web,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::HashMap;
use trainyard_store::{
    Connection, Transactional, deployments,
    models::{self, Model as ModelRow, ModelAddress, ModelFilter},
};
use trainyard_types::{
    CalibrationSpecification, DatasetId, Evaluation, FieldError, JobId, ModelId, ModelStatus,
    ScalerSpecification, TrainingStatistics,
};
use utoipa::{IntoParams, ToSchema};

/// A trained, named, versioned result.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Model {
    pub(crate) id: ModelId,
    #[schema(example = "router-logs")]
    pub(crate) name: String,
    /// SemVer per name, with the time of training as build metadata.
    #[schema(example = "1.0.0+20260102T030405Z")]
    pub(crate) version: String,
    pub(crate) status: ModelStatus,
    #[schema(example = "isolation_forest")]
    pub(crate) algorithm: String,
    /// scikit-learn's class name.
    #[schema(example = "IsolationForest")]
    pub(crate) model_type: String,
    /// What was really fitted.
    #[schema(value_type = Object)]
    pub(crate) parameters: serde_json::Value,
    pub(crate) scaler: ScalerSpecification,
    /// Present when the model's probabilities are calibrated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) calibration: Option<CalibrationSpecification>,
    /// `score > threshold` means anomaly.
    pub(crate) threshold: f64,
    /// In lists without `shown`.
    pub(crate) metrics: Evaluation,
    pub(crate) statistics: TrainingStatistics,
    /// The columns that a prediction needs.
    pub(crate) feature_names: Vec<String>,
    /// What each of them means; in lists left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) feature_descriptions: Vec<String>,
    pub(crate) dataset_id: DatasetId,
    pub(crate) job_id: JobId,
    /// Size of `model.joblib`.
    pub(crate) size_bytes: i64,
    pub(crate) description: Option<String>,
    pub(crate) tags: Vec<String>,
    /// The model's latest deployment, when it has one.
    pub(crate) deployment: Option<Deployment>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) created_by: String,
}

impl Model {
    /// Without the samples that are shown: a list has no room for them.
    fn in_a_list(mut self) -> Self {
        self.metrics.shown = None;
        self.feature_descriptions.clear();
        self
    }

    pub(crate) fn new(row: ModelRow, deployment: Option<Deployment>) -> Self {
        let detail = row.detail.0;
        Self {
            id: row.id,
            name: row.name,
            version: row.version,
            status: row.status,
            algorithm: row.algorithm,
            model_type: detail.model_type,
            parameters: row.parameters,
            scaler: detail.scaler,
            calibration: detail.calibration,
            threshold: detail.threshold,
            metrics: row.metrics.0,
            statistics: row.statistics.0,
            feature_names: detail.feature_names,
            feature_descriptions: detail.feature_descriptions,
            dataset_id: row.dataset_id,
            job_id: row.job_id,
            size_bytes: row.size_bytes,
            description: row.description,
            tags: row.tags.0,
            deployment,
            created_at: row.created_at,
            created_by: row.created_by,
        }
    }
}

/// Reads `{id}`.
pub(crate) fn address(text: &str) -> Result<ModelAddress, Problem> {
    match text.rsplit_once('@') {
        Some((name, "deployed")) => Ok(ModelAddress::Deployed(name.to_owned())),
        Some((name, "latest")) => Ok(ModelAddress::Latest(name.to_owned())),
        Some((name, version)) => Ok(ModelAddress::Version(name.to_owned(), version.to_owned())),
        None => text.parse().map(ModelAddress::Id).map_err(|_| {
            Problem::not_found(format!(
                "`{text}` addresses no model; use an id, `name@version`, `name@deployed` or `name@latest`"
            ))
        }),
    }
}

pub(crate) async fn load(connection: &mut Connection, text: &str) -> Result<ModelRow, Problem> {
    models::find(connection, &address(text)?).await?.ok_or_else(|| {
        Problem::not_found(format!("there is no model `{text}`; GET /api/v1/models lists them"))
    })
}

async fn with_deployment(connection: &mut Connection, row: ModelRow) -> Result<Model, Problem> {
    let deployment = deployments::latest_of(connection, &[row.id]).await?.pop().map(Deployment::from);
    Ok(Model::new(row, deployment))
}

/// A model's state: changes with every change to it.
fn state_tag(row: &ModelRow) -> EntityTag {
    EntityTag::new_strong(format!("{}-{}", row.id, row.updated_at.timestamp_micros()))
}

/// `If-Match` of a request, where it has one.
fn if_match(request: &HttpRequest) -> Result<Option<IfMatch>, Problem> {
    if !request.headers().contains_key(header::IF_MATCH) {
        return Ok(None);
    }
    IfMatch::parse(request).map(Some).map_err(|error| Problem::bad_request(format!("If-Match: {error}")))
}

/// Refuses a change when `If-Match` names another state than the present one.
fn check_state(expected: Option<&IfMatch>, row: &ModelRow) -> Result<(), Problem> {
    let present = state_tag(row);
    match expected {
        None | Some(IfMatch::Any) => Ok(()),
        Some(IfMatch::Items(tags)) if tags.iter().any(|tag| tag.strong_eq(&present)) => Ok(()),
        Some(IfMatch::Items(_)) => {
            Err(Problem::precondition_failed("the model has changed since it was read; read it again"))
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ModelQuery {
    /// Exactly this name.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<ModelStatus>)]
    status: Option<String>,
    #[serde(default)]
    algorithm: Option<String>,
    /// Part of the name, in any case.
    #[serde(default)]
    q: Option<String>,
}

/// List models
///
/// Newest first.
#[utoipa::path(
    tag = "models",
    operation_id = "list_models",
    params(ModelQuery, PageQuery),
    responses((status = 200, description = "A page of models", body = Page<Model>),
        (status = 422, description = "Invalid query", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/models")]
pub(crate) async fn list_models(
    _viewer: Viewer,
    state: web::Data<AppState>,
    query: web::Query<ModelQuery>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<Model>>, Problem> {
    let (limit, before) = page.read()?;
    let ModelQuery { name, status, algorithm, q } = query.into_inner();
    let filter = ModelFilter {
        name,
        status: query_word("status", status.as_deref())?,
        algorithm,
        text: q.filter(|text| !text.is_empty()),
        before,
    };
    let mut connection = state.connection().await?;
    let rows = models::list(&mut connection, &filter, limit + 1).await?;
    let ids: Vec<ModelId> = rows.iter().map(|row| row.id).collect();
    let mut latest: HashMap<ModelId, Deployment> = deployments::latest_of(&mut connection, &ids)
        .await?
        .into_iter()
        .map(|row| (row.model_id, Deployment::from(row)))
        .collect();
    Ok(web::Json(Page::new(
        rows,
        limit,
        |row| row.id.0,
        |row| {
            let deployment = latest.remove(&row.id);
            Model::new(row, deployment).in_a_list()
        },
    )))
}

/// Get a model
///
/// `ETag` names its present state, for `If-Match` on changes.
#[utoipa::path(
    tag = "models",
    operation_id = "get_model",
    params(("id" = String, Path, description = "An id, `name@version`, `name@deployed` or `name@latest`")),
    responses((status = 200, description = "The model", body = Model, headers(("ETag" = String))),
        (status = 404, description = "No such model", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/models/{id}")]
pub(crate) async fn get_model(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.connection().await?;
    let row = load(&mut connection, &id).await?;
    let tag = state_tag(&row);
    let model = with_deployment(&mut connection, row).await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag.to_string())).json(model))
}

/// What people say about a model. A field that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelPatch {
    /// `null` removes it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub(crate) description: Option<Option<String>>,
    #[serde(default)]
    pub(crate) tags: Option<Vec<String>>,
}

/// Tells `null` from absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Describe a model
///
/// Changes its description and tags.
#[utoipa::path(
    tag = "models",
    operation_id = "update_model",
    params(("id" = String, Path, description = "An id, `name@version`, `name@deployed` or `name@latest`"),
        ("If-Match" = Option<String>, Header, description = "The state that was read")),
    request_body = ModelPatch,
    responses((status = 200, description = "The model", body = Model),
        (status = 404, description = "No such model", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Invalid content", body = ProblemBody, content_type = "application/problem+json"))
)]
#[patch("/models/{id}")]
pub(crate) async fn update_model(
    trainer: Trainer,
    state: web::Data<AppState>,
    id: web::Path<String>,
    request: HttpRequest,
    body: Body<ModelPatch>,
) -> Result<HttpResponse, Problem> {
    let ModelPatch { description, tags } = body.value;
    let mut errors = Vec::new();
    if description.iter().flatten().any(|text| text.chars().count() > 10_000) {
        errors.push(FieldError::new("/description", "may have at most 10,000 characters"));
    }
    for (index, tag) in tags.iter().flatten().enumerate() {
        if !(1..=50).contains(&tag.trim().chars().count()) {
            errors.push(FieldError::new(format!("/tags/{index}"), "must have 1 to 50 characters"));
        }
    }
    if tags.as_ref().is_some_and(|tags| tags.len() > 50) {
        errors.push(FieldError::new("/tags", "may hold at most 50 tags"));
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let expected = if_match(&request)?;
    let mut connection = state.connection().await?;
    let (tag, model) = connection
        .transaction(async |connection| {
            let row = load(connection, &id).await?;
            models::lock_name(connection, &row.name).await?;
            let row = load(connection, &row.id.to_string()).await?;
            check_state(expected.as_ref(), &row)?;
            let detail = serde_json::json!({"description": description, "tags": tags});
            models::describe(connection, row.id, description, tags).await?;
            trainer.0.audit(connection, "update", "model", row.id, detail).await?;
            let row = load(connection, &row.id.to_string()).await?;
            let tag = state_tag(&row);
            Ok::<_, Problem>((tag, with_deployment(connection, row).await?))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag.to_string())).json(model))
}

/// Delete a model
///
/// Takes it out of use; its deployments stay on record. A deployed model is refused: undeploy it first.
#[utoipa::path(
    tag = "models",
    operation_id = "delete_model",
    params(("id" = String, Path, description = "An id, `name@version`, `name@deployed` or `name@latest`"),
        ("If-Match" = Option<String>, Header, description = "The state that was read")),
    responses((status = 204, description = "Deleted"),
        (status = 404, description = "No such model", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is deployed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Changed meanwhile", body = ProblemBody, content_type = "application/problem+json"))
)]
#[delete("/models/{id}")]
pub(crate) async fn delete_model(
    trainer: Trainer,
    state: web::Data<AppState>,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let expected = if_match(&request)?;
    let mut connection = state.connection().await?;
    connection
        .transaction(async |connection| {
            let row = load(connection, &id).await?;
            models::lock_name(connection, &row.name).await?;
            let row = load(connection, &row.id.to_string()).await?;
            check_state(expected.as_ref(), &row)?;
            if !models::delete(connection, row.id).await? {
                return Err(Problem::conflict("this model is deployed; undeploy it first, then delete it"));
            }
            let detail = serde_json::json!({"name": row.name, "version": row.version});
            trainer.0.audit(connection, "delete", "model", row.id, detail).await
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Download the raw model
///
/// `model.joblib`: the estimator alone, for the default target. Rows must be scaled as in training.
#[utoipa::path(
    tag = "models",
    operation_id = "get_model_file",
    params(("id" = String, Path, description = "An id, `name@version`, `name@deployed` or `name@latest`")),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "No such model", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/models/{id}/file")]
pub(crate) async fn get_model_file(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let row = load(&mut *state.connection().await?, &id).await?;
    let artifact = &row.artifacts.0.model;
    let download = Download {
        sha256: &artifact.sha256,
        size_bytes: artifact.size_bytes,
        file_name: "model.joblib",
        media_type: "application/octet-stream",
    };
    files::respond(&state.blobs, &request, download).await
}
