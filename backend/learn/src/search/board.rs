//! Ranks the candidates of a search by what is known of them.

use super::{run::Run, state::SearchState};
use crate::sums::mean_and_deviation;
use serde_json::Value;
use trainyard_types::{Leaderboard, LeaderboardRow, SearchMetric, SearchStrategy};

impl Run<'_, '_> {
    fn higher_is_better(&self) -> bool {
        self.metric != SearchMetric::LogLoss
    }

    /// The mean of a candidate's folds in a round, when it has any score: folds in which the metric cannot be
    /// measured (no anomaly falls into them) say nothing about a candidate.
    fn mean(&self, state: &SearchState, rung: usize, candidate: usize) -> Option<(f64, f64)> {
        let scores: Vec<f64> = state.of(candidate, rung).iter().filter_map(|outcome| outcome.score).collect();
        (!scores.is_empty()).then(|| mean_and_deviation(&scores))
    }

    /// The better candidate first; of equal ones the earlier.
    pub(super) fn better(&self, state: &SearchState, rung: usize, a: usize, b: usize) -> std::cmp::Ordering {
        let worth = |candidate| {
            let mean = self
                .mean(state, rung, candidate)
                .map_or(f64::INFINITY, |(mean, _)| if self.higher_is_better() { -mean } else { mean });
            (mean, candidate)
        };
        let (a, b) = (worth(a), worth(b));
        a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
    }

    /// The rows of the leaderboard and the candidate of each: those that came further first.
    pub(super) fn leaderboard(
        &self,
        state: &SearchState,
        complete: bool,
        seconds: f64,
    ) -> (Leaderboard, Vec<usize>) {
        let finished =
            |candidate: usize, rung: usize| state.of(candidate, rung).len() == self.rungs[rung].trials;
        let mut order: Vec<(usize, usize)> = (0..self.candidates.len())
            .filter_map(|candidate| {
                let last = (0..self.rungs.len()).rev().find(|rung| finished(candidate, *rung))?;
                Some((last, candidate))
            })
            .collect();
        order.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| self.better(state, a.0, a.1, b.1)));
        let row = |(place, (rung, candidate)): (usize, &(usize, usize))| {
            let outcomes = state.of(*candidate, *rung);
            let moments = self.mean(state, *rung, *candidate);
            let all: f64 = state
                .outcomes
                .iter()
                .filter(|outcome| outcome.candidate == *candidate)
                .map(|outcome| outcome.seconds)
                .sum();
            LeaderboardRow {
                rank: place as u32 + 1,
                parameters: Value::Object(self.candidates[*candidate].parameters.clone()),
                scaler: self.candidates[*candidate].scaler,
                mean: moments.map(|(mean, _)| mean),
                standard_deviation: moments.map(|(_, deviation)| deviation),
                folds: outcomes.iter().filter_map(|outcome| outcome.score).collect(),
                seconds: all,
                resource: self.rungs[*rung].samples as u64,
                error: outcomes.iter().find_map(|outcome| outcome.error.clone()),
            }
        };
        let strategy = match self.strategy {
            SearchStrategy::Grid => "grid",
            SearchStrategy::Random => "random",
            SearchStrategy::Halving | SearchStrategy::Auto => "halving",
        };
        let leaderboard = Leaderboard {
            strategy: strategy.into(),
            metric: self.metric.name().into(),
            higher_is_better: self.higher_is_better(),
            mode: if self.data.classes.is_some() { "labelled".into() } else { "injected".into() },
            fold_kind: self.kind,
            planned: self.candidates.len() as u64,
            complete,
            seconds,
            rows: order.iter().enumerate().map(row).collect(),
        };
        (leaderboard, order.into_iter().map(|(_, candidate)| candidate).collect())
    }
}
