//! `trainyard score`: log files through a package's own feature set and pipeline, without Python and without a
//! server. Every file of the package that is used is checked against the manifest first.

use super::{
    format::ReadingArguments,
    matrices::matrices,
    sources::{locate_all, sources},
};
use anyhow::{Context, bail};
use chrono::DateTime;
use clap::{Args, ValueEnum};
use ndarray::Axis;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};
use trainyard_features::{FeatureMatrix, FeatureSet, reading};
use trainyard_learn::Pipeline;
use trainyard_types::FormatSpecification;

/// Rows that are scored at a time.
const BATCH: usize = 8192;

#[derive(Args)]
pub(crate) struct ScoreArguments {
    /// A package: the ZIP, or the folder that it unpacks to
    package: PathBuf,
    /// Log files, in the format that the model was trained on; or where they are: s3://, gs://, az:// or https://; `-` for
    /// standard input
    #[arg(required = true)]
    files: Vec<String>,
    #[command(flatten)]
    reading: ReadingArguments,
    /// Where to write; standard output when left out
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// One JSON object per sample and line, or a table
    #[arg(long, value_enum, default_value_t = OutputFormat::Jsonl)]
    format: OutputFormat,
    /// Only samples above the threshold
    #[arg(long)]
    anomalies_only: bool,
    /// With each sample, this many of the features that add most to its score
    #[arg(long, default_value_t = 0, value_name = "FEATURES")]
    explain: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    Jsonl,
    Csv,
}

pub(crate) fn run(arguments: ScoreArguments) -> anyhow::Result<ExitCode> {
    let package = Package::open(&arguments.package)?;
    let set: FeatureSet =
        serde_json::from_slice(&package.verified("feature_set")?).context("feature_set.json")?;
    let pipeline = Pipeline::from_bytes(&package.verified("pipeline")?).context("pipeline.trainyard")?;
    if set.features != pipeline.feature_names {
        bail!("feature_set.json is not the one that the model was trained with");
    }
    let plain =
        FormatSpecification { utc_offset_minutes: set.utc_offset_minutes, ..FormatSpecification::default() };
    let format = arguments.reading.over(set.format.clone().unwrap_or(plain))?;
    let format = reading(&format, set.sampling.as_ref(), None);
    let runtime = tokio::runtime::Runtime::new()?;
    let located = runtime.block_on(locate_all(&arguments.files))?;
    let mut writer = None;
    let (mut samples, mut anomalies) = (0, 0);
    let read = matrices(sources(&located), &format, &set, |matrix| {
        // Not before there is something to write: what a file holds is kept until then.
        let writer = match &mut writer {
            Some(writer) => writer,
            None => writer.insert(Writer::new(&arguments)?),
        };
        anomalies += score(&pipeline, &matrix, samples, &arguments, writer)?;
        samples += matrix.values.nrows();
        Ok(())
    });
    let counts = match runtime.block_on(read) {
        // The reader, such as `head`, has seen enough.
        Err(error) if is_broken_pipe(&error) => return Ok(ExitCode::SUCCESS),
        counts => counts?,
    };
    #[expect(clippy::print_stderr, reason = "the summary stands beside the rows, not among them")]
    {
        eprintln!(
            "{anomalies} of {samples} samples are anomalies (threshold {}); {} records read, {} rejected, {} duplicates",
            pipeline.threshold, counts.read, counts.rejected, counts.duplicates
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io =
        |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref::<io::Error>().map(io::Error::kind);
    error.chain().any(|cause| io(cause) == Some(io::ErrorKind::BrokenPipe))
}

/// Scores batch by batch and writes each as it is done; how many anomalies there are. `before` are the samples of
/// earlier matrices.
fn score(
    pipeline: &Pipeline,
    matrix: &FeatureMatrix,
    before: usize,
    arguments: &ScoreArguments,
    writer: &mut Writer,
) -> anyhow::Result<usize> {
    let mut anomalies = 0;
    for (batch, rows) in matrix.values.axis_chunks_iter(Axis(0), BATCH).enumerate() {
        let outputs = pipeline.outputs(rows)?;
        let scores = pipeline.reduce(outputs.view());
        let classes = pipeline.predicted_classes(outputs.view());
        for (index, score) in scores.iter().enumerate() {
            let row = batch * BATCH + index;
            let several = pipeline.classes.len() > 2;
            let prediction = if several { classes[index] } else { u32::from(*score > pipeline.threshold) };
            anomalies += usize::from(prediction != 0);
            if arguments.anomalies_only && prediction == 0 {
                continue;
            }
            let explanation = (arguments.explain > 0)
                .then(|| strongest(pipeline, matrix.values.row(row), arguments.explain));
            let scored = Scored::new(matrix, row, *score, prediction, pipeline, explanation.flatten());
            writer.row(&Scored { sample: before + row + 1, ..scored })?;
        }
    }
    writer.output.flush()?;
    Ok(anomalies)
}

/// How much a feature adds to a row's score.
#[derive(Serialize)]
struct Contribution<'a> {
    feature: &'a str,
    contribution: f64,
}

/// The features that add most to a row's score, the strongest first.
fn strongest<'a>(
    pipeline: &'a Pipeline,
    row: ndarray::ArrayView1<'_, f64>,
    count: usize,
) -> Option<Vec<Contribution<'a>>> {
    let contributions = pipeline.contributions(row)?;
    let mut order: Vec<usize> = (0..contributions.features.len()).collect();
    order.sort_by(|a, b| contributions.features[*b].total_cmp(&contributions.features[*a]));
    let named = |at: usize| Contribution {
        feature: &pipeline.feature_names[at],
        contribution: contributions.features[at],
    };
    Some(order.into_iter().take(count).map(named).collect())
}

/// A sample and its verdict.
#[derive(Serialize)]
struct Scored<'a> {
    /// Counted from 1.
    sample: usize,
    timestamp: Option<String>,
    /// The first line of the sample.
    file: &'a str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    score: f64,
    prediction: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    /// Whether the input cuts the sample off.
    incomplete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    contributions: Option<Vec<Contribution<'a>>>,
}

impl<'a> Scored<'a> {
    fn new(
        matrix: &'a FeatureMatrix,
        row: usize,
        score: f64,
        prediction: u32,
        pipeline: &'a Pipeline,
        contributions: Option<Vec<Contribution<'a>>>,
    ) -> Self {
        let time = |micros: &i64| DateTime::from_timestamp_micros(*micros).map(|time| time.to_rfc3339());
        let file = matrix.origins.file.get(row).and_then(|file| matrix.origins.files.get(*file as usize));
        Self {
            sample: row + 1,
            timestamp: matrix.timestamps.get(row).and_then(time),
            file: file.map_or("", String::as_str),
            line: matrix.origins.line.get(row).copied().unwrap_or_default(),
            key: matrix.keys.get(row).map(String::as_str),
            score,
            prediction,
            label: pipeline.classes.get(prediction as usize).map(String::as_str),
            incomplete: matrix.incomplete.get(row).copied().unwrap_or_default(),
            contributions,
        }
    }
}

struct Writer {
    output: BufWriter<Box<dyn Write>>,
    format: OutputFormat,
}

impl Writer {
    fn new(arguments: &ScoreArguments) -> anyhow::Result<Self> {
        let output: Box<dyn Write> = match &arguments.output {
            Some(path) => Box::new(File::create(path).with_context(|| path.display().to_string())?),
            None => Box::new(io::stdout().lock()),
        };
        let mut writer = Self { output: BufWriter::new(output), format: arguments.format };
        if writer.format == OutputFormat::Csv {
            if arguments.explain > 0 {
                bail!("--explain goes with --format jsonl");
            }
            writeln!(writer.output, "sample,timestamp,file,line,key,score,prediction,label,incomplete")?;
        }
        Ok(writer)
    }

    fn row(&mut self, row: &Scored<'_>) -> anyhow::Result<()> {
        if self.format == OutputFormat::Jsonl {
            serde_json::to_writer(&mut self.output, row).map_err(io::Error::from)?;
            self.output.write_all(b"\n")?;
            return Ok(());
        }
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        writeln!(
            self.output,
            "{},{},{},{},{},{},{},{},{}",
            row.sample,
            row.timestamp.as_deref().unwrap_or_default(),
            quoted(row.file),
            row.line,
            quoted(row.key.unwrap_or_default()),
            row.score,
            row.prediction,
            quoted(row.label.unwrap_or_default()),
            row.incomplete
        )?;
        Ok(())
    }
}

/// The files of a package, by their bytes.
struct Package {
    manifest: Manifest,
    files: Files,
}

#[derive(Deserialize)]
struct Manifest {
    files: BTreeMap<String, String>,
    file_hashes: BTreeMap<String, String>,
}

enum Files {
    Folder(PathBuf),
    Zip(PathBuf, String),
}

const MANIFEST: &str = "deployment_manifest.json";

impl Package {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let name = || path.display().to_string();
        let files = if path.is_dir() {
            Files::Folder(path.to_owned())
        } else {
            let archive = zip::ZipArchive::new(File::open(path).with_context(name)?).with_context(name)?;
            let is_prefix = |prefix: &&str| prefix.is_empty() || prefix.ends_with('/');
            let prefix = archive
                .file_names()
                .flatten()
                .filter_map(|entry| entry.strip_suffix(MANIFEST).filter(is_prefix).map(str::to_owned))
                .min_by_key(String::len);
            let Some(prefix) = prefix else {
                bail!("{}: there is no {MANIFEST} in it, so it is no package", name());
            };
            Files::Zip(path.to_owned(), prefix)
        };
        let text = files.read(MANIFEST).with_context(name)?;
        let manifest = serde_json::from_slice(&text).with_context(|| format!("{}: {MANIFEST}", name()))?;
        Ok(Self { manifest, files })
    }

    /// The bytes of the file with this role, once they are known to be the manifest's.
    fn verified(&self, role: &str) -> anyhow::Result<Vec<u8>> {
        let Some(name) = self.manifest.files.get(role) else {
            bail!(
                "the package has no {role} file: it was built by an earlier version; deploy the model again"
            );
        };
        if name.contains(['/', '\\']) {
            bail!("the manifest names a file outside of the package: {name}");
        }
        let bytes = self.files.read(name).with_context(|| name.clone())?;
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if self.manifest.file_hashes.get(name) != Some(&digest) {
            bail!(
                "{name} is not the file that the manifest describes (SHA-256 differs): unpack the package again"
            );
        }
        Ok(bytes)
    }
}

impl Files {
    fn read(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => Ok(std::fs::read(folder.join(name))?),
            Self::Zip(path, prefix) => {
                let mut archive = zip::ZipArchive::new(File::open(path)?)?;
                let mut bytes = Vec::new();
                archive.by_name(&format!("{prefix}{name}"))?.read_to_end(&mut bytes)?;
                Ok(bytes)
            }
        }
    }
}
