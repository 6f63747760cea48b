//! `trainyard features`: the matrix of log files, without a server.

use anyhow::{Context, bail};
use chrono::Utc;
use clap::Args;
use object_store::local::LocalFileSystem;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};
use trainyard_features::{FeatureMatrix, FeatureSet};
use trainyard_intake::{ReadOptions, Records, Source};
use trainyard_types::{FeatureSetSpecification, FormatSpecification};

#[derive(Args)]
pub(crate) struct FeaturesArguments {
    /// Log files, as they would be uploaded
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// A fitted feature set (`feature_set.json`), or what to fit on these files; `record` when left out
    #[arg(long, value_name = "JSON")]
    feature_set: Option<PathBuf>,
    /// Minutes from UTC of times that are written without an offset
    #[arg(long, default_value_t = 0, allow_hyphen_values = true)]
    utc_offset_minutes: i32,
    /// `*.csv` (a header, then one row per sample) or `*.npy` (float64, C order)
    #[arg(long, short)]
    output: PathBuf,
}

pub(crate) fn run(arguments: FeaturesArguments) -> anyhow::Result<ExitCode> {
    let write = writer_for(&arguments.output)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let format = FormatSpecification {
        utc_offset_minutes: arguments.utc_offset_minutes,
        ..FormatSpecification::default()
    };
    let sources = arguments.files.iter().map(|path| source(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let options = ReadOptions::new(Utc::now());
    let records = runtime.block_on(trainyard_intake::read(sources, &format, &options, Arc::new(())))?;
    let set = feature_set(arguments.feature_set.as_deref(), &records)?;
    let matrix = trainyard_features::transform(&records, &set, &|_| {})?;
    let file = File::create(&arguments.output).with_context(|| arguments.output.display().to_string())?;
    let mut output = BufWriter::new(file);
    write(&matrix, &mut output)?;
    output.flush()?;
    let counts = records.accounting;
    println!(
        "{} samples × {} features; {} records read, {} rejected, {} duplicates",
        matrix.values.nrows(),
        matrix.names.len(),
        counts.read,
        counts.rejected,
        counts.duplicates
    );
    Ok(ExitCode::SUCCESS)
}

type WriteMatrix = fn(&FeatureMatrix, &mut BufWriter<File>) -> anyhow::Result<()>;

fn writer_for(path: &Path) -> anyhow::Result<WriteMatrix> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => Ok(|matrix, output| Ok(matrix.write_csv(output)?)),
        Some("npy") => Ok(|matrix, output| Ok(matrix.write_npy(output)?)),
        _ => bail!("{}: the name must end in .csv or .npy", path.display()),
    }
}

pub(super) fn source(path: &Path) -> anyhow::Result<Source> {
    let path = path.canonicalize().with_context(|| path.display().to_string())?;
    let size = path.metadata()?.len();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let location = object_store::path::Path::from_absolute_path(&path)?;
    Ok(Source { name, store: Arc::new(LocalFileSystem::new()), location, size })
}

/// Reads a fitted feature set, or fits what is asked for.
fn feature_set(path: Option<&Path>, records: &Records) -> anyhow::Result<FeatureSet> {
    let specification = match path {
        None => FeatureSetSpecification::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            if let Ok(set) = serde_json::from_str::<FeatureSet>(&text) {
                return Ok(set);
            }
            serde_json::from_str(&text).with_context(|| {
                format!("{} is neither a fitted feature set nor a specification", path.display())
            })?
        }
    };
    Ok(trainyard_features::fit(records, &specification, None)?)
}
