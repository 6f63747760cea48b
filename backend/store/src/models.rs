//! Models: trained, named, versioned results.

use crate::{
    Connection, StoreError,
    columns::{Json, Word},
    jobs::contains,
    schema::models,
    versions::VersionNumbers,
};
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, PgTextExpressionMethods, QueryDsl, Queryable, Selectable,
    SelectableHelper, dsl::now, sql_query, sql_types::Text,
};
use diesel_async::RunQueryDsl;
use trainyard_types::{
    DatasetId, Evaluation, JobId, ModelArtifacts, ModelDetail, ModelId, ModelStatus, TrainingStatistics,
};
use uuid::Uuid;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = models, check_for_backend(diesel::pg::Pg))]
pub struct Model {
    #[diesel(deserialize_as = Uuid)]
    pub id: ModelId,
    pub name: String,
    pub version: String,
    #[diesel(deserialize_as = Word<ModelStatus>)]
    pub status: ModelStatus,
    pub algorithm: String,
    pub parameters: serde_json::Value,
    pub metrics: Json<Evaluation>,
    pub statistics: Json<TrainingStatistics>,
    pub detail: Json<ModelDetail>,
    pub artifacts: Json<ModelArtifacts>,
    pub size_bytes: i64,
    #[diesel(deserialize_as = Uuid)]
    pub dataset_id: DatasetId,
    #[diesel(deserialize_as = Uuid)]
    pub job_id: JobId,
    pub description: Option<String>,
    pub tags: Json<Vec<String>>,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub updated_at: DateTime<Utc>,
}

pub struct NewModel {
    pub name: String,
    pub algorithm: String,
    /// What was really fitted.
    pub parameters: serde_json::Value,
    pub metrics: Evaluation,
    pub statistics: TrainingStatistics,
    pub detail: ModelDetail,
    pub artifacts: ModelArtifacts,
    pub dataset_id: DatasetId,
    pub job_id: JobId,
    pub created_by: String,
}

/// Serialises what concerns one model name until the caller's transaction ends.
pub async fn lock_name(connection: &mut Connection, name: &str) -> Result<(), StoreError> {
    sql_query("SELECT pg_advisory_xact_lock(hashtextextended('model:' || $1, 0))")
        .bind::<Text, _>(name)
        .execute(connection)
        .await?;
    Ok(())
}

/// Puts a model on record under the next version of its name. Call it in a transaction.
pub async fn create(connection: &mut Connection, model: NewModel) -> Result<Model, StoreError> {
    lock_name(connection, &model.name).await?;
    let latest: Option<(i32, i32, i32, String, String)> = models::table
        .filter(models::name.eq(&model.name))
        .order((models::major.desc(), models::minor.desc(), models::patch.desc()))
        .select((models::major, models::minor, models::patch, models::input_sha256, models::recipe_sha256))
        .first(connection)
        .await
        .optional()?;
    let version = latest.map_or(VersionNumbers::FIRST, |(major, minor, patch, input, recipe)| {
        VersionNumbers { major, minor, patch }
            .next(input == model.detail.input_sha256, recipe == model.detail.recipe_sha256)
    });
    let created_at = Utc::now();
    Ok(diesel::insert_into(models::table)
        .values((
            (
                models::id.eq(ModelId::new().0),
                models::name.eq(model.name),
                models::version.eq(version.at(created_at)),
                models::major.eq(version.major),
                models::minor.eq(version.minor),
                models::patch.eq(version.patch),
                models::status.eq(ModelStatus::Ready.as_str()),
                models::algorithm.eq(model.algorithm),
                models::parameters.eq(model.parameters),
                models::metrics.eq(Json(model.metrics)),
                models::statistics.eq(Json(model.statistics)),
            ),
            (
                models::input_sha256.eq(model.detail.input_sha256.clone()),
                models::recipe_sha256.eq(model.detail.recipe_sha256.clone()),
                models::detail.eq(Json(model.detail)),
                models::size_bytes.eq(i64::try_from(model.artifacts.model.size_bytes).unwrap_or(i64::MAX)),
                models::artifacts.eq(Json(model.artifacts)),
                models::dataset_id.eq(model.dataset_id.0),
                models::job_id.eq(model.job_id.0),
                models::created_at.eq(created_at),
                models::created_by.eq(model.created_by),
            ),
        ))
        .returning(Model::as_returning())
        .get_result(connection)
        .await?)
}

/// How a model is addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelAddress {
    Id(ModelId),
    /// `name@version`.
    Version(String, String),
    /// `name@deployed`.
    Deployed(String),
    /// `name@latest`.
    Latest(String),
}

pub async fn find(connection: &mut Connection, address: &ModelAddress) -> Result<Option<Model>, StoreError> {
    let query = models::table.filter(models::deleted_at.is_null()).select(Model::as_select()).into_boxed();
    let query = match address {
        ModelAddress::Id(id) => query.filter(models::id.eq(id.0)),
        ModelAddress::Version(name, version) => {
            query.filter(models::name.eq(name.clone())).filter(models::version.eq(version.clone()))
        }
        ModelAddress::Deployed(name) => query
            .filter(models::name.eq(name.clone()))
            .filter(models::status.eq(ModelStatus::Deployed.as_str())),
        ModelAddress::Latest(name) => query.filter(models::name.eq(name.clone())).order((
            models::major.desc(),
            models::minor.desc(),
            models::patch.desc(),
        )),
    };
    Ok(query.first(connection).await.optional()?)
}

/// What a list of models is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct ModelFilter {
    pub name: Option<String>,
    pub status: Option<ModelStatus>,
    pub algorithm: Option<String>,
    /// Part of the name, in any case.
    pub text: Option<String>,
    pub before: Option<ModelId>,
}

/// Newest first.
pub async fn list(
    connection: &mut Connection,
    filter: &ModelFilter,
    limit: i64,
) -> Result<Vec<Model>, StoreError> {
    let mut query = models::table.filter(models::deleted_at.is_null()).into_boxed();
    if let Some(name) = &filter.name {
        query = query.filter(models::name.eq(name.clone()));
    }
    if let Some(status) = filter.status {
        query = query.filter(models::status.eq(status.as_str()));
    }
    if let Some(algorithm) = &filter.algorithm {
        query = query.filter(models::algorithm.eq(algorithm.clone()));
    }
    if let Some(text) = &filter.text {
        query = query.filter(models::name.ilike(contains(text)));
    }
    if let Some(before) = filter.before {
        query = query.filter(models::id.lt(before.0));
    }
    Ok(query.order(models::id.desc()).limit(limit).select(Model::as_select()).load(connection).await?)
}

/// Changes what people say about a model. `None` leaves a field as it is.
pub async fn describe(
    connection: &mut Connection,
    id: ModelId,
    description: Option<Option<String>>,
    tags: Option<Vec<String>>,
) -> Result<(), StoreError> {
    let target = models::table.find(id.0);
    if let Some(description) = description {
        diesel::update(target)
            .set((models::description.eq(description), models::updated_at.eq(now)))
            .execute(connection)
            .await?;
    }
    if let Some(tags) = tags {
        diesel::update(target)
            .set((models::tags.eq(Json(tags)), models::updated_at.eq(now)))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Moves a model from one status to another; stale when it was not in the first.
pub async fn change_status(
    connection: &mut Connection,
    id: ModelId,
    from: ModelStatus,
    to: ModelStatus,
) -> Result<(), StoreError> {
    let changed = diesel::update(models::table.find(id.0))
        .filter(models::status.eq(from.as_str()))
        .filter(models::deleted_at.is_null())
        .set((models::status.eq(to.as_str()), models::updated_at.eq(now)))
        .execute(connection)
        .await?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale("model")) }
}

/// Takes a model that is not deployed out of use; it stays on record for its deployments.
pub async fn delete(connection: &mut Connection, id: ModelId) -> Result<bool, StoreError> {
    let deleted = diesel::update(models::table.find(id.0))
        .filter(models::status.ne(ModelStatus::Deployed.as_str()))
        .filter(models::deleted_at.is_null())
        .set((models::deleted_at.eq(now), models::updated_at.eq(now)))
        .execute(connection)
        .await?;
    Ok(deleted == 1)
}
