//! Datasets: immutable sets of uploaded files, and what was found in them.

use crate::{
    Connection, StoreError,
    columns::{Json, Word},
    queue::Fence,
    schema::datasets,
};
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper, dsl::now,
};
use diesel_async::RunQueryDsl;
use trainyard_types::{DatasetFile, DatasetId, DatasetProfile, DatasetStatus, Failure, FormatSpecification};
use uuid::Uuid;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = datasets, check_for_backend(diesel::pg::Pg))]
pub struct Dataset {
    #[diesel(deserialize_as = Uuid)]
    pub id: DatasetId,
    pub name: String,
    #[diesel(deserialize_as = Word<DatasetStatus>)]
    pub status: DatasetStatus,
    pub files: Json<Vec<DatasetFile>>,
    pub size_bytes: i64,
    pub sha256: String,
    pub profile: Option<Json<DatasetProfile>>,
    /// The blob of rejected records, as JSON Lines.
    pub rejects_sha256: Option<String>,
    pub error: Option<Json<Failure>>,
    pub attempt: i32,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
    pub deleted_at: Option<DateTime<Utc>>,
    /// How the uploader says the files are to be read.
    pub format: Option<Json<FormatSpecification>>,
    /// The blob of the mined templates.
    pub templates_sha256: Option<String>,
}

impl Dataset {
    pub fn fence(&self) -> Fence<DatasetId> {
        Fence { id: self.id, attempt: self.attempt }
    }
}

pub struct NewDataset<'a> {
    pub id: DatasetId,
    pub name: &'a str,
    pub files: Vec<DatasetFile>,
    pub size_bytes: u64,
    pub sha256: &'a str,
    pub format: Option<FormatSpecification>,
    pub created_by: &'a str,
}

/// Puts a dataset on record; a worker profiles it.
pub async fn create(connection: &mut Connection, dataset: NewDataset<'_>) -> Result<Dataset, StoreError> {
    Ok(diesel::insert_into(datasets::table)
        .values((
            datasets::id.eq(dataset.id.0),
            datasets::name.eq(dataset.name),
            datasets::status.eq(DatasetStatus::Profiling.as_str()),
            datasets::files.eq(Json(dataset.files)),
            datasets::size_bytes.eq(i64::try_from(dataset.size_bytes).unwrap_or(i64::MAX)),
            datasets::sha256.eq(dataset.sha256),
            datasets::format.eq(dataset.format.map(Json)),
            datasets::created_by.eq(dataset.created_by),
        ))
        .returning(Dataset::as_returning())
        .get_result(connection)
        .await?)
}

/// The dataset, unless it was deleted.
pub async fn find(connection: &mut Connection, id: DatasetId) -> Result<Option<Dataset>, StoreError> {
    Ok(find_even_deleted(connection, id).await?.filter(|dataset| dataset.deleted_at.is_none()))
}

/// The dataset as it is on record.
pub async fn find_even_deleted(
    connection: &mut Connection,
    id: DatasetId,
) -> Result<Option<Dataset>, StoreError> {
    Ok(datasets::table.find(id.0).select(Dataset::as_select()).first(connection).await.optional()?)
}

/// Newest first.
pub async fn list(
    connection: &mut Connection,
    status: Option<DatasetStatus>,
    before: Option<DatasetId>,
    limit: i64,
) -> Result<Vec<Dataset>, StoreError> {
    let mut query = datasets::table.filter(datasets::deleted_at.is_null()).into_boxed();
    if let Some(status) = status {
        query = query.filter(datasets::status.eq(status.as_str()));
    }
    if let Some(before) = before {
        query = query.filter(datasets::id.lt(before.0));
    }
    Ok(query.order(datasets::id.desc()).limit(limit).select(Dataset::as_select()).load(connection).await?)
}

/// Takes the dataset out of use. Answers whether it was there.
pub async fn delete(connection: &mut Connection, id: DatasetId) -> Result<bool, StoreError> {
    let deleted = diesel::update(datasets::table.find(id.0))
        .filter(datasets::deleted_at.is_null())
        .set(datasets::deleted_at.eq(now))
        .execute(connection)
        .await?;
    Ok(deleted == 1)
}

/// Records what profiling found.
pub async fn set_ready(
    connection: &mut Connection,
    fence: Fence<DatasetId>,
    profile: DatasetProfile,
    rejects_sha256: Option<&str>,
    templates_sha256: Option<&str>,
) -> Result<(), StoreError> {
    let changed = diesel::update(datasets::table.find(fence.id.0))
        .filter(datasets::attempt.eq(fence.attempt))
        .filter(datasets::status.eq(DatasetStatus::Profiling.as_str()))
        .set((
            datasets::status.eq(DatasetStatus::Ready.as_str()),
            datasets::profile.eq(Some(Json(profile))),
            datasets::rejects_sha256.eq(rejects_sha256),
            datasets::templates_sha256.eq(templates_sha256),
            datasets::lease_expires_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(connection)
        .await?;
    fence.held(changed)
}

/// Records why the dataset cannot be used.
pub async fn set_invalid(
    connection: &mut Connection,
    fence: Fence<DatasetId>,
    error: Failure,
) -> Result<(), StoreError> {
    let changed = diesel::update(datasets::table.find(fence.id.0))
        .filter(datasets::attempt.eq(fence.attempt))
        .filter(datasets::status.eq(DatasetStatus::Profiling.as_str()))
        .set((
            datasets::status.eq(DatasetStatus::Invalid.as_str()),
            datasets::error.eq(Some(Json(error))),
            datasets::lease_expires_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(connection)
        .await?;
    fence.held(changed)
}

/// Gives the dataset back to the queue, as when its worker stops.
pub async fn release(connection: &mut Connection, fence: Fence<DatasetId>) -> Result<(), StoreError> {
    let changed = diesel::update(datasets::table.find(fence.id.0))
        .filter(datasets::attempt.eq(fence.attempt))
        .filter(datasets::status.eq(DatasetStatus::Profiling.as_str()))
        .set(datasets::lease_expires_at.eq(None::<DateTime<Utc>>))
        .execute(connection)
        .await?;
    fence.held(changed)
}
