//! Deployments: who deployed which version, when, and what became of it. Rows are ended, never rewritten.

use crate::{
    Connection, StoreError,
    columns::{Json, Word},
    schema::deployments,
};
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper, dsl::now,
};
use diesel_async::RunQueryDsl;
use trainyard_types::{Artifact, DeploymentId, DeploymentStatus, ModelId};
use uuid::Uuid;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = deployments, check_for_backend(diesel::pg::Pg))]
pub struct Deployment {
    #[diesel(deserialize_as = Uuid)]
    pub id: DeploymentId,
    #[diesel(deserialize_as = Uuid)]
    pub model_id: ModelId,
    pub name: String,
    pub version: String,
    #[diesel(deserialize_as = Word<DeploymentStatus>)]
    pub status: DeploymentStatus,
    pub target: String,
    pub gates: serde_json::Value,
    pub note: Option<String>,
    pub package: Json<DeployedPackages>,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<String>,
}

/// The ZIPs of a deployment: the same files, in a folder or at the root.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DeployedPackages {
    pub folder: Artifact,
    pub flat: Artifact,
}

pub struct NewDeployment<'a> {
    pub id: DeploymentId,
    pub model_id: ModelId,
    pub name: &'a str,
    pub version: &'a str,
    pub target: &'a str,
    pub gates: serde_json::Value,
    pub note: Option<&'a str>,
    pub package: DeployedPackages,
    pub created_at: DateTime<Utc>,
    pub created_by: &'a str,
}

pub async fn create(
    connection: &mut Connection,
    deployment: NewDeployment<'_>,
) -> Result<Deployment, StoreError> {
    Ok(diesel::insert_into(deployments::table)
        .values((
            deployments::id.eq(deployment.id.0),
            deployments::model_id.eq(deployment.model_id.0),
            deployments::name.eq(deployment.name),
            deployments::version.eq(deployment.version),
            deployments::status.eq(DeploymentStatus::Active.as_str()),
            deployments::target.eq(deployment.target),
            deployments::gates.eq(deployment.gates),
            deployments::note.eq(deployment.note),
            deployments::package.eq(Json(deployment.package)),
            deployments::created_at.eq(deployment.created_at),
            deployments::created_by.eq(deployment.created_by),
        ))
        .returning(Deployment::as_returning())
        .get_result(connection)
        .await?)
}

pub async fn find(connection: &mut Connection, id: DeploymentId) -> Result<Option<Deployment>, StoreError> {
    Ok(deployments::table.find(id.0).select(Deployment::as_select()).first(connection).await.optional()?)
}

/// The deployment that a name has now.
pub async fn active(connection: &mut Connection, name: &str) -> Result<Option<Deployment>, StoreError> {
    Ok(deployments::table
        .filter(deployments::name.eq(name))
        .filter(deployments::status.eq(DeploymentStatus::Active.as_str()))
        .select(Deployment::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// The latest deployment of each of these models.
pub async fn latest_of(
    connection: &mut Connection,
    models: &[ModelId],
) -> Result<Vec<Deployment>, StoreError> {
    Ok(deployments::table
        .filter(deployments::model_id.eq_any(models.iter().map(|id| id.0)))
        .distinct_on(deployments::model_id)
        .order((deployments::model_id, deployments::id.desc()))
        .select(Deployment::as_select())
        .load(connection)
        .await?)
}

/// Newest first.
pub async fn list(
    connection: &mut Connection,
    name: Option<&str>,
    status: Option<DeploymentStatus>,
    before: Option<DeploymentId>,
    limit: i64,
) -> Result<Vec<Deployment>, StoreError> {
    let mut query = deployments::table.into_boxed();
    if let Some(name) = name {
        query = query.filter(deployments::name.eq(name));
    }
    if let Some(status) = status {
        query = query.filter(deployments::status.eq(status.as_str()));
    }
    if let Some(before) = before {
        query = query.filter(deployments::id.lt(before.0));
    }
    Ok(query
        .order(deployments::id.desc())
        .limit(limit)
        .select(Deployment::as_select())
        .load(connection)
        .await?)
}

/// The version that was deployed before this deployment, and ended because of it or of its like.
pub async fn previous(
    connection: &mut Connection,
    current: &Deployment,
) -> Result<Option<Deployment>, StoreError> {
    Ok(deployments::table
        .filter(deployments::name.eq(&current.name))
        .filter(deployments::id.lt(current.id.0))
        .filter(deployments::model_id.ne(current.model_id.0))
        .filter(deployments::status.eq(DeploymentStatus::Superseded.as_str()))
        .order(deployments::id.desc())
        .select(Deployment::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Ends an active deployment.
pub async fn end(
    connection: &mut Connection,
    id: DeploymentId,
    status: DeploymentStatus,
    ended_by: &str,
) -> Result<(), StoreError> {
    let changed = diesel::update(deployments::table.find(id.0))
        .filter(deployments::status.eq(DeploymentStatus::Active.as_str()))
        .set((
            deployments::status.eq(status.as_str()),
            deployments::ended_at.eq(now),
            deployments::ended_by.eq(ended_by),
        ))
        .execute(connection)
        .await?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale("deployment")) }
}
