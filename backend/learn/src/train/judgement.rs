//! Everything that is measured of a fitted pipeline.

use super::{
    Steps,
    cross_validate::cross_validate,
    data::{Data, Observer, SplitRows},
    fit_with_threshold,
};
use crate::{
    FitError, Output, Pipeline, Progress, Recipe, agreement, fold_kind, folds, importance,
    judge::{self, Verdicts},
    metrics::measure,
    partition,
    statistics::{histogram, score_statistics},
};
use ndarray::Array1;
use trainyard_types::{
    CrossValidation, Evaluation, EvaluationSpecification, SearchMetric, Split, SplitEvaluation,
    ThresholdSpecification,
};

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
        };
        if self.split == Split::None {
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
                let training = self.data.rows(&self.rows.training);
                let (metrics, injection) =
                    judge::injected_report(pipeline, training.view(), test.view(), resamples, seed)?;
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
        Ok(evaluation)
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

    /// Over all samples. None when there are too few for the folds, which is told.
    fn cross_validation(
        &self,
        progress: &dyn Progress,
        observer: &dyn Observer,
    ) -> Result<Option<CrossValidation>, FitError> {
        let data = self.data;
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
