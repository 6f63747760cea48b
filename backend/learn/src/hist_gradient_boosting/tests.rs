//! What fitting and scoring promise beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use ndarray::{Axis, array};
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

fn noise(rows: usize, columns: usize, classes: u32) -> (Array2<f64>, Vec<u32>) {
    let mut random = RandomState::new(5);
    let samples = Array2::from_shape_simple_fn((rows, columns), || random.next_double());
    let of =
        samples.rows().into_iter().map(|row| (row[0] * row[1] * 3.0 * f64::from(classes)) as u32 % classes);
    let of = of.collect();
    (samples, of)
}

fn short() -> HistGradientBoostingParameters {
    HistGradientBoostingParameters { max_iter: 8, ..Default::default() }
}

fn fit(samples: &Array2<f64>, classes: &[u32]) -> HistGradientBoosting {
    let count = *classes.iter().max().unwrap() as usize + 1;
    HistGradientBoosting::fit(&short(), TrainingSet::labelled(samples.view(), count, classes), &()).unwrap()
}

#[test]
fn results_do_not_depend_on_the_number_of_threads_or_the_layout() {
    for classes in [2, 3] {
        let (mut samples, of) = noise(2500, 6, classes);
        samples.column_mut(3).iter_mut().step_by(3).for_each(|value| *value = f64::NAN);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let model = fit(&samples, &of);
                (model.score(samples.view()).unwrap(), model)
            })
        };
        let (scores, model) = run(1);
        assert_eq!(run(3), (scores.clone(), model.clone()));
        let columns_first = samples.t().as_standard_layout().into_owned();
        assert_eq!(fit(&columns_first.reversed_axes(), &of), model);
        for row in [0, 1300, 2499] {
            let alone = model.score(samples.slice_axis(Axis(0), (row..=row).into())).unwrap();
            assert_eq!(alone.row(0), scores.row(row));
        }
    }
}

#[test]
fn contributions_sum_to_the_probability() {
    for classes in [2, 3] {
        let (mut samples, of) = noise(800, 4, classes);
        samples[[5, 0]] = f64::NAN;
        let model = fit(&samples, &of);
        let scores = model.score(samples.view()).unwrap();
        for (row, column) in [(0, 0), (5, 1), (700, classes as usize - 1)] {
            let contributions = model.contributions(samples.row(row), column).unwrap();
            let sum = contributions.base + contributions.features.iter().sum::<f64>();
            assert!((sum - scores[[row, column]]).abs() < 1e-12);
        }
        // The classes depend on the first two features alone.
        let mut sizes = [0.0; 4];
        for row in samples.rows() {
            let shares = model.contributions(row, 1).unwrap().features;
            sizes.iter_mut().zip(shares).for_each(|(size, share)| *size += share.abs());
        }
        assert!(sizes[0] + sizes[1] > 3.0 * (sizes[2] + sizes[3]), "{sizes:?}");
    }
}

#[test]
fn unusable_input_is_named() {
    let error = |parameters: &HistGradientBoostingParameters, samples: Array2<f64>, of: &[u32]| {
        let training = TrainingSet::labelled(samples.view(), 2, of);
        HistGradientBoosting::fit(parameters, training, &()).unwrap_err().to_string()
    };
    let fine = || array![[1.0, 2.0], [2.0, 3.0], [3.0, 5.0]];
    assert!(error(&short(), fine(), &[1, 1, 1]).contains("at least two classes"));
    assert!(error(&short(), fine(), &[0, 1]).contains("2 labels for 3 samples"));
    assert!(error(&short(), array![[1.0], [f64::INFINITY]], &[0, 1]).contains("row 1, column 0"));
    assert!(
        error(&short(), array![[1.0, f64::NAN], [2.0, f64::NAN]], &[0, 1]).contains("column 1 has no value")
    );
    for (parameters, name) in [
        (HistGradientBoostingParameters { learning_rate: 0.0, ..short() }, "learning_rate:"),
        (HistGradientBoostingParameters { max_iter: 0, ..short() }, "max_iter:"),
        (HistGradientBoostingParameters { max_leaf_nodes: Some(1), ..short() }, "max_leaf_nodes:"),
        (HistGradientBoostingParameters { max_depth: Some(0), ..short() }, "max_depth:"),
        (HistGradientBoostingParameters { min_samples_leaf: 0, ..short() }, "min_samples_leaf:"),
        (HistGradientBoostingParameters { l2_regularization: f64::NAN, ..short() }, "l2_regularization:"),
        (HistGradientBoostingParameters { max_bins: 256, ..short() }, "max_bins:"),
    ] {
        let found = error(&parameters, fine(), &[0, 1, 1]);
        assert!(found.starts_with(name), "{found}");
    }
    let model = fit(&fine(), &[0, 1, 1]);
    let infinite = model.score(array![[1.0, 2.0], [f64::NAN, f64::NEG_INFINITY]].view()).unwrap_err();
    assert!(infinite.to_string().contains("row 1, column 1"), "{infinite}");
    assert_eq!(model.score(array![[1.0]].view()), Err(MatrixError::Columns { expected: 2, found: 1 }));
}

#[test]
fn what_was_read_is_checked() {
    let (samples, of) = noise(300, 3, 2);
    let model = fit(&samples, &of);
    let bytes = rmp_serde::to_vec_named(&model).unwrap();
    assert_eq!(rmp_serde::from_slice::<HistGradientBoosting>(&bytes).unwrap(), model);
    let changes: [fn(&mut Stored); 7] = [
        |stored| stored.iterations[2].clear(),
        |stored| stored.iterations.truncate(3),
        |stored| stored.baseline.push(0.5),
        |stored| stored.thresholds[0][0] = f64::NAN,
        |stored| stored.n_classes = 1,
        |stored| stored.iterations[0][0].nodes[0].feature = 3,
        |stored| stored.iterations[0][0].nodes[0].right += 1,
    ];
    for change in changes {
        let mut stored = model.stored.clone();
        change(&mut stored);
        let bytes = rmp_serde::to_vec_named(&stored).unwrap();
        assert!(rmp_serde::from_slice::<HistGradientBoosting>(&bytes).is_err());
    }
}

/// Notes what is reported, and gives up when it is asked once more than `patience`.
struct Watch {
    reports: Mutex<Vec<f64>>,
    patience: usize,
    looks: AtomicUsize,
}

impl Progress for Watch {
    fn report(&self, fraction: f64) {
        self.reports.lock().unwrap().push(fraction);
    }

    fn cancelled(&self) -> bool {
        self.looks.fetch_add(1, Ordering::SeqCst) >= self.patience
    }
}

#[test]
fn progress_rises_and_cancelling_ends_the_fit() {
    let (samples, of) = noise(500, 5, 2);
    let run = |patience| {
        let watch = Watch { reports: Mutex::default(), patience, looks: AtomicUsize::default() };
        let training = TrainingSet::labelled(samples.view(), 2, &of);
        let outcome = HistGradientBoosting::fit(&short(), training, &watch);
        (outcome.err(), watch.reports.into_inner().unwrap())
    };
    let (error, reports) = run(usize::MAX);
    assert_eq!((error, reports.len(), reports.last()), (None, 8, Some(&1.0)));
    assert!(reports.is_sorted());
    for patience in [0, 6, 30] {
        let (error, reports) = run(patience);
        assert_eq!(error, Some(FitError::Cancelled));
        assert!(reports.len() < 8);
    }
}
