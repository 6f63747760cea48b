//! What a search has done so far: kept by whoever runs it, so that it can go on.

use serde::{Deserialize, Serialize};

/// The finished folds of a search. A state of another search (other data, recipe or specification) is not used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchState {
    /// Of the data and everything asked for.
    pub fingerprint: u64,
    /// Wall time spent so far, all attempts together.
    pub seconds: f64,
    pub outcomes: Vec<FoldOutcome>,
}

/// One candidate fitted and judged on one fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldOutcome {
    /// In the order of [`super::candidates`].
    pub candidate: usize,
    /// The round of successive halving, from 0.
    pub rung: usize,
    pub fold: usize,
    /// The metric; absent when it could not be measured.
    pub score: Option<f64>,
    pub error: Option<String>,
    pub seconds: f64,
}

impl SearchState {
    pub(super) fn has(&self, candidate: usize, rung: usize, fold: usize) -> bool {
        self.outcomes.iter().any(|done| (done.candidate, done.rung, done.fold) == (candidate, rung, fold))
    }

    /// The outcomes of a candidate in a round, by fold.
    pub(super) fn of(&self, candidate: usize, rung: usize) -> Vec<&FoldOutcome> {
        let mut found: Vec<&FoldOutcome> =
            self.outcomes.iter().filter(|done| (done.candidate, done.rung) == (candidate, rung)).collect();
        found.sort_by_key(|done| done.fold);
        found
    }
}
