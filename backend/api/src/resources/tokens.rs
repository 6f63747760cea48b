//! Credentials of people and pipelines. All routes need the role `admin`.
//!
//! | route | does |
//! | --- | --- |
//! | `GET /tokens` | list |
//! | `POST /tokens` | make one; its secret is in this answer only |
//! | `DELETE /tokens/{id}` | revoke |

use crate::{
    auth::Admin,
    input::{Body, Page, PageQuery},
    problem::{Problem, ProblemBody},
    state::AppState,
};
use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use trainyard_store::{
    Transactional,
    tokens::{self, NewToken, Token as TokenRow, TokenKind},
};
use trainyard_types::{FieldError, Role, TokenId};
use utoipa::ToSchema;

/// A credential; its secret is not kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Token {
    pub(crate) id: TokenId,
    #[schema(example = "ci")]
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) created_by: String,
    pub(crate) last_used_at: Option<DateTime<Utc>>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        let TokenRow { id, name, role, created_at, created_by, last_used_at, expires_at } = row;
        Self { id, name, role, created_at, created_by, last_used_at, expires_at }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    /// Whose it is: a person's or a pipeline's name.
    #[schema(example = "ci")]
    pub(crate) name: String,
    pub(crate) role: Role,
    /// When it stops working; never, when left out.
    #[serde(default)]
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// A new token, with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedToken {
    #[serde(flatten)]
    pub(crate) token: Token,
    /// Shown this once: keep it now.
    #[schema(example = "ty_0123…")]
    pub(crate) secret: String,
}

/// List tokens
///
/// The living tokens of people and pipelines, newest first.
#[utoipa::path(
    tag = "tokens",
    operation_id = "list_tokens",
    params(PageQuery),
    responses((status = 200, description = "A page of tokens", body = Page<Token>))
)]
#[get("/tokens")]
pub(crate) async fn list_tokens(
    _admin: Admin,
    state: web::Data<AppState>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<Token>>, Problem> {
    let (limit, before) = page.read()?;
    let rows = tokens::list(&mut *state.connection().await?, before, limit + 1).await?;
    Ok(web::Json(Page::new(rows, limit, |row| row.id.0, Token::from)))
}

/// Create a token
///
/// The answer holds the secret, which is shown this once.
#[utoipa::path(
    tag = "tokens",
    operation_id = "create_token",
    request_body = TokenRequest,
    responses((status = 201, description = "Created", body = CreatedToken),
        (status = 422, description = "Invalid content", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/tokens")]
pub(crate) async fn create_token(
    admin: Admin,
    state: web::Data<AppState>,
    body: Body<TokenRequest>,
) -> Result<HttpResponse, Problem> {
    let request = body.value;
    let mut errors = Vec::new();
    if request.name.trim().is_empty() || request.name.chars().count() > 100 {
        errors.push(FieldError::new("/name", "must have 1 to 100 characters"));
    }
    if request.expires_at.is_some_and(|at| at <= Utc::now()) {
        errors.push(FieldError::new("/expires_at", "must be in the future"));
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let secret = tokens::new_secret()?;
    let mut connection = state.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let row = tokens::create(
                connection,
                NewToken {
                    name: request.name.trim(),
                    role: request.role,
                    kind: TokenKind::Token,
                    parent: None,
                    secret: &secret,
                    expires_at: request.expires_at,
                    created_by: admin.0.name(),
                },
            )
            .await?;
            let detail = serde_json::json!({"name": row.name, "role": row.role});
            admin.0.audit(connection, "create", "token", row.id, detail).await?;
            Ok::<_, Problem>(row)
        })
        .await?;
    Ok(HttpResponse::Created().json(CreatedToken { token: row.into(), secret }))
}

/// Revoke a token
///
/// The token and every session that came from it stop working at once.
#[utoipa::path(
    tag = "tokens",
    operation_id = "delete_token",
    params(("id" = TokenId, Path, description = "The token")),
    responses((status = 204, description = "Revoked"),
        (status = 404, description = "No such token", body = ProblemBody, content_type = "application/problem+json"))
)]
#[delete("/tokens/{id}")]
pub(crate) async fn delete_token(
    admin: Admin,
    state: web::Data<AppState>,
    id: web::Path<TokenId>,
) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let mut connection = state.connection().await?;
    connection
        .transaction(async |connection| {
            if !tokens::revoke(connection, id).await? {
                return Err(Problem::not_found(format!(
                    "there is no living token {id}; GET /api/v1/tokens lists them"
                )));
            }
            admin.0.audit(connection, "delete", "token", id, serde_json::json!({})).await
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
