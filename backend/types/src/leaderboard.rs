//! What a search for parameters found.

use crate::{FoldKind, ScalerSpecification};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a search tried, the best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Leaderboard {
    /// `grid`, `random` or `halving`: what `auto` came to.
    pub strategy: String,
    #[schema(example = "average_precision")]
    pub metric: String,
    /// Whether a larger `mean` is better.
    pub higher_is_better: bool,
    /// `labelled` or `injected`.
    pub mode: String,
    pub fold_kind: FoldKind,
    /// Candidates that were to be tried.
    pub planned: u64,
    /// False when the time budget ended the search early.
    pub complete: bool,
    pub seconds: f64,
    pub rows: Vec<LeaderboardRow>,
}

/// A candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeaderboardRow {
    /// From 1; the first is taken. Of algorithms that `auto` tried, the first is the one that is likeliest to be the best
    /// of those that are not worse than the best by more than its standard error.
    pub rank: u32,
    /// The algorithm's parameters that were searched, and their values.
    #[schema(value_type = Object)]
    pub parameters: serde_json::Value,
    pub scaler: ScalerSpecification,
    /// Over the folds; absent when the candidate failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Population standard deviation over the folds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_deviation: Option<f64>,
    /// The metric of each fold.
    pub folds: Vec<f64>,
    /// Of fitting and scoring, summed over the folds.
    pub seconds: f64,
    /// Samples that the candidate was cross-validated on: fewer than all for those that successive halving
    /// gave up early.
    pub resource: u64,
    /// Why it failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
