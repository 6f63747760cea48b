//! What a search promises: the better candidate wins, interruptions cost nothing, budgets are kept.

use super::*;
use crate::{AlgorithmSpecification, Labels, TrainInput, parse_algorithm, random::RandomState, train};
use ndarray::Array2;
use serde_json::{Value, json};
use std::sync::Mutex;
use trainyard_types::{
    MissingSpecification, ScalerSpecification, SearchStrategy, Split, ThresholdSpecification,
};

fn recipe() -> Recipe {
    let algorithm = parse_algorithm(&json!({"type": "isolation_forest", "n_estimators": 10}), "").unwrap();
    Recipe {
        missing: MissingSpecification::Refuse,
        scaler: ScalerSpecification::None,
        algorithm,
        calibration: None,
    }
}

fn specification(value: Value) -> SearchSpecification {
    serde_json::from_value(value).unwrap()
}

/// Anomalies stand out in two columns of eight.
fn samples(count: usize) -> (Array2<f64>, Vec<u32>) {
    let mut random = RandomState::new(2);
    let classes: Vec<u32> = (0..count).map(|row| u32::from(row % 10 == 4)).collect();
    let samples = Array2::from_shape_fn((count, 8), |(row, column)| {
        random.next_double() + if classes[row] == 1 && column < 2 { 0.7 } else { 0.0 }
    });
    (samples, classes)
}

struct Watcher {
    states: Mutex<Vec<SearchState>>,
    stop_after: usize,
}

impl Progress for Watcher {
    fn report(&self, _fraction: f64) {}
    fn cancelled(&self) -> bool {
        self.states.lock().unwrap().len() >= self.stop_after
    }
}

impl Observer for Watcher {
    fn search_progressed(&self, state: &SearchState) {
        self.states.lock().unwrap().push(state.clone());
    }
    fn as_progress(&self) -> &dyn Progress {
        self
    }
}

fn watcher(stop_after: usize) -> Watcher {
    Watcher { states: Mutex::new(Vec::new()), stop_after }
}

fn run(
    specification: &SearchSpecification,
    count: usize,
    state: Option<SearchState>,
    labelled: bool,
    watcher: &Watcher,
) -> Result<(AlgorithmSpecification, Leaderboard), FitError> {
    run_within(specification, count, state, labelled, watcher, None)
}

fn run_within(
    specification: &SearchSpecification,
    count: usize,
    state: Option<SearchState>,
    labelled: bool,
    watcher: &Watcher,
    memory_limit: Option<u64>,
) -> Result<(AlgorithmSpecification, Leaderboard), FitError> {
    let (samples, classes) = samples(count);
    let names: Vec<String> = (0..8).map(|column| column.to_string()).collect();
    let class_names = ["normal".to_owned(), "anomaly".to_owned()];
    let input = TrainInput {
        samples: samples.view(),
        feature_names: &names,
        feature_descriptions: &[],
        labels: labelled.then_some(Labels { classes: &class_names, of: &classes }),
        groups: None,
        timestamps: None,
        rows: None,
        recipe: recipe(),
        threshold: ThresholdSpecification::default(),
        evaluation: EvaluationSpecification {
            split: Split::Shuffled,
            bootstrap_resamples: 0,
            importance_repeats: 0,
            ..Default::default()
        },
        search: Some(specification),
        search_state: state,
        draws: Vec::new(),
        candidates: Vec::new(),
        choice_seconds: 0.0,
        memory_limit,
    };
    let trained = train(input, watcher)?;
    Ok((trained.recipe.algorithm, trained.leaderboard.unwrap()))
}

/// Everything of a leaderboard but the times.
fn untimed(mut leaderboard: Leaderboard) -> Leaderboard {
    leaderboard.seconds = 0.0;
    for row in &mut leaderboard.rows {
        row.seconds = 0.0;
    }
    leaderboard
}

#[test]
fn the_best_candidate_is_fitted() {
    // One tree of two samples tells nothing; a hundred of sixty-four do.
    let asked = specification(json!({
        "strategy": "grid", "parameters": {"n_estimators": [1, 100], "max_samples": [2, 64]},
        "scalers": [{"type": "none"}, {"type": "min_max"}]
    }));
    let (algorithm, leaderboard) = run(&asked, 400, None, true, &watcher(usize::MAX)).unwrap();
    assert_eq!((leaderboard.rows.len(), leaderboard.complete), (8, true));
    let best = &leaderboard.rows[0];
    assert_eq!(algorithm.parameters()["n_estimators"], 100);
    assert_eq!(algorithm.parameters()["n_estimators"], best.parameters["n_estimators"]);
    assert!(best.mean.unwrap() > leaderboard.rows[7].mean.unwrap());
    assert_eq!(best.folds.len(), 3);
    let mean = best.folds.iter().sum::<f64>() / 3.0;
    assert!((best.mean.unwrap() - mean).abs() < 1e-15);
    assert_eq!((leaderboard.mode.as_str(), leaderboard.metric.as_str()), ("labelled", "average_precision"));
}

#[test]
fn an_interrupted_search_goes_on_where_it_was() {
    let asked = specification(json!({
        "strategy": "random", "candidates": 6,
        "parameters": {"n_estimators": {"low": 1, "high": 40, "whole": true}, "max_features": [1.0, 0.5]}
    }));
    let whole = watcher(usize::MAX);
    let (_, expected) = run(&asked, 300, None, true, &whole).unwrap();
    assert_eq!(whole.states.lock().unwrap().len(), 18);
    let first = watcher(7);
    assert_eq!(run(&asked, 300, None, true, &first).unwrap_err(), FitError::Cancelled);
    let state = first.states.lock().unwrap().last().cloned();
    let stored = serde_json::to_string(&state).unwrap();
    let second = watcher(usize::MAX);
    let (_, found) = run(&asked, 300, serde_json::from_str(&stored).unwrap(), true, &second).unwrap();
    assert!(second.states.lock().unwrap().len() <= 11);
    assert_eq!(untimed(found), untimed(expected.clone()));
    // Of other data, a state is of no use.
    let other = watcher(usize::MAX);
    run(&asked, 310, state, true, &other).unwrap();
    assert_eq!(other.states.lock().unwrap().len(), 18);
}

#[test]
fn halving_gives_the_samples_to_the_better_ones() {
    let asked = specification(json!({
        "strategy": "halving", "candidates": 9, "folds": 2,
        "parameters": {"n_estimators": {"low": 1, "high": 60, "whole": true}}
    }));
    let (_, leaderboard) = run(&asked, 1200, None, true, &watcher(usize::MAX)).unwrap();
    let resources: Vec<u64> = leaderboard.rows.iter().map(|row| row.resource).collect();
    assert_eq!(resources, [960, 960, 960, 320, 320, 320, 320, 320, 320]);
    assert_eq!(leaderboard.strategy, "halving");
}

#[test]
fn auto_without_labels_searches_by_injected_anomalies() {
    let asked = specification(json!({"candidates": 4, "folds": 2}));
    assert_eq!(asked.strategy, SearchStrategy::Auto);
    let (_, leaderboard) = run(&asked, 200, None, false, &watcher(usize::MAX)).unwrap();
    assert_eq!((leaderboard.mode.as_str(), leaderboard.rows.len()), ("injected", 4));
    assert!(leaderboard.rows.iter().any(|row| row.parameters["n_estimators"] == 10));
}

#[test]
fn a_budget_that_is_spent_leaves_the_recipe_as_it_is() {
    let mut asked = specification(json!({"strategy": "grid", "parameters": {"n_estimators": [5, 6]}}));
    asked.budget_seconds = 0.0;
    let (algorithm, leaderboard) = run(&asked, 200, None, true, &watcher(usize::MAX)).unwrap();
    assert_eq!((leaderboard.complete, leaderboard.rows.len()), (false, 0));
    assert_eq!(algorithm, recipe().algorithm);
}

#[test]
fn a_fit_ends_with_the_budget() {
    let mut asked = specification(json!({"strategy": "grid", "parameters": {"n_estimators": [9999, 10000]}}));
    asked.budget_seconds = 0.01;
    let (algorithm, leaderboard) = run(&asked, 2000, None, true, &watcher(usize::MAX)).unwrap();
    assert_eq!((leaderboard.complete, leaderboard.rows.len()), (false, 0));
    assert_eq!(algorithm, recipe().algorithm);
}

#[test]
fn a_candidate_that_would_not_fit_into_memory_is_not_tried() {
    let asked = specification(json!({"strategy": "grid", "parameters": {"n_estimators": [2, 10000]}}));
    let limit = Some(64 << 20);
    let (algorithm, leaderboard) = run_within(&asked, 400, None, true, &watcher(usize::MAX), limit).unwrap();
    assert_eq!(algorithm.parameters()["n_estimators"], 2);
    let [fitted, refused] = &leaderboard.rows[..] else { panic!("{leaderboard:?}") };
    assert!(fitted.mean.is_some() && refused.mean.is_none());
    let error = refused.error.as_deref().unwrap();
    assert!(error.starts_with("the fit needs about") && error.contains("67108864 are available"), "{error}");
}

#[test]
fn grids_are_complete_and_ranges_are_sampled() {
    let asked = specification(json!({
        "strategy": "grid", "candidates": 100,
        "parameters": {"max_features": {"low": 0.01, "high": 1.0, "log": true}, "bootstrap": [true, false]}
    }));
    let (_, found) = candidates(&recipe(), &asked, 1);
    assert_eq!(found.len(), 10);
    let middle = found[2].parameters["max_features"].as_f64().unwrap();
    assert!((middle - 0.1).abs() < 1e-12, "{middle}");
    let random = SearchSpecification { strategy: SearchStrategy::Random, candidates: 7, ..asked };
    let (_, found) = candidates(&recipe(), &random, 1);
    assert_eq!(found.len(), 7);
    assert_eq!(candidates(&recipe(), &random, 1).1, found);
    assert_ne!(candidates(&recipe(), &random, 2).1, found);
}

#[test]
fn everything_wrong_with_a_search_is_named() {
    let asked = specification(json!({
        "budget_seconds": 0, "candidates": 0, "folds": 1,
        "parameters": {
            "n_estimators": [10, 0], "max_features": {"low": 0.0, "high": 1.0, "log": true},
            "nope": [1], "bootstrap": [], "max_samples": {"low": 5, "high": 4}
        }
    }));
    let errors = validate_search(&asked, &recipe().algorithm);
    let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
    let expected = [
        "budget_seconds",
        "candidates",
        "folds",
        "parameters/bootstrap",
        "parameters/max_features",
        "parameters/max_samples",
        "parameters/n_estimators",
        "parameters/nope",
    ];
    assert_eq!(pointers, expected.map(|name| format!("/search/{name}")));
}

/// Every value of every automatic space is one that the algorithm takes.
#[test]
fn automatic_spaces_are_valid() {
    for known in crate::algorithms() {
        let algorithm = parse_algorithm(&json!({"type": known.id}), "").unwrap();
        let (parameters, scalers) = automatic_space(known.id);
        assert!(!parameters.is_empty(), "{} has no space", known.id);
        let asked = SearchSpecification { parameters, scalers, ..Default::default() };
        assert_eq!(validate_search(&asked, &algorithm), [], "{}", known.id);
    }
}
