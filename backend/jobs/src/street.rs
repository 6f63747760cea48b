//! The street: raw logs in, artefacts out, one stage after the other.

mod clock;
mod export;

use crate::{
    protocol::{LogLevel, Task, Trained},
    task::{Reporter, blob_failure, intake_failure, read_options, sources},
};
use clock::StageClock;
use ndarray::{Array2, ArrayView2, Axis};
use std::sync::Arc;
use trainyard_blobs::Blobs;
use trainyard_features::FeatureMatrix;
use trainyard_intake::Records;
use trainyard_learn::{
    AlgorithmSpecification, FitError, Pipeline, Scaler, TrainingSet, parse_algorithm, split, statistics,
    threshold,
};
use trainyard_types::{
    Evaluation, Failure, ScalerSpecification, Split, Stage, TrainingSpecification, TrainingStatistics,
};

/// Seeds the shuffled split when the algorithm has no seed of its own.
const SPLIT_SEED: u32 = 42;

pub(crate) async fn train(
    task: &Task,
    specification: &TrainingSpecification,
    blobs: &Blobs,
    reporter: &Arc<Reporter>,
) -> Result<Trained, Failure> {
    let algorithm = parse_algorithm(&specification.algorithm, "/algorithm").map_err(|errors| {
        Failure::new("invalid-algorithm", errors.first().map_or(String::new(), |e| e.detail.clone()))
    })?;
    let mut clock = StageClock::new(Arc::clone(reporter));

    clock.enter(Stage::Reading);
    let records = read(task, specification, blobs, &clock).await?;
    report_records(&records, reporter);

    clock.enter(Stage::Features);
    let samples = trainyard_features::sample_count(&records, &specification.feature_set)
        .map_err(|error| Failure::new("features", error.to_string()))?;
    let (training_rows, test_rows) =
        split(samples, specification.evaluation.split, specification.evaluation.test_fraction, SPLIT_SEED);
    let feature_set = trainyard_features::fit(&records, &specification.feature_set, Some(&training_rows))
        .map_err(|error| Failure::new("features", error.to_string()))?;
    let matrix = trainyard_features::transform(&records, &feature_set, &|fraction| clock.fraction(fraction))
        .map_err(|error| Failure::new("features", error.to_string()))?;
    let accounting = records.accounting;
    drop(records);

    clock.enter(Stage::Training);
    let held_back = Rows::new(&matrix, &training_rows, &test_rows);
    let constant_features = statistics::constant_columns(held_back.training())
        .into_iter()
        .map(|column| matrix.names[column].clone())
        .collect::<Vec<_>>();
    if !constant_features.is_empty() {
        let names = constant_features.join(", ");
        reporter.log(
            LogLevel::Info,
            format!("{} features have one value only: {names}", constant_features.len()),
        );
    }
    let contamination = specification.threshold.contamination().unwrap_or(0.1);
    let (mut pipeline, training_scores) =
        fit(&algorithm, specification.scaler, held_back.training(), &matrix, contamination, &clock)?;

    clock.enter(Stage::Evaluating);
    let offset = threshold::offset(training_scores.view(), contamination);
    pipeline.threshold = -offset;
    let training_scores = -training_scores;
    let test_scores = held_back
        .test()
        .map(|rows| pipeline.score(rows))
        .transpose()
        .map_err(|error| Failure::new("evaluation", error.to_string()))?;
    let metrics = Evaluation {
        mode: "none".into(),
        split: if test_rows.is_empty() { Split::None } else { specification.evaluation.split },
        threshold: pipeline.threshold,
        training_scores: statistics::score_statistics(training_scores.view(), pipeline.threshold),
        test_scores: test_scores
            .map(|scores| statistics::score_statistics(scores.view(), pipeline.threshold)),
        threshold_policy: Some(specification.threshold),
        metrics: None,
        other_split: None,
        cross_validation: None,
        injection: None,
        histogram: None,
        agreement: None,
        importance: None,
    };

    clock.enter(Stage::Exporting);
    let example_row = matrix.values.row(training_rows.first().copied().unwrap_or_default()).to_vec();
    let rows = export::Rows { example: example_row, reference: statistics::medians(held_back.training()) };
    let exported = export::export(&pipeline, &feature_set, specification, rows, &algorithm);
    let exported = exported.map_err(|error| Failure::new("export", error))?;
    let artifacts = export::store(&exported, blobs).await.map_err(blob_failure)?;

    let (duration_seconds, stage_seconds) = clock.finish();
    let statistics = TrainingStatistics {
        records: accounting,
        training_samples: training_rows.len() as u64,
        test_samples: test_rows.len() as u64,
        unused_samples: 0,
        feature_count: matrix.names.len() as u64,
        labels: None,
        incomplete_samples: matrix.incomplete.iter().filter(|incomplete| **incomplete).count() as u64,
        constant_features,
        duration_seconds,
        stage_seconds,
        peak_memory_bytes: clock::peak_memory_bytes(),
    };
    reporter.log(
        LogLevel::Info,
        format!(
            "trained on {} samples × {} features; {} flagged",
            statistics.training_samples, statistics.feature_count, metrics.training_scores.anomaly_count
        ),
    );
    Ok(Trained {
        algorithm: pipeline.model.algorithm(),
        parameters: exported.parameters,
        statistics,
        metrics,
        leaderboard: None,
        detail: exported.detail,
        artifacts,
    })
}

async fn read(
    task: &Task,
    specification: &TrainingSpecification,
    blobs: &Blobs,
    clock: &StageClock,
) -> Result<Records, Failure> {
    let progress = Arc::new(clock.reading());
    let records =
        trainyard_intake::read(sources(task, blobs), &specification.format, &read_options(task), progress)
            .await
            .map_err(intake_failure)?;
    if records.is_empty() {
        return Err(Failure::new("no-records", "none of the records could be parsed"));
    }
    Ok(records)
}

fn report_records(records: &Records, reporter: &Reporter) {
    for found in &records.formats {
        let text = found.format.as_ref().map_or_else(
            || format!("{}: holds no records", found.file),
            |format| {
                let share = format.confidence * 100.0;
                format!("{}: read as {} ({share:.0} % of the sample parses)", found.file, format.preset)
            },
        );
        reporter.log(LogLevel::Info, text);
    }
    let counts = records.accounting;
    let level = if counts.rejected > 0 { LogLevel::Warning } else { LogLevel::Info };
    let text = format!(
        "{} records read: {} parsed, {} rejected, {} duplicates",
        counts.read, counts.parsed, counts.rejected, counts.duplicates
    );
    reporter.log(level, text);
    if let Some(first) = &records.first_reject {
        let text = format!("first rejected: line {} of {}: {}", first.line, first.file, first.reason);
        reporter.log(LogLevel::Warning, text);
    }
}

/// The rows to train on and the rows held back, of one matrix.
struct Rows<'a> {
    matrix: &'a FeatureMatrix,
    /// Present when the rows are scattered; a time-ordered split is two views.
    scattered: Option<(Array2<f64>, Array2<f64>)>,
    training: usize,
}

impl<'a> Rows<'a> {
    fn new(matrix: &'a FeatureMatrix, training: &[usize], test: &[usize]) -> Self {
        let in_order = training.iter().chain(test).enumerate().all(|(at, row)| at == *row);
        let scattered = (!in_order)
            .then(|| (matrix.values.select(Axis(0), training), matrix.values.select(Axis(0), test)));
        Self { matrix, scattered, training: training.len() }
    }

    fn training(&self) -> ArrayView2<'_, f64> {
        match &self.scattered {
            Some((training, _)) => training.view(),
            None => self.matrix.values.view().split_at(Axis(0), self.training).0,
        }
    }

    fn test(&self) -> Option<ArrayView2<'_, f64>> {
        let test = match &self.scattered {
            Some((_, test)) => test.view(),
            None => self.matrix.values.view().split_at(Axis(0), self.training).1,
        };
        (test.nrows() > 0).then_some(test)
    }
}

/// Fits scaler and model; the scores of the training rows come with it, in scikit-learn's sign.
fn fit(
    algorithm: &AlgorithmSpecification,
    scaler: ScalerSpecification,
    rows: ArrayView2<'_, f64>,
    matrix: &FeatureMatrix,
    contamination: f64,
    clock: &StageClock,
) -> Result<(Pipeline, ndarray::Array1<f64>), Failure> {
    let failed = |error: FitError| Failure::new("fit", name_columns(&error, &matrix.names));
    let scaler = Scaler::fit(scaler, rows).map_err(failed)?;
    let scaled = match &scaler {
        Some(scaler) => scaler.transform(rows).map_err(|error| failed(error.into()))?,
        None => rows.to_owned(),
    };
    let model = algorithm.fit(TrainingSet::unlabelled(scaled.view()), clock).map_err(failed)?;
    let scores = model.score(scaled.view()).map_err(|error| failed(error.into()))?.column(0).to_owned();
    let pipeline = Pipeline {
        feature_names: matrix.names.clone(),
        scaler,
        imputer: None,
        model,
        classes: Vec::new(),
        threshold: 0.0,
        contamination,
    };
    Ok((pipeline, scores))
}

/// An error's text, with the column's name where it speaks of a column.
fn name_columns(error: &FitError, names: &[String]) -> String {
    use trainyard_learn::MatrixError;
    let text = error.to_string();
    let FitError::Matrix(
        MatrixError::NotFinite { column, .. }
        | MatrixError::BeyondFloat32 { column, .. }
        | MatrixError::Overflow { column },
    ) = error
    else {
        return text;
    };
    names.get(*column).map_or(text.clone(), |name| format!("{text} (feature `{name}`)"))
}
