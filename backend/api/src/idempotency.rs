//! `Idempotency-Key`: a client that is unsure whether its request arrived sends it again with the same key.

use crate::{auth::Principal, problem::Problem};
use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::StatusCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use trainyard_store::{
    Connection,
    idempotency::{self, Answer, Key},
};
use trainyard_types::TokenId;
use uuid::Uuid;

const HEADER: &str = "Idempotency-Key";
const LONGEST: usize = 255;

/// A digest over parts, their borders included.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex::encode(digest.finalize())
}

/// A request that is done once per key; without the header, each time.
pub(crate) struct Idempotent {
    token: TokenId,
    operation: &'static str,
    key: Option<String>,
    payload_sha256: String,
}

impl Idempotent {
    pub(crate) fn of(
        request: &HttpRequest,
        principal: &Principal,
        operation: &'static str,
        payload_sha256: String,
    ) -> Result<Self, Problem> {
        let key = match request.headers().get(HEADER) {
            None => None,
            Some(value) => match value.to_str().map(|value| value.trim().trim_matches('"')) {
                Ok(key) if !key.is_empty() && key.len() <= LONGEST => Some(key.to_owned()),
                _ => {
                    return Err(Problem::bad_request(format!(
                        "{HEADER} must have 1 to {LONGEST} ASCII characters"
                    )));
                }
            },
        };
        Ok(Self { token: principal.id(), operation, key, payload_sha256 })
    }

    fn key(&self) -> Option<Key<'_>> {
        self.key.as_deref().map(|key| Key { token: self.token, operation: self.operation, key })
    }

    /// The answer this key got before. Call it first in the transaction that does the work.
    pub(crate) async fn earlier(&self, connection: &mut Connection) -> Result<Option<Created>, Problem> {
        let Some(key) = self.key() else { return Ok(None) };
        if !idempotency::lock(connection, key).await? {
            return Err(Problem::conflict(
                "a request with this Idempotency-Key is still being answered; wait for it",
            ));
        }
        match idempotency::find(connection, key).await? {
            None => Ok(None),
            Some(answer) if answer.payload_sha256 == self.payload_sha256 => {
                serde_json::from_value(answer.body).map(Some).map_err(Problem::internal)
            }
            Some(_) => Err(Problem::invalid_field(
                "",
                "this Idempotency-Key was used with other content; use a new key for a new request",
            )),
        }
    }

    /// Puts the answer on record with the key and gives it.
    pub(crate) async fn answer(
        &self,
        connection: &mut Connection,
        status: u16,
        resource_id: Uuid,
        location: String,
        body: &impl Serialize,
    ) -> Result<Created, Problem> {
        let body = serde_json::to_value(body).map_err(Problem::internal)?;
        let created = Created { status, location, body };
        if let Some(key) = self.key() {
            let answer = Answer {
                payload_sha256: self.payload_sha256.clone(),
                status: i32::from(status),
                resource_id,
                body: serde_json::to_value(&created).map_err(Problem::internal)?,
            };
            idempotency::record(connection, key, &answer).await?;
        }
        Ok(created)
    }
}

/// The answer to a request that made something: what it made, and where that is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Created {
    status: u16,
    location: String,
    body: serde_json::Value,
}

impl Responder for Created {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        HttpResponse::build(status).insert_header(("Location", self.location)).json(self.body)
    }
}
