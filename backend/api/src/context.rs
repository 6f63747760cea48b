//! What a request carries along while it is answered: its id and its path.

use std::future::Future;

#[derive(Clone, Debug)]
struct RequestContext {
    id: String,
    path: String,
}

tokio::task_local! {
    static CONTEXT: RequestContext;
}

/// Answers `future` as the request with this id and path.
pub(crate) fn scope<F: Future>(id: String, path: String, future: F) -> impl Future<Output = F::Output> {
    CONTEXT.scope(RequestContext { id, path }, future)
}

/// The id of the request being answered; empty outside of one.
pub(crate) fn request_id() -> String {
    CONTEXT.try_with(|context| context.id.clone()).unwrap_or_default()
}

/// The path of the request being answered.
pub(crate) fn path() -> String {
    CONTEXT.try_with(|context| context.path.clone()).unwrap_or_default()
}
