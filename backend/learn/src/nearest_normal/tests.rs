//! What distances to normal samples promise beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use ndarray::{array, aview1};

fn fit(metric: Metric, training: TrainingSet<'_>) -> Result<NearestNormal, FitError> {
    <NearestNormal as Estimator>::fit(&NearestNormalParameters { metric }, training, &())
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
fn shares_sum_to_the_score() {
    let samples = array![[1.0, 2.0, 0.0], [3.0, -1.0, 1.0], [0.0, 0.0, 0.0]];
    for metric in METRICS {
        let model = fit(metric, TrainingSet::unlabelled(samples.view())).unwrap();
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
    assert!(matches!(
        fit(Metric::Manhattan, TrainingSet::unlabelled(samples.view())),
        Err(FitError::Parameter { name: "metric", .. })
    ));
}
