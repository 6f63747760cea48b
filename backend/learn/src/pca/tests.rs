//! What principal components promise beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use crate::random::RandomState;
use ndarray::{array, aview1};

/// The third feature follows from the first two, but for a little noise.
fn related(rows: usize) -> Array2<f64> {
    let mut random = RandomState::new(3);
    let mut samples = Array2::from_shape_simple_fn((rows, 4), || random.next_double());
    for mut row in samples.rows_mut() {
        row[2] = row[0] + row[1] + 0.01 * row[2];
    }
    samples
}

fn fit(samples: &Array2<f64>, n_components: Components) -> Result<Pca, FitError> {
    let training = TrainingSet::unlabelled(samples.view());
    <Pca as Estimator>::fit(&PcaParameters { n_components }, training, &())
}

#[test]
fn a_broken_relation_stands_out_and_is_what_contributes() {
    let model = fit(&related(500), Components::Count(3)).unwrap();
    let scores = model.score(array![[0.5, 0.5, 1.0, 0.5], [0.5, 0.5, 0.4, 0.5]].view()).unwrap();
    assert!(scores[[0, 0]] > scores[[1, 0]] + 100.0, "{scores}");
    let row = aview1(&[0.5, 0.5, 0.4, 0.5]);
    let parts = model.contributions(row, 0).unwrap();
    assert!(
        (parts.base + parts.features.iter().sum::<f64>() - scores[[1, 0]]).abs()
            < 1e-9 * scores[[1, 0]].abs()
    );
    let least = parts.features.iter().copied().fold(0.0, f64::min);
    assert_eq!(parts.features[2], least);
    assert!(model.check().is_ok());
}

#[test]
fn impossible_fits_say_why_and_what_to_do() {
    let message = |samples: &Array2<f64>, asked| fit(samples, asked).unwrap_err().to_string();
    assert!(message(&related(1), Components::Count(1)).contains("2 or more"));
    assert!(message(&Array2::ones((50, 3)), Components::Count(1)).contains("all samples are equal"));
    assert!(message(&related(50), Components::Count(5)).starts_with("n_components"));
    assert!(message(&related(50), Components::Count(0)).starts_with("n_components"));
    assert!(message(&related(50), Components::Share(1.0)).starts_with("n_components"));
    // The fourth feature equals the first: one direction has no variance at all.
    let mut dependent = related(50);
    let first = dependent.column(0).to_owned();
    dependent.column_mut(3).assign(&first);
    assert!(message(&dependent, Components::Count(4)).contains("fewer components"));
    assert!(message(&dependent, Components::Count(3)).contains("fewer components"));
    assert!(fit(&dependent, Components::Share(0.9)).is_ok());
    // Fewer samples than features.
    assert!(message(&related(3), Components::Count(3)).contains("fewer components"));
    assert!(fit(&related(4), Components::Count(2)).is_ok());
    // Every direction varies as much: none is more than noise.
    let corners =
        Array2::from_shape_fn((80, 3), |(row, column)| f64::from(row as u32 >> column & 1) * 2.0 - 1.0);
    assert!(message(&corners, Components::Count(1)).contains("no more than what is left"));
    // What is left is too little to measure by, in the digits that there are.
    let mut loud = related(500);
    let first = loud.column(0).mapv(|value| 1e6 * value);
    loud.column_mut(0).assign(&first);
    assert!(message(&loud, Components::Share(0.9)).contains("fewer components"));
}
