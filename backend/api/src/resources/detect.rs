//! What log lines look like, before anything is stored.

use crate::{
    auth::Viewer,
    problem::{Problem, ProblemBody},
};
use actix_web::{HttpRequest, http::header::CONTENT_TYPE, post, web};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use trainyard_types::{
    Accounting, Finding, FormatDetection, FormatSpecification, Grammar, PreviewRecord, Reject,
};
use utoipa::{IntoParams, ToSchema};

/// Bytes of a sample, at most.
pub(crate) const SAMPLE_BYTES: usize = 1 << 20;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DetectQuery {
    /// What to try instead of finding out, as JSON: a job's `format`.
    #[serde(default)]
    #[param(example = r#"{"preset": "pattern", "pattern": "<timestamp> <level> <message>"}"#)]
    format: Option<String>,
}

/// What a sample looks like.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proposal {
    /// The format in which the records below are read; others that fit are its `alternatives`.
    format: FormatDetection,
    /// How the records are built. It may be corrected and given back as `{"grammars": [ … ]}`.
    grammar: Grammar,
    /// Fields of the records beside the usual ones: what `fields` can give a role to.
    columns: Vec<String>,
    /// What must be known of these lines: what was assumed, passed over, or is missing.
    findings: Vec<Finding>,
    accounting: Accounting,
    /// Records with a time, and with a level.
    timed: u64,
    leveled: u64,
    /// The first records, as they are read.
    records: Vec<PreviewRecord>,
    /// The same, as they are written.
    raw: Vec<String>,
    /// The first that are not, and why.
    rejects: Vec<Reject>,
}

/// Find out the format of a sample
///
/// The body is a few lines, or a whole document, as they stand in the file: at most 1 MiB. Nothing is stored. A format
/// that fits goes as it is into `format` of an upload or a job.
#[utoipa::path(
    tag = "datasets",
    operation_id = "detect_format",
    params(DetectQuery),
    request_body(description = "Log lines", content((String = "text/plain"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 200, description = "What it looks like", body = Proposal),
        (status = 415, description = "A form instead of the lines themselves", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "An empty sample, no text, or an invalid format", body = ProblemBody, content_type = "application/problem+json"))
)]
#[post("/datasets/detect")]
pub(crate) async fn detect_format(
    _viewer: Viewer,
    query: web::Query<DetectQuery>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<web::Json<Proposal>, Problem> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/") {
        let detail =
            "a sample is the body itself, not a form: send it with `--data-binary @FILE`, not with `-F`";
        return Err(Problem::unsupported_media_type(detail));
    }
    let body = payload
        .to_bytes_limited(SAMPLE_BYTES)
        .await
        .map_err(|_| Problem::too_large(format!("a sample may have {SAMPLE_BYTES} bytes; send fewer lines")))?
        .map_err(|error| Problem::bad_request(format!("the sample broke off: {error}")))?;
    let format = query.format.as_deref().map(read_format).transpose()?.unwrap_or_default();
    let found = web::block(move || trainyard_intake::propose("the sample", &body, &format, Utc::now()))
        .await
        .map_err(Problem::internal)?
        .map_err(|error| Problem::invalid_field("", error.to_string()))?;
    Ok(web::Json(Proposal {
        format: found.detection,
        grammar: found.grammar,
        columns: found.columns,
        findings: found.findings,
        accounting: found.accounting,
        timed: found.shares.timed,
        leveled: found.shares.leveled,
        records: found.records,
        raw: found.raw,
        rejects: found.rejects,
    }))
}

/// A format specification in a query.
pub(crate) fn read_format(text: &str) -> Result<FormatSpecification, Problem> {
    let format: FormatSpecification = serde_json::from_str(text).map_err(|error| {
        Problem::invalid_field("/format", format!("is not a format specification in JSON: {error}"))
    })?;
    match trainyard_intake::validate_format(&format) {
        errors if errors.is_empty() => Ok(format),
        errors => Err(Problem::invalid(errors)),
    }
}
