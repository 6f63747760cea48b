//! From a matrix to a judged pipeline: the middle of a training job.
//!
//! [`train`] searches parameters (if asked to), fits the recipe to the training rows, chooses the threshold and
//! judges the result: on held-out rows, on the other split, by cross-validation. Scaler, imputer, model and
//! threshold never see a held-out row.

mod cross_validate;
mod data;
mod judgement;
mod threshold;
mod warnings;

pub use data::{Labels, Observer, SplitRows, TrainInput, Trained};

use crate::{
    FitError, Recipe,
    doubt::doubted,
    injection::Draw,
    progress::{Part, Silent},
    search,
    split::partition,
};
use data::Data;
pub(crate) use data::{Data as TrainData, pick};
use rayon::prelude::*;
pub(crate) use threshold::{fit, fit_with_threshold};
use trainyard_types::{SearchSpecification, Split};

/// How often incidents are drawn.
pub const DRAWS: u32 = 3;

/// Trains and judges.
///
/// Results depend on the input alone, never on threads; only the time budget of a search can change what it
/// tries. A failed fit of the other split or of a fold is reported in the evaluation; any other failure ends it.
///
/// # Errors
/// Input that does not fit together, a fit that fails or would need more memory than there is, cancellation.
pub fn train(input: TrainInput<'_>, observer: &dyn Observer) -> Result<Trained, FitError> {
    let data = Data::new(&input)?;
    let evaluation = input.evaluation;
    let rows = match &input.rows {
        Some(rows) => rows.clone(),
        None => {
            let classes = data.classes.as_deref();
            let (training, test) = partition(
                data.samples.nrows(),
                classes,
                data.groups,
                evaluation.split,
                evaluation.test_fraction,
                evaluation.seed,
            );
            SplitRows { training, test }
        }
    };
    check_rows(&rows, data.samples.nrows())?;
    check_memory(&input, &data, rows.training.len())?;

    let mut steps = Steps::new(observer, &input);
    let draws = draws(&input, &data, &rows, observer)?;
    let mut recipe = input.recipe.clone();
    let mut leaderboard = None;
    let chosen =
        SearchSpecification { budget_seconds: input.choice_seconds, ..SearchSpecification::default() };
    if let Some(specification) = input.search.or((!input.candidates.is_empty()).then_some(&chosen)) {
        let state = input.search_state.clone().unwrap_or_default();
        let part = steps.next(Steps::SEARCH);
        let asked = search::Asked {
            specification,
            threshold: &input.threshold,
            evaluation: &evaluation,
            memory_limit: input.memory_limit,
            draws: &draws,
            among: &input.candidates,
        };
        match search::search(&data, &rows.training, &recipe, asked, state, &part, observer) {
            Ok(found) => {
                observer.log(&format!(
                    "searched {} candidates by {}: {}",
                    found.leaderboard.rows.len(),
                    found.leaderboard.metric,
                    found.summary()
                ));
                recipe = found.recipe;
                leaderboard = Some(found.leaderboard);
            }
            // What cannot be told apart by these samples is decided by what is likely.
            Err(error) if !input.candidates.is_empty() && error != FitError::Cancelled => {
                observer
                    .log(&format!("none of the recipes could be judged ({error}): the likeliest is taken"));
            }
            Err(error) => return Err(error),
        }
    }

    let part = steps.next(Steps::FIT);
    let (pipeline, training_scores) =
        fit_with_threshold(&data, &recipe, &input.threshold, &evaluation, &rows.training, &part)?;
    if let Some(calibrator) = &pipeline.calibrator {
        observer.log(&format!("calibrated by {}: {}", calibrator.method().name(), calibrator.folds));
    }
    observer.judging();
    let test = data.rows(&rows.test);
    let test_scores = if rows.test.is_empty() { None } else { Some(pipeline.score(test.view())?) };
    let split = if rows.test.is_empty() { Split::None } else { evaluation.split };
    let judged = judgement::Subject {
        data: &data,
        recipe: &recipe,
        threshold: &input.threshold,
        evaluation: &evaluation,
        metric: search::metric_of(input.search, &data),
        rows: &rows,
        split,
        pipeline: &pipeline,
        training_scores: &training_scores,
        test_scores: test_scores.as_ref(),
        draws: &draws,
    };
    let evaluation = judged.evaluate(&mut steps, observer)?;
    observer.report(1.0);
    Ok(Trained { pipeline, recipe, evaluation, leaderboard, rows, training_scores, test_scores })
}

/// Samples with incidents, where nothing is labelled and something is to be judged.
fn draws(
    input: &TrainInput<'_>,
    data: &Data<'_>,
    rows: &SplitRows,
    observer: &dyn Observer,
) -> Result<Vec<Draw>, FitError> {
    let is_asked = !rows.test.is_empty() || input.search.is_some() || !input.candidates.is_empty();
    if data.classes.is_some() || !is_asked {
        return Ok(Vec::new());
    }
    let mut draws = if input.draws.is_empty() { of_rows(input, data, rows) } else { input.draws.clone() };
    let look = |draw: &mut Draw| -> Result<(), FitError> {
        draw.doubted = doubted(draw, input.recipe.missing, &Silent(observer.as_progress()))?;
        Ok(())
    };
    draws.par_iter_mut().try_for_each(look)?;
    Ok(draws)
}

/// Draws of incidents made of the rows, where none were staged in records.
fn of_rows(input: &TrainInput<'_>, data: &Data<'_>, rows: &SplitRows) -> Vec<Draw> {
    // Without held-out rows, the last of the training rows are.
    let whole = rows.training.len();
    let (training, test) = match rows.test.is_empty() {
        true => (rows.training[..whole - whole / 5].to_vec(), rows.training[whole - whole / 5..].to_vec()),
        false => (rows.training.clone(), rows.test.clone()),
    };
    let parts = SplitRows { training, test };
    let seed = input.evaluation.seed;
    let draw = |number| Draw::of_rows(data.samples, data.feature_names, &parts, seed.wrapping_add(number));
    (0..DRAWS).map(draw).collect()
}

fn check_rows(rows: &SplitRows, count: usize) -> Result<(), FitError> {
    if rows.training.is_empty() {
        return Err(FitError::Impossible("no sample is left to train on".into()));
    }
    match rows.training.iter().chain(&rows.test).find(|row| **row >= count) {
        Some(row) => Err(FitError::Impossible(format!("row {row} of {count} samples"))),
        None => Ok(()),
    }
}

fn check_memory(input: &TrainInput<'_>, data: &Data<'_>, rows: usize) -> Result<(), FitError> {
    let by_folds = input.search.is_some() || input.evaluation.folds > 1;
    fits_memory(&input.recipe, data, rows, by_folds, input.memory_limit)
}

/// The copies of the training samples that are scaled, and the fit itself; as many at once as there are threads when
/// folds are fitted side by side.
pub(crate) fn fits_memory(
    recipe: &Recipe,
    data: &Data<'_>,
    rows: usize,
    by_folds: bool,
    limit: Option<u64>,
) -> Result<(), FitError> {
    let Some(available) = limit else { return Ok(()) };
    let columns = data.samples.ncols();
    let copies = 2 * 8 * rows as u64 * columns as u64;
    let fit = recipe.algorithm.memory_bytes(rows, columns, data.class_names.len());
    let at_once =
        if by_folds || recipe.calibration.is_some() { rayon::current_num_threads() as u64 } else { 1 };
    let needed = copies.saturating_add(fit).saturating_mul(at_once);
    if needed > available { Err(FitError::Memory { needed, available }) } else { Ok(()) }
}

/// Divides the progress of the whole among the steps that will be taken.
pub(crate) struct Steps<'a> {
    whole: &'a dyn Observer,
    total: f64,
    done: f64,
}

impl<'a> Steps<'a> {
    const SEARCH: f64 = 10.0;
    const FIT: f64 = 3.0;
    const OTHER_SPLIT: f64 = 3.0;
    const CROSS_VALIDATION: f64 = 5.0;
    const AGREEMENT: f64 = 2.0;
    const IMPORTANCE: f64 = 2.0;

    fn new(whole: &'a dyn Observer, input: &TrainInput<'_>) -> Self {
        let mut total = Self::FIT + Self::OTHER_SPLIT + Self::AGREEMENT + Self::IMPORTANCE;
        if input.search.is_some() || !input.candidates.is_empty() {
            total += Self::SEARCH;
        }
        if input.evaluation.folds > 0 {
            total += Self::CROSS_VALIDATION;
        }
        Self { whole, total, done: 0.0 }
    }

    fn next(&mut self, weight: f64) -> Part<'a> {
        let from = self.done / self.total;
        self.done = (self.done + weight).min(self.total);
        Part { whole: self.whole.as_progress(), from, to: self.done / self.total }
    }
}

#[cfg(test)]
mod tests;
