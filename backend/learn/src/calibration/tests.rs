//! The numbers are those of scikit-learn 1.9.1 on the same scores.

use super::*;
use crate::parse_algorithm;
use serde_json::json;

const SCORES: [f64; 14] = [-2.0, -1.5, -1.5, -0.75, -0.5, -0.25, 0.0, 0.25, 0.25, 0.5, 1.0, 1.25, 2.0, 3.0];

fn truth() -> Vec<bool> {
    [0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1].map(|class| class == 1).to_vec()
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-6 * expected.abs()
}

#[test]
fn sigmoids_are_those_of_platt() {
    let scores = |change: fn(f64) -> f64| SCORES.map(change);
    for (scores, a, b) in [
        (SCORES, -0.3946095065020886, 0.3363142233540936),
        (scores(|score| 40.0 * score), -0.009865236541749249, 0.33631424888077704),
        // All equal: no slope can be told from them.
        (scores(|_| 0.3), 0.0059997876089726305, 0.271313720310815),
        (scores(|_| 50.0), 0.00021799228282539336, 0.26221404242217583),
    ] {
        let found = Sigmoid::fit(&scores, &truth());
        // Where scores are equal, only what the curve is there decides.
        assert!((found.a - a).abs() < 1e-6 && near(found.b, b) || scores[0] == scores[13], "{found:?}");
        let probability = 1.0 / (1.0 + (a * scores[3] + b).exp());
        assert!(near(found.probability(scores[3]), probability), "{found:?}");
    }
    let parted = Sigmoid::fit(&[-1.0, -1.0, 1.0, 1.0], &[false, false, true, true]);
    assert!(parted.check().is_ok() && near(parted.probability(1.0), 0.75), "{parted:?}");
}

#[test]
fn isotonic_steps_pool_what_falls() {
    let found = Isotonic::fit(&SCORES, &truth());
    assert_eq!(found.x, [-2.0, -1.5, -0.5, -0.25, 0.5, 1.0, 2.0, 3.0]);
    let y = [0.0, 0.25, 0.25, 0.4, 0.4, 0.6666666666666666, 0.6666666666666666, 1.0];
    assert!(found.y.iter().zip(y).all(|(found, y)| (found - y).abs() < 1e-15), "{:?}", found.y);
    let given = [-9.0, -1.75, -0.1, 0.3, 0.75, 2.5, 9.0].map(|score| found.probability(score));
    let expected = [0.0, 0.125, 0.4, 0.4, 0.5333333333333333, 0.8333333333333333, 1.0];
    assert!(given.iter().zip(expected).all(|(given, expected)| (given - expected).abs() < 1e-15));
    let level = Isotonic::fit(&[0.3; 14], &truth());
    assert_eq!((level.x.as_slice(), level.y.as_slice()), ([0.3].as_slice(), [6.0 / 14.0].as_slice()));
    assert_eq!([0.0, 0.3, 1.0].map(|score| level.probability(score)), [6.0 / 14.0; 3]);
    // 0.1 + 0.2 is another number than 0.3, but not another score.
    let rounded = Isotonic::fit(&[0.3, 0.1 + 0.2, 0.5], &[true, false, true]);
    assert_eq!((rounded.x, rounded.y), (vec![0.3, 0.5], vec![0.5, 1.0]));
}

#[test]
fn where_no_class_has_a_probability_all_are_as_likely() {
    let steps = || Isotonic { x: vec![0.0, 1.0], y: vec![0.0, 1.0] };
    let folds = CalibrationFolds::Contiguous(2);
    let calibrator = Calibrator { folds, curves: Curves::Isotonic(vec![steps(), steps(), steps()]) };
    assert_eq!(calibrator.check(3), Ok(()));
    assert!(calibrator.check(2).is_err());
    let found = calibrator.probabilities(ndarray::array![[0.5, 0.25, 0.25], [0.0, 0.0, 0.0]].view());
    assert_eq!(found, ndarray::array![[0.5, 0.25, 0.25], [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]]);
}

fn names() -> Vec<String> {
    ["normal", "odd", "rare"].map(str::to_owned).to_vec()
}

fn division(of: &[u32], classes: usize, groups: Option<&[u32]>) -> Result<CalibrationFolds, String> {
    let names = names();
    let (folds, rows) =
        divide(5, Known { classes: &names[..classes], of, groups }).map_err(|error| error.to_string())?;
    for fold in &rows {
        assert!(!fold.test.is_empty());
        assert!((0..classes as u32).all(|class| fold.training.iter().any(|row| of[*row] == class)));
        if let Some(groups) = groups {
            let of_training = |row: &usize| fold.training.iter().any(|other| groups[*other] == groups[*row]);
            assert!(!fold.test.iter().any(of_training));
        }
    }
    let held_out: usize = rows.iter().map(|fold| fold.test.len()).sum();
    assert_eq!(held_out, of.len());
    Ok(folds)
}

#[test]
fn folds_are_spans_of_time_unless_a_span_has_a_class_alone() {
    let mixed: Vec<u32> = (0..40).map(|row| row % 2).collect();
    assert_eq!(division(&mixed, 2, None), Ok(CalibrationFolds::Contiguous(5)));
    let late: Vec<u32> = (0..40).map(|row| u32::from(row >= 34)).collect();
    assert_eq!(division(&late, 2, None), Ok(CalibrationFolds::Stratified(5)));
    let mut rare = mixed.clone();
    (rare[3], rare[30]) = (2, 2);
    assert_eq!(division(&rare, 3, None), Ok(CalibrationFolds::Contiguous(2)));
    let groups: Vec<u32> = (0..40).map(|row| row / 4).collect();
    assert_eq!(division(&mixed, 2, Some(&groups)), Ok(CalibrationFolds::Grouped(5)));
}

#[test]
fn what_cannot_be_divided_is_told() {
    for (of, classes) in [(vec![0, 0, 1], 2), (vec![0, 1, 0, 1, 2, 0], 3), (vec![0; 9], 2), (vec![], 2)] {
        let error = division(&of, classes, None).unwrap_err();
        assert!(error.contains("at least 2 training samples") && error.contains("leave"), "{error}");
    }
    let of = [0, 0, 1, 1];
    let error = division(&of, 2, Some(&[0, 1, 2, 2])).unwrap_err();
    assert!(error.contains("two groups"), "{error}");
}

#[test]
fn equal_samples_get_the_share_of_their_class() {
    let algorithm = parse_algorithm(&json!({"type": "decision_tree"}), "").unwrap();
    let (samples, names) = (Array2::from_elem((20, 2), 3.0), names());
    let of: Vec<u32> = (0..20).map(|row| u32::from(row % 4 == 1)).collect();
    let known = Known { classes: &names[..2], of: &of, groups: None };
    for method in [CalibrationMethod::Sigmoid, CalibrationMethod::Isotonic] {
        let division = divide(5, known).unwrap();
        let (calibrator, outputs) =
            Calibrator::fit(method, division, &algorithm, samples.view(), known, &()).unwrap();
        assert_eq!(calibrator.method(), method);
        assert!(outputs.column(1).iter().all(|share| (share - 0.25).abs() < 0.05), "{outputs}");
    }
}

#[test]
fn folds_out_of_range_are_named() {
    let errors =
        |folds| validate_calibration(&CalibrationSpecification { method: CalibrationMethod::Sigmoid, folds });
    assert!(errors(2).is_empty() && errors(20).is_empty());
    for folds in [0, 1, 21] {
        assert_eq!(errors(folds)[0].pointer, "/calibration/folds");
    }
}

#[test]
fn broken_curves_are_refused() {
    let broken = [
        Isotonic { x: vec![], y: vec![] },
        Isotonic { x: vec![0.0, 0.0], y: vec![0.0, 1.0] },
        Isotonic { x: vec![0.0, 1.0], y: vec![1.0, 0.0] },
        Isotonic { x: vec![0.0], y: vec![1.5] },
        Isotonic { x: vec![f64::NAN], y: vec![0.5] },
    ];
    assert!(broken.iter().all(|curve| curve.check().is_err()));
    assert!(Sigmoid { a: f64::NAN, b: 0.0 }.check().is_err());
}
