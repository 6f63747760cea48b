//! What fitting and scoring promise beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use ndarray::{Array2, Axis, array};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

fn noise(rows: usize, columns: usize) -> Array2<f64> {
    let mut random = RandomState::new(1);
    Array2::from_shape_simple_fn((rows, columns), || random.next_double())
}

fn fit(samples: &Array2<f64>) -> IsolationForest {
    IsolationForest::fit(&IsolationForestParameters::default(), samples.view(), &()).unwrap()
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let samples = noise(3000, 5);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let forest = fit(&samples);
            let scores = forest.score_samples(samples.view()).unwrap();
            (forest, scores)
        })
    };
    let alone = run(1);
    assert_eq!(run(2), alone);
    assert_eq!(run(5), alone);
}

#[test]
fn a_row_scores_the_same_alone_and_in_any_layout() {
    let samples = noise(300, 7);
    let forest = fit(&samples);
    let scores = forest.score_samples(samples.view()).unwrap();
    for row in 0..300 {
        let alone = forest.score_samples(samples.slice_axis(Axis(0), (row..=row).into())).unwrap();
        assert_eq!(alone[0], scores[row]);
    }
    let columns_first = samples.t().as_standard_layout().into_owned();
    assert_eq!(forest.score_samples(columns_first.t()).unwrap(), scores);
    assert_eq!(fit(&columns_first.reversed_axes()), forest);
    assert_eq!(forest.score_samples(Array2::zeros((0, 7)).view()).unwrap().len(), 0);
}

#[test]
fn an_outlier_scores_lowest() {
    let mut samples = noise(500, 3);
    samples.row_mut(123).fill(40.0);
    let scores = fit(&samples).score_samples(samples.view()).unwrap();
    assert!((0..500).all(|row| row == 123 || scores[row] > scores[123]));
}

#[test]
fn unusable_values_are_named_by_row_and_column() {
    let error = |samples: Array2<f64>| {
        IsolationForest::fit(&IsolationForestParameters::default(), samples.view(), &()).unwrap_err()
    };
    let place = MatrixError::NotFinite { row: 1, column: 0, value: f64::INFINITY };
    assert_eq!(error(array![[1.0, 2.0], [f64::INFINITY, f64::NAN]]), place.clone().into());
    let place = MatrixError::BeyondFloat32 { row: 0, column: 1, value: 1e39 };
    assert_eq!(error(array![[1.0, 1e39], [f64::NAN, 2.0]]), place.into());
    assert_eq!(error(Array2::zeros((0, 4))), MatrixError::Empty { rows: 0, columns: 4 }.into());
    assert_eq!(error(Array2::zeros((4, 0))), MatrixError::Empty { rows: 4, columns: 0 }.into());

    let forest = fit(&noise(1000, 2));
    let mut samples = noise(1000, 2);
    samples[[700, 1]] = f64::NEG_INFINITY;
    samples[[300, 0]] = f64::NAN;
    let message = forest.score_samples(samples.view()).unwrap_err().to_string();
    assert!(message.contains("row 300, column 0"), "{message}");
    let narrow = forest.score_samples(noise(3, 1).view());
    assert_eq!(narrow, Err(MatrixError::Columns { expected: 2, found: 1 }));
}

#[test]
fn parameters_that_do_not_fit_the_matrix_are_named() {
    let parameters = IsolationForestParameters { max_features: MaxFeatures::Count(3), ..Default::default() };
    let error = IsolationForest::fit(&parameters, noise(10, 2).view(), &()).unwrap_err();
    assert_eq!(error.to_string(), "max_features: 3 of 2 features");
}

#[derive(Default)]
struct Watch {
    reports: Mutex<Vec<f64>>,
    looks: AtomicUsize,
    cancel: AtomicBool,
}

impl Progress for Watch {
    fn report(&self, fraction: f64) {
        self.reports.lock().unwrap().push(fraction);
        self.cancel.store(fraction >= 0.1, Ordering::SeqCst);
    }

    fn cancelled(&self) -> bool {
        self.looks.fetch_add(1, Ordering::SeqCst);
        false
    }
}

/// As [`Watch`], and gives up after a tenth of the work.
struct Impatient(Watch);

impl Progress for Impatient {
    fn report(&self, fraction: f64) {
        self.0.report(fraction);
    }

    fn cancelled(&self) -> bool {
        self.0.cancel.load(Ordering::SeqCst)
    }
}

#[test]
fn progress_rises_to_one() {
    let watch = Watch::default();
    IsolationForest::fit(&IsolationForestParameters::default(), noise(100, 2).view(), &watch).unwrap();
    let reports = watch.reports.into_inner().unwrap();
    assert_eq!((reports.len(), reports.last()), (100, Some(&1.0)));
    assert!(reports.is_sorted());
    assert_eq!(watch.looks.into_inner(), 100);
}

#[test]
fn cancelling_ends_the_fit_early() {
    let watch = Impatient(Watch::default());
    let outcome = IsolationForest::fit(&IsolationForestParameters::default(), noise(100, 2).view(), &watch);
    assert_eq!(outcome.unwrap_err(), FitError::Cancelled);
    assert!(watch.0.reports.into_inner().unwrap().len() < 50);
}

#[test]
fn contributions_sum_to_the_score() {
    let mut samples = noise(400, 4);
    samples[[7, 2]] = 25.0;
    let forest = fit(&samples);
    let scores = forest.score_samples(samples.view()).unwrap();
    for row in 0..400 {
        let found = forest.contributions(samples.row(row), 0).unwrap();
        let sum = found.base + found.features.iter().sum::<f64>();
        assert!((sum - scores[row]).abs() < 1e-12, "row {row}: {sum}, not {}", scores[row]);
    }
    // What is unusual about a row lowers its score most.
    let found = forest.contributions(samples.row(7), 0).unwrap();
    assert!((0..4).all(|column| column == 2 || found.features[2] < found.features[column]));
    assert!(forest.contributions(samples.row(7), 1).is_none());
}

#[test]
fn samples_without_weight_are_not_drawn() {
    let samples = noise(300, 3);
    let weights = Array1::from_shape_fn(300, |row| f64::from(u8::from(row % 3 == 0)));
    let weighted = |weights: &Array1<f64>, max_samples, bootstrap| {
        let parameters =
            IsolationForestParameters { max_samples, bootstrap, n_estimators: 20, ..Default::default() };
        let training =
            TrainingSet { weights: Some(weights.view()), ..TrainingSet::unlabelled(samples.view()) };
        <IsolationForest as Estimator>::fit(&parameters, training, &())
    };
    for bootstrap in [false, true] {
        let forest = weighted(&weights, MaxSamples::Count(100), bootstrap).unwrap();
        assert!(forest.trees().iter().all(|tree| tree.tree.node(0).n_node_samples <= 100));
        let copy: IsolationForest =
            rmp_serde::from_slice(&rmp_serde::to_vec_named(&forest).unwrap()).unwrap();
        assert_eq!(copy, forest);
    }
    let error = weighted(&weights, MaxSamples::Auto, false).unwrap_err().to_string();
    assert!(error.contains("100 samples have a weight and each tree draws 256"), "{error}");
    let error = weighted(&Array1::zeros(300), MaxSamples::Auto, false).unwrap_err();
    assert!(matches!(error, FitError::Weights(_)));
}
