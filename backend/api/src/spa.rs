//! The single-page app, out of the binary itself.

use crate::problem::Problem;
use actix_web::{HttpRequest, HttpResponse, http::header, web::Bytes};
use rust_embed::{Embed, EmbeddedFile};
use std::borrow::Cow;

#[derive(Embed)]
#[folder = "../../frontend/dist"]
#[allow_missing = true]
struct Files;

/// A file of the app, or its page for an address that the app's router knows.
pub(crate) fn respond(request: &HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path().trim_start_matches('/');
    if let Some(file) = Files::get(path).filter(|_| !path.is_empty()) {
        let long =
            if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        return Ok(send(request, path, file, long));
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match Files::get("index.html") {
        Some(page) if !is_file => Ok(send(request, "index.html", page, "no-cache")),
        Some(_) => Err(Problem::not_found(format!("there is no file /{path}"))),
        None => Err(Problem::not_found(
            "this binary was built without the web pages; `make build` builds both. The API is at /api/v1",
        )),
    }
}

fn send(request: &HttpRequest, name: &str, file: EmbeddedFile, cache: &'static str) -> HttpResponse {
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let known =
        request.headers().get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, cache));
    if known {
        return response.finish();
    }
    response.content_type(mime_guess::from_path(name).first_or_octet_stream().as_ref());
    response.body(match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    })
}
