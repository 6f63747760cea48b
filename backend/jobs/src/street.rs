//! The street: raw logs in, artefacts out, one stage after the other.

mod clock;
mod export;
mod incidents;
mod samples;
mod shown;

use crate::{
    protocol::{LogLevel, Task, Trained},
    task::{Reporter, blob_failure, intake_failure, read_options, sources},
};
use clock::StageClock;
use samples::LabelledSamples;
use shown::Gallery;
use std::sync::{Arc, Mutex, PoisonError};
use trainyard_blobs::Blobs;
use trainyard_features::FeatureSet;
use trainyard_intake::{Batches, Records};
use trainyard_learn::{
    FitError, Observer, Progress, Recipe, SearchState, TrainInput,
    auto::{self, AskedAlgorithm},
    statistics,
};
use trainyard_types::{
    DatasetFile, Failure, Stage, ThresholdPolicy, ThresholdSpecification, TrainingSpecification,
    TrainingStatistics,
};

/// What a job is to train.
pub(crate) struct Order<'a> {
    pub(crate) specification: &'a TrainingSpecification,
    /// The label file, when it is of another dataset than the logs.
    pub(crate) label_files: &'a [DatasetFile],
    /// What an earlier attempt put on record of its search.
    pub(crate) checkpoint: Option<&'a serde_json::Value>,
}

pub(crate) async fn train(
    task: &Task,
    order: &Order<'_>,
    blobs: &Blobs,
    reporter: &Arc<Reporter>,
) -> Result<Trained, Failure> {
    let specification = order.specification;
    let asked_algorithm =
        AskedAlgorithm::parse(&specification.algorithm, "/algorithm").map_err(|errors| {
            Failure::new("invalid-algorithm", errors.first().map_or(String::new(), |e| e.detail.clone()))
        })?;
    let mut clock = StageClock::new(Arc::clone(reporter));

    clock.enter(Stage::Reading);
    let records = read(task, specification, blobs, &clock).await?;
    report_records(&records, reporter);

    clock.enter(Stage::Features);
    let features_failed =
        |error: trainyard_features::FeatureError| Failure::new("features", error.to_string());
    let label_file = samples::label_file(order, task, blobs).await?;
    let samples = LabelledSamples::of(&records, specification, label_file.as_deref(), reporter)?;
    let rows = samples.split(specification.evaluation);
    let mut asked = specification.feature_set.clone();
    if let Some(labels) = &specification.labels {
        asked = trainyard_features::without_label(&asked, labels);
    }
    let fitted_rows = samples.original(&rows.training);
    let sampling = trainyard_features::sampling(&asked);
    let format = trainyard_features::reading(&specification.format, sampling.as_ref(), None);
    let feature_set = FeatureSet {
        format: Some(trainyard_features::found(&format, records.grammars())),
        ..trainyard_features::fit(&records, &asked, Some(&fitted_rows)).map_err(features_failed)?
    };
    let matrix = trainyard_features::transform(&records, &feature_set, &|fraction| clock.fraction(fraction))
        .map_err(features_failed)?;
    let draws = match &specification.labels {
        None => incidents::draws(&records, &asked, specification.evaluation, reporter),
        Some(_) => Vec::new(),
    };
    let accounting = records.accounting;
    let content_bytes = records.content_bytes;
    let batches = shown::held(records);
    let held_bytes = if matches!(batches, Some(Batches::InMemory(_))) { content_bytes } else { 0 };
    let incomplete_samples = matrix.incomplete.iter().filter(|incomplete| **incomplete).count() as u64;
    let matrix = samples.keep(matrix);

    clock.enter(Stage::Training);
    let training = matrix.rows(&rows.training);
    let name = |column: usize| matrix.names[column].clone();
    let constant_features: Vec<String> =
        statistics::constant_columns(training.view()).into_iter().map(name).collect();
    let duplicate_features: Vec<String> =
        statistics::duplicate_columns(training.view()).into_iter().map(|(column, _)| name(column)).collect();
    let export_rows = export::Rows {
        example: samples::example(training.view(), specification.missing),
        reference: statistics::medians(training.view()),
    };
    drop(training);
    if !constant_features.is_empty() {
        let names = constant_features.join(", ");
        let text = format!("{} features have one value only: {names}", constant_features.len());
        reporter.log(LogLevel::Info, text);
    }
    if !duplicate_features.is_empty() {
        let names = duplicate_features.join(", ");
        let text = format!("{} features equal another one: {names}", duplicate_features.len());
        reporter.log(LogLevel::Info, text);
    }
    let classes = samples.classes_among(&rows.training);
    let known = auto::Known {
        training_rows: rows.training.len(),
        columns: matrix.names.len(),
        labelled: classes > 1,
        anomalies: samples.anomalies_among(&rows.training),
        one_unit: feature_set.is_in_one_unit(),
        counts: statistics::are_counts(matrix.rows(&rows.training).view()),
    };
    let (recipe, mut candidates, choice_seconds) = choice(&asked_algorithm, specification, known)?;
    let mut threshold = specification.threshold;
    if matches!(asked_algorithm, AskedAlgorithm::Auto(_)) && samples.labels().is_some() {
        if classes < 2 {
            let text = "the training samples are of one class, which no classifier can learn from: a detector is trained";
            reporter.log(LogLevel::Warning, text.to_owned());
            candidates.clear();
            threshold = ThresholdSpecification { policy: ThresholdPolicy::Gap, value: 0.1 };
        } else if samples.labels().is_some_and(|labels| labels.classes.len() > 2) {
            // The likeliest of several classes is what is said: there is no threshold to choose.
            threshold = ThresholdSpecification::of_classifiers();
        }
    }
    let watch = Watch {
        state: Mutex::new(WatchState { clock: &mut clock, fraction: 0.0, judging_from: 0.0 }),
        reporter,
        saved: Mutex::new(std::time::Instant::now()),
    };
    let search_state =
        order.checkpoint.and_then(|state| serde_json::from_value::<SearchState>(state.clone()).ok());
    if search_state.is_some() {
        reporter.log(LogLevel::Info, "the search goes on where an earlier attempt left off");
    }
    let occupied = matrix.values.len() as u64 * 8 + held_bytes;
    let input = TrainInput {
        samples: matrix.values.view(),
        feature_names: &matrix.names,
        feature_descriptions: &export::descriptions(&feature_set),
        labels: samples.labels(),
        groups: None,
        timestamps: Some(&matrix.timestamps),
        rows: Some(rows.clone()),
        recipe,
        threshold,
        evaluation: specification.evaluation,
        search: specification.search.as_ref(),
        search_state,
        draws,
        candidates,
        choice_seconds,
        memory_limit: task.memory_bytes.map(|bytes| bytes.saturating_sub(occupied)),
    };
    let failed = |error: FitError| Failure::new("fit", name_columns(&error, &matrix.names));
    let mut trained = trainyard_learn::train(input, &watch).map_err(failed)?;
    let gallery = Gallery {
        batches,
        set: &feature_set,
        sampling: sampling.as_ref(),
        samples: &samples,
        matrix: &matrix,
    };
    trained.evaluation.shown = Some(gallery.of(&trained).map_err(features_failed)?);
    drop(gallery);

    clock.enter(Stage::Exporting);
    let exported = export::export(&trained, &feature_set, specification, export_rows);
    let exported = exported.map_err(|error| Failure::new("export", error))?;
    let artifacts = export::store(&exported, blobs).await.map_err(blob_failure)?;

    let (duration_seconds, stage_seconds) = clock.finish();
    let statistics = TrainingStatistics {
        records: accounting,
        training_samples: rows.training.len() as u64,
        test_samples: rows.test.len() as u64,
        unused_samples: samples.unused(),
        feature_count: matrix.names.len() as u64,
        constant_features,
        duplicate_features,
        labels: samples.report().cloned(),
        incomplete_samples,
        duration_seconds,
        stage_seconds,
        peak_memory_bytes: clock::peak_memory_bytes(),
    };
    reporter.log(
        LogLevel::Info,
        format!(
            "trained on {} samples × {} features; {} flagged",
            statistics.training_samples,
            statistics.feature_count,
            trained.evaluation.training_scores.anomaly_count
        ),
    );
    Ok(Trained {
        algorithm: trained.pipeline.model.algorithm(),
        parameters: exported.parameters,
        statistics,
        metrics: trained.evaluation,
        leaderboard: trained.leaderboard,
        detail: exported.detail,
        artifacts,
    })
}

/// The recipe that was asked for, or those that one is chosen of, and the seconds that this may take.
fn choice(
    asked: &AskedAlgorithm,
    specification: &TrainingSpecification,
    known: auto::Known,
) -> Result<(Recipe, Vec<Recipe>, f64), Failure> {
    match asked {
        AskedAlgorithm::One(algorithm) => {
            let TrainingSpecification { missing, scaler, calibration, .. } = *specification;
            let algorithm = algorithm.clone();
            Ok((Recipe { missing, scaler, algorithm, calibration }, Vec::new(), 0.0))
        }
        AskedAlgorithm::Auto(parameters) => {
            let mut candidates = auto::recipes(*parameters, known, specification.missing);
            for recipe in candidates.iter_mut().filter(|recipe| auto::classifies(recipe)) {
                recipe.calibration = specification.calibration;
            }
            let none = || Failure::new("invalid-algorithm", "there is no algorithm to choose from");
            let first = candidates.first().cloned().ok_or_else(none)?;
            Ok((first, candidates, parameters.budget_seconds))
        }
    }
}

/// The state of a search is put on record at most this often.
const CHECKPOINT_INTERVAL: std::time::Duration = std::time::Duration::from_secs(1);

/// Tells the worker what a training does.
struct Watch<'a> {
    state: Mutex<WatchState<'a>>,
    reporter: &'a Reporter,
    saved: Mutex<std::time::Instant>,
}

struct WatchState<'a> {
    clock: &'a mut StageClock,
    /// Of the whole training.
    fraction: f64,
    /// Where judging began.
    judging_from: f64,
}

impl<'a> Watch<'a> {
    fn state(&self) -> std::sync::MutexGuard<'_, WatchState<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Watch<'_> {
    fn report(&self, fraction: f64) {
        let mut state = self.state();
        state.fraction = fraction;
        let from = state.judging_from;
        state.clock.fraction((fraction - from) / (1.0 - from).max(f64::EPSILON));
    }

    /// A child that is no longer wanted is killed.
    fn cancelled(&self) -> bool {
        false
    }
}

impl Observer for Watch<'_> {
    fn log(&self, message: &str) {
        self.reporter.log(LogLevel::Info, message);
    }

    fn judging(&self) {
        let mut state = self.state();
        state.judging_from = state.fraction;
        state.clock.enter(Stage::Evaluating);
    }

    fn search_progressed(&self, state: &SearchState) {
        let Ok(mut saved) = self.saved.lock() else { return };
        if saved.elapsed() >= CHECKPOINT_INTERVAL {
            *saved = std::time::Instant::now();
            self.reporter.checkpoint(state);
        }
    }

    fn as_progress(&self) -> &dyn Progress {
        self
    }
}

async fn read(
    task: &Task,
    specification: &TrainingSpecification,
    blobs: &Blobs,
    clock: &StageClock,
) -> Result<Records, Failure> {
    let progress = Arc::new(clock.reading());
    let sampling = trainyard_features::sampling(&specification.feature_set);
    let format =
        trainyard_features::reading(&specification.format, sampling.as_ref(), specification.labels.as_ref());
    let records = trainyard_intake::read(sources(task, blobs), &format, &read_options(task), progress)
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
                format!("{}: {} ({share:.0} % of the sample): {}", found.file, format.preset, format.layout)
            },
        );
        reporter.log(LogLevel::Info, text);
    }
    for finding in &records.findings {
        let remedy = finding.remedy.as_ref().map_or(String::new(), |remedy| format!("; {remedy}"));
        reporter.log(LogLevel::Info, format!("{}{remedy}", finding.detail));
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

/// An error's text, with the column's name where it speaks of a column.
fn name_columns(error: &FitError, names: &[String]) -> String {
    use trainyard_learn::MatrixError;
    let text = error.to_string();
    let FitError::Matrix(
        MatrixError::NotFinite { column, .. }
        | MatrixError::BeyondFloat32 { column, .. }
        | MatrixError::NoLogarithm { column, .. }
        | MatrixError::Overflow { column },
    ) = error
    else {
        return text;
    };
    names.get(*column).map_or(text.clone(), |name| format!("{text} (feature `{name}`)"))
}
