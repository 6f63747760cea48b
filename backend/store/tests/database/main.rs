//! The store against a real Postgres: `scripts/with-postgres cargo nextest run`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod queue;
mod schema;
mod support;
