//! Cross-validation of a whole recipe, threshold included.

use super::{
    data::{Data, pick},
    fit_with_threshold,
};
use crate::{
    FitError, FoldRows, Progress, Recipe, judge, metrics::Numbers, progress::Silent, sums::mean_and_deviation,
};
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use trainyard_types::{
    CrossValidation, EvaluationSpecification, Fold, FoldKind, SearchMetric, ThresholdSpecification,
};

/// Fits and judges once per fold of `rows`, folds in parallel.
#[expect(clippy::too_many_arguments, reason = "each is a part of what is cross-validated")]
pub(super) fn cross_validate(
    data: &Data<'_>,
    recipe: &Recipe,
    threshold: &ThresholdSpecification,
    evaluation: &EvaluationSpecification,
    metric: SearchMetric,
    rows: &[usize],
    (kind, folds): (FoldKind, &[FoldRows]),
    progress: &dyn Progress,
) -> Result<CrossValidation, FitError> {
    let done = Mutex::new(0_usize);
    let measured: Vec<Result<Fold, FitError>> = folds
        .par_iter()
        .map(|fold| {
            let (training, test) = (pick(rows, &fold.training), pick(rows, &fold.test));
            let outcome =
                fold_numbers(data, recipe, threshold, evaluation, &training, &test, &Silent(progress));
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += 1;
            progress.report(*done as f64 / folds.len() as f64);
            let (metrics, reason) = match outcome {
                Ok(numbers) => (numbers.measured(), None),
                Err(FitError::Cancelled) => return Err(FitError::Cancelled),
                Err(error) => (BTreeMap::new(), Some(error.to_string())),
            };
            let (training_samples, test_samples) = (training.len() as u64, test.len() as u64);
            Ok(Fold { training_samples, test_samples, metrics, reason })
        })
        .collect();
    let folds = measured.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(summary(kind, metric, folds))
}

/// What the folds come to together.
pub(super) fn summary(kind: FoldKind, metric: SearchMetric, folds: Vec<Fold>) -> CrossValidation {
    let (mut mean, mut standard_deviation) = (BTreeMap::new(), BTreeMap::new());
    for name in Numbers::NAMES {
        let values: Vec<f64> = folds.iter().filter_map(|fold| fold.metrics.get(name).copied()).collect();
        if !values.is_empty() {
            let (average, deviation) = mean_and_deviation(&values);
            mean.insert(name.to_owned(), average);
            standard_deviation.insert(name.to_owned(), deviation);
        }
    }
    CrossValidation {
        kind,
        mode: if kind == FoldKind::Incidents { "injected".into() } else { "labelled".into() },
        metric: metric.name().into(),
        score: mean.get(metric.name()).copied(),
        folds,
        mean,
        standard_deviation,
    }
}

fn fold_numbers(
    data: &Data<'_>,
    recipe: &Recipe,
    threshold: &ThresholdSpecification,
    evaluation: &EvaluationSpecification,
    training: &[usize],
    test: &[usize],
    progress: &dyn Progress,
) -> Result<Numbers, FitError> {
    let (pipeline, _) = fit_with_threshold(data, recipe, threshold, evaluation, training, progress)?;
    let truth = data.classes_of(test).ok_or(FitError::NoClasses)?;
    judge::numbers(&pipeline, data.rows(test).view(), &data.class_names, truth)
}
