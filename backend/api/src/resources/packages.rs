//! The deployment package: the ZIP that production verifies and runs.

use crate::{
    auth::Viewer,
    files::{self, Download},
    problem::{Problem, ProblemBody},
    resources::models::load,
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, route, web};
use serde::Deserialize;
use trainyard_store::deployments;
use utoipa::{IntoParams, ToSchema};

/// How the files lie in the ZIP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PackageLayout {
    /// In `model_<version>_deployment/`.
    #[default]
    Folder,
    /// At the ZIP's root.
    Flat,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PackageQuery {
    #[serde(default)]
    layout: PackageLayout,
}

/// Download a deployment package
///
/// The ZIP of the model's latest deployment. `ETag` is its SHA-256; `Range` and `If-None-Match` work.
#[utoipa::path(
    get,
    path = "/models/{id}/package",
    tag = "deployments",
    operation_id = "get_model_package",
    params(("id" = String, Path, description = "An id, `name@version`, `name@deployed` or `name@latest`"), PackageQuery),
    responses((status = 200, description = "The package", body = Vec<u8>, content_type = "application/zip",
            headers(("ETag" = String), ("Repr-Digest" = String), ("Content-Disposition" = String))),
        (status = 206, description = "The part asked for"),
        (status = 304, description = "Unchanged"),
        (status = 404, description = "No such model, or never deployed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 416, description = "Range not satisfiable", body = ProblemBody, content_type = "application/problem+json"))
)]
#[route("/models/{id}/package", method = "GET", method = "HEAD")]
pub(crate) async fn get_model_package(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<String>,
    query: web::Query<PackageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.connection().await?;
    let model = load(&mut connection, &id).await?;
    let deployment = deployments::latest_of(&mut connection, &[model.id]).await?.pop().ok_or_else(|| {
        Problem::not_found(format!(
            "{}@{} was never deployed; deploy it, then download it",
            model.name, model.version
        ))
    })?;
    drop(connection);
    let package = match query.layout {
        PackageLayout::Folder => &deployment.package.0.folder,
        PackageLayout::Flat => &deployment.package.0.flat,
    };
    let file_name = trainyard_package::file_name(&model.version);
    let download = Download {
        sha256: &package.sha256,
        size_bytes: package.size_bytes,
        file_name: &file_name,
        media_type: "application/zip",
    };
    files::respond(&state.blobs, &request, download).await
}
