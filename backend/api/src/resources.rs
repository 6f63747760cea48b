//! One module per resource: its shapes and its handlers.

pub(crate) mod algorithms;
pub(crate) mod datasets;
pub(crate) mod deployments;
pub(crate) mod detect;
pub(crate) mod events;
pub(crate) mod formats;
pub(crate) mod health;
pub(crate) mod jobs;
pub(crate) mod models;
pub(crate) mod packages;
pub(crate) mod predict;
pub(crate) mod session;
pub(crate) mod specification;
pub(crate) mod templates;
pub(crate) mod tokens;
pub(crate) mod uploads;
