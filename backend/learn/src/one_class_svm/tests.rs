//! What the machine promises beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use crate::{random::RandomState, svm::Kernel};
use ndarray::{array, aview1};

fn noise(rows: usize) -> Array2<f64> {
    let mut random = RandomState::new(1);
    Array2::from_shape_simple_fn((rows, 3), || random.next_double() - 0.5)
}

fn fit(parameters: OneClassSvmParameters, samples: &Array2<f64>) -> Result<OneClassSvm, FitError> {
    <OneClassSvm as Estimator>::fit(&parameters, TrainingSet::unlabelled(samples.view()), &())
}

#[test]
fn about_nu_of_the_samples_are_outside() {
    let samples = noise(400);
    let model = fit(OneClassSvmParameters { nu: 0.1, ..Default::default() }, &samples).unwrap();
    let scores = model.score(samples.view()).unwrap();
    let tolerance = model.parameters().tol;
    let outside = scores.iter().filter(|score| **score < model.rho() - tolerance).count();
    assert!((20..=40).contains(&outside), "{outside}");
    assert!(model.score(array![[9.0, 0.0, 0.0]].view()).unwrap()[[0, 0]] < model.rho());
}

#[test]
fn results_do_not_depend_on_the_number_of_threads_or_the_cache() {
    // Of 700 rows, one megabyte holds half.
    let samples = noise(700);
    let run = |threads, cache_size| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let model = fit(OneClassSvmParameters { cache_size, ..Default::default() }, &samples).unwrap();
        pool.install(|| model.score(samples.view()).unwrap())
    };
    assert_eq!(run(1, 200), run(3, 1));
}

#[test]
fn linear_contributions_sum_to_the_score() {
    let samples = noise(100) + 2.0;
    let parameters = OneClassSvmParameters { kernel: Kernel::Linear, ..Default::default() };
    let model = fit(parameters, &samples).unwrap();
    let parts = model.contributions(aview1(&[1.0, -2.0, 3.0]), 0).unwrap();
    let score = model.score(array![[1.0, -2.0, 3.0]].view()).unwrap()[[0, 0]];
    assert!((parts.features.iter().sum::<f64>() - score).abs() < 1e-9);
    assert_eq!(fit(Default::default(), &samples).unwrap().contributions(aview1(&[1.0; 3]), 0), None);
}

#[test]
fn unusable_parameters_are_named() {
    let name = |parameters| match fit(parameters, &noise(9)) {
        Err(FitError::Parameter { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    use crate::svm::Gamma;
    assert_eq!(name(OneClassSvmParameters { nu: 0.0, ..Default::default() }), "nu");
    assert_eq!(name(OneClassSvmParameters { tol: -1.0, ..Default::default() }), "tol");
    assert_eq!(name(OneClassSvmParameters { gamma: Gamma::Value(0.0), ..Default::default() }), "gamma");
    assert_eq!(name(OneClassSvmParameters { coef0: f64::NAN, ..Default::default() }), "coef0");
    assert!(fit(Default::default(), &Array2::ones((20, 2))).is_ok());
}
