//! Whether the service is alive and able to serve; outside `/api/v1`, without a token.

use crate::{problem::Problem, state::AppState};
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    pub(crate) status: &'static str,
    /// The server's version.
    pub(crate) version: &'static str,
}

const OK: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

/// Alive
///
/// Answers as soon as the process does.
#[utoipa::path(
    tag = "health",
    operation_id = "get_healthz",
    security(()),
    responses((status = 200, description = "Alive", body = Health))
)]
#[get("/healthz")]
pub(crate) async fn get_healthz() -> web::Json<Health> {
    web::Json(OK)
}

/// Ready
///
/// Answers `200` when the database and the file store do.
#[utoipa::path(
    tag = "health",
    operation_id = "get_readyz",
    security(()),
    responses((status = 200, description = "Ready", body = Health), (status = 503, description = "Not ready"))
)]
#[get("/readyz")]
pub(crate) async fn get_readyz(state: web::Data<AppState>) -> Result<HttpResponse, Problem> {
    drop(state.connection().await?);
    state.blobs.check().await.map_err(Problem::unavailable)?;
    Ok(HttpResponse::Ok().json(OK))
}
