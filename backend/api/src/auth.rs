//! Who is asking, and whether they may. Default deny: every path under `/api/v1` but signing in needs a
//! living token ([`require_token`]), and every handler names the role it needs as its first argument.

use crate::{context, problem::Problem, state::AppState};
use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
    web,
};
use std::future::{Ready, ready};
use trainyard_store::{Connection, audit, tokens, tokens::Token};
use trainyard_types::{Role, TokenId};

/// The cookie that a browser holds after signing in.
pub(crate) const SESSION_COOKIE: &str = "trainyard_session";

/// Who is asking.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) token: Token,
    remote_address: Option<String>,
}

impl Principal {
    pub(crate) fn id(&self) -> TokenId {
        self.token.id
    }

    pub(crate) fn name(&self) -> &str {
        &self.token.name
    }

    /// Puts a change on the audit trail, in the transaction of the change.
    pub(crate) async fn audit(
        &self,
        connection: &mut Connection,
        action: &str,
        resource: &str,
        resource_id: impl ToString,
        detail: serde_json::Value,
    ) -> Result<(), Problem> {
        let entry = audit::Entry {
            actor: self.name(),
            token: self.id(),
            action,
            resource,
            resource_id: resource_id.to_string(),
            detail,
            request_id: &context::request_id(),
            remote_address: self.remote_address.as_deref(),
        };
        Ok(audit::record(connection, entry).await?)
    }
}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name(pub(crate) Principal);

        impl FromRequest for $name {
            type Error = Problem;
            type Future = Ready<Result<Self, Problem>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                ready(principal_with(request, Role::$name).map(Self))
            }
        }
    )*};
}

roles! {
    /// Anybody with a token.
    Viewer;
    /// Somebody who may upload, train, cancel and delete.
    Trainer;
    /// Somebody who may deploy.
    Deployer;
    /// Somebody who may manage tokens.
    Admin;
}

fn principal_with(request: &HttpRequest, needed: Role) -> Result<Principal, Problem> {
    let extensions = request.extensions();
    let principal: &Principal = extensions.get().ok_or_else(|| Problem::unauthenticated("sign in first"))?;
    if principal.token.role < needed {
        let role = principal.token.role;
        return Err(Problem::forbidden(format!(
            "this needs the role `{needed}`; the token `{}` has `{role}`",
            principal.name()
        )));
    }
    Ok(principal.clone())
}

/// Middleware: lets a request under `/api/v1` through only with a living token.
pub(crate) async fn require_token(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if !request.path().starts_with("/api/v1/") || is_sign_in(&request) {
        return next.call(request).await;
    }
    let (secret, by_cookie) = match (bearer(&request), request.cookie(SESSION_COOKIE)) {
        (Some(secret), _) => (secret.to_owned(), false),
        (None, Some(cookie)) => (cookie.value().to_owned(), true),
        (None, None) => {
            return Err(Problem::unauthenticated(
                "send a token as `Authorization: Bearer ty_…`, or sign in; `trainyard token create` makes one",
            )
            .into());
        }
    };
    if by_cookie && !request.method().is_safe() && !same_origin(&request) {
        return Err(Problem::forbidden("a browser's session acts only for pages of this server").into());
    }
    let state: &web::Data<AppState> =
        request.app_data().ok_or_else(|| Problem::internal("the application has no state"))?;
    let mut connection = state.connection().await?;
    let token =
        tokens::authenticate(&mut connection, &secret).await.map_err(Problem::from)?.ok_or_else(|| {
            Problem::unauthenticated("this token is unknown, expired or revoked; ask an admin for a new one")
        })?;
    drop(connection);
    let remote_address = request.connection_info().peer_addr().map(str::to_owned);
    request.extensions_mut().insert(Principal { token, remote_address });
    next.call(request).await
}

fn is_sign_in(request: &ServiceRequest) -> bool {
    request.path() == "/api/v1/session" && request.method() == Method::POST
}

fn bearer(request: &ServiceRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// Whether a page of this server sent the request, as far as the browser tells.
fn same_origin(request: &ServiceRequest) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return true };
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    origin.to_str().is_ok_and(|origin| origin.split_once("://").is_some_and(|(_, rest)| rest == host))
}
