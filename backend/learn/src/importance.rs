//! Permutation importance (Breiman, 2001; `sklearn.inspection.permutation_importance`): what a pipeline loses when
//! the values of one feature are permuted among the samples.

use crate::{
    FitError, Pipeline, Progress, judge::Verdicts, metrics::point, random::RandomState, split::partition,
    sums::mean_and_deviation,
};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};
use trainyard_types::{FeatureImportance, Importance, Split};

/// Rows that may be scored altogether.
const MOST_SCORED: usize = 500_000;
/// Rows below which an importance says little.
const FEWEST_ROWS: usize = 100;

/// How much is done, from which seed.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    pub repeats: u32,
    pub seed: u32,
    /// Which samples these are, for the report: `test` or `training`.
    pub measured_on: &'static str,
}

/// The importance of every feature of `samples` (`n_samples` × `n_features`, not scaled).
///
/// With classes, what is lost is average precision (of two classes that both occur) or macro F1 (of more);
/// without, the mean absolute change of the score is taken. When there are many samples and features, a sample of
/// the rows is permuted, the same for all features.
///
/// # Errors
/// Samples that cannot be scored; cancellation.
pub fn importance(
    pipeline: &Pipeline,
    samples: ArrayView2<'_, f64>,
    classes: Option<(&[String], &[u32])>,
    effort: Effort,
    progress: &dyn Progress,
) -> Result<Importance, FitError> {
    let (rows, columns) = affordable(samples, classes, effort);
    let samples = samples.select(Axis(0), &rows);
    let truth: Option<Vec<u32>> = classes.map(|(_, of)| rows.iter().map(|row| of[*row]).collect());
    let worth = Worth::new(pipeline, &samples, classes.map(|(names, _)| names), truth)?;
    let done = Mutex::new(0_usize);
    let losses: Vec<Vec<f64>> = (0..columns)
        .into_par_iter()
        .map(|column| {
            let losses = (0..effort.repeats)
                .map(|repeat| {
                    if progress.cancelled() {
                        return Err(FitError::Cancelled);
                    }
                    let seed = effort.seed.wrapping_add(column as u32 * effort.repeats + repeat);
                    worth.lost(&permuted(&samples, column, seed))
                })
                .collect();
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += 1;
            progress.report(*done as f64 / columns as f64);
            losses
        })
        .collect::<Result<_, _>>()?;
    let mut features: Vec<FeatureImportance> = losses
        .iter()
        .zip(&pipeline.feature_names)
        .map(|(losses, feature)| {
            let (mean, standard_deviation) = mean_and_deviation(losses);
            FeatureImportance { feature: feature.clone(), mean, standard_deviation }
        })
        .collect();
    features.sort_by(|a, b| b.mean.total_cmp(&a.mean));
    Ok(Importance {
        metric: worth.metric().into(),
        measured_on: effort.measured_on.into(),
        samples: rows.len() as u64,
        repeats: effort.repeats,
        features,
    })
}

/// The rows to permute, and the number of columns.
fn affordable(
    samples: ArrayView2<'_, f64>,
    classes: Option<(&[String], &[u32])>,
    effort: Effort,
) -> (Vec<usize>, usize) {
    let (count, columns) = samples.dim();
    let most = (MOST_SCORED / (columns * effort.repeats.max(1) as usize).max(1)).max(FEWEST_ROWS);
    if count <= most {
        return ((0..count).collect(), columns);
    }
    let of = classes.map(|(_, of)| of);
    let (_, rows) = partition(count, of, None, Split::Shuffled, most as f64 / count as f64, effort.seed);
    (rows, columns)
}

fn permuted(samples: &Array2<f64>, column: usize, seed: u32) -> Array2<f64> {
    let mut permuted = samples.clone();
    let order = RandomState::new(seed).permutation(samples.nrows() as u32);
    for (row, from) in order.iter().enumerate() {
        permuted[[row, column]] = samples[[*from as usize, column]];
    }
    permuted
}

/// What a pipeline is worth on unpermuted samples.
struct Worth<'a> {
    pipeline: &'a Pipeline,
    measure: Measure<'a>,
}

enum Measure<'a> {
    /// A metric of known classes, the better the higher.
    Labelled { names: &'a [String], truth: Vec<u32>, before: f64 },
    /// The scores.
    Scores(ndarray::Array1<f64>),
}

impl<'a> Worth<'a> {
    fn new(
        pipeline: &'a Pipeline,
        samples: &Array2<f64>,
        names: Option<&'a [String]>,
        truth: Option<Vec<u32>>,
    ) -> Result<Self, FitError> {
        if let (Some(names), Some(truth)) = (names, truth)
            && let Some(before) = metric(pipeline, samples, names, &truth)?
        {
            return Ok(Self { pipeline, measure: Measure::Labelled { names, truth, before } });
        }
        Ok(Self { pipeline, measure: Measure::Scores(pipeline.score(samples.view())?) })
    }

    fn metric(&self) -> &'static str {
        match &self.measure {
            Measure::Labelled { names, .. } if names.len() == 2 => "average_precision",
            Measure::Labelled { .. } => "f1_score",
            Measure::Scores(_) => "mean_absolute_score_change",
        }
    }

    fn lost(&self, samples: &Array2<f64>) -> Result<f64, FitError> {
        match &self.measure {
            Measure::Labelled { names, truth, before } => {
                Ok(before - metric(self.pipeline, samples, names, truth)?.unwrap_or(0.0))
            }
            Measure::Scores(before) => {
                let change = (self.pipeline.score(samples.view())? - before).mapv(f64::abs);
                Ok(change.mean().unwrap_or(0.0))
            }
        }
    }
}

fn metric(
    pipeline: &Pipeline,
    samples: &Array2<f64>,
    names: &[String],
    truth: &[u32],
) -> Result<Option<f64>, FitError> {
    let numbers = point(Verdicts::new(pipeline, samples.view(), names, truth.to_vec())?.judged());
    Ok(if names.len() == 2 { numbers.average_precision } else { numbers.f1_score })
}
