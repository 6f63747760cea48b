//! `trainyard detect`: how log files are built, what must be known of them, and their first records; the grammar can be
//! written, edited and given back with `--format-file`.

use super::{
    format::{FormatArguments, say},
    sources::read_head,
};
use anyhow::Context;
use chrono::Utc;
use clap::Args;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};
use trainyard_intake::{FileDetection, OpenTimes, propose};
use trainyard_types::FormatSpecification;

#[derive(Args)]
pub(crate) struct DetectArguments {
    /// A log file; `-` for standard input
    file: PathBuf,
    #[command(flatten)]
    format: FormatArguments,
    /// Records that are shown
    #[arg(long, default_value_t = 5)]
    records: usize,
    /// Where to write the grammar, to edit it
    #[arg(long, short, value_name = "GRAMMAR.json")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: DetectArguments) -> anyhow::Result<ExitCode> {
    let format = arguments
        .format
        .over(FormatSpecification { max_rejected_share: 1.0, ..FormatSpecification::default() })?;
    let (name, sample) = read_head(&arguments.file)?;
    let found = propose(&name, &sample, &format, Utc::now())?;
    let detection = FileDetection {
        file: name,
        format: Some(found.detection.clone()),
        grammar: None,
        columns: found.columns.clone(),
        sampled: found.accounting.read,
        open: OpenTimes::default(),
    };
    say(&[detection], &found.accounting, found.shares, &found.findings);
    let mut output = std::io::stdout().lock();
    for (record, raw) in found.records.iter().zip(&found.raw).take(arguments.records) {
        writeln!(output, "line {}: {}", record.line, raw.lines().next().unwrap_or_default())?;
        writeln!(output, "  {}", serde_json::to_string(record)?)?;
    }
    for reject in found.rejects.iter().take(arguments.records) {
        writeln!(output, "line {}: rejected: {}", reject.line, reject.reason)?;
    }
    match &arguments.output {
        Some(path) => {
            let file = File::create(path).with_context(|| path.display().to_string())?;
            serde_json::to_writer_pretty(BufWriter::new(file), &found.grammar)?;
        }
        None => {
            serde_json::to_writer_pretty(&mut output, &found.grammar)?;
            writeln!(output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
