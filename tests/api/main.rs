//! The service from outside: the real program, over HTTP, with a real database.
//!
//! The modules follow the addresses under `/api/v1`; [`support`] starts and stops the service.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and says why")]

mod authorisation;
mod cluster;
mod datasets;
mod jobs;
mod lists;
mod models;
mod openapi;
mod parse;
mod problems;
mod support;
mod tokens;
