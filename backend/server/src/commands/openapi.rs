//! `trainyard openapi`: the description of the HTTP interface.

use clap::Args;
use std::{path::PathBuf, process::ExitCode};

#[derive(Args)]
pub(crate) struct OpenapiArguments {
    /// The file to write; standard output, when left out
    #[arg(long, short)]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: OpenapiArguments) -> anyhow::Result<ExitCode> {
    let mut text = trainyard_api::openapi().to_pretty_json()?;
    text.push('\n');
    match arguments.output {
        Some(path) => std::fs::write(path, text)?,
        None => print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}
