//! What the envelope promises beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use ndarray::{array, aview1};
use proptest::prelude::*;

fn noise(rows: usize, columns: usize) -> Array2<f64> {
    let mut random = RandomState::new(1);
    Array2::from_shape_simple_fn((rows, columns), || random.next_double() + random.next_double())
}

fn fit(samples: &Array2<f64>, share: Option<f64>) -> Result<EllipticEnvelope, FitError> {
    let parameters = EllipticEnvelopeParameters { support_fraction: share, ..Default::default() };
    <EllipticEnvelope as Estimator>::fit(&parameters, TrainingSet::unlabelled(samples.view()), &())
}

#[test]
fn outliers_do_not_move_the_envelope() {
    let mut samples = noise(700, 3);
    for row in 0..100 {
        samples.row_mut(row).fill(50.0);
    }
    let model = fit(&samples, None).unwrap();
    assert!(model.reweighted.location.iter().all(|value| (value - 1.0).abs() < 0.1));
    let parts = model.contributions(aview1(&[1.0, 9.0, 1.0]), 0).unwrap();
    let score = model.score(array![[1.0, 9.0, 1.0]].view()).unwrap()[[0, 0]];
    assert!((parts.features.iter().sum::<f64>() - score).abs() < 1e-9 * score.abs());
    assert!(parts.features[1] < 0.9 * score);
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let samples = noise(600, 3);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(&samples, None).unwrap())
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn impossible_fits_say_why() {
    let message = |samples, share| fit(&samples, share).unwrap_err().to_string();
    assert!(message(noise(1, 2), None).contains("2 or more"));
    assert!(message(Array2::ones((50, 3)), None).contains("constant features"));
    assert!(message(noise(50, 3), Some(0.01)).starts_with("support_fraction"));
    assert!(message(noise(50, 3), Some(1.5)).starts_with("support_fraction"));
    assert!(fit(&noise(5, 9), None).unwrap().check().is_ok());
}

proptest! {
    /// A·A⁺·A = A for any symmetric matrix, and ln det adds up over scaling.
    #[test]
    fn pseudo_inverses_undo_what_can_be_undone(
        values in proptest::collection::vec(-3.0_f64..3.0, 20), rank in 1_usize..5
    ) {
        let factor = Array2::from_shape_vec((5, 4), values).unwrap();
        let factor = factor.select(Axis(1), &(0..rank.min(4)).collect::<Vec<_>>());
        let matrix = factor.dot(&factor.t());
        let back = matrix.dot(&pseudo_inverse(matrix.view())).dot(&matrix);
        prop_assert!(back.iter().zip(&matrix).all(|(a, b)| (a - b).abs() < 1e-7));
    }
}
