//! A job's events as they happen, as server-sent events.
//!
//! Every event is a row with a growing id, so that a client that lost its connection resumes with
//! `Last-Event-ID` and misses nothing. The stream ends with `end` once the job is finished.

use crate::{
    auth::Viewer,
    problem::{Problem, ProblemBody},
    resources::jobs::load,
    state::{AppState, POLL},
};
use actix_web::{HttpRequest, HttpResponse, get, http::header, web, web::Bytes};
use std::{convert::Infallible, time::Duration};
use trainyard_store::{
    jobs::{self, JobEvent},
    notify::News,
};
use trainyard_types::{JobId, JobStatus};

/// How often a silent stream shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
const BATCH: i64 = 200;

/// Follow a job
///
/// Server-sent events: `status` `{status}`, `progress` `{stage, progress}`, `log` `{level, message}`, and
/// `end` when the job is finished. Each has an `id`; `Last-Event-ID` resumes after it.
#[utoipa::path(
    tag = "jobs",
    operation_id = "follow_job",
    params(("id" = JobId, Path, description = "The job"),
        ("Last-Event-ID" = Option<i64>, Header, description = "The last event that was seen")),
    responses((status = 200, description = "Events", body = String, content_type = "text/event-stream"),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"))
)]
#[get("/jobs/{id}/events")]
pub(crate) async fn follow_job(
    _viewer: Viewer,
    state: web::Data<AppState>,
    id: web::Path<JobId>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = *id;
    load(&mut *state.connection().await?, id).await?;
    let last = request.headers().get("Last-Event-ID").and_then(|value| value.to_str().ok()?.parse().ok());
    let events = follow(state, id, last.unwrap_or(0));
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(events))
}

fn follow(
    state: web::Data<AppState>,
    id: JobId,
    mut last: i64,
) -> impl futures::Stream<Item = Result<Bytes, Infallible>> {
    async_stream::stream! {
        let mut news = state.news.subscribe();
        let mut silent = Duration::ZERO;
        yield Ok(Bytes::from_static(b"retry: 2000\n\n"));
        loop {
            // The status is read before the events: an event of the last moment is not missed.
            let Ok((finished, events)) = next(&state, id, last).await else { return };
            let full = events.len() as i64 == BATCH;
            for event in events {
                last = event.id;
                silent = Duration::ZERO;
                yield Ok(render(&event));
            }
            if full {
                continue;
            }
            if finished {
                yield Ok(Bytes::from_static(b"event: end\ndata: {}\n\n"));
                return;
            }
            tokio::select! {
                () = state.stopping.cancelled() => return,
                () = about(&mut news, id) => {}
                () = tokio::time::sleep(POLL) => {
                    silent += POLL;
                    if silent >= HEARTBEAT {
                        silent = Duration::ZERO;
                        yield Ok(Bytes::from_static(b": alive\n\n"));
                    }
                }
            }
        }
    }
}

async fn next(state: &AppState, id: JobId, after: i64) -> Result<(bool, Vec<JobEvent>), Problem> {
    let mut connection = state.connection().await?;
    let job = load(&mut connection, id).await?;
    let finished = !matches!(job.status, JobStatus::Pending | JobStatus::Running);
    let events = jobs::events(&mut connection, id, None, after, BATCH).await?;
    Ok((finished, events))
}

/// Returns when there is news about this job.
async fn about(news: &mut tokio::sync::broadcast::Receiver<News>, id: JobId) {
    use tokio::sync::broadcast::error::RecvError;
    loop {
        match news.recv().await {
            Ok(item) if item != News::Job(id) => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

fn render(event: &JobEvent) -> Bytes {
    let mut data = event.data.clone();
    if let Some(object) = data.as_object_mut() {
        object.insert("at".into(), serde_json::json!(event.created_at));
    }
    Bytes::from(format!("id: {}\nevent: {}\ndata: {data}\n\n", event.id, event.kind))
}
