//! What fitting and scoring promise beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use crate::{ClassWeight, random::RandomState};
use ndarray::{Array1, Axis, array};
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

/// Rows around a centre per class, so close that classes overlap.
fn clouds(rows: usize, columns: usize, classes: u32) -> (Array2<f64>, Vec<u32>) {
    let mut random = RandomState::new(7);
    let of: Vec<u32> = (0..rows).map(|_| random.below(classes)).collect();
    let samples = Array2::from_shape_fn((rows, columns), |(row, column)| {
        let centre = f64::from(of[row] * (column as u32 + 1) % classes);
        centre + 3.0 * random.next_double()
    });
    (samples, of)
}

fn fit(
    parameters: &LogisticRegressionParameters,
    samples: &Array2<f64>,
    classes: &[u32],
) -> LogisticRegression {
    let count = *classes.iter().max().unwrap() as usize + 1;
    LogisticRegression::fit(parameters, TrainingSet::labelled(samples.view(), count, classes), &()).unwrap()
}

fn tight() -> LogisticRegressionParameters {
    LogisticRegressionParameters { tol: 1e-10, ..Default::default() }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    for classes in [2, 3] {
        let (samples, of) = clouds(2000, 6, classes);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let model = fit(&tight(), &samples, &of);
                let scores = model.score(samples.view()).unwrap();
                (model, scores)
            })
        };
        assert_eq!(run(1), run(3));
    }
}

/// Conjugate gradients and Cholesky's factors lead to the same optimum.
#[test]
fn wide_matrices_reach_the_same_optimum() {
    let (samples, of) = clouds(120, 100, 3);
    let model = fit(&tight(), &samples, &of);
    // The same features six times over, each a sixth as heavy: the same problem, too large to be solved densely.
    let copies = 6.0_f64;
    let wide = ndarray::concatenate(Axis(1), &[samples.view(); 6]).unwrap() / copies.sqrt();
    assert!(3 * (wide.ncols() + 1) > newton::DENSE);
    let wide = fit(&tight(), &wide, &of);
    let apart = |a: f64, b: f64| (a - b).abs();
    for (narrow, wide) in model.coefficients.rows().into_iter().zip(wide.coefficients.rows()) {
        for (i, value) in wide.iter().enumerate() {
            assert!(apart(*value, narrow[i % 100] / copies.sqrt()) < 1e-6);
        }
    }
    assert!(model.intercepts.iter().zip(&wide.intercepts).all(|(a, b)| apart(*a, *b) < 1e-6));
}

#[test]
fn a_row_scores_the_same_alone_and_in_any_layout() {
    for classes in [2, 3] {
        let (samples, of) = clouds(700, 5, classes);
        let model = fit(&Default::default(), &samples, &of);
        let scores = model.score(samples.view()).unwrap();
        for row in [0, 255, 699] {
            let alone = model.score(samples.slice_axis(Axis(0), (row..=row).into())).unwrap();
            assert_eq!(alone.row(0), scores.row(row));
        }
        let columns_first = samples.t().as_standard_layout().into_owned();
        assert_eq!(model.score(columns_first.t()).unwrap(), scores);
        assert_eq!(fit(&Default::default(), &columns_first.reversed_axes(), &of), model);
        assert!(scores.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12));
    }
}

#[test]
fn contributions_sum_to_the_probability() {
    for classes in [2, 3] {
        let (samples, of) = clouds(300, 4, classes);
        let model = fit(&Default::default(), &samples, &of);
        let scores = model.score(samples.view()).unwrap();
        for (row, column) in [(0, 0), (1, 1), (2, classes as usize - 1)] {
            let contributions = model.contributions(samples.row(row), column).unwrap();
            let sum = contributions.base + contributions.features.iter().sum::<f64>();
            assert!((sum - scores[[row, column]]).abs() < 1e-12);
        }
        assert_eq!(model.contributions(samples.row(0), classes as usize), None);
    }
}

/// A sample of weight 3 counts as three samples, and balancing as weights that make classes equal.
#[test]
fn weights_count_as_repetition() {
    let (samples, mut of) = clouds(60, 3, 2);
    of.iter_mut().take(30).for_each(|class| *class = 0);
    let weights: Array1<f64> = (0..60).map(|row| f64::from(row as u32 % 3)).collect();
    let rows: Vec<usize> = (0..60).flat_map(|row| std::iter::repeat_n(row, row % 3)).collect();
    let repeated = samples.select(Axis(0), &rows);
    let classes: Vec<u32> = rows.iter().map(|row| of[*row]).collect();
    for class_weight in [None, Some(ClassWeight::Balanced)] {
        let parameters = LogisticRegressionParameters { class_weight, ..tight() };
        let training =
            TrainingSet { weights: Some(weights.view()), ..TrainingSet::labelled(samples.view(), 2, &of) };
        let weighted = LogisticRegression::fit(&parameters, training, &()).unwrap();
        let expected = fit(&parameters, &repeated, &classes);
        let apart = &weighted.coefficients - &expected.coefficients;
        assert!(apart.iter().all(|difference| difference.abs() < 1e-8), "{apart}");
    }
}

#[test]
fn unusable_input_is_named() {
    let error = |samples: &Array2<f64>, count, of: &[u32]| {
        let training = TrainingSet::labelled(samples.view(), count, of);
        LogisticRegression::fit(&Default::default(), training, &()).unwrap_err().to_string()
    };
    let fine = array![[1.0], [2.0], [3.0]];
    assert!(error(&fine, 2, &[0, 0, 0]).contains("at least two classes"));
    assert!(error(&fine, 2, &[0, 1]).contains("2 labels for 3 samples"));
    assert!(error(&fine, 3, &[0, 1, 1]).contains("no sample of class 2"));
    assert!(error(&array![[1.0], [f64::NAN], [3.0]], 2, &[0, 1, 1]).contains("row 1, column 0"));
    assert!(error(&array![[1.0], [2.0], [f64::INFINITY]], 2, &[0, 1, 1]).contains("row 2, column 0"));
    for (parameters, name) in [
        (LogisticRegressionParameters { c: 0.0, ..tight() }, "C:"),
        (LogisticRegressionParameters { tol: f64::NAN, ..tight() }, "tol:"),
        (LogisticRegressionParameters { max_iter: 0, ..tight() }, "max_iter:"),
    ] {
        let training = TrainingSet::labelled(fine.view(), 2, &[0, 1, 1]);
        let error = LogisticRegression::fit(&parameters, training, &()).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }
    let model = fit(&Default::default(), &fine, &[0, 1, 1]);
    assert_eq!(model.score(array![[1.0, 2.0]].view()), Err(MatrixError::Columns { expected: 1, found: 2 }));
    let message = model.score(array![[1.0], [f64::NAN]].view()).unwrap_err().to_string();
    assert!(message.contains("row 1, column 0"), "{message}");
}

/// Separable classes, constant features, more features than rows, and values of very different sizes.
#[test]
fn awkward_matrices_are_fitted() {
    let far = array![[-1.0, 5.0, 1e30], [-2.0, 5.0, 2e30], [1.0, 5.0, -1e30], [2.0, 5.0, -4e30]];
    let constant = Array2::from_elem((4, 2), 7.0);
    let wide = Array2::from_shape_fn((4, 30), |(row, column)| ((row * 7 + column) % 5) as f64);
    let parameters = LogisticRegressionParameters { c: 1e6, ..tight() };
    for samples in [far, constant, wide] {
        let model = fit(&parameters, &samples, &[0, 0, 1, 1]);
        let scores = model.score(samples.view()).unwrap();
        assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)), "{scores}");
        assert!(scores[[3, 1]] >= 0.5 - 1e-9 && scores[[0, 1]] <= 0.5 + 1e-9, "{scores}");
    }
}

#[test]
fn what_was_read_is_checked() {
    let (samples, of) = clouds(100, 3, 2);
    let model = fit(&Default::default(), &samples, &of);
    let text = serde_json::to_value(&model).unwrap();
    assert_eq!(serde_json::from_value::<LogisticRegression>(text).unwrap(), model);
    assert_eq!(model.check(), Ok(()));
    let changes: [fn(&mut LogisticRegression); 4] = [
        |model| model.intercepts.clear(),
        |model| model.coefficients[[0, 1]] = f64::NAN,
        |model| model.coefficients = Array2::zeros((2, 3)),
        |model| model.parameters.c = -1.0,
    ];
    for change in changes {
        let mut model = model.clone();
        change(&mut model);
        assert!(model.check().is_err());
    }
}

/// Counts how often it is asked, and gives up at the third time.
#[derive(Default)]
struct Watch {
    reports: Mutex<Vec<f64>>,
    looks: AtomicUsize,
}

impl Progress for Watch {
    fn report(&self, fraction: f64) {
        self.reports.lock().unwrap().push(fraction);
    }

    fn cancelled(&self) -> bool {
        self.looks.fetch_add(1, Ordering::SeqCst) == usize::MAX
    }
}

struct Impatient(AtomicUsize);

impl Progress for Impatient {
    fn report(&self, _fraction: f64) {}

    fn cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst) >= 2
    }
}

#[test]
fn progress_rises_and_cancelling_ends_the_fit() {
    let (samples, of) = clouds(1000, 4, 2);
    let training = TrainingSet::labelled(samples.view(), 2, &of);
    let watch = Watch::default();
    LogisticRegression::fit(&Default::default(), training, &watch).unwrap();
    let reports = watch.reports.into_inner().unwrap();
    assert!(reports.is_sorted() && reports.last() == Some(&1.0), "{reports:?}");
    assert!(watch.looks.into_inner() > 10);
    let outcome = LogisticRegression::fit(&Default::default(), training, &Impatient(AtomicUsize::new(0)));
    assert_eq!(outcome, Err(FitError::Cancelled));
}
