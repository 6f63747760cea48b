//! What the factor promises beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use crate::random::RandomState;
use std::sync::atomic::{AtomicUsize, Ordering};

fn noise(rows: usize) -> Array2<f64> {
    let mut random = RandomState::new(1);
    Array2::from_shape_simple_fn((rows, 3), || random.next_double())
}

fn fit(n_neighbors: u32, samples: &Array2<f64>) -> Result<LocalOutlierFactor, FitError> {
    let parameters = LocalOutlierFactorParameters { n_neighbors };
    <LocalOutlierFactor as Estimator>::fit(&parameters, TrainingSet::unlabelled(samples.view()), &())
}

#[test]
fn contributions_sum_to_the_score() {
    let model = fit(10, &noise(200)).unwrap();
    for row in [[0.5, 0.5, 0.5], [3.0, 0.1, -2.0]] {
        let row = ndarray::aview1(&row);
        let score = model.score(row.insert_axis(Axis(0))).unwrap()[[0, 0]];
        let parts = model.contributions(row, 0).unwrap();
        let sum = parts.base + parts.features.iter().sum::<f64>();
        assert!((sum - score).abs() < 1e-12 * score.abs(), "{sum} of {score}");
    }
    let far = model.contributions(ndarray::aview1(&[0.5, 9.0, 0.5]), 0).unwrap();
    assert!(far.features[1] < 0.9 * far.features.iter().sum::<f64>());
}

#[test]
fn as_many_neighbours_as_samples_are_refused() {
    for (n_neighbors, samples) in [(20, 20), (1, 1), (0, 5), (21, 20)] {
        let message = fit(n_neighbors, &noise(samples)).unwrap_err().to_string();
        assert!(message.starts_with("n_neighbors:"), "{message}");
    }
    assert!(fit(19, &noise(20)).is_ok());
}

#[test]
fn damaged_models_are_told() {
    let model = fit(5, &noise(50)).unwrap();
    assert_eq!(model.check(), Ok(()));
    let changes: [fn(&mut LocalOutlierFactor); 4] = [
        |model| model.parameters.n_neighbors = 6,
        |model| model.densities[3] = f64::NAN,
        |model| model.distances[[1, 1]] = -1.0,
        |model| model.references = References::new(Metric::Cosine, noise(50)),
    ];
    for change in changes {
        let mut damaged = model.clone();
        change(&mut damaged);
        assert!(damaged.check().is_err());
    }
}

/// Gives up at the second look.
struct Impatient(AtomicUsize);

impl Progress for Impatient {
    fn report(&self, _fraction: f64) {}

    fn cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst) > 0
    }
}

#[test]
fn a_fit_ends_when_it_is_cancelled() {
    let samples = noise(2000);
    let parameters = LocalOutlierFactorParameters::default();
    let training = TrainingSet::unlabelled(samples.view());
    let watch = Impatient(AtomicUsize::new(0));
    let outcome = <LocalOutlierFactor as Estimator>::fit(&parameters, training, &watch);
    assert_eq!(outcome.unwrap_err(), FitError::Cancelled);
    assert!(watch.0.into_inner() < 20);
}
