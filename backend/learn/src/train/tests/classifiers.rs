//! Training and judging classifiers, whose thresholds must not come from samples that they learned by heart.

use super::*;
use crate::parse_algorithm;
use serde_json::{Value, json};
use trainyard_types::{CalibrationMethod, CalibrationSpecification};

fn classifier(value: Value) -> Recipe {
    let algorithm = parse_algorithm(&value, "").unwrap();
    Recipe {
        missing: MissingSpecification::Refuse,
        scaler: ScalerSpecification::Standard,
        algorithm,
        calibration: None,
    }
}

/// Classes that overlap: of `k`, the last is rare when there are two.
fn overlapping(count: usize, k: u32) -> (Array2<f64>, Vec<u32>) {
    let mut random = RandomState::new(4);
    let classes: Vec<u32> =
        (0..count as u32).map(|row| if k == 2 { u32::from(row % 8 == 3) } else { row % k }).collect();
    let samples = Array2::from_shape_fn((count, 4), |(row, column)| {
        2.0 * random.next_double() + if column == 0 { f64::from(classes[row]) } else { 0.0 }
    });
    (samples, classes)
}

fn trained(recipe: Recipe, k: u32, change: impl FnOnce(&mut TrainInput<'_>)) -> Result<Trained, FitError> {
    let (samples, classes) = overlapping(480, k);
    let names = names(4);
    let class_names: Vec<String> = (0..k).map(|class| format!("class {class}")).collect();
    let mut input = input(&samples, &names);
    input.recipe = recipe;
    input.labels = Some(Labels { classes: &class_names, of: &classes });
    input.threshold = ThresholdSpecification::of_classifiers();
    change(&mut input);
    train(input, &())
}

#[test]
fn two_classes_are_told_apart_by_probability() {
    let trained = trained(classifier(json!({"type": "logistic_regression"})), 2, |_| ()).unwrap();
    assert_eq!(trained.pipeline.threshold, 0.5);
    assert_eq!(trained.pipeline.classes, ["class 0", "class 1"]);
    let metrics = trained.evaluation.metrics.unwrap();
    assert!(metrics.roc_auc.unwrap() > 0.75, "{:?}", metrics.roc_auc);
    assert!(metrics.log_loss.unwrap() < 0.4 && metrics.calibration_curve.is_some());
    assert!(metrics.intervals.contains_key("log_loss"));
    assert!(trained.evaluation.agreement.is_none());
    let features = trained.evaluation.importance.unwrap().features;
    assert_eq!(features[0].feature, "f0");
}

/// The nearest neighbour of a training sample is itself: its own scores would say that anything is perfect.
#[test]
fn thresholds_of_classifiers_come_from_folds() {
    let threshold = |policy, value| {
        trained(
            classifier(json!({"type": "k_neighbors", "n_neighbors": 5, "weights": "distance"})),
            2,
            |input| {
                input.threshold = ThresholdSpecification { policy, value };
            },
        )
    };
    let best = threshold(ThresholdPolicy::BestF1, 0.0).unwrap();
    let perfect = best.training_scores.iter().all(|score| *score == 0.0 || *score == 1.0);
    assert!(perfect, "neighbours by distance know their training samples");
    assert!(best.pipeline.threshold > 0.0 && best.pipeline.threshold < 0.9, "{}", best.pipeline.threshold);
    let flagged = threshold(ThresholdPolicy::Contamination, 0.3).unwrap().evaluation.test_scores.unwrap();
    assert!((0.1..0.5).contains(&flagged.anomaly_ratio), "{}", flagged.anomaly_ratio);
}

#[test]
fn more_classes_are_judged_by_class() {
    let trained = trained(classifier(json!({"type": "gaussian_nb"})), 3, |input| {
        input.evaluation.split = Split::Shuffled;
        input.evaluation.folds = 3;
    })
    .unwrap();
    let evaluation = trained.evaluation;
    let metrics = evaluation.metrics.unwrap();
    assert_eq!((metrics.average.as_str(), metrics.positives), ("macro", None));
    assert_eq!(metrics.class_report.len(), 3);
    assert!(metrics.accuracy.unwrap() > 0.5 && metrics.roc_auc.unwrap() > 0.7);
    assert!(metrics.roc_curve.is_none() && metrics.confusion_matrix.unwrap().counts.len() == 3);
    let folds = evaluation.cross_validation.unwrap();
    assert_eq!((folds.kind, folds.metric.as_str()), (trainyard_types::FoldKind::Stratified, "f1_score"));
    assert_eq!(evaluation.importance.unwrap().metric, "f1_score");
    assert_eq!(evaluation.other_split.unwrap().split, Split::Time);
}

#[test]
fn a_detector_takes_all_but_the_first_class_for_anomalies() {
    let trained = trained(forest(), 3, |input| {
        input.threshold = ThresholdSpecification { policy: ThresholdPolicy::Contamination, value: 0.3 };
    })
    .unwrap();
    let metrics = trained.evaluation.metrics.unwrap();
    assert_eq!(metrics.confusion_matrix.unwrap().classes, ["class 0", "anomaly"]);
    assert!(trained.pipeline.classes.is_empty());
}

#[test]
fn what_a_classifier_cannot_do_is_told() {
    let recipe = || classifier(json!({"type": "logistic_regression"}));
    let error = trained(recipe(), 2, |input| input.labels = None).unwrap_err();
    assert_eq!(error, FitError::NoClasses);
    // The training part of the time-ordered split has no anomaly.
    let (samples, mut classes) = overlapping(100, 2);
    for class in &mut classes[..80] {
        *class = 0;
    }
    let (names, class_names) = (names(4), ["normal".to_owned(), "anomaly".to_owned()]);
    let mut input = input(&samples, &names);
    input.recipe = recipe();
    input.threshold = ThresholdSpecification::of_classifiers();
    input.labels = Some(Labels { classes: &class_names, of: &classes });
    assert_eq!(train(input, &()).unwrap_err(), FitError::OneClass { class: 0 });
}

/// A novelty detector that keeps its samples is no judge of them: the normal ones would all score 0.
#[test]
fn the_nearest_normal_sample_is_never_the_sample_itself() {
    let trained = trained(classifier(json!({"type": "nearest_normal", "metric": "euclidean"})), 2, |input| {
        input.threshold = ThresholdSpecification { policy: ThresholdPolicy::Contamination, value: 0.2 };
    })
    .unwrap();
    assert!(trained.pipeline.threshold > 0.0);
    let flagged = trained.evaluation.test_scores.unwrap().anomaly_ratio;
    assert!((0.05..0.45).contains(&flagged), "{flagged}");
}

/// Of naive Bayes, which is too sure of itself where features repeat each other.
#[test]
fn calibrated_probabilities_are_nearer_to_what_happens() {
    let (samples, classes) = overlapping(1200, 2);
    let repeated = ndarray::concatenate![Axis(1), samples, samples, samples];
    let names = names(12);
    let class_names = ["normal", "odd"].map(str::to_owned);
    let brier = |calibration| {
        let mut input = input(&repeated, &names);
        input.recipe = Recipe { calibration, ..classifier(json!({"type": "gaussian_nb"})) };
        input.labels = Some(Labels { classes: &class_names, of: &classes });
        input.threshold = ThresholdSpecification { policy: ThresholdPolicy::BestF1, value: 0.5 };
        let trained = train(input, &()).unwrap();
        let alone = trained.pipeline.model.clone();
        let metrics = trained.evaluation.metrics.unwrap();
        assert!(metrics.intervals.contains_key("brier_score") && metrics.calibration_curve.is_some());
        assert!((0.01..0.99).contains(&trained.pipeline.threshold), "{}", trained.pipeline.threshold);
        let read = crate::Pipeline::from_bytes(&trained.pipeline.to_bytes().unwrap()).unwrap();
        assert_eq!(read, trained.pipeline);
        let row = repeated.row(0);
        assert_eq!(trained.pipeline.contributions(row).is_some(), calibration.is_none());
        (metrics.brier_score.unwrap(), alone)
    };
    let (plain, model) = brier(None);
    for method in [CalibrationMethod::Sigmoid, CalibrationMethod::Isotonic] {
        let (calibrated, same) = brier(Some(CalibrationSpecification { method, folds: 5 }));
        assert!(calibrated < plain - 0.005, "{method:?}: {calibrated}, not calibrated {plain}");
        assert_eq!(same, model, "the model itself is fitted to all rows, as ever");
    }
}

/// Decision values become probabilities, so that any probability can be the threshold.
#[test]
fn a_support_vector_machine_can_be_calibrated() {
    let calibration = Some(CalibrationSpecification { method: CalibrationMethod::Sigmoid, folds: 3 });
    let recipe = Recipe { calibration, ..classifier(json!({"type": "svc"})) };
    let of = |recipe: Recipe| {
        trained(recipe, 2, |input| {
            input.threshold = ThresholdSpecification { policy: ThresholdPolicy::Probability, value: 0.3 };
        })
    };
    let calibrated = of(recipe.clone()).unwrap();
    assert_eq!(
        (calibrated.pipeline.threshold, calibrated.pipeline.output()),
        (0.3, crate::Output::Probabilities)
    );
    assert!(calibrated.evaluation.metrics.unwrap().brier_score.unwrap() < 0.15);
    assert!(of(Recipe { calibration: None, ..recipe }).is_err());
}
