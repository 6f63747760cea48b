//! What fitting and scoring promise beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use crate::{FittedModel, MatrixError, parse_algorithm};
use ndarray::{Array2, Axis, array, aview1};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

/// Noise, and three classes that the first column nearly tells.
fn sample(rows: usize, columns: usize) -> (Array2<f64>, Vec<u32>) {
    let mut random = RandomState::new(1);
    let samples = Array2::from_shape_simple_fn((rows, columns), || random.next_double());
    let class = |row: usize| ((samples[[row, 0]] + 0.2 * random.next_double()) * 2.5) as u32;
    let classes = (0..rows).map(class).collect();
    (samples, classes)
}

fn fit(
    algorithm: serde_json::Value,
    samples: &Array2<f64>,
    classes: &[u32],
) -> Result<FittedModel, FitError> {
    let training = TrainingSet::labelled(samples.view(), 3, classes);
    parse_algorithm(&algorithm, "").unwrap().fit(training, &())
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let (samples, classes) = sample(400, 5);
    for kind in ["random_forest", "extra_trees"] {
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let model = fit(json!({"type": kind, "n_estimators": 7}), &samples, &classes).unwrap();
                let scores = model.score(samples.view()).unwrap();
                (model, scores)
            })
        };
        let alone = run(1);
        assert_eq!(run(3), alone);
    }
}

#[test]
fn a_row_scores_the_same_alone_and_in_any_layout() {
    let (samples, classes) = sample(300, 7);
    let model = fit(json!({"type": "random_forest", "n_estimators": 9}), &samples, &classes).unwrap();
    let scores = model.score(samples.view()).unwrap();
    assert_eq!(scores.dim(), (300, 3));
    for row in [0, 17, 299] {
        let alone = model.score(samples.slice_axis(Axis(0), (row..=row).into())).unwrap();
        assert_eq!(alone.row(0), scores.row(row));
        assert!((scores.row(row).sum() - 1.0).abs() < 1e-12);
    }
    let columns_first = samples.t().as_standard_layout().into_owned();
    assert_eq!(model.score(columns_first.t()).unwrap(), scores);
    assert_eq!(model.score(Array2::zeros((0, 7)).view()).unwrap().dim(), (0, 3));
    let narrow = model.score(Array2::zeros((1, 6)).view());
    assert_eq!(narrow, Err(MatrixError::Columns { expected: 7, found: 6 }));
}

#[test]
fn contributions_sum_to_the_score() {
    let (samples, classes) = sample(300, 4);
    for kind in ["decision_tree", "random_forest", "extra_trees"] {
        let model = fit(json!({"type": kind}), &samples, &classes).unwrap();
        let scores = model.score(samples.view()).unwrap();
        let mut first = 0;
        for row in 0..300 {
            for class in 0..3 {
                let found = model.contributions(samples.row(row), class).unwrap();
                let sum = found.base + found.features.iter().sum::<f64>();
                assert!((sum - scores[[row, class]]).abs() < 1e-12);
                let largest = found.features.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
                first += usize::from(found.features[0].abs() == largest);
            }
        }
        // The column that the classes were made from explains them.
        assert!(first > 700, "{kind}: {first} of 900");
        assert!(model.contributions(samples.row(0), 3).is_none());
    }
}

#[test]
fn unusable_input_is_named() {
    let (samples, classes) = sample(30, 2);
    let message = |parameters: serde_json::Value, classes: &[u32]| {
        let mut algorithm = json!({"type": "random_forest", "n_estimators": 2});
        algorithm.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
        fit(algorithm, &samples, classes).unwrap_err().to_string()
    };
    assert!(message(json!({}), &[1; 30]).contains("every sample is of class 1"));
    assert!(message(json!({}), &classes[1..]).contains("29 labels for 30 samples"));
    assert_eq!(message(json!({"max_features": 3}), &classes), "max_features: 3 of 2 features");
    let without = json!({"bootstrap": false, "max_samples": 5});
    assert!(message(without, &classes).starts_with("max_samples: without `bootstrap`"));
    let broken = array![[1.0, f64::NAN], [2.0, 3.0]];
    let error = fit(json!({"type": "extra_trees"}), &broken, &[0, 1]).unwrap_err().to_string();
    assert!(error.contains("row 0, column 1"), "{error}");

    let specification = parse_algorithm(&json!({"type": "random_forest"}), "").unwrap();
    let mut training = TrainingSet::labelled(samples.view(), 3, &classes);
    let weights = [-1.0; 30];
    training.weights = Some(aview1(&weights));
    assert!(specification.fit(training, &()).unwrap_err().to_string().contains("the weight of row 0 is -1"));
}

#[test]
fn a_class_without_samples_has_no_chance() {
    let (samples, _) = sample(60, 3);
    let classes: Vec<u32> = (0..60).map(|row| if samples[[row, 0]] > 0.5 { 2 } else { 0 }).collect();
    for weight in [json!(null), json!("balanced"), json!("balanced_subsample")] {
        let algorithm = json!({"type": "random_forest", "n_estimators": 5, "class_weight": weight});
        let scores = fit(algorithm, &samples, &classes).unwrap().score(samples.view()).unwrap();
        assert!(scores.column(1).iter().all(|score| *score == 0.0));
        assert!(scores.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12));
    }
}

#[test]
fn the_stored_form_is_read_back_and_checked() {
    let (samples, classes) = sample(80, 3);
    for algorithm in [
        json!({"type": "decision_tree"}),
        json!({"type": "random_forest", "n_estimators": 3, "class_weight": "balanced_subsample"}),
        json!({"type": "extra_trees", "n_estimators": 3}),
    ] {
        let model = fit(algorithm, &samples, &classes).unwrap();
        let bytes = rmp_serde::to_vec_named(&model).unwrap();
        let read: FittedModel = rmp_serde::from_slice(&bytes).unwrap();
        assert_eq!(read, model);
        assert_eq!(read.score(samples.view()).unwrap(), model.score(samples.view()).unwrap());
        // Whatever is damaged, reading fails or gives a model that can be scored with.
        for place in (0..bytes.len()).step_by(11) {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x15;
            if let Ok(model) = rmp_serde::from_slice::<FittedModel>(&damaged) {
                let _ = model.score(samples.view());
            }
        }
    }
}

/// Notes reports, and gives up after the first one.
#[derive(Default)]
struct Watcher {
    reports: Mutex<Vec<f64>>,
    impatient: bool,
    cancel: AtomicBool,
}

impl Progress for Watcher {
    fn report(&self, fraction: f64) {
        self.reports.lock().unwrap().push(fraction);
        self.cancel.store(self.impatient, Ordering::SeqCst);
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::SeqCst)
    }
}

#[test]
fn progress_rises_to_one() {
    let (samples, classes) = sample(500, 3);
    for kind in ["decision_tree", "random_forest"] {
        let watch = Watcher::default();
        let specification = parse_algorithm(&json!({"type": kind}), "").unwrap();
        specification.fit(TrainingSet::labelled(samples.view(), 3, &classes), &watch).unwrap();
        let reports = watch.reports.into_inner().unwrap();
        assert!(reports.len() >= 10);
        assert!(reports.is_sorted());
        assert_eq!(reports.last(), Some(&1.0));
    }
}

#[test]
fn cancelling_ends_the_fit_early() {
    let (samples, classes) = sample(500, 3);
    let watch = Watcher { impatient: true, ..Default::default() };
    let specification = parse_algorithm(&json!({"type": "extra_trees"}), "").unwrap();
    let outcome = specification.fit(TrainingSet::labelled(samples.view(), 3, &classes), &watch);
    assert_eq!(outcome.unwrap_err(), FitError::Cancelled);
    assert!(watch.reports.into_inner().unwrap().len() < 50);
}

/// A single tree on many samples is given up as well, long before it is done.
#[test]
fn cancelling_ends_a_large_tree_early() {
    let (samples, classes) = sample(60_000, 4);
    for weight in [json!(null), json!("balanced")] {
        let watch = Watcher { impatient: true, ..Default::default() };
        let algorithm = json!({"type": "decision_tree", "class_weight": weight});
        let training = TrainingSet::labelled(samples.view(), 3, &classes);
        let outcome = parse_algorithm(&algorithm, "").unwrap().fit(training, &watch);
        assert_eq!(outcome.unwrap_err(), FitError::Cancelled);
        assert!(watch.reports.into_inner().unwrap().iter().all(|share| *share < 1.0));
    }
}
