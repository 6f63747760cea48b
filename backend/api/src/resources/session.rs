//! Signing in and out with a browser, and who one is.
//!
//! | route | needs |
//! | --- | --- |
//! | `POST /session` | nothing: the body carries the token |
//! | `DELETE /session` | viewer |
//! | `GET /me` | viewer |

use crate::{
    auth::{SESSION_COOKIE, Viewer},
    input::Body,
    problem::{Problem, ProblemBody},
    state::AppState,
};
use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration as CookieDuration},
    delete, get, post, web,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use trainyard_store::tokens::{self, NewToken, Token, TokenKind};
use trainyard_types::{Role, TokenId};
use utoipa::ToSchema;

/// How long a browser stays signed in.
const SESSION_DAYS: i64 = 30;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// A token, such as the one in the link that the server prints.
    #[schema(example = "ty_0123…")]
    pub(crate) token: String,
}

/// Who a token belongs to and what it may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    pub(crate) token_id: TokenId,
    #[schema(example = "ci")]
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl From<&Token> for Me {
    fn from(token: &Token) -> Self {
        Self { token_id: token.id, name: token.name.clone(), role: token.role, expires_at: token.expires_at }
    }
}

/// Sign in
///
/// Exchanges a token for a session cookie (`HttpOnly`, `SameSite=Strict`) that lasts 30 days and ends with
/// the token. REST clients need no session: they send the token itself.
#[utoipa::path(
    tag = "session",
    operation_id = "create_session",
    request_body = SignIn,
    security(()),
    responses((status = 200, description = "Signed in", body = Me),
        (status = 401, description = "The token is unknown, expired or revoked", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/session")]
pub(crate) async fn create_session(
    state: web::Data<AppState>,
    body: Body<SignIn>,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.connection().await?;
    let parent = tokens::authenticate(&mut connection, body.value.token.trim()).await?.ok_or_else(|| {
        Problem::unauthenticated(
            "this token is unknown, expired or revoked; `trainyard token create --role admin --name you` makes a new one",
        )
    })?;
    let secret = tokens::new_secret()?;
    let ends = Utc::now() + TimeDelta::days(SESSION_DAYS);
    let session = NewToken {
        name: &parent.name,
        role: parent.role,
        kind: TokenKind::Session,
        parent: Some(parent.id),
        secret: &secret,
        expires_at: Some(ends),
        created_by: &parent.name,
    };
    let session = tokens::create(&mut connection, session).await?;
    let cookie = Cookie::build(SESSION_COOKIE, secret)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(CookieDuration::days(SESSION_DAYS))
        .finish();
    Ok(HttpResponse::Ok().cookie(cookie).json(Me::from(&session)))
}

/// Sign out
///
/// Ends the session that the request came with and removes its cookie.
#[utoipa::path(
    tag = "session",
    operation_id = "delete_session",
    responses((status = 204, description = "Signed out"))
)]
#[delete("/session")]
pub(crate) async fn delete_session(
    viewer: Viewer,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let mut connection = state.connection().await?;
    tokens::end_session(&mut connection, viewer.0.id()).await?;
    let mut cookie = Cookie::build(SESSION_COOKIE, "").path("/").http_only(true).finish();
    cookie.make_removal();
    Ok(HttpResponse::NoContent().cookie(cookie).finish())
}

/// Who am I
///
/// The name and role of the token or session that the request came with.
#[utoipa::path(
    tag = "session",
    operation_id = "get_me",
    responses((status = 200, description = "The caller", body = Me))
)]
#[get("/me")]
pub(crate) async fn get_me(viewer: Viewer) -> web::Json<Me> {
    web::Json(Me::from(&viewer.0.token))
}
