//! One module per subcommand.

pub(crate) mod example_logs;
pub(crate) mod features;
pub(crate) mod openapi;
pub(crate) mod run_task;
pub(crate) mod serve;
pub(crate) mod token;
pub(crate) mod worker;
