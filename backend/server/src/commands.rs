//! One module per subcommand.

#[cfg(feature = "cluster")]
pub(crate) mod ballista_executor;
pub(crate) mod detect;
pub(crate) mod example_logs;
pub(crate) mod features;
mod format;
mod matrices;
pub(crate) mod openapi;
pub(crate) mod parse;
mod progress;
pub(crate) mod run_task;
pub(crate) mod score;
pub(crate) mod serve;
mod sources;
pub(crate) mod token;
pub(crate) mod worker;
