//! What classification promises beside equality with scikit-learn, which the sklearn crate tests.

use super::*;
use crate::{random::RandomState, svm::Kernel};
use ndarray::{Array1, Axis, array, aview1};

fn noise(rows: usize) -> Array2<f64> {
    let mut random = RandomState::new(1);
    Array2::from_shape_simple_fn((rows, 2), || random.next_double() - 0.5)
}

fn fit(parameters: SvcParameters, training: TrainingSet<'_>) -> Result<Svc, FitError> {
    <Svc as Estimator>::fit(&parameters, training, &())
}

/// Rings around the centre: no plane tells them apart.
#[test]
fn a_bump_is_told_from_what_is_around_it() {
    let samples = noise(400);
    let ring = |row: ArrayView1<'_, f64>| (row.dot(&row).sqrt() * 8.0) as u32 % 3;
    let classes: Vec<u32> = samples.rows().into_iter().map(ring).collect();
    let parameters = SvcParameters { c: 100.0, ..Default::default() };
    let model = fit(parameters, TrainingSet::labelled(samples.view(), 3, &classes)).unwrap();
    assert_eq!(model.check(), Ok(()));
    let scores = model.score(samples.view()).unwrap();
    let right = scores
        .rows()
        .into_iter()
        .zip(&classes)
        .filter(|(scores, class)| scores.iter().all(|score| *score <= scores[**class as usize]));
    assert!(right.count() > 360);
}

#[test]
fn linear_contributions_sum_to_the_decision() {
    let samples = noise(60);
    let classes: Vec<u32> = samples.rows().into_iter().map(|row| u32::from(row[0] > 0.1)).collect();
    let parameters = SvcParameters { kernel: Kernel::Linear, c: 10.0, ..Default::default() };
    let model = fit(parameters, TrainingSet::labelled(samples.view(), 2, &classes)).unwrap();
    let score = model.score(array![[0.4, -0.3]].view()).unwrap()[[0, 0]];
    assert!(score > 0.0);
    let parts = model.contributions(aview1(&[0.4, -0.3]), 0).unwrap();
    assert!((parts.base + parts.features.iter().sum::<f64>() - score).abs() < 1e-9);
    assert!(parts.features[0] > parts.features[1].abs());
}

#[test]
fn samples_without_weight_have_no_part() {
    let samples = noise(80);
    let classes: Vec<u32> = samples.rows().into_iter().map(|row| u32::from(row[1] > row[0])).collect();
    let weights = Array1::from_shape_fn(80, |row| f64::from(u8::from(row < 60)));
    let training =
        TrainingSet { weights: Some(weights.view()), ..TrainingSet::labelled(samples.view(), 2, &classes) };
    let gamma = crate::svm::Gamma::Value(1.0);
    let parameters = SvcParameters { gamma, ..Default::default() };
    let weighted = fit(parameters.clone(), training).unwrap();
    let first = samples.select(Axis(0), &(0..60).collect::<Vec<_>>());
    let alone = fit(parameters, TrainingSet::labelled(first.view(), 2, &classes[..60])).unwrap();
    assert_eq!(weighted.score(samples.view()).unwrap(), alone.score(samples.view()).unwrap());
}

#[test]
fn unusable_training_sets_are_told() {
    let samples = noise(4);
    let error = |count, of: &[u32]| {
        fit(Default::default(), TrainingSet::labelled(samples.view(), count, of)).unwrap_err()
    };
    assert_eq!(error(2, &[0, 0, 0, 0]), FitError::OneClass { class: 0 });
    assert!(error(3, &[0, 0, 2, 2]).to_string().contains("class 1"));
    assert_eq!(error(2, &[0, 1]), FitError::Labels { samples: 4, labels: 2 });
    let parameters = SvcParameters { c: 0.0, ..Default::default() };
    let training = TrainingSet::labelled(samples.view(), 2, &[0, 1, 1, 1]);
    assert!(matches!(fit(parameters, training), Err(FitError::Parameter { name: "C", .. })));
    assert!(fit(Default::default(), training).is_ok());
}
