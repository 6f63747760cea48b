//! Errors as RFC 9457 problem details: what happened, where, what to do, under a stable code.
//!
//! A 5xx never carries its cause: that goes to the log under the same request id.

use crate::context;
use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde::Serialize;
use std::fmt;
use trainyard_blobs::BlobError;
use trainyard_store::StoreError;
use trainyard_types::FieldError;
use utoipa::ToSchema;

/// The media type of every error's body.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// An error's body.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// Where this kind of problem is documented, relative to the server.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-found")]
    pub(crate) type_: String,
    #[schema(example = "Not found")]
    pub(crate) title: String,
    #[schema(example = 404)]
    pub(crate) status: u16,
    /// What happened and what to do next.
    #[schema(example = "there is no job 0198c9f0-…; list the jobs with GET /api/v1/jobs")]
    pub(crate) detail: String,
    /// The path that was asked for.
    #[schema(example = "/api/v1/jobs/0198c9f0-…")]
    pub(crate) instance: String,
    /// Stable, kebab-case.
    #[schema(example = "not-found")]
    pub(crate) code: String,
    /// Finds this request in the server's log.
    pub(crate) request_id: String,
    /// Every invalid field, when the request's content was at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<FieldError>,
}

/// Kinds of problems: code, status, title and meaning. `GET /problems/{code}` serves this table.
pub(crate) const KINDS: &[(&str, StatusCode, &str, &str)] = &[
    ("bad-request", StatusCode::BAD_REQUEST, "Bad request", "The request could not be understood."),
    (
        "unauthenticated",
        StatusCode::UNAUTHORIZED,
        "Not signed in",
        "A living token is needed: `Authorization: Bearer ty_…`, or the browser's session.",
    ),
    ("forbidden", StatusCode::FORBIDDEN, "Not allowed", "The token's role may not do this."),
    ("not-found", StatusCode::NOT_FOUND, "Not found", "There is nothing at this address, or no longer."),
    (
        "method-not-allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "Method not allowed",
        "`Allow` names the methods that are.",
    ),
    (
        "gate-failed",
        StatusCode::CONFLICT,
        "Gate not met",
        "The model does not meet a condition for deploying it.",
    ),
    ("conflict", StatusCode::CONFLICT, "Conflict", "What is on record does not allow this now."),
    (
        "precondition-failed",
        StatusCode::PRECONDITION_FAILED,
        "Changed meanwhile",
        "`If-Match` names another state than the present one: read it again.",
    ),
    (
        "too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        "Too large",
        "A limit was passed; the detail names it and its value.",
    ),
    (
        "unsupported-media-type",
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "Unsupported media type",
        "The request's `Content-Type` is not one this address takes.",
    ),
    (
        "range-not-satisfiable",
        StatusCode::RANGE_NOT_SATISFIABLE,
        "Range not satisfiable",
        "The file is shorter than the range asked for.",
    ),
    ("invalid", StatusCode::UNPROCESSABLE_ENTITY, "Invalid content", "`errors` names every field at fault."),
    (
        "storage-full",
        StatusCode::INSUFFICIENT_STORAGE,
        "Storage full",
        "There is no space left where files are stored.",
    ),
    ("internal", StatusCode::INTERNAL_SERVER_ERROR, "Internal error", "The server's log has the cause."),
    (
        "unavailable",
        StatusCode::SERVICE_UNAVAILABLE,
        "Not available",
        "The database or the file store does not answer.",
    ),
];

/// An error on its way to a client.
#[derive(Debug)]
pub(crate) struct Problem {
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    allow: Option<String>,
}

impl Problem {
    fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), allow: None }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new("bad-request", detail)
    }

    pub(crate) fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new("unauthenticated", detail)
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new("forbidden", detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new("not-found", detail)
    }

    pub(crate) fn method_not_allowed(allow: String) -> Self {
        let detail = format!("this address allows {allow}");
        Self { allow: Some(allow), ..Self::new("method-not-allowed", detail) }
    }

    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new("conflict", detail)
    }

    pub(crate) fn precondition_failed(detail: impl Into<String>) -> Self {
        Self::new("precondition-failed", detail)
    }

    pub(crate) fn too_large(detail: impl Into<String>) -> Self {
        Self::new("too-large", detail)
    }

    pub(crate) fn unsupported_media_type(detail: impl Into<String>) -> Self {
        Self::new("unsupported-media-type", detail)
    }

    pub(crate) fn range_not_satisfiable(detail: impl Into<String>) -> Self {
        Self::new("range-not-satisfiable", detail)
    }

    /// Fields at fault, all of them at once.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] if only.pointer.is_empty() => only.detail.clone(),
            [only] => format!("{}: {}", only.pointer, only.detail),
            several => format!("{} fields are invalid; `errors` names each", several.len()),
        };
        Self { errors, ..Self::new("invalid", detail) }
    }

    /// Gates that a model does not meet.
    pub(crate) fn gate_failed(errors: Vec<FieldError>) -> Self {
        let detail = errors.iter().map(|error| error.detail.as_str()).collect::<Vec<_>>().join("; ");
        Self { errors, ..Self::new("gate-failed", detail) }
    }

    /// One field at fault.
    pub(crate) fn invalid_field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, detail)])
    }

    /// Something that should not happen; the cause is logged, not sent.
    pub(crate) fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(request.id = %context::request_id(), %cause, "a request failed");
        Self::new(
            "internal",
            "something went wrong here; the server's log has the cause under this request_id",
        )
    }

    pub(crate) fn unavailable(cause: impl fmt::Display) -> Self {
        tracing::error!(request.id = %context::request_id(), %cause, "a part of the service does not answer");
        Self::new("unavailable", "the database or the file store does not answer; try again shortly")
    }

    fn kind(&self) -> (StatusCode, &'static str) {
        KINDS
            .iter()
            .find(|(code, ..)| *code == self.code)
            .map_or((StatusCode::INTERNAL_SERVER_ERROR, "Internal error"), |(_, status, title, _)| {
                (*status, title)
            })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind().0
    }

    fn error_response(&self) -> HttpResponse {
        let (status, title) = self.kind();
        let mut response = HttpResponse::build(status);
        response.content_type(MEDIA_TYPE);
        if let Some(allow) = &self.allow {
            response.insert_header(("Allow", allow.clone()));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header(("WWW-Authenticate", "Bearer realm=\"trainyard\""));
        }
        response.json(ProblemBody {
            type_: format!("/problems/{}", self.code),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.detail.clone(),
            instance: context::path(),
            code: self.code.to_owned(),
            request_id: context::request_id(),
            errors: self.errors.clone(),
        })
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unreachable(_) => Self::unavailable(error),
            StoreError::Stale(what) => {
                Self::conflict(format!("the {what} has changed meanwhile; read it again, then decide"))
            }
            StoreError::Query(_) | StoreError::Migration(_) | StoreError::Random(_) => Self::internal(error),
        }
    }
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<BlobError> for Problem {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::StorageFull => Self::new("storage-full", error.to_string()),
            BlobError::Missing(_) | BlobError::Store(_) | BlobError::Open { .. } => Self::internal(error),
        }
    }
}
