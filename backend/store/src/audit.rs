//! The audit trail: every change, with who, what, when, from where. Rows are only ever added.

use crate::{Connection, StoreError, schema::audit};
use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use trainyard_types::TokenId;
use uuid::Uuid;

pub struct Entry<'a> {
    pub actor: &'a str,
    pub token: TokenId,
    /// `create`, `delete`, `deploy`, …
    pub action: &'a str,
    /// `dataset`, `job`, `model`, …
    pub resource: &'a str,
    pub resource_id: String,
    pub detail: serde_json::Value,
    pub request_id: &'a str,
    pub remote_address: Option<&'a str>,
}

/// Adds a row, in the transaction of the change itself.
pub async fn record(connection: &mut Connection, entry: Entry<'_>) -> Result<(), StoreError> {
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(Uuid::now_v7()),
            audit::actor.eq(entry.actor),
            audit::token_id.eq(entry.token.0),
            audit::action.eq(entry.action),
            audit::resource.eq(entry.resource),
            audit::resource_id.eq(entry.resource_id),
            audit::detail.eq(entry.detail),
            audit::request_id.eq(entry.request_id),
            audit::remote_address.eq(entry.remote_address),
        ))
        .execute(connection)
        .await?;
    Ok(())
}
