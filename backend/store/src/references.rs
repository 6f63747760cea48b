//! What is in use: the blobs that rows refer to, the attempts that run.

use crate::{Connection, StoreError};
use diesel::{
    sql_query,
    sql_types::{Bool, Integer, Text},
};
use diesel_async::RunQueryDsl;
use std::collections::HashSet;
use uuid::Uuid;

#[derive(diesel::QueryableByName)]
struct Digest {
    #[diesel(sql_type = Text)]
    sha256: String,
}

/// The digests of all blobs that something on record refers to.
pub async fn blobs(connection: &mut Connection) -> Result<HashSet<String>, StoreError> {
    let rows: Vec<Digest> = sql_query(
        "SELECT file ->> 'sha256' AS sha256 FROM datasets, jsonb_array_elements(files) AS file
         WHERE deleted_at IS NULL
         UNION SELECT rejects_sha256 FROM datasets WHERE deleted_at IS NULL AND rejects_sha256 IS NOT NULL
         UNION SELECT templates_sha256 FROM datasets WHERE deleted_at IS NULL AND templates_sha256 IS NOT NULL
         UNION SELECT artifact.value ->> 'sha256' FROM models, jsonb_each(artifacts) AS artifact
         WHERE deleted_at IS NULL AND artifact.value ->> 'sha256' IS NOT NULL
         UNION SELECT package.value ->> 'sha256' FROM deployments, jsonb_each(package) AS package",
    )
    .load(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.sha256).collect())
}

#[derive(diesel::QueryableByName)]
struct Runs {
    #[diesel(sql_type = Bool)]
    runs: bool,
}

/// Whether this attempt at `job-<id>` or `dataset-<id>` is still the present one.
pub async fn attempt_runs(connection: &mut Connection, work: &str, attempt: i32) -> Result<bool, StoreError> {
    let (query, id) = if let Some(id) = work.strip_prefix("job-") {
        (
            "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = $1 AND attempt = $2 AND status = 'running') AS runs",
            id,
        )
    } else if let Some(id) = work.strip_prefix("dataset-") {
        (
            "SELECT EXISTS (SELECT 1 FROM datasets WHERE id = $1 AND attempt = $2 AND status = 'profiling') AS runs",
            id,
        )
    } else {
        return Ok(false);
    };
    let Ok(id) = id.parse::<Uuid>() else { return Ok(false) };
    let row: Runs = sql_query(query)
        .bind::<diesel::sql_types::Uuid, _>(id)
        .bind::<Integer, _>(attempt)
        .get_result(connection)
        .await?;
    Ok(row.runs)
}
