//! What answers when no route does: the app's pages, `404` and `405`, and the pages about problems.

use crate::{
    problem::{KINDS, Problem},
    spa,
};
use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use std::collections::BTreeMap;

/// The methods of every described path.
pub(crate) struct KnownPaths(Vec<(Vec<String>, String)>);

impl KnownPaths {
    pub(crate) fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let mut paths = BTreeMap::new();
        for (path, item) in &document.paths.paths {
            let methods = [
                ("GET", item.get.is_some()),
                ("HEAD", item.get.is_some() && path.ends_with("/package")),
                ("POST", item.post.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ];
            let allow: Vec<&str> =
                methods.iter().filter(|(_, there)| *there).map(|(method, _)| *method).collect();
            paths.insert(path.split('/').map(str::to_owned).collect(), allow.join(", "));
        }
        Self(paths.into_iter().collect())
    }

    /// What a path that matches a described one allows.
    fn allowed(&self, path: &str) -> Option<&str> {
        let segments: Vec<&str> = path.split('/').collect();
        self.0
            .iter()
            .find(|(known, _)| {
                known.len() == segments.len()
                    && known
                        .iter()
                        .zip(&segments)
                        .all(|(known, segment)| known.starts_with('{') || known == segment)
            })
            .map(|(_, allow)| allow.as_str())
    }
}

/// Answers what no route took.
pub(crate) async fn respond(
    request: HttpRequest,
    known: web::Data<KnownPaths>,
) -> Result<HttpResponse, Problem> {
    let path = request.path();
    if let Some(allow) = known.allowed(path) {
        return Err(Problem::method_not_allowed(allow.to_owned()));
    }
    if path.starts_with("/api/") || path == "/api" {
        return Err(Problem::not_found(format!("there is no {path}; /swagger-ui/ lists what there is")));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::method_not_allowed("GET, HEAD".to_owned()));
    }
    match path.strip_prefix("/problems/") {
        Some(code) => problem_page(code),
        None => spa::respond(&request),
    }
}

/// What a problem's `type` leads to.
fn problem_page(code: &str) -> Result<HttpResponse, Problem> {
    let (code, status, title, meaning) = KINDS
        .iter()
        .find(|(known, ..)| *known == code)
        .ok_or_else(|| Problem::not_found(format!("there is no problem `{code}`")))?;
    let text = format!("{title} ({}, {code})\n\n{meaning}\n", status.as_u16());
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}
