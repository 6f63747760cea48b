//! `trainyard features`: the matrix of log files, without a server.

use super::{
    format::FormatArguments,
    matrices::{fitted_matrices, matrices},
    sources::{locate_all, sources},
};
use anyhow::{Context, bail};
use clap::Args;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};
use trainyard_features::{
    FeatureMatrix, FeatureSet, MatrixFormat, MatrixWriter, SampleWriter, found, reading, sampling,
    validate_feature_set,
};
use trainyard_types::{FeatureSetSpecification, FormatSpecification};

#[derive(Args)]
pub(crate) struct FeaturesArguments {
    /// Log files, as they would be uploaded; or where they are: s3://, gs://, az:// or https://; `-` for standard input
    #[arg(required = true)]
    files: Vec<String>,
    /// A fitted feature set (`feature_set.json`), or what to fit on these files; `record` when left out
    #[arg(long, value_name = "JSON")]
    feature_set: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArguments,
    /// `*.csv` (a header, then one row per sample), `*.parquet` or `*.npy` (float64, C order)
    #[arg(long, short)]
    output: PathBuf,
    /// A CSV file of what the rows are: key, time, file, line, and whether the input cuts them off
    #[arg(long, value_name = "CSV")]
    samples: Option<PathBuf>,
    /// Where to write the fitted feature set
    #[arg(long, value_name = "JSON")]
    fitted: Option<PathBuf>,
}

pub(crate) fn run(arguments: FeaturesArguments) -> anyhow::Result<ExitCode> {
    let Some(kind) = MatrixFormat::of(&arguments.output) else {
        bail!("{}: the name must end in .csv, .parquet or .npy", arguments.output.display());
    };
    let asked = arguments.feature_set.as_deref().map_or_else(|| Ok(Asked::default()), Asked::read)?;
    let format = asked.format(&arguments)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let located = runtime.block_on(locate_all(&arguments.files))?;
    let sources = sources(&located);
    let mut output = None;
    let mut write = |set: &FeatureSet, matrix: FeatureMatrix| {
        // Not before there is something to write: what a file holds is kept until then.
        let output = match &mut output {
            Some(output) => output,
            None => output.insert(Output::new(&arguments, kind, set)?),
        };
        output.write(&matrix)
    };
    let (set, counts) = match asked {
        Asked::Fitted(set) => {
            let read = matrices(sources, &format, &set, |matrix| write(&set, matrix));
            let counts = runtime.block_on(read)?;
            (*set, counts)
        }
        Asked::Specification(specification) => {
            let read = fitted_matrices(sources, &format, &specification, write);
            let (set, counts, grammars) = runtime.block_on(read)?;
            (FeatureSet { format: Some(found(&format, grammars)), ..set }, counts)
        }
    };
    let (rows, columns) = output.map(Output::finish).transpose()?.unwrap_or_default();
    if let Some(path) = &arguments.fitted {
        let mut output = create(path)?;
        serde_json::to_writer_pretty(&mut output, &set)?;
        output.flush()?;
    }
    println!(
        "{rows} samples × {columns} features; {} records read, {} rejected, {} duplicates",
        counts.read, counts.rejected, counts.duplicates
    );
    Ok(ExitCode::SUCCESS)
}

/// The matrix and, if asked for, what its rows are.
struct Output {
    matrix: MatrixWriter<BufWriter<File>>,
    samples: Option<SampleWriter<BufWriter<File>>>,
    shape: (usize, usize),
}

impl Output {
    fn new(arguments: &FeaturesArguments, kind: MatrixFormat, set: &FeatureSet) -> anyhow::Result<Self> {
        let matrix = MatrixWriter::new(create(&arguments.output)?, kind, &set.features)?;
        let samples = arguments.samples.as_deref().map(create).transpose()?.map(SampleWriter::new);
        Ok(Self { matrix, samples: samples.transpose()?, shape: (0, set.features.len()) })
    }

    fn write(&mut self, matrix: &FeatureMatrix) -> anyhow::Result<()> {
        self.shape.0 += matrix.values.nrows();
        self.matrix.write(matrix)?;
        if let Some(samples) = &mut self.samples {
            samples.write(matrix)?;
        }
        Ok(())
    }

    /// Rows and columns.
    fn finish(self) -> anyhow::Result<(usize, usize)> {
        self.matrix.finish()?;
        self.samples.map_or(Ok(()), SampleWriter::finish)?;
        Ok(self.shape)
    }
}

/// The feature set as it was given.
enum Asked {
    Fitted(Box<FeatureSet>),
    Specification(FeatureSetSpecification),
}

impl Default for Asked {
    fn default() -> Self {
        Self::Specification(FeatureSetSpecification::default())
    }
}

impl Asked {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let name = || path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(name)?;
        let json: serde_json::Value = serde_json::from_str(&text).with_context(name)?;
        if json.get("state").is_some() {
            let set = serde_json::from_value(json);
            return Ok(Self::Fitted(set.with_context(|| format!("{}: a fitted feature set", name()))?));
        }
        let specification = serde_json::from_value(json)
            .with_context(|| format!("{}: neither a fitted feature set nor a specification", name()))?;
        match validate_feature_set(&specification).first() {
            None => Ok(Self::Specification(specification)),
            Some(error) => bail!("{}: {}: {}", name(), error.pointer, error.detail),
        }
    }

    /// How to read the files: as the arguments say, else as the feature set does.
    fn format(&self, arguments: &FeaturesArguments) -> anyhow::Result<FormatSpecification> {
        let (format, sampling) = match self {
            Self::Fitted(set) => {
                let plain = FormatSpecification {
                    utc_offset_minutes: set.utc_offset_minutes,
                    ..FormatSpecification::default()
                };
                (set.format.clone().unwrap_or(plain), set.sampling.clone())
            }
            Self::Specification(specification) => (FormatSpecification::default(), sampling(specification)),
        };
        Ok(reading(&arguments.format.over(format)?, sampling.as_ref(), None))
    }
}

fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    Ok(BufWriter::new(File::create(path).with_context(|| path.display().to_string())?))
}
