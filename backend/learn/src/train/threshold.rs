//! Fits a recipe and chooses its threshold on scores that can be trusted.

use super::data::{Data, pick};
use crate::{
    FitError, FoldRows, Output, Pipeline, Progress, Recipe, fold_kind, folds,
    progress::{Part, Silent},
    recipe::{self, Fitted},
    threshold::{Reference, choose},
};
use ndarray::Array1;
use rayon::prelude::*;
use trainyard_types::{EvaluationSpecification, Split, ThresholdPolicy, ThresholdSpecification};

/// Folds by which scores of samples that a model was not fitted to are made.
const REFERENCE_FOLDS: usize = 5;

/// Whether the scores of the very samples that a model was fitted to say nothing about others: a classifier has
/// learned their labels, and the nearest normal sample of a normal sample is itself.
fn needs_folds(recipe: &Recipe) -> bool {
    recipe.algorithm.output() != Output::Abnormality || recipe.algorithm.id() == "nearest_normal"
}

/// Fits `recipe` to `rows` and chooses the threshold: on their scores, or where [`needs_folds`], on the scores that
/// each fold of them gets from a fit to the others. Also gives the scores of `rows`.
pub(crate) fn fit_with_threshold(
    data: &Data<'_>,
    recipe: &Recipe,
    threshold: &ThresholdSpecification,
    evaluation: &EvaluationSpecification,
    rows: &[usize],
    progress: &dyn Progress,
) -> Result<(Pipeline, Array1<f64>), FitError> {
    let part = Part { whole: progress, from: 0.0, to: 0.7 };
    let Fitted { mut pipeline, scores, out_of_fold: calibrated } = fit(data, recipe, rows, &part)?;
    let by_folds = needs_folds(recipe) && threshold.policy != ThresholdPolicy::Probability;
    let out_of_fold = match calibrated {
        // A calibration has fitted to folds already.
        Some(scores) if by_folds => Some((rows.to_vec(), scores)),
        _ => by_folds.then(|| out_of_fold(data, recipe, evaluation, rows, progress)).transpose()?,
    };
    // Where all anomalies are in folds that nothing could be fitted without, scores of the fit itself are all there is.
    let has_anomalies =
        |rows: &[usize]| data.classes_of(rows).is_some_and(|classes| classes.iter().any(|class| *class > 0));
    let out_of_fold = out_of_fold.filter(|(scored, _)| has_anomalies(scored) || !has_anomalies(rows));
    let (reference_rows, reference_scores) = match &out_of_fold {
        Some((rows, scores)) => (rows.as_slice(), scores.view()),
        None => (rows, scores.view()),
    };
    let anomalous: Option<Vec<bool>> = data
        .classes_of(reference_rows)
        .filter(|_| data.class_names.len() == 2)
        .map(|classes| classes.iter().map(|class| *class == 1).collect());
    let timestamps = data.timestamps.map(|timestamps| pick(timestamps, reference_rows));
    pipeline.threshold = choose(
        threshold,
        Reference {
            scores: reference_scores,
            anomalous: anomalous.as_deref(),
            timestamps: timestamps.as_deref(),
            output: pipeline.output(),
        },
    )?;
    pipeline.contamination = threshold.contamination().unwrap_or_else(|| {
        let flagged = reference_scores.iter().filter(|score| pipeline.is_anomaly(**score)).count() as f64;
        let count = reference_scores.len() as f64;
        match pipeline.output() {
            // scikit-learn's detectors take no other shares.
            Output::Abnormality => (flagged / count).clamp(1.0 / (2.0 * count), 0.5),
            _ => flagged / count,
        }
    });
    progress.report(1.0);
    Ok((pipeline, scores))
}

/// A pipeline without a threshold, with the scores of `rows`.
pub(crate) fn fit(
    data: &Data<'_>,
    recipe: &Recipe,
    rows: &[usize],
    progress: &dyn Progress,
) -> Result<Fitted, FitError> {
    let (values, classes, groups) = (data.rows(rows), data.classes_of(rows), data.groups_of(rows));
    let samples = recipe::Samples {
        values: values.view(),
        feature_names: data.feature_names,
        classes: classes.as_deref().map(|of| (data.class_names.as_slice(), of)),
        groups: groups.as_deref(),
    };
    recipe.fit(samples, progress)
}

/// Rows, and the score of each by a model that was fitted to others. Folds in which nothing can be fitted (a class
/// is missing) are left out.
fn out_of_fold(
    data: &Data<'_>,
    recipe: &Recipe,
    evaluation: &EvaluationSpecification,
    rows: &[usize],
    progress: &dyn Progress,
) -> Result<(Vec<usize>, Array1<f64>), FitError> {
    let folds = reference_folds(data, evaluation, rows)?;
    let scored: Vec<_> = folds
        .par_iter()
        .map(|fold| -> Result<(Vec<usize>, Array1<f64>), FitError> {
            let (training, test) = (pick(rows, &fold.training), pick(rows, &fold.test));
            let scores =
                fit(data, recipe, &training, &Silent(progress))?.pipeline.score(data.rows(&test).view())?;
            Ok((test, scores))
        })
        .collect();
    let (mut all_rows, mut all_scores, mut failure) = (Vec::new(), Vec::new(), None);
    for fold in scored {
        match fold {
            Ok((rows, scores)) => {
                all_rows.extend(rows);
                all_scores.extend(scores);
            }
            Err(FitError::Cancelled) => return Err(FitError::Cancelled),
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if all_rows.is_empty() => Err(error),
        _ => Ok((all_rows, all_scores.into())),
    }
}

/// Every row is in one test part, and every fit has four fifths of the rows: fewer would leave a model that knows
/// less, and scores that are too high. In time order the parts are spans of time.
fn reference_folds(
    data: &Data<'_>,
    evaluation: &EvaluationSpecification,
    rows: &[usize],
) -> Result<Vec<FoldRows>, FitError> {
    let count = rows.len();
    let (classes, groups) = (data.classes_of(rows), data.groups_of(rows));
    if evaluation.split == Split::Time && groups.is_none() && count >= REFERENCE_FOLDS {
        let span = |fold: usize| fold * count / REFERENCE_FOLDS..(fold + 1) * count / REFERENCE_FOLDS;
        let part = |fold| {
            let (test, training) = (0..count).partition(|row| span(fold).contains(row));
            FoldRows { training, test }
        };
        return Ok((0..REFERENCE_FOLDS).map(part).collect());
    }
    let kind = fold_kind(Split::Shuffled, classes.is_some(), groups.is_some());
    folds(kind, count, REFERENCE_FOLDS, classes.as_deref(), groups.as_deref(), evaluation.seed)
}
