//! What distances to normal samples promise beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use ndarray::{array, aview1};

fn fit(metric: Metric, training: TrainingSet<'_>) -> Result<NearestNormal, FitError> {
    fit_with(NearestNormalParameters { metric, ..Default::default() }, training)
}

fn fit_with(
    parameters: NearestNormalParameters,
    training: TrainingSet<'_>,
) -> Result<NearestNormal, FitError> {
    <NearestNormal as Estimator>::fit(&parameters, training, &())
}

fn of_neighbors(n_neighbors: u32, metric: Metric) -> NearestNormalParameters {
    NearestNormalParameters { n_neighbors, metric, ..Default::default() }
}

#[test]
fn learns_from_the_first_class_alone() {
    let samples = array![[0.0, 0.0], [9.0, 0.0], [0.0, 0.0], [1.0, 0.0], [-0.0, 0.0]];
    let labelled = TrainingSet::labelled(samples.view(), 2, &[0, 1, 0, 0, 0]);
    let model = fit(Metric::Euclidean, labelled).unwrap();
    assert_eq!(model.samples(), array![[0.0, 0.0], [1.0, 0.0]]);
    assert_eq!(model.score(array![[9.0, 0.0], [0.5, 0.0]].view()).unwrap(), array![[-8.0], [-0.5]]);
    let all = fit(Metric::Euclidean, TrainingSet::unlabelled(samples.view())).unwrap();
    assert_eq!(all.score(array![[9.0, 4.0]].view()).unwrap(), array![[-4.0]]);
}

#[test]
fn a_row_of_zeros_is_at_cosine_distance_one_from_everything() {
    let samples = array![[0.0, 0.0], [3.0, 4.0]];
    let model = fit(Metric::Cosine, TrainingSet::unlabelled(samples.view())).unwrap();
    let scores = model.score(array![[0.0, 0.0], [6.0, 8.0], [-3.0, -4.0]].view()).unwrap();
    assert_eq!(scores, array![[-1.0], [0.0], [-1.0]]);
}

#[test]
fn the_last_neighbour_is_the_score_and_equal_samples_vouch_for_each_other() {
    let samples = array![[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [4.0, 3.0], [0.0, 0.0]];
    let queries = array![[0.0, 0.0], [4.0, 3.0], [1.0, 2.0]];
    let scores = |n_neighbors, metric| {
        let training = TrainingSet::unlabelled(samples.view());
        let model = fit_with(of_neighbors(n_neighbors, metric), training).unwrap();
        assert_eq!(model.samples(), samples);
        model.score(queries.view()).unwrap()
    };
    assert_eq!(scores(2, Metric::Manhattan), array![[0.0], [-5.0], [-3.0]]);
    assert_eq!(scores(3, Metric::Manhattan), array![[0.0], [-7.0], [-3.0]]);
    assert_eq!(scores(4, Metric::Manhattan), array![[-2.0], [-7.0], [-3.0]]);
    assert_eq!(scores(4, Metric::Euclidean), array![[-2_f64.sqrt()], [-5.0], [-5_f64.sqrt()]]);
    // The rows of zeros are at distance 1 from everything.
    let cosines = scores(2, Metric::Cosine);
    assert_eq!(cosines[[0, 0]], -1.0);
    assert!((cosines[[1, 0]] + (1.0 - 7.0 / (5.0 * 2_f64.sqrt()))).abs() < 1e-12);
}

#[test]
fn of_few_samples_all_are_neighbours() {
    let samples = array![[0.0], [1.0], [9.0], [9.0]];
    let labelled = TrainingSet::labelled(samples.view(), 2, &[0, 0, 1, 1]);
    let model = fit_with(of_neighbors(10, Metric::Manhattan), labelled).unwrap();
    assert_eq!((model.n_neighbors(), model.parameters().n_neighbors), (2, 2));
    assert_eq!(model.score(array![[3.0]].view()).unwrap(), array![[-3.0]]);
    assert_eq!(model.contributions(aview1(&[3.0]), 0).unwrap().features, [-3.0]);
    model.check().unwrap();
}

#[test]
fn as_many_samples_are_drawn_as_are_asked_for() {
    let samples = Array2::from_shape_fn((200, 1), |(row, _)| (row / 2) as f64);
    let kept = |n_neighbors, max_samples, random_state| {
        let parameters = NearestNormalParameters {
            n_neighbors,
            metric: Metric::Euclidean,
            max_samples: Some(max_samples),
            random_state,
        };
        let model = fit_with(parameters, TrainingSet::unlabelled(samples.view())).unwrap();
        model.samples().column(0).to_vec()
    };
    // The draw is from the 100 distinct samples, or from all 200.
    for (n_neighbors, population) in [(1, 100), (3, 200)] {
        let all = kept(n_neighbors, 200, 1);
        assert_eq!(all.len(), population as usize);
        let drawn = kept(n_neighbors, 30, 7);
        let mut places = sample_without_replacement(population, 30, &mut RandomState::new(7));
        places.sort_unstable();
        assert_eq!(drawn, places.into_iter().map(|place| all[place as usize]).collect::<Vec<_>>());
        assert_eq!(drawn, kept(n_neighbors, 30, 7));
        assert_ne!(drawn, kept(n_neighbors, 30, 8));
    }
}

#[test]
fn another_seed_is_another_model_only_where_samples_are_drawn() {
    let parse = |value| crate::parse_algorithm(&value, "").unwrap();
    let all = parse(serde_json::json!({"type": "nearest_normal"}));
    assert_eq!(all.with_random_state(1), None);
    let drawn = parse(serde_json::json!({"type": "nearest_normal", "max_samples": 5}));
    assert_eq!(drawn.with_random_state(1).map(|other| other.random_state()), Some(1));
}

/// Models and specifications of before there were other parameters than the metric.
#[test]
fn what_names_the_metric_alone_has_one_neighbour() {
    let value = serde_json::json!({
        "parameters": {"metric": "euclidean"},
        "references": {"metric": "euclidean", "rows": {"v": 1, "dim": [2, 1], "data": [0.0, 4.0]}}
    });
    let model: NearestNormal = serde_json::from_value(value).unwrap();
    assert_eq!(model.parameters(), &of_neighbors(1, Metric::Euclidean));
    assert_eq!(model.score(array![[3.0]].view()).unwrap(), array![[-1.0]]);
}

#[test]
fn memory_is_that_of_the_samples_to_keep() {
    let bytes = |parameters: &NearestNormalParameters| NearestNormal::memory_bytes(parameters, 1000, 10, 0);
    assert_eq!(bytes(&NearestNormalParameters::default()), 1000 * (24 * 10 + 48));
    let few = NearestNormalParameters { max_samples: Some(10), ..of_neighbors(5, Metric::Cosine) };
    assert_eq!(bytes(&few), 1000 * 24 + 10 * 160);
}

#[test]
fn shares_sum_to_the_score() {
    let samples = array![[1.0, 2.0, 0.0], [3.0, -1.0, 1.0], [0.0, 0.0, 0.0]];
    for (metric, n_neighbors) in
        METRICS.into_iter().flat_map(|metric| [(metric, 1), (metric, 2), (metric, 5)])
    {
        let parameters = of_neighbors(n_neighbors, metric);
        let model = fit_with(parameters, TrainingSet::unlabelled(samples.view())).unwrap();
        for row in [[4.0, 4.0, 4.0], [1.0, 2.0, 0.0], [0.0, 0.0, 0.0], [-3.0, 1.0, -1.5]] {
            let score = model.score(aview1(&row).insert_axis(Axis(0))).unwrap()[[0, 0]];
            let parts = model.contributions(aview1(&row), 0).unwrap();
            let sum = parts.base + parts.features.iter().sum::<f64>();
            assert!((sum - score).abs() < 1e-12, "{metric:?} {row:?}: {sum} of {score}");
        }
    }
}

#[test]
fn impossible_fits_say_why() {
    let samples = array![[1.0], [2.0]];
    let error = |training| fit(Metric::Cosine, training).unwrap_err();
    let message = error(TrainingSet::labelled(samples.view(), 2, &[1, 1])).to_string();
    assert!(message.contains("normal"), "{message}");
    let labels = FitError::Labels { samples: 2, labels: 1 };
    assert_eq!(error(TrainingSet::labelled(samples.view(), 2, &[1])), labels);
    let broken = array![[1.0], [f64::NAN]];
    assert!(error(TrainingSet::unlabelled(broken.view())).to_string().contains("row 1, column 0"));
    let none = NearestNormalParameters { max_samples: Some(0), ..Default::default() };
    for (parameters, wrong) in [(of_neighbors(0, Metric::Cosine), "n_neighbors"), (none, "max_samples")] {
        let error = fit_with(parameters, TrainingSet::unlabelled(samples.view())).unwrap_err();
        assert!(matches!(error, FitError::Parameter { name, .. } if name == wrong), "{error}");
    }
}
