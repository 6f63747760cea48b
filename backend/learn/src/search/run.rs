//! Tries the candidates of a search.

use super::{
    Asked, Candidate, Found, candidates, metric_of,
    state::{FoldOutcome, SearchState},
};
use crate::{
    FitError, FoldRows, Observer, Progress, Recipe, fold_kind, folds,
    judge::{self, Contest},
    metrics::Numbers,
    split::partition,
    train::{TrainData, fit_with_threshold, fits_memory, pick},
};
use rayon::prelude::*;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::Instant,
};
use trainyard_types::{
    FoldKind, Leaderboard, LeaderboardRow, SearchMetric, SearchStrategy, Split, ThresholdPolicy,
    ThresholdSpecification,
};

/// In every round of successive halving, one of so many candidates goes on, with so many times the samples
/// (Jamieson and Talwalkar, 2016; `HalvingRandomSearchCV`'s `factor`).
const FACTOR: usize = 3;
/// Samples of the first round at least.
const FEWEST_SAMPLES: usize = 300;

pub(super) struct Run<'a, 'd> {
    pub(super) data: &'a TrainData<'d>,
    pub(super) recipe: &'a Recipe,
    pub(super) asked: Asked<'a>,
    pub(super) strategy: SearchStrategy,
    pub(super) metric: SearchMetric,
    pub(super) candidates: Vec<Candidate>,
    /// What each candidate comes to, or what is wrong with it.
    pub(super) recipes: Vec<Result<Recipe, String>>,
    pub(super) kind: FoldKind,
    pub(super) rungs: Vec<Rung>,
}

/// A round: rows of the matrix and their folds, or draws of incidents.
pub(super) struct Rung {
    rows: Vec<usize>,
    folds: Vec<FoldRows>,
    /// The share of the training samples that is fitted to.
    share: f64,
    /// How often each candidate is judged: once per fold or draw.
    pub(super) trials: usize,
    /// Training and held-out samples together.
    pub(super) samples: usize,
    /// How many candidates enter it.
    pub(super) candidates: usize,
}

impl<'a, 'd> Run<'a, 'd> {
    pub(super) fn new(
        data: &'a TrainData<'d>,
        rows: &[usize],
        recipe: &'a Recipe,
        asked: Asked<'a>,
    ) -> Result<Self, FitError> {
        let evaluation = asked.evaluation;
        let (strategy, candidates, recipes) = match asked.among {
            [] => {
                let (strategy, found) = candidates(recipe, asked.specification, evaluation.seed);
                let recipes: Vec<_> = found.iter().map(|candidate| resolved(recipe, candidate)).collect();
                (strategy, found, recipes)
            }
            among => {
                let found = among.iter().map(Candidate::of).collect();
                (SearchStrategy::Grid, found, among.iter().cloned().map(Ok).collect())
            }
        };
        let fits = |recipe: Recipe| match fits_memory(&recipe, data, rows.len(), true, asked.memory_limit) {
            Ok(()) => Ok(recipe),
            Err(error) => Err(error.to_string()),
        };
        let recipes = recipes.into_iter().map(|recipe| recipe.and_then(fits)).collect();
        let draws = if data.classes.is_some() { &[] } else { asked.draws };
        let kind = if data.classes.is_some() {
            fold_kind(evaluation.split, true, data.groups.is_some())
        } else {
            FoldKind::Incidents
        };
        let mut rungs = Vec::new();
        let mut left = candidates.len();
        let count = draws.first().map_or(rows.len(), |draw| draw.rows.training.len());
        for size in rung_sizes(strategy, count, left) {
            if let Some(draw) = draws.first() {
                rungs.push(Rung {
                    rows: Vec::new(),
                    folds: Vec::new(),
                    share: size as f64 / count.max(1) as f64,
                    trials: draws.len(),
                    samples: size + draw.rows.test.len(),
                    candidates: left,
                });
                left = left.div_ceil(FACTOR);
                continue;
            }
            let rows = subset(data, rows, size, kind, evaluation.seed);
            let (classes, groups) = (data.classes_of(&rows), data.groups_of(&rows));
            let folds = folds(
                kind,
                rows.len(),
                asked.specification.folds as usize,
                classes.as_deref(),
                groups.as_deref(),
                evaluation.seed,
            )?;
            let (trials, samples) = (folds.len(), rows.len());
            rungs.push(Rung { rows, folds, share: 1.0, trials, samples, candidates: left });
            left = left.div_ceil(FACTOR);
        }
        let metric = metric_of(Some(asked.specification), data);
        Ok(Self { data, recipe, asked, strategy, metric, candidates, recipes, kind, rungs })
    }

    pub(super) fn finish(
        &self,
        mut state: SearchState,
        progress: &dyn Progress,
        observer: &dyn Observer,
    ) -> Result<Found, FitError> {
        let fingerprint = self.fingerprint();
        if state.fingerprint != fingerprint {
            state = SearchState { fingerprint, ..SearchState::default() };
        }
        let planned: usize = self.rungs.iter().map(|rung| rung.candidates * rung.trials).sum();
        let clock = Clock {
            begun: Instant::now(),
            before: state.seconds,
            budget: self.asked.specification.budget_seconds,
        };
        let mut survivors: Vec<usize> = (0..self.candidates.len()).collect();
        let mut complete = true;
        for (number, rung) in self.rungs.iter().enumerate() {
            let tasks: Vec<(usize, usize)> = survivors
                .iter()
                .flat_map(|candidate| (0..rung.trials).map(|fold| (*candidate, fold)))
                .filter(|(candidate, fold)| !state.has(*candidate, number, *fold))
                .collect();
            let shared = Mutex::new(&mut state);
            let ran: Vec<bool> = tasks
                .par_iter()
                .with_max_len(1)
                .map(|(candidate, fold)| {
                    if progress.cancelled() {
                        return Err(FitError::Cancelled);
                    }
                    if clock.over() {
                        return Ok(false);
                    }
                    let within = Within { whole: progress, clock: &clock };
                    let outcome = match self.outcome(*candidate, number, *fold, &within) {
                        // The budget ended in the middle of it.
                        Err(FitError::Cancelled) if !progress.cancelled() => return Ok(false),
                        outcome => outcome?,
                    };
                    let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    state.outcomes.push(outcome);
                    state.seconds = clock.seconds();
                    progress.report((state.outcomes.len() as f64 / planned as f64).min(1.0));
                    observer.search_progressed(&state);
                    Ok(true)
                })
                .collect::<Result<_, _>>()?;
            if !ran.iter().all(|ran| *ran) {
                complete = false;
                break;
            }
            let mut ranked: Vec<usize> = survivors.clone();
            ranked.sort_by(|a, b| self.better(&state, number, *a, *b));
            ranked.truncate(self.rungs.get(number + 1).map_or(ranked.len(), |next| next.candidates));
            survivors = ranked;
        }
        let (mut leaderboard, mut order) = self.leaderboard(&state, complete, clock.seconds());
        if !self.asked.among.is_empty() {
            favour_the_likeliest(&mut leaderboard, &mut order);
        }
        let judged = leaderboard.rows.first().is_some_and(|best| best.mean.is_some());
        let best = order.first().filter(|_| judged).map(|best| &self.recipes[*best]);
        let recipe = match best {
            Some(Ok(recipe)) => recipe.clone(),
            // The budget ended before any candidate had all its folds.
            _ if !complete => self.recipe.clone(),
            _ => {
                let reason = leaderboard.rows.iter().find_map(|row| row.error.clone()).unwrap_or_default();
                let detail = format!("no candidate of the search could be judged: {reason}");
                return Err(FitError::Impossible(detail));
            }
        };
        Ok(Found { recipe, leaderboard })
    }

    /// Fits and judges a candidate on a fold. A failure is an outcome; cancellation is not.
    fn outcome(
        &self,
        candidate: usize,
        rung: usize,
        fold: usize,
        progress: &dyn Progress,
    ) -> Result<FoldOutcome, FitError> {
        let begun = Instant::now();
        let measured = match &self.recipes[candidate] {
            Ok(recipe) => match self.numbers(recipe, &self.rungs[rung], fold, progress) {
                Err(FitError::Cancelled) => return Err(FitError::Cancelled),
                Ok(numbers) => numbers
                    .measured()
                    .get(self.metric.name())
                    .copied()
                    .ok_or_else(|| format!("{} cannot be measured in this fold", self.metric.name())),
                Err(error) => Err(error.to_string()),
            },
            Err(error) => Err(error.clone()),
        };
        let (score, error) = match measured {
            Ok(score) => (Some(score), None),
            Err(error) => (None, Some(error)),
        };
        Ok(FoldOutcome { candidate, rung, fold, score, error, seconds: begun.elapsed().as_secs_f64() })
    }

    fn numbers(
        &self,
        recipe: &Recipe,
        rung: &Rung,
        fold: usize,
        progress: &dyn Progress,
    ) -> Result<Numbers, FitError> {
        // Areas and losses do not depend on the threshold, whatever it costs to choose it.
        let threshold = match self.metric {
            SearchMetric::F1Score | SearchMetric::Accuracy => *self.asked.threshold,
            _ if recipe.algorithm.output() == crate::Output::Abnormality => {
                ThresholdSpecification { policy: ThresholdPolicy::Contamination, value: 0.1 }
            }
            _ => ThresholdSpecification::of_classifiers(),
        };
        let evaluation = self.asked.evaluation;
        if self.kind == FoldKind::Incidents {
            let draw = self.asked.draws.get(fold).ok_or(FitError::NoClasses)?;
            let needed = matches!(self.metric, SearchMetric::F1Score | SearchMetric::Accuracy);
            let contest = Contest { recipe, threshold: needed.then_some(&threshold), evaluation };
            return contest.numbers(draw, rung.share, progress);
        }
        let fold = &rung.folds[fold];
        let (training, test) = (pick(&rung.rows, &fold.training), pick(&rung.rows, &fold.test));
        let (pipeline, _) =
            fit_with_threshold(self.data, recipe, &threshold, evaluation, &training, progress)?;
        let truth = self.data.classes_of(&test).ok_or(FitError::NoClasses)?;
        judge::numbers(&pipeline, self.data.rows(&test).view(), &self.data.class_names, truth)
    }

    /// Of everything that outcomes depend on.
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let asked = (self.asked.specification, self.asked.threshold, self.asked.evaluation);
        let recipes: Vec<_> = std::iter::once(self.recipe)
            .chain(self.asked.among)
            .map(|recipe| (&recipe.algorithm, recipe.missing, recipe.scaler, recipe.calibration))
            .collect();
        serde_json::to_string(&(asked, recipes)).unwrap_or_default().hash(&mut hasher);
        for value in self.data.samples {
            value.to_bits().hash(&mut hasher);
        }
        (&self.data.classes, self.data.groups, self.data.timestamps).hash(&mut hasher);
        for rung in &self.rungs {
            (&rung.rows, rung.trials, rung.share.to_bits()).hash(&mut hasher);
        }
        for draw in self.asked.draws {
            (draw.seed, &draw.kinds).hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// Recipes whose injected metrics differ by less are as often the other way round by real anomalies.
const TOLD_APART: f64 = 0.03;

/// Puts the candidate first that comes first among those that are not worse than the best by more than the standard error
/// of the best (Breiman et al., 1984), or than staged incidents can tell apart: candidates are in the order in which they are likely to be the best, and what
/// chance decides is decided by that.
fn favour_the_likeliest(leaderboard: &mut Leaderboard, order: &mut Vec<usize>) {
    let Some(best) = leaderboard.rows.first() else { return };
    let (Some(mean), Some(deviation)) = (best.mean, best.standard_deviation) else { return };
    let error = deviation / (best.folds.len() as f64).sqrt();
    let error = if leaderboard.mode == "injected" { error.max(TOLD_APART) } else { error };
    let as_good = |row: &LeaderboardRow| row.mean.is_some_and(|other| (mean - other).abs() <= error);
    let likeliest = (0..order.len()).filter(|at| as_good(&leaderboard.rows[*at])).min_by_key(|at| order[*at]);
    if let Some(at) = likeliest {
        let (row, candidate) = (leaderboard.rows.remove(at), order.remove(at));
        leaderboard.rows.insert(0, row);
        order.insert(0, candidate);
        (1..).zip(&mut leaderboard.rows).for_each(|(rank, row)| row.rank = rank);
    }
}

fn resolved(recipe: &Recipe, candidate: &Candidate) -> Result<Recipe, String> {
    let algorithm = recipe.algorithm.with(&candidate.parameters, "").map_err(|errors| {
        errors
            .iter()
            .map(|error| format!("{} {}", error.pointer, error.detail))
            .collect::<Vec<_>>()
            .join("; ")
    })?;
    Ok(Recipe { algorithm, scaler: candidate.scaler, ..recipe.clone() })
}

/// The samples of each round: all at once, or growing up to all.
fn rung_sizes(strategy: SearchStrategy, samples: usize, candidates: usize) -> Vec<usize> {
    let mut sizes = vec![samples];
    if strategy == SearchStrategy::Halving {
        let mut left = candidates;
        while left > FACTOR && sizes[0] / FACTOR >= FEWEST_SAMPLES {
            sizes.insert(0, sizes[0] / FACTOR);
            left = left.div_ceil(FACTOR);
        }
    }
    sizes
}

/// So many of the rows: evenly spread in time order, of each class its share otherwise.
fn subset(data: &TrainData<'_>, rows: &[usize], size: usize, kind: FoldKind, seed: u32) -> Vec<usize> {
    if size >= rows.len() {
        return rows.to_vec();
    }
    if kind == FoldKind::Stratified {
        let classes = data.classes_of(rows);
        let share = size as f64 / rows.len() as f64;
        let (_, chosen) = partition(rows.len(), classes.as_deref(), None, Split::Shuffled, share, seed);
        return pick(rows, &chosen);
    }
    (0..size).map(|place| rows[place * rows.len() / size]).collect()
}

/// A fit within the budget: cancelled when that is spent.
struct Within<'a> {
    whole: &'a dyn Progress,
    clock: &'a Clock,
}

impl Progress for Within<'_> {
    fn report(&self, _fraction: f64) {}

    fn cancelled(&self) -> bool {
        self.clock.over() || self.whole.cancelled()
    }
}

struct Clock {
    begun: Instant,
    /// Seconds that earlier attempts spent.
    before: f64,
    budget: f64,
}

impl Clock {
    fn seconds(&self) -> f64 {
        self.before + self.begun.elapsed().as_secs_f64()
    }

    fn over(&self) -> bool {
        self.seconds() > self.budget
    }
}
