//! `trainyard run-task`: one piece of work in a process of its own, for a worker.

use anyhow::Context;
use std::process::ExitCode;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new().context("no runtime")?;
    let code = runtime.block_on(trainyard_jobs::run_task());
    // Nothing is left to finish: the last message is out.
    runtime.shutdown_background();
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
