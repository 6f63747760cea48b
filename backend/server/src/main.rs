//! `trainyard`: the one binary. It wires the rooms together and decides nothing itself.

#![expect(clippy::print_stdout, reason = "the command line's answers go to standard output")]

mod commands;
mod logging;
mod service;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Raw logs in, verified and deployable model packages out.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service: web pages, HTTP interface and a worker
    Serve(commands::serve::ServeArguments),
    /// Run a worker only, beside a service that shares its database and files
    Worker(commands::worker::WorkerArguments),
    /// Make and revoke tokens
    Token(commands::token::TokenArguments),
    /// Show how log files are built, and write their grammar
    Detect(commands::detect::DetectArguments),
    /// Parse log files to a table of records and their templates
    Parse(commands::parse::ParseArguments),
    /// Compute the features of log files
    Features(commands::features::FeaturesArguments),
    /// Score log files with a package, without Python
    Score(commands::score::ScoreArguments),
    /// Run an executor of a Ballista cluster, for datasets past one machine (see TRAINYARD_BALLISTA)
    #[cfg(feature = "cluster")]
    BallistaExecutor(commands::ballista_executor::BallistaExecutorArguments),
    /// Write logs to try everything with
    ExampleLogs(commands::example_logs::ExampleLogsArguments),
    /// Write the OpenAPI document
    Openapi(commands::openapi::OpenapiArguments),
    /// Do one piece of work for a worker
    #[command(hide = true)]
    RunTask,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Serve(arguments) => commands::serve::run(arguments),
        Command::Worker(arguments) => commands::worker::run(arguments),
        Command::Token(arguments) => commands::token::run(arguments),
        Command::Detect(arguments) => commands::detect::run(arguments),
        Command::Parse(arguments) => commands::parse::run(arguments),
        Command::Features(arguments) => commands::features::run(arguments),
        Command::Score(arguments) => commands::score::run(arguments),
        #[cfg(feature = "cluster")]
        Command::BallistaExecutor(arguments) => commands::ballista_executor::run(arguments),
        Command::ExampleLogs(arguments) => commands::example_logs::run(arguments),
        Command::Openapi(arguments) => commands::openapi::run(arguments),
        Command::RunTask => commands::run_task::run(),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the command line's complaints go to standard error")]
            {
                eprintln!("trainyard: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}
