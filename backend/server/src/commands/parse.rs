//! `trainyard parse`: log files to a table of records and their templates, without a server. The files are read twice:
//! once to learn the templates, once to write; memory stays bounded, whatever their size.

use super::{
    format::{FormatArguments, say},
    progress::Bar,
    sources::{locate_all, sources},
};
use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
    process::ExitCode,
};
use trainyard_intake::{
    Export, ReadOptions, Source, TableFormat, scan,
    templates::{Miner, Templates, mine_batches},
};
use trainyard_types::FormatSpecification;

/// Share of rejected records above which the answer comes with a warning.
const MANY_REJECTS: f64 = 0.5;
/// Batches from which templates are mined at a time.
const AHEAD: usize = 8;

#[derive(Args)]
pub(crate) struct ParseArguments {
    /// Log files, as they would be uploaded; or where they are: s3://, gs://, az:// or https://; `-` for standard input
    #[arg(required = true)]
    files: Vec<String>,
    #[command(flatten)]
    format: FormatArguments,
    /// Leave the templates out: the files are read once only
    #[arg(long)]
    no_templates: bool,
    /// Templates that were written before: messages are matched with them, and none is learned
    #[arg(long, value_name = "JSON", conflicts_with = "no_templates")]
    templates: Option<PathBuf>,
    /// Where to write the templates
    #[arg(long, value_name = "JSON", conflicts_with_all = ["no_templates", "templates"])]
    write_templates: Option<PathBuf>,
    /// `*.jsonl`, `*.csv` or `*.parquet`; rejected records are written beside it as `*.rejects.jsonl`
    #[arg(long, short, required_unless_present = "write_templates")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: ParseArguments) -> anyhow::Result<ExitCode> {
    let output = arguments.output.as_deref().map(table).transpose()?;
    let format = arguments.format.over(FormatSpecification {
        drop_duplicates: false,
        // What can be parsed is wanted, however little it is.
        max_rejected_share: 1.0,
        ..FormatSpecification::default()
    })?;
    let runtime = tokio::runtime::Runtime::new()?;
    let located = runtime.block_on(locate_all(&arguments.files))?;
    let sources = sources(&located);
    let now = Utc::now();
    let templates = match &arguments.templates {
        _ if arguments.no_templates => None,
        Some(path) => Some(read_templates(path)?),
        None => Some(runtime.block_on(mine(sources.clone(), &format, &ReadOptions::new(now)))?),
    };
    if let (Some(path), Some(templates)) = (&arguments.write_templates, &templates) {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        serde_json::to_writer_pretty(BufWriter::new(file), templates)?;
        println!("{} templates in {}", templates.templates.len(), path.display());
    }
    if let Some((path, kind)) = output {
        runtime.block_on(write(sources, &format, now, templates, path, kind))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn table(path: &Path) -> anyhow::Result<(&Path, TableFormat)> {
    match TableFormat::of(path) {
        Some(kind) => Ok((path, kind)),
        None => bail!("{}: the name must end in .jsonl, .csv or .parquet", path.display()),
    }
}

fn read_templates(path: &Path) -> anyhow::Result<Templates> {
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&text).with_context(|| format!("{} holds no templates", path.display()))
}

/// Writes the table and the rejected records, and says what became of all records.
async fn write(
    sources: Vec<Source>,
    format: &FormatSpecification,
    now: DateTime<Utc>,
    templates: Option<Templates>,
    output: &Path,
    kind: TableFormat,
) -> anyhow::Result<()> {
    let known = templates.as_ref().map(|templates| templates.templates.len());
    let rejects = beside(output);
    let options = ReadOptions { rejects: Some(rejects.clone()), ..ReadOptions::new(now) };
    let file = File::create(output).with_context(|| output.display().to_string())?;
    let mut export = Export::new(file, kind, templates)?;
    let progress = Bar::new("writing");
    let summary = scan(sources, format, &options, progress, |batch| export.push(batch)).await?;
    let counts = summary.accounting;
    say(&summary.formats, &counts, summary.shares, &summary.findings);
    let unseen = export.finish()?;
    print!("{} records read = {} parsed + {} rejected", counts.read, counts.parsed, counts.rejected);
    match known {
        None => println!(),
        Some(known) => println!("; {known} templates, {unseen} records of none"),
    }
    if counts.rejected == 0 {
        std::fs::remove_file(&rejects).with_context(|| rejects.display().to_string())?;
    } else if counts.rejected as f64 > MANY_REJECTS * counts.read as f64 {
        warn(&format!(
            "most records were rejected: see {}, and choose another --format or a --pattern",
            rejects.display()
        ));
    }
    Ok(())
}

/// Learns the templates of all messages.
async fn mine(
    sources: Vec<Source>,
    format: &FormatSpecification,
    options: &ReadOptions,
) -> anyhow::Result<Templates> {
    let mut miner = Miner::new();
    let mut waiting = Vec::with_capacity(AHEAD);
    let progress = Bar::new("templates");
    scan(sources, format, options, progress, |batch| {
        waiting.push(batch);
        if waiting.len() == AHEAD {
            mine_batches(&mut miner, &waiting)?;
            waiting.clear();
        }
        Ok(())
    })
    .await?;
    mine_batches(&mut miner, &waiting)?;
    Ok(miner.finish())
}

/// `OUT.rejects.jsonl` for `OUT.csv`.
fn beside(output: &Path) -> PathBuf {
    output.with_extension("rejects.jsonl")
}

#[expect(clippy::print_stderr, reason = "the command line's complaints go to standard error")]
fn warn(text: &str) {
    eprintln!("trainyard: {text}");
}
