//! Which samples a job uses, what they are labelled, and which are held back.

use crate::{
    protocol::{LogLevel, Task},
    street::Order,
    task::{Reporter, blob_failure},
};
use ndarray::{ArrayView2, Axis, CowArray, Ix2};
use std::{borrow::Cow, collections::BTreeSet, io::Read};
use trainyard_blobs::Blobs;
use trainyard_features::{FeatureMatrix, Labels, Origins};
use trainyard_intake::Records;
use trainyard_learn::SplitRows;
use trainyard_types::{
    EvaluationSpecification, Failure, LabelReport, LabelsSpecification, MissingSpecification,
    TrainingSpecification,
};

/// The largest label file, decompressed.
const LABEL_FILE_BYTES: u64 = 1 << 30;

/// The samples of a job. Where there are labels, those without one are left out, and counted.
pub(super) struct LabelledSamples {
    count: usize,
    labels: Option<Labels>,
    /// Per used sample its row among all of them, and its class.
    used: Option<(Vec<usize>, Vec<u32>)>,
}

impl LabelledSamples {
    pub(super) fn of(
        records: &Records,
        specification: &TrainingSpecification,
        label_file: Option<&[u8]>,
        reporter: &Reporter,
    ) -> Result<Self, Failure> {
        let failed = |error: trainyard_features::FeatureError| Failure::new("features", error.to_string());
        let count = trainyard_features::sample_count(records, &specification.feature_set).map_err(failed)?;
        let Some(asked) = &specification.labels else { return Ok(Self { count, labels: None, used: None }) };
        let sampling = trainyard_features::sampling(&specification.feature_set).ok_or_else(|| {
            let preset = &specification.feature_set.preset;
            Failure::new("features", format!("`{preset}` is no feature set"))
        })?;
        let labelling = |error: trainyard_features::FeatureError| Failure::new("labels", error.to_string());
        let labels = trainyard_features::labels(records, &sampling, asked, label_file).map_err(labelling)?;
        report(&labels.report, reporter);
        let known = labels.class.iter().enumerate().filter_map(|(row, class)| Some((row, (*class)?)));
        let used: (Vec<usize>, Vec<u32>) = known.unzip();
        if used.0.is_empty() {
            let detail =
                "none of the samples has a label: look at the key, the column and the values in `labels`";
            return Err(Failure::new("labels", detail));
        }
        Ok(Self { count, labels: Some(labels), used: Some(used) })
    }

    /// The rows to train on and those held back, among the used samples.
    pub(super) fn split(&self, evaluation: EvaluationSpecification) -> SplitRows {
        let classes = self.used.as_ref().map(|(_, classes)| &**classes);
        let count = self.used.as_ref().map_or(self.count, |(rows, _)| rows.len());
        let (training, test) = trainyard_learn::partition(
            count,
            classes,
            None,
            evaluation.split,
            evaluation.test_fraction,
            evaluation.seed,
        );
        SplitRows { training, test }
    }

    /// The rows among all samples.
    pub(super) fn original<'a>(&self, rows: &'a [usize]) -> Cow<'a, [usize]> {
        match &self.used {
            Some((used, _)) => rows.iter().map(|row| used[*row]).collect(),
            None => rows.into(),
        }
    }

    /// The matrix of the used samples.
    pub(super) fn keep(&self, matrix: FeatureMatrix) -> UsedMatrix {
        let FeatureMatrix { names, values, timestamps, origins, keys, .. } = matrix;
        match &self.used {
            Some((rows, _)) if rows.len() < values.nrows() => UsedMatrix {
                names,
                values: values.select(Axis(0), rows),
                timestamps: rows.iter().filter_map(|row| timestamps.get(*row).copied()).collect(),
                origins,
                keys,
            },
            _ => UsedMatrix { names, values, timestamps, origins, keys },
        }
    }

    pub(super) fn labels(&self) -> Option<trainyard_learn::Labels<'_>> {
        let (labels, (_, of)) = (self.labels.as_ref()?, self.used.as_ref()?);
        Some(trainyard_learn::Labels { classes: &labels.classes, of })
    }

    /// How many classes occur among some of the used samples; none without labels.
    pub(super) fn classes_among(&self, rows: &[usize]) -> usize {
        let Some((_, of)) = &self.used else { return 0 };
        rows.iter().map(|row| of[*row]).collect::<BTreeSet<u32>>().len()
    }

    /// How many of some of the used samples are of another class than the first; none without labels.
    pub(super) fn anomalies_among(&self, rows: &[usize]) -> usize {
        self.used.as_ref().map_or(0, |(_, of)| rows.iter().filter(|row| of[**row] > 0).count())
    }

    pub(super) fn report(&self) -> Option<&LabelReport> {
        self.labels.as_ref().map(|labels| &labels.report)
    }

    pub(super) fn unused(&self) -> u64 {
        self.used.as_ref().map_or(0, |(rows, _)| (self.count - rows.len()) as u64)
    }
}

/// The part of a matrix that is trained and judged on.
pub(super) struct UsedMatrix {
    pub(super) names: Vec<String>,
    pub(super) values: ndarray::Array2<f64>,
    /// Microseconds since 1970 UTC.
    pub(super) timestamps: Vec<i64>,
    /// Of all samples, used or not.
    pub(super) origins: Origins,
    /// Of all windows or sessions, used or not.
    pub(super) keys: Vec<String>,
}

impl UsedMatrix {
    /// The samples of ascending `rows`: a view when they follow each other.
    pub(super) fn rows(&self, rows: &[usize]) -> CowArray<'_, f64, Ix2> {
        match rows {
            [first, .., last] if last - first + 1 == rows.len() => {
                self.values.slice_axis(Axis(0), (*first..last + 1).into()).into()
            }
            _ => self.values.select(Axis(0), rows).into(),
        }
    }
}

/// A row to show as an example: the first, with what is missing filled in as far as that is plain.
pub(super) fn example(training: ArrayView2<'_, f64>, missing: MissingSpecification) -> Vec<f64> {
    let constant = match missing {
        MissingSpecification::Constant { value } => value,
        _ => 0.0,
    };
    let rows = training.rows().into_iter();
    let complete = rows.clone().find(|row| row.iter().all(|value| !value.is_nan()));
    let row = complete.or_else(|| training.rows().into_iter().next());
    row.into_iter().flatten().map(|value| if value.is_nan() { constant } else { *value }).collect()
}

/// The content of the label file, where the labels are in one: the one file of its dataset, or a CSV file beside the
/// logs.
pub(super) async fn label_file(
    order: &Order<'_>,
    task: &Task,
    blobs: &Blobs,
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(LabelsSpecification::File { dataset_id, .. }) = &order.specification.labels else {
        return Ok(None);
    };
    let files = if dataset_id.is_some() { order.label_files } else { &task.files };
    let is_table = |name: &str| name.ends_with(".csv") || name.ends_with(".csv.gz");
    let file = match files {
        [file] if dataset_id.is_some() => file,
        _ => files.iter().find(|file| is_table(&file.name)).ok_or_else(|| {
            let detail = "there is no CSV file with labels: upload it as a dataset of its own, and name it as \
                          `labels.dataset_id`";
            Failure::new("labels", detail)
        })?,
    };
    let bytes = blobs.get(&file.sha256).await.map_err(blob_failure)?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Some(bytes.to_vec()));
    }
    let mut text = Vec::new();
    let mut decoder = flate2::read::MultiGzDecoder::new(&*bytes).take(LABEL_FILE_BYTES + 1);
    decoder
        .read_to_end(&mut text)
        .map_err(|error| Failure::new("labels", format!("{} cannot be decompressed: {error}", file.name)))?;
    if text.len() as u64 > LABEL_FILE_BYTES {
        let detail = format!("{} is larger than {LABEL_FILE_BYTES} bytes when decompressed", file.name);
        return Err(Failure::new("labels", detail));
    }
    Ok(Some(text))
}

fn report(report: &LabelReport, reporter: &Reporter) {
    let classes = report.classes.iter().map(|(name, count)| format!("{count} {name}"));
    let weak = if report.weak { " (weak labels: patterns guess)" } else { "" };
    let text = format!(
        "{} samples are labelled{weak}: {}; {} are not, {} of them because their records disagree; {} labels match no sample",
        report.labelled,
        classes.collect::<Vec<_>>().join(", "),
        report.unlabelled,
        report.ambiguous,
        report.unmatched_labels
    );
    let level =
        if report.unlabelled > 0 || report.unmatched_labels > 0 { LogLevel::Warning } else { LogLevel::Info };
    reporter.log(level, text);
}
