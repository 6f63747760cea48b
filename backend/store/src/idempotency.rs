//! `Idempotency-Key`: the same key and payload get the first answer again.
//!
//! The key is locked, looked up and recorded in the transaction that does the work: a crash leaves neither
//! the work nor the key, and two requests at once cannot both do it.

use crate::{Connection, StoreError, schema::idempotency_keys};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper, sql_query,
    sql_types::{Bool, Text},
};
use diesel_async::RunQueryDsl;
use trainyard_types::TokenId;
use uuid::Uuid;

/// The first answer to a key.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = idempotency_keys, check_for_backend(diesel::pg::Pg))]
pub struct Answer {
    pub payload_sha256: String,
    pub status: i32,
    pub resource_id: Uuid,
    pub body: serde_json::Value,
}

/// Whose key, for what.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    pub token: TokenId,
    pub operation: &'a str,
    pub key: &'a str,
}

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Locks the key until the transaction ends. `false`: another request with it is in flight.
pub async fn lock(connection: &mut Connection, key: Key<'_>) -> Result<bool, StoreError> {
    let name = format!("idempotency:{}:{}:{}", key.token, key.operation, key.key);
    let row: Locked = sql_query("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked")
        .bind::<Text, _>(name)
        .get_result(connection)
        .await?;
    Ok(row.locked)
}

pub async fn find(connection: &mut Connection, key: Key<'_>) -> Result<Option<Answer>, StoreError> {
    Ok(idempotency_keys::table
        .find((key.token.0, key.operation, key.key))
        .select(Answer::as_select())
        .first(connection)
        .await
        .optional()?)
}

pub async fn record(connection: &mut Connection, key: Key<'_>, answer: &Answer) -> Result<(), StoreError> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::token_id.eq(key.token.0),
            idempotency_keys::operation.eq(key.operation),
            idempotency_keys::key.eq(key.key),
            idempotency_keys::payload_sha256.eq(&answer.payload_sha256),
            idempotency_keys::status.eq(answer.status),
            idempotency_keys::resource_id.eq(answer.resource_id),
            idempotency_keys::body.eq(&answer.body),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets keys older than a day.
pub async fn forget_old(connection: &mut Connection) -> Result<(), StoreError> {
    sql_query("DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'")
        .execute(connection)
        .await?;
    Ok(())
}
