//! `trainyard example-logs`: logs of a made-up home router, for a first walk.

use anyhow::Context;
use clap::Args;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

#[derive(Args)]
pub(crate) struct ExampleLogsArguments {
    /// How many records
    #[arg(long, short = 'n', default_value_t = 5000)]
    records: usize,
    /// The same seed gives the same logs
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// The file to write; standard output, when left out
    #[arg(long, short)]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: ExampleLogsArguments) -> anyhow::Result<ExitCode> {
    let ExampleLogsArguments { records, seed, output } = arguments;
    match output {
        Some(path) => {
            let file = File::create(&path).with_context(|| path.display().to_string())?;
            let mut writer = BufWriter::new(file);
            trainyard_intake::example_logs(records, seed, &mut writer)?;
            writer.flush()?;
        }
        None => {
            let mut writer = BufWriter::new(std::io::stdout().lock());
            trainyard_intake::example_logs(records, seed, &mut writer)?;
            writer.flush()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
