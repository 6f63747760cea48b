//! Everything that is measured of a fitted pipeline.

use super::{
    Steps,
    cross_validate::{cross_validate, summary},
    data::{Data, Observer, SplitRows, pick},
    fit_with_threshold,
    warnings::warnings,
};
use crate::{
    FitError, Output, Pipeline, Progress, Recipe, agreement,
    drift::drift,
    fold_kind, folds, importance,
    injection::Draw,
    judge::{Contest, Verdicts},
    metrics::measure,
    partition,
    statistics::{histogram, score_statistics},
};
use ndarray::Array1;
use trainyard_types::{
    Alarms, CrossValidation, Drift, Evaluation, EvaluationSpecification, Fold, FoldKind, SearchMetric, Split,
    SplitEvaluation, ThresholdSpecification,
};

/// Microseconds.
const DAY: f64 = 86_400e6;
/// What is judged.
pub(super) struct Subject<'a, 'd> {
    pub(super) data: &'a Data<'d>,
    pub(super) recipe: &'a Recipe,
    pub(super) threshold: &'a ThresholdSpecification,
    pub(super) evaluation: &'a EvaluationSpecification,
    pub(super) metric: SearchMetric,
    pub(super) rows: &'a SplitRows,
    /// `None` when nothing is held back: then nothing is judged.
    pub(super) split: Split,
    pub(super) pipeline: &'a Pipeline,
    pub(super) training_scores: &'a Array1<f64>,
    pub(super) test_scores: Option<&'a Array1<f64>>,
    /// Samples with incidents, where nothing is labelled.
    pub(super) draws: &'a [Draw],
}

impl Subject<'_, '_> {
    pub(super) fn evaluate(
        &self,
        steps: &mut Steps<'_>,
        observer: &dyn Observer,
    ) -> Result<Evaluation, FitError> {
        let pipeline = self.pipeline;
        let statistics = |scores: &Array1<f64>| score_statistics(scores.view(), pipeline.threshold);
        let mut evaluation = Evaluation {
            mode: "none".into(),
            split: self.split,
            threshold: pipeline.threshold,
            threshold_policy: Some(*self.threshold),
            training_scores: statistics(self.training_scores),
            test_scores: self.test_scores.map(statistics),
            metrics: None,
            other_split: None,
            cross_validation: None,
            injection: None,
            histogram: histogram(self.training_scores.view(), self.test_scores.map(|scores| scores.view())),
            agreement: None,
            importance: None,
            alarms: self.alarms(),
            shown: None,
            drift: self.drift(),
            warnings: Vec::new(),
        };
        if self.split == Split::None {
            evaluation.warnings = warnings(&evaluation, self.data, self.rows);
            return Ok(evaluation);
        }
        let (resamples, seed) = (self.evaluation.bootstrap_resamples, self.evaluation.seed);
        let test = self.data.rows(&self.rows.test);
        match self.data.classes_of(&self.rows.test) {
            Some(truth) => {
                evaluation.mode = "labelled".into();
                let verdicts = Verdicts::new(pipeline, test.view(), &self.data.class_names, truth)?;
                evaluation.metrics = Some(measure(verdicts.judged(), resamples, seed));
                let part = steps.next(Steps::OTHER_SPLIT);
                evaluation.other_split = Some(self.other_split(&part)?);
            }
            None => {
                evaluation.mode = "injected".into();
                let part = steps.next(Steps::OTHER_SPLIT);
                let (metrics, injection) = self.contest().report(self.draws, &part)?;
                evaluation.metrics = Some(metrics);
                evaluation.injection = Some(injection);
            }
        }
        if self.evaluation.folds > 1 {
            let part = steps.next(Steps::CROSS_VALIDATION);
            evaluation.cross_validation = self.cross_validation(&part, observer)?;
        }
        if pipeline.model.output() == Output::Abnormality {
            let part = steps.next(Steps::AGREEMENT);
            let classes = self.data.classes_of(&self.rows.training);
            let classes = classes.as_deref().map(|of| (self.data.class_names.as_slice(), of));
            let training = self.data.rows(&self.rows.training);
            evaluation.agreement = agreement::agreement(
                self.recipe,
                pipeline,
                agreement::Samples { training: training.view(), classes, scored: test.view() },
                &part,
            )?;
        }
        if self.evaluation.importance_repeats > 0 {
            let part = steps.next(Steps::IMPORTANCE);
            let truth = self.data.classes_of(&self.rows.test);
            evaluation.importance = Some(importance::importance(
                pipeline,
                test.view(),
                truth.as_deref().map(|of| (self.data.class_names.as_slice(), of)),
                importance::Effort { repeats: self.evaluation.importance_repeats, seed, measured_on: "test" },
                &part,
            )?);
        }
        evaluation.warnings = warnings(&evaluation, self.data, self.rows);
        Ok(evaluation)
    }

    /// Of what was held out, beside what was learned from.
    fn drift(&self) -> Option<Drift> {
        let test_scores = self.test_scores?;
        let (training, test) = (self.data.rows(&self.rows.training), self.data.rows(&self.rows.test));
        let scores = (self.training_scores.view(), test_scores.view());
        Some(drift(scores, (training.view(), test.view()), self.data.feature_names))
    }

    /// How many of the held-out samples are flagged, or of the training samples where nothing is held back.
    fn alarms(&self) -> Option<Alarms> {
        if self.pipeline.model.output() != Output::Abnormality && self.pipeline.classes.len() > 2 {
            return None;
        }
        let (measured_on, rows, scores) = match self.test_scores {
            Some(scores) => ("test", &self.rows.test, scores),
            None => ("training", &self.rows.training, self.training_scores),
        };
        let alarms = scores.iter().filter(|score| self.pipeline.is_anomaly(**score)).count() as u64;
        let times = self.data.timestamps.map(|timestamps| pick(timestamps, rows)).unwrap_or_default();
        let days =
            times.iter().max().zip(times.iter().min()).map(|(last, first)| (last - first) as f64 / DAY);
        // Of a shuffled split the samples are spread over all days, and are only a part of theirs.
        let share = match (self.split, self.test_scores) {
            (Split::Shuffled, Some(_)) => rows.len() as f64 / self.data.samples.nrows() as f64,
            _ => 1.0,
        };
        let days = days.filter(|days| *days * 24.0 >= 1.0);
        Some(Alarms {
            measured_on: measured_on.into(),
            samples: rows.len() as u64,
            alarms,
            per_thousand: 1000.0 * alarms as f64 / rows.len().max(1) as f64,
            per_day: days.map(|days| alarms as f64 / days / share),
            days,
        })
    }

    fn contest(&self) -> Contest<'_> {
        Contest { recipe: self.recipe, threshold: Some(self.threshold), evaluation: self.evaluation }
    }

    /// The same recipe on a shuffled split beside a time-ordered one, and the other way round.
    fn other_split(&self, progress: &dyn Progress) -> Result<SplitEvaluation, FitError> {
        let split = if self.split == Split::Time { Split::Shuffled } else { Split::Time };
        let evaluation = EvaluationSpecification { split, ..*self.evaluation };
        let (training, test) = partition(
            self.data.samples.nrows(),
            self.data.classes.as_deref(),
            self.data.groups,
            split,
            evaluation.test_fraction,
            evaluation.seed,
        );
        let mut judged = SplitEvaluation {
            split,
            training_samples: training.len() as u64,
            test_samples: test.len() as u64,
            threshold: 0.0,
            metrics: None,
            reason: None,
        };
        let fitted =
            fit_with_threshold(self.data, self.recipe, self.threshold, &evaluation, &training, progress);
        match fitted {
            Ok((pipeline, _)) => {
                let samples = self.data.rows(&test);
                let truth = self.data.classes_of(&test).unwrap_or_default();
                let verdicts = Verdicts::new(&pipeline, samples.view(), &self.data.class_names, truth)?;
                judged.threshold = pipeline.threshold;
                judged.metrics =
                    Some(measure(verdicts.judged(), evaluation.bootstrap_resamples, evaluation.seed));
            }
            Err(FitError::Cancelled) => return Err(FitError::Cancelled),
            Err(error) => judged.reason = Some(error.to_string()),
        }
        Ok(judged)
    }

    /// Over all samples, or without labels over the draws. None when there are too few for the folds, which is told.
    fn cross_validation(
        &self,
        progress: &dyn Progress,
        observer: &dyn Observer,
    ) -> Result<Option<CrossValidation>, FitError> {
        let data = self.data;
        if data.classes.is_none() {
            let fold = |draw: &Draw| -> Result<Fold, FitError> {
                Ok(Fold {
                    training_samples: draw.rows.training.len() as u64,
                    test_samples: draw.rows.test.len() as u64,
                    metrics: self.contest().numbers(draw, 1.0, progress)?.measured(),
                    reason: None,
                })
            };
            let folds = self.draws.iter().map(fold).collect::<Result<_, _>>()?;
            return Ok(Some(summary(FoldKind::Incidents, self.metric, folds)));
        }
        let kind = fold_kind(self.split, data.classes.is_some(), data.groups.is_some());
        let rows: Vec<usize> = (0..data.samples.nrows()).collect();
        let folds = folds(
            kind,
            rows.len(),
            self.evaluation.folds as usize,
            data.classes.as_deref(),
            data.groups,
            self.evaluation.seed,
        );
        match folds {
            Ok(folds) => cross_validate(
                data,
                self.recipe,
                self.threshold,
                self.evaluation,
                self.metric,
                &rows,
                (kind, &folds),
                progress,
            )
            .map(Some),
            Err(error) => {
                observer.log(&format!("not cross-validated: {error}"));
                Ok(None)
            }
        }
    }
}
