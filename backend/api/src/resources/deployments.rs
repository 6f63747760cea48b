//! Deploying and taking back.
//!
//! | route | needs |
//! | --- | --- |
//! | `POST /models/{id}/deploy`, `POST /models/{id}/undeploy`, `POST /models/by-name/{name}/rollback` | deployer |
//! | `GET /deployments`, `GET /deployments/{id}` | viewer |
//!
//! Everything about one name happens one after the other, in one transaction each: all or nothing.

use crate::{
    auth::{Deployer, Viewer},
    gates::{self, Gate},
    idempotency::{self, Created, Idempotent},
    input::{OptionalBody, Page, PageQuery, query_word},
    packaging,
    problem::{Problem, ProblemBody},
    resources::models::load,
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use trainyard_sklearn::target;
use trainyard_store::{
    Connection, Transactional,
    deployments::{self, Deployment as DeploymentRow, NewDeployment},
    models::{self, Model as ModelRow, ModelAddress},
};
use trainyard_types::{DeploymentId, DeploymentStatus, ModelId, ModelStatus};
use utoipa::{IntoParams, ToSchema};

/// The act and the record of making a model version the deployed one of its name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deployment {
    pub(crate) id: DeploymentId,
    pub(crate) model_id: ModelId,
    #[schema(example = "router-logs")]
    pub(crate) name: String,
    #[schema(example = "1.0.0+20260102T030405Z")]
    pub(crate) version: String,
    pub(crate) status: DeploymentStatus,
    /// The Python runtime that the package is built for.
    #[schema(example = "scikit-learn-1.9.1")]
    pub(crate) target: String,
    /// The conditions that the model met.
    pub(crate) gates: Vec<Gate>,
    pub(crate) note: Option<String>,
    /// SHA-256 of the package.
    pub(crate) package_sha256: String,
    pub(crate) package_size_bytes: u64,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) created_by: String,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) ended_by: Option<String>,
}

impl From<DeploymentRow> for Deployment {
    fn from(row: DeploymentRow) -> Self {
        let package = row.package.0.folder;
        Self {
            id: row.id,
            model_id: row.model_id,
            name: row.name,
            version: row.version,
            status: row.status,
            target: row.target,
            gates: serde_json::from_value(row.gates).unwrap_or_default(),
            note: row.note,
            package_sha256: package.sha256,
            package_size_bytes: package.size_bytes,
            created_at: row.created_at,
            created_by: row.created_by,
            ended_at: row.ended_at,
            ended_by: row.ended_by,
        }
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeployRequest {
    /// A target's id from `GET /targets`; the first, when left out.
    #[serde(default)]
    #[schema(example = "scikit-learn-1.9.1")]
    pub(crate) target: Option<String>,
    /// Conditions that the model must meet, such as `anomaly_ratio <= 0.2`; on record with the deployment.
    #[serde(default)]
    #[schema(example = json!(["anomaly_ratio <= 0.2"]))]
    pub(crate) gates: Vec<String>,
    /// Why, for those who read the record later.
    #[serde(default)]
    pub(crate) note: Option<String>,
}

impl DeployRequest {
    fn target(&self) -> Result<&'static target::Target, Problem> {
        let Some(id) = self.target.as_deref() else { return Ok(target::default_target()) };
        target::find_target(id).ok_or_else(|| {
            let known: Vec<&str> = target::targets().iter().map(|target| target.id).collect();
            Problem::invalid_field("/target", format!("`{id}` is none of {}", known.join(", ")))
        })
    }
}

/// Deploy a model
///
/// Builds the package, stores it and makes this version the deployed one of its name; the version that was
/// deployed before is superseded and `ready` again.
#[utoipa::path(
    tag = "deployments",
    operation_id = "deploy_model",
    params(("id" = String, Path, description = "An id, `name@version` or `name@latest`"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and content get the first answer again")),
    request_body(content = DeployRequest, description = "May be left out"),
    responses((status = 201, description = "Deployed", body = Deployment, headers(("Location" = String))),
        (status = 404, description = "No such model", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is deployed already, or a gate is not met", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Invalid content", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "Storage full", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/models/{id}/deploy")]
pub(crate) async fn deploy_model(
    deployer: Deployer,
    state: web::Data<AppState>,
    id: web::Path<String>,
    request: HttpRequest,
    body: OptionalBody<DeployRequest>,
) -> Result<Created, Problem> {
    let target = body.value.target()?;
    if body.value.note.as_ref().is_some_and(|note| note.chars().count() > 2000) {
        return Err(Problem::invalid_field("/note", "may have at most 2,000 characters"));
    }
    let payload_sha256 = idempotency::digest([id.as_bytes(), body.bytes.as_ref()]);
    let idempotent = Idempotent::of(&request, &deployer.0, "deploy_model", payload_sha256)?;
    let mut connection = state.connection().await?;
    connection
        .transaction(async |connection| {
            if let Some(answer) = idempotent.earlier(connection).await? {
                return Ok(answer);
            }
            let model = load_locked(connection, &id).await?;
            let plan = Plan {
                target,
                gates: gates::check(&body.value.gates, &model.metrics.0)?,
                note: body.value.note.as_deref(),
                former: DeploymentStatus::Superseded,
            };
            let deployment = deploy(connection, &state, &deployer, &model, plan).await?;
            let location = format!("/api/v1/deployments/{}", deployment.id);
            idempotent.answer(connection, 201, deployment.id.0, location, &deployment).await
        })
        .await
}

/// The model, with everything about its name waiting for this transaction.
async fn load_locked(connection: &mut Connection, id: &str) -> Result<ModelRow, Problem> {
    let model = load(connection, id).await?;
    models::lock_name(connection, &model.name).await?;
    load(connection, &model.id.to_string()).await
}

/// How a model is to be deployed.
struct Plan<'a> {
    target: &'static target::Target,
    gates: Vec<Gate>,
    note: Option<&'a str>,
    /// What becomes of the deployment before.
    former: DeploymentStatus,
}

/// Makes `model` the deployed version of its name.
async fn deploy(
    connection: &mut Connection,
    state: &AppState,
    deployer: &Deployer,
    model: &ModelRow,
    plan: Plan<'_>,
) -> Result<Deployment, Problem> {
    match model.status {
        ModelStatus::Ready => {}
        ModelStatus::Deployed => {
            return Err(Problem::conflict(format!("{}@{} is deployed already", model.name, model.version)));
        }
        ModelStatus::Archived => {
            return Err(Problem::conflict(format!("{}@{} is archived", model.name, model.version)));
        }
    }
    let deployed_at = Utc::now();
    let package =
        packaging::build(connection, state, model, plan.target, deployed_at, deployer.0.name()).await?;
    if let Some(active) = deployments::active(connection, &model.name).await? {
        deployments::end(connection, active.id, plan.former, deployer.0.name()).await?;
        models::change_status(connection, active.model_id, ModelStatus::Deployed, ModelStatus::Ready).await?;
    }
    models::change_status(connection, model.id, ModelStatus::Ready, ModelStatus::Deployed).await?;
    let deployment = NewDeployment {
        id: DeploymentId::new(),
        model_id: model.id,
        name: &model.name,
        version: &model.version,
        target: plan.target.id,
        gates: serde_json::to_value(&plan.gates).map_err(Problem::internal)?,
        note: plan.note,
        package,
        created_at: deployed_at,
        created_by: deployer.0.name(),
    };
    let deployment: Deployment = deployments::create(connection, deployment).await?.into();
    let detail = serde_json::json!({
        "deployment_id": deployment.id, "version": model.version, "package_sha256": deployment.package_sha256,
    });
    deployer.0.audit(connection, "deploy", "model", model.id, detail).await?;
    Ok(deployment)
}

/// Undeploy a model
///
/// The model is `ready` again; its deployment is `retired`, and stays on record.
#[utoipa::path(
    tag = "deployments",
    operation_id = "undeploy_model",
    params(("id" = String, Path, description = "An id, `name@version` or `name@deployed`")),
    responses((status = 200, description = "The ended deployment", body = Deployment),
        (status = 404, description = "No such model", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is not deployed", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/models/{id}/undeploy")]
pub(crate) async fn undeploy_model(
    deployer: Deployer,
    state: web::Data<AppState>,
    id: web::Path<String>,
) -> Result<web::Json<Deployment>, Problem> {
    let mut connection = state.connection().await?;
    connection
        .transaction(async |connection| {
            let model = load_locked(connection, &id).await?;
            let active = deployments::active(connection, &model.name).await?;
            let active = active.filter(|active| active.model_id == model.id).ok_or_else(|| {
                Problem::conflict(format!("{}@{} is not deployed", model.name, model.version))
            })?;
            deployments::end(connection, active.id, DeploymentStatus::Retired, deployer.0.name()).await?;
            models::change_status(connection, model.id, ModelStatus::Deployed, ModelStatus::Ready).await?;
            let detail = serde_json::json!({"deployment_id": active.id, "version": model.version});
            deployer.0.audit(connection, "undeploy", "model", model.id, detail).await?;
            Ok(web::Json(load_deployment(connection, active.id).await?.into()))
        })
        .await
}

/// Roll back
///
/// Deploys the version again that the present one superseded; the present deployment is `rolled_back`.
#[utoipa::path(
    tag = "deployments",
    operation_id = "rollback_model",
    params(("name" = String, Path, description = "The model's name")),
    responses((status = 201, description = "The new deployment", body = Deployment, headers(("Location" = String))),
        (status = 404, description = "Nothing of this name is deployed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Nothing was deployed before", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/models/by-name/{name}/rollback")]
pub(crate) async fn rollback_model(
    deployer: Deployer,
    state: web::Data<AppState>,
    name: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.connection().await?;
    let deployment = connection
        .transaction(async |connection| {
            models::lock_name(connection, &name).await?;
            let active = deployments::active(connection, &name)
                .await?
                .ok_or_else(|| Problem::not_found(format!("no version of `{name}` is deployed")))?;
            let nothing = || {
                Problem::conflict(format!("no version of `{name}` was deployed before {}", active.version))
            };
            let previous = deployments::previous(connection, &active).await?.ok_or_else(nothing)?;
            let model =
                models::find(connection, &ModelAddress::Id(previous.model_id)).await?.ok_or_else(nothing)?;
            let target = target::find_target(&previous.target).unwrap_or(target::default_target());
            let note = format!("rollback from {}", active.version);
            let former = DeploymentStatus::RolledBack;
            deploy(
                connection,
                &state,
                &deployer,
                &model,
                Plan { target, gates: Vec::new(), note: Some(&note), former },
            )
            .await
        })
        .await?;
    let location = format!("/api/v1/deployments/{}", deployment.id);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(deployment))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeploymentQuery {
    /// Exactly this model name.
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    #[param(value_type = Option<DeploymentStatus>)]
    status: Option<String>,
}

/// List deployments
///
/// Newest first: the history of what was deployed.
#[utoipa::path(
    tag = "deployments",
    operation_id = "list_deployments",
    params(DeploymentQuery, PageQuery),
    responses((status = 200, description = "A page of deployments", body = Page<Deployment>))
)]
#[get("/deployments")]
pub(crate) async fn list_deployments(
    _viewer: Viewer,
    state: web::Data<AppState>,
    query: web::Query<DeploymentQuery>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<Deployment>>, Problem> {
    let (limit, before) = page.read()?;
    let status = query_word("status", query.status.as_deref())?;
    let mut connection = state.connection().await?;
    let rows = deployments::list(&mut connection, query.name.as_deref(), status, before, limit + 1).await?;
    Ok(web::Json(Page::new(rows, limit, |row| row.id.0, Deployment::from)))
}

async fn load_deployment(connection: &mut Connection, id: DeploymentId) -> Result<DeploymentRow, Problem> {
    deployments::find(connection, id).await?.ok_or_else(|| {
        Problem::not_found(format!("there is no deployment {id}; GET /api/v1/deployments lists them"))
    })
}

/// Get a deployment
///
/// Who deployed what, when, and what became of it.
#[utoipa::path(
    tag = "deployments",
    operation_id = "get_deployment",
    params(("id" = DeploymentId, Path, description = "The deployment")),
    responses((status = 200, description = "The deployment", body = Deployment),
        (status = 404, description = "No such deployment", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/deployments/{id}")]
pub(crate) async fn get_deployment(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<DeploymentId>,
) -> Result<web::Json<Deployment>, Problem> {
    Ok(web::Json(load_deployment(&mut *state.connection().await?, *id).await?.into()))
}
