//! What fitting and scoring promise beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use crate::random::RandomState;
use ndarray::{Axis, array};

fn noise(rows: usize, columns: usize, classes: u32) -> (Array2<f64>, Vec<u32>) {
    let mut random = RandomState::new(3);
    let of: Vec<u32> = (0..rows as u32).map(|row| row % classes).collect();
    let samples =
        Array2::from_shape_fn((rows, columns), |(row, _)| f64::from(of[row]) + 4.0 * random.next_double());
    (samples, of)
}

fn fit(samples: &Array2<f64>, classes: &[u32]) -> GaussianNb {
    let count = *classes.iter().max().unwrap() as usize + 1;
    GaussianNb::fit(&Default::default(), TrainingSet::labelled(samples.view(), count, classes), &()).unwrap()
}

#[test]
fn results_do_not_depend_on_the_number_of_threads_or_the_layout() {
    let (samples, of) = noise(9000, 4, 3);
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
    let alone = model.score(samples.slice_axis(Axis(0), (700..701).into())).unwrap();
    assert_eq!(alone.row(0), scores.row(700));
}

#[test]
fn contributions_sum_to_the_probability() {
    for classes in [2, 4] {
        let (samples, of) = noise(200, 5, classes);
        let model = fit(&samples, &of);
        let scores = model.score(samples.view()).unwrap();
        for column in 0..classes as usize {
            let contributions = model.contributions(samples.row(9), column).unwrap();
            let sum = contributions.base + contributions.features.iter().sum::<f64>();
            assert!((sum - scores[[9, column]]).abs() < 1e-12);
            assert!((contributions.base - 1.0 / f64::from(classes)).abs() < 1e-12);
        }
    }
}

#[test]
fn unusable_input_is_named() {
    let error = |parameters: &GaussianNbParameters, samples: Array2<f64>, of: &[u32]| {
        let training = TrainingSet::labelled(samples.view(), 2, of);
        GaussianNb::fit(parameters, training, &()).unwrap_err().to_string()
    };
    let default = GaussianNbParameters::default();
    assert!(error(&default, Array2::ones((4, 2)), &[0, 0, 1, 1]).contains("column 0 does not vary"));
    assert!(error(&default, array![[1.0], [2.0]], &[1, 1]).contains("at least two classes"));
    assert!(error(&default, array![[1.0], [f64::INFINITY]], &[0, 1]).contains("row 1, column 0"));
    for (priors, words) in [
        (vec![0.5, 0.4], "sum to 0.9"),
        (vec![1.0], "1 of them for 2 classes"),
        (vec![1.5, -0.5], "1.5 is not above 0 and at most 1"),
    ] {
        let parameters = GaussianNbParameters { priors: Some(priors), ..Default::default() };
        let found = error(&parameters, array![[1.0], [2.0]], &[0, 1]);
        assert!(found.starts_with("priors:") && found.contains(words), "{found}");
    }
    let parameters = GaussianNbParameters { var_smoothing: -1.0, ..Default::default() };
    assert!(error(&parameters, array![[1.0], [2.0]], &[0, 1]).starts_with("var_smoothing:"));
}

/// A class of one sample has no variance of its own; smoothing makes it usable.
#[test]
fn a_class_with_one_member_is_learned() {
    let samples = array![[0.0], [1.0], [2.0], [10.0]];
    let model = fit(&samples, &[0, 0, 0, 1]);
    let scores = model.score(samples.view()).unwrap();
    assert!(scores[[3, 1]] > 0.99 && scores[[0, 0]] > 0.99, "{scores}");
}

#[test]
fn what_was_read_is_checked() {
    let (samples, of) = noise(50, 2, 2);
    let model = fit(&samples, &of);
    let text = serde_json::to_value(&model).unwrap();
    assert_eq!(serde_json::from_value::<GaussianNb>(text).unwrap(), model);
    assert_eq!(model.check(), Ok(()));
    let changes: [fn(&mut GaussianNb); 4] = [
        |model| model.stored.variances[[0, 0]] = 0.0,
        |model| model.stored.means = Array2::zeros((2, 3)),
        |model| model.stored.class_priors[0] = f64::NAN,
        |model| model.stored.class_counts.clear(),
    ];
    for change in changes {
        let mut model = model.clone();
        change(&mut model);
        assert!(model.check().is_err());
    }
}
