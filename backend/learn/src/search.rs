//! Search for parameters and a scaler by cross-validation: grid, random, successive halving, within a time budget.
//!
//! [`space`] says what is tried, [`run`] tries it, candidates × folds in parallel on the one thread pool;
//! [`SearchState`] is everything that a search needs to go on after an interruption. Which candidates are tried and
//! how they are judged depends on the data and the specification; the budget alone can cut the list short.

mod board;
mod run;
mod space;
mod state;

pub use space::{Candidate, automatic_space, candidates, validate_search};
pub use state::{FoldOutcome, SearchState};

use crate::{FitError, Observer, Progress, Recipe, injection::Draw, train::TrainData};
use trainyard_types::{
    EvaluationSpecification, Leaderboard, SearchMetric, SearchSpecification, ThresholdSpecification,
};

/// What is asked for beside the recipe that is searched around.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) specification: &'a SearchSpecification,
    pub(crate) threshold: &'a ThresholdSpecification,
    pub(crate) evaluation: &'a EvaluationSpecification,
    /// Bytes that fits may take altogether.
    pub(crate) memory_limit: Option<u64>,
    /// Samples with incidents, by which is judged what nobody labelled.
    pub(crate) draws: &'a [Draw],
    /// The recipes to choose from, where they are not made by the specification.
    pub(crate) among: &'a [Recipe],
}

/// What a search found.
pub(crate) struct Found {
    pub(crate) recipe: Recipe,
    pub(crate) leaderboard: Leaderboard,
}

impl Found {
    pub(crate) fn summary(&self) -> String {
        let Some(best) = self.leaderboard.rows.first() else { return "nothing could be fitted".into() };
        let mean = best.mean.map_or_else(|| "not measured".into(), |mean| format!("{mean:.4}"));
        format!("the best has {mean} with {}", best.parameters)
    }
}

/// Searches on `rows`, the training rows.
///
/// # Errors
/// A space that cannot be tried, no candidate that can be fitted, cancellation.
pub(crate) fn search(
    data: &TrainData<'_>,
    rows: &[usize],
    recipe: &Recipe,
    asked: Asked<'_>,
    state: SearchState,
    progress: &dyn Progress,
    observer: &dyn Observer,
) -> Result<Found, FitError> {
    run::Run::new(data, rows, recipe, asked)?.finish(state, progress, observer)
}

/// The metric that is asked for, or the usual one.
pub(crate) fn metric_of(specification: Option<&SearchSpecification>, data: &TrainData<'_>) -> SearchMetric {
    let usual =
        if data.class_names.len() > 2 { SearchMetric::F1Score } else { SearchMetric::AveragePrecision };
    specification.and_then(|specification| specification.metric).unwrap_or(usual)
}

#[cfg(test)]
mod tests;
