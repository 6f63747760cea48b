//! The store against a real Postgres: `scripts/with-postgres cargo nextest run`.

mod queue;
mod schema;
mod support;
