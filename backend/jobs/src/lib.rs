//! The runner: takes work from the queue and runs each piece in a child process of its own.
//!
//! - [`Worker`] claims, renews leases, watches for cancellation and writes results. It alone talks to the
//!   database, and every write names its attempt.
//! - [`run_task`] is the child: the street from raw logs to artefacts. It knows no database: a task comes in
//!   on standard input, messages go out on standard output, files go to the blobs.
//!
//! A child that panics, is killed or passes its memory limit fails alone, with a clear error.

mod child;
mod protocol;
mod street;
mod task;
mod ways;
mod worker;

pub use task::run_task;
pub use worker::{Worker, WorkerSettings};
