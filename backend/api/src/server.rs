//! The HTTP server: routes, middleware and what goes with every answer.

use crate::{
    auth, context,
    fallback::{self, KnownPaths},
    problem::Problem,
    routes,
    state::AppState,
};
use actix_web::{
    App, Error, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue},
    middleware::{Compress, Next, from_fn},
    web,
};
use std::{io, net::TcpListener, time::Instant};
use utoipa_swagger_ui::SwaggerUi;
use uuid::Uuid;

const SECURITY_HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
];
const POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Seconds that open requests get when the server stops.
const STOP_SECONDS: u64 = 5;

/// Serves on a socket that is already bound. Stop it through its handle.
pub fn serve(state: web::Data<AppState>, listener: TcpListener) -> io::Result<Server> {
    let document = crate::openapi();
    let known = web::Data::new(KnownPaths::of(&document));
    let server = HttpServer::new(move || {
        let app = App::new()
            .app_data(state.clone())
            .app_data(known.clone())
            .app_data(web::QueryConfig::default().error_handler(|error, _| {
                Problem::invalid_field("", format!("the query cannot be read: {error}")).into()
            }))
            .app_data(web::PathConfig::default().error_handler(|_, request| {
                let last = request.match_info().iter().map(|(_, value)| value).last().unwrap_or_default();
                Problem::not_found(format!("`{last}` is not an id")).into()
            }))
            .app_data(web::PayloadConfig::default().limit(usize::MAX));
        let (app, _) = routes(app).split_for_parts();
        app.service(SwaggerUi::new("/swagger-ui/{_:.*}").url("/openapi.json", document.clone()))
            // Only the pages are compressed: stored files keep their bytes, event streams are not held back.
            .default_service(web::route().to(fallback::respond).wrap(Compress::default()))
            .wrap(from_fn(auth::require_token))
            .wrap(from_fn(accompany))
    });
    Ok(server.workers(2).shutdown_timeout(STOP_SECONDS).disable_signals().listen(listener)?.run())
}

/// Gives every request an id, every answer its headers, and the log one line.
async fn accompany(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| !id.is_empty() && id.len() <= 100 && id.bytes().all(|b| b.is_ascii_graphic()))
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    let path = request.path().to_owned();
    let method = request.method().clone();
    let began = Instant::now();
    let mut answer = context::scope(id.clone(), path.clone(), async {
        // An error that left a middleware is rendered here, where its request id is known.
        next.call(request).await.map_err(|error| as_problem(&error))
    })
    .await;
    let (status, headers) = match &mut answer {
        Ok(response) => (response.status(), response.headers_mut()),
        Err(response) => (response.status(), response.headers_mut()),
    };
    add_headers(headers, &id, &path);
    if path != "/healthz" && path != "/readyz" {
        let duration_ms = began.elapsed().as_secs_f64() * 1e3;
        tracing::info!(http.status = status.as_u16(), duration_ms, request.id = %id, "{method} {path}");
    }
    answer.map_err(|response| InternalError::from_response("answered with a problem", response).into())
}

fn add_headers(headers: &mut HeaderMap, id: &str, path: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    for (name, value) in SECURITY_HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Swagger UI brings styles and scripts of its own inside its pages.
    if !path.starts_with("/swagger-ui") {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    }
}

/// Whatever went wrong, as a problem.
fn as_problem(error: &Error) -> HttpResponse {
    use actix_web::ResponseError;
    if let Some(problem) = error.as_error::<Problem>() {
        return problem.error_response();
    }
    let response = error.as_response_error();
    let status = response.status_code();
    if status.is_client_error() { Problem::bad_request(error.to_string()) } else { Problem::internal(error) }
        .error_response()
}
