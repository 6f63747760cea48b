//! What a search tries.

use crate::{Algorithm, AlgorithmSpecification, Recipe, algorithms, parse_algorithm, random::RandomState};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use trainyard_types::{
    FieldError, ParameterRange, ParameterSpace, ScalerSpecification, SearchSpecification, SearchStrategy,
};

/// Values that a grid takes from a range.
const STEPS: usize = 5;
/// The most combinations of a grid that are looked at.
const MOST_COMBINATIONS: usize = 100_000;

/// Values of the searched parameters, and a scaler.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub parameters: Map<String, Value>,
    pub scaler: ScalerSpecification,
}

impl Candidate {
    /// A recipe as it is: the algorithm's `type`, and the parameters that are not its defaults.
    pub(super) fn of(recipe: &Recipe) -> Self {
        let id = recipe.algorithm.id();
        let usual =
            parse_algorithm(&json!({"type": id}), "").map(|usual| usual.parameters()).unwrap_or_default();
        let own = recipe.algorithm.parameters();
        let mut parameters = Map::from_iter([("type".to_owned(), Value::String(id.to_owned()))]);
        let own = own.as_object().cloned().unwrap_or_default();
        parameters
            .extend(own.into_iter().filter(|(name, value)| name != "type" && usual.get(name) != Some(value)));
        Self { parameters, scaler: recipe.scaler }
    }
}

/// A sensible space for an algorithm: its parameters and the scalers that suit it. Empty for an algorithm
/// without parameters that matter.
pub fn automatic_space(algorithm: &str) -> (BTreeMap<String, ParameterSpace>, Vec<ScalerSpecification>) {
    use ScalerSpecification::{Log1p, MinMax, None, Robust, Standard};
    // Trees see the order of values only: no scaler changes what they find.
    let (space, scalers) = match algorithm {
        "isolation_forest" => (
            json!({"n_estimators": [100, 300], "max_samples": ["auto", 64, 1024], "max_features": [1.0, 0.5]}),
            vec![],
        ),
        "local_outlier_factor" => {
            (json!({"n_neighbors": [5, 10, 20, 40, 80]}), vec![Standard, Robust, MinMax])
        }
        "one_class_svm" => (
            json!({"nu": [0.01, 0.05, 0.1, 0.3], "gamma": ["scale", 0.01, 0.1]}),
            vec![Standard, Robust, MinMax],
        ),
        "elliptic_envelope" => (json!({"support_fraction": [null, 0.7, 0.9]}), vec![Standard, Robust]),
        "pca" => (json!({"n_components": [0.5, 0.8, 0.9, 0.95, 0.99]}), vec![Standard, Robust, Log1p]),
        "nearest_normal" => (json!({"metric": ["cosine", "euclidean"]}), vec![None, Standard, MinMax]),
        "logistic_regression" => (
            json!({"C": {"low": 0.001, "high": 1000.0, "log": true}, "class_weight": [null, "balanced"]}),
            vec![Standard, Robust, MinMax],
        ),
        "random_forest" | "extra_trees" => (
            json!({
                "n_estimators": [100, 300], "max_features": ["sqrt", 0.5], "min_samples_leaf": [1, 2, 5],
                "class_weight": [null, "balanced"]
            }),
            vec![],
        ),
        "decision_tree" => (
            json!({
                "max_depth": [null, 4, 8, 16], "min_samples_leaf": [1, 2, 5, 20],
                "criterion": ["gini", "entropy"], "class_weight": [null, "balanced"]
            }),
            vec![],
        ),
        "hist_gradient_boosting" => (
            json!({
                "learning_rate": [0.03, 0.1, 0.3], "max_iter": [100, 300], "max_leaf_nodes": [15, 31, 63],
                "l2_regularization": [0.0, 1.0]
            }),
            vec![],
        ),
        "k_neighbors" => (
            json!({"n_neighbors": [1, 3, 5, 11, 21], "weights": ["uniform", "distance"]}),
            vec![Standard, Robust, MinMax],
        ),
        "gaussian_nb" => {
            (json!({"var_smoothing": {"low": 1e-12, "high": 1e-3, "log": true}}), vec![Standard])
        }
        "svc" => (
            json!({"C": {"low": 0.1, "high": 1000.0, "log": true}, "gamma": ["scale", 0.01, 0.1]}),
            vec![Standard, Robust, MinMax],
        ),
        _ => (json!({}), vec![]),
    };
    let mut space: BTreeMap<String, ParameterSpace> = serde_json::from_value(space).unwrap_or_default();
    if let Some(described) = described(algorithm) {
        space.retain(|name, _| described.parameters["properties"].get(name).is_some());
    }
    (space, scalers)
}

fn described(algorithm: &str) -> Option<&'static Algorithm> {
    algorithms().iter().find(|known| known.id == algorithm)
}

/// The candidates of a search around a recipe, and how they are tried: `grid`, `random` or `halving`. With the
/// algorithm's own space, the recipe itself is the first candidate.
pub fn candidates(
    recipe: &Recipe,
    specification: &SearchSpecification,
    seed: u32,
) -> (SearchStrategy, Vec<Candidate>) {
    let (own_space, own_scalers) = automatic_space(&recipe.algorithm.id());
    let automatic = specification.parameters.is_empty();
    let space = if automatic { own_space } else { specification.parameters.clone() };
    let scalers = if !specification.scalers.is_empty() {
        specification.scalers.clone()
    } else if specification.strategy == SearchStrategy::Auto && !own_scalers.is_empty() {
        own_scalers
    } else {
        vec![recipe.scaler]
    };
    let most = specification.candidates.max(1) as usize;
    let mut found = Vec::new();
    if automatic {
        let values = recipe.algorithm.parameters();
        let own = space.keys().filter_map(|name| Some((name.clone(), values.get(name)?.clone())));
        found.push(Candidate { parameters: own.collect(), scaler: recipe.scaler });
    }
    let size = space.values().map(|space| grid_values(space).len()).product::<usize>() * scalers.len();
    let strategy = match specification.strategy {
        SearchStrategy::Auto if size <= most => SearchStrategy::Grid,
        SearchStrategy::Auto => SearchStrategy::Halving,
        strategy => strategy,
    };
    match strategy {
        SearchStrategy::Grid => {
            for candidate in grid(&space, &scalers) {
                push(&mut found, candidate, most);
            }
        }
        _ => {
            let mut random = RandomState::new(seed);
            // Values repeat when the space is small: then it is exhausted before there are enough.
            for _ in 0..most * 20 {
                push(&mut found, draw(&space, &scalers, &mut random), most);
            }
        }
    }
    (strategy, found)
}

fn push(found: &mut Vec<Candidate>, candidate: Candidate, most: usize) {
    if found.len() < most && !found.contains(&candidate) {
        found.push(candidate);
    }
}

/// Every combination; the last parameter changes fastest, scalers slowest.
fn grid<'a>(
    space: &'a BTreeMap<String, ParameterSpace>,
    scalers: &'a [ScalerSpecification],
) -> impl Iterator<Item = Candidate> + 'a {
    let values: Vec<(&String, Vec<Value>)> =
        space.iter().map(|(name, space)| (name, grid_values(space))).collect();
    let combinations: usize = values.iter().map(|(_, values)| values.len()).product();
    let total = (combinations * scalers.len()).min(MOST_COMBINATIONS);
    (0..total).map(move |number| {
        let mut rest = number % combinations;
        let mut parameters = Map::new();
        for (name, values) in values.iter().rev() {
            parameters.insert((*name).clone(), values[rest % values.len()].clone());
            rest /= values.len();
        }
        Candidate { parameters, scaler: scalers[number / combinations] }
    })
}

fn grid_values(space: &ParameterSpace) -> Vec<Value> {
    match space {
        ParameterSpace::Values(values) => values.clone(),
        ParameterSpace::Range(range) => {
            let mut values: Vec<Value> =
                (0..STEPS).map(|step| at(range, step as f64 / (STEPS - 1) as f64)).collect();
            values.dedup();
            values
        }
    }
}

fn draw(
    space: &BTreeMap<String, ParameterSpace>,
    scalers: &[ScalerSpecification],
    random: &mut RandomState,
) -> Candidate {
    let scaler = scalers[random.below(scalers.len() as u32) as usize];
    let parameters = space.iter().map(|(name, space)| {
        let value = match space {
            ParameterSpace::Values(values) => values[random.below(values.len() as u32) as usize].clone(),
            ParameterSpace::Range(range) => at(range, random.next_double()),
        };
        (name.clone(), value)
    });
    Candidate { parameters: parameters.collect(), scaler }
}

/// The number a share of the way through a range.
fn at(range: &ParameterRange, share: f64) -> Value {
    let ParameterRange { low, high, log, .. } = *range;
    let value = if share >= 1.0 {
        high
    } else if share <= 0.0 {
        low
    } else if log {
        (low.ln() + share * (high.ln() - low.ln())).exp()
    } else {
        low + share * (high - low)
    };
    if range.whole { json!(value.round() as i64) } else { json!(value) }
}

/// Everything that is wrong with a search of this algorithm, at `/search/…`.
pub fn validate_search(
    specification: &SearchSpecification,
    algorithm: &AlgorithmSpecification,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |pointer: String, detail: String| errors.push(FieldError::new(pointer, detail));
    if !(1.0..=86_400.0).contains(&specification.budget_seconds) {
        wrong(
            "/search/budget_seconds".into(),
            format!("must be at least 1 and at most 86400; it is {}", specification.budget_seconds),
        );
    }
    for (name, value, least, most) in
        [("candidates", specification.candidates, 1, 1000), ("folds", specification.folds, 2, 20)]
    {
        if !(least..=most).contains(&value) {
            wrong(format!("/search/{name}"), format!("must be {least} to {most}; it is {value}"));
        }
    }
    for (name, space) in &specification.parameters {
        let pointer = format!("/search/parameters/{}", name.replace('~', "~0").replace('/', "~1"));
        if name == "type" {
            wrong(pointer, "is no parameter: the algorithm itself is not searched".into());
            continue;
        }
        let values = match space {
            ParameterSpace::Values(values) if values.is_empty() => {
                wrong(pointer, "has no values to try".into());
                continue;
            }
            ParameterSpace::Values(values) => values.clone(),
            ParameterSpace::Range(range) => {
                let ParameterRange { low, high, log, .. } = range;
                let fine = low.is_finite() && high.is_finite() && low < high && (!log || *low > 0.0);
                if !fine {
                    let detail = "needs `low` below `high`, and above 0 with `log`";
                    wrong(pointer, format!("{detail}; they are {low} and {high}"));
                    continue;
                }
                vec![at(range, 0.0), at(range, 1.0)]
            }
        };
        for value in values {
            let parameters = Map::from_iter([(name.clone(), value)]);
            for error in algorithm.with(&parameters, "").err().into_iter().flatten() {
                wrong(pointer.clone(), error.detail);
            }
        }
    }
    errors
}
