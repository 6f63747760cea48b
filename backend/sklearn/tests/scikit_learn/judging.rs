//! Metrics, folds and splits equal scikit-learn's: `judging.py` makes the cases with the answers of the real one.

use crate::python::run;
use ndarray::Array2;
use serde::Deserialize;
use std::{collections::BTreeMap, fs};
use tempfile::TempDir;
use trainyard_learn::{Judged, folds, metrics, partition};
use trainyard_types::{FoldKind, Split};

#[derive(Deserialize)]
struct Expected {
    metrics: Vec<MetricCase>,
    folds: Vec<FoldCase>,
    splits: Vec<SplitCase>,
}

#[derive(Deserialize)]
struct MetricCase {
    name: String,
    classes: usize,
    truth: Vec<u32>,
    predicted: Vec<u32>,
    /// Sample by sample.
    scores: Vec<f64>,
    probabilities: bool,
    /// By name; what scikit-learn cannot measure is left out.
    numbers: BTreeMap<String, f64>,
    confusion: Vec<Vec<u64>>,
    /// Precision, recall and F1 of each class.
    report: Vec<[f64; 3]>,
    weighted: [f64; 3],
    roc: Option<Vec<[f64; 2]>>,
    precision_recall: Option<Vec<[f64; 2]>>,
    calibration: Option<Vec<[f64; 2]>>,
}

#[derive(Deserialize)]
struct FoldCase {
    kind: FoldKind,
    count: usize,
    k: usize,
    seed: u32,
    classes: Option<Vec<u32>>,
    groups: Option<Vec<u32>>,
    folds: Vec<[Vec<usize>; 2]>,
}

#[derive(Deserialize)]
struct SplitCase {
    classes: Vec<u32>,
    fraction: f64,
    seed: u32,
    test: Vec<usize>,
}

fn expected() -> Expected {
    let folder = TempDir::new().unwrap();
    run("judging.py", &[folder.path().as_ref()]);
    serde_json::from_slice(&fs::read(folder.path().join("expected.json")).unwrap()).unwrap()
}

#[test]
fn metrics_and_folds_equal_those_of_scikit_learn() {
    let expected = expected();
    assert!(expected.metrics.len() > 15 && expected.folds.len() > 15 && expected.splits.len() > 15);
    expected.metrics.iter().for_each(check_metrics);
    for case in &expected.folds {
        let found =
            folds(case.kind, case.count, case.k, case.classes.as_deref(), case.groups.as_deref(), case.seed)
                .unwrap();
        let found: Vec<[Vec<usize>; 2]> = found.into_iter().map(|fold| [fold.training, fold.test]).collect();
        assert_eq!(found, case.folds, "{:?} of {} samples, {} folds", case.kind, case.count, case.k);
    }
    for case in &expected.splits {
        let count = case.classes.len();
        let (training, test) =
            partition(count, Some(&case.classes), None, Split::Shuffled, case.fraction, case.seed);
        assert_eq!(test, case.test, "{count} samples, seed {}", case.seed);
        assert_eq!(training.len() + test.len(), count);
    }
}

fn check_metrics(case: &MetricCase) {
    let name = &case.name;
    let samples = case.truth.len();
    let names: Vec<String> = (0..case.classes).map(|class| class.to_string()).collect();
    let scores = Array2::from_shape_vec((samples, case.scores.len() / samples), case.scores.clone()).unwrap();
    let judged = Judged {
        classes: &names,
        truth: &case.truth,
        predicted: &case.predicted,
        scores: scores.view(),
        probabilities: case.probabilities,
    };
    let found = metrics::measure(judged, 20, 1);
    let numbers = metrics::point(judged).measured();
    assert_eq!(
        numbers.keys().collect::<Vec<_>>(),
        case.numbers.keys().collect::<Vec<_>>(),
        "{name}: what is measured"
    );
    for (metric, value) in &case.numbers {
        assert!((numbers[metric] - value).abs() <= 1e-12 * value.abs().max(1.0), "{name}: {metric} {value}");
    }
    for (metric, interval) in &found.intervals {
        assert!(interval.low <= interval.high, "{name}: {metric} {interval:?}");
    }
    assert_eq!(found.confusion_matrix.unwrap().counts, case.confusion, "{name}");
    for (class, expected) in found.class_report.iter().zip(&case.report) {
        let own = [class.precision, class.recall, class.f1_score].map(Option::unwrap_or_default);
        assert!(close(&own, expected), "{name}: {own:?} {expected:?}");
    }
    let weighted = found.averages.unwrap().weighted_average;
    assert!(close(&[weighted.precision, weighted.recall, weighted.f1_score], &case.weighted), "{name}");
    for (curve, expected) in [
        (found.roc_curve, &case.roc),
        (found.precision_recall_curve, &case.precision_recall),
        (found.calibration_curve, &case.calibration),
    ] {
        let own = curve.map(|curve| curve.points.iter().map(|point| [point.x, point.y]).collect::<Vec<_>>());
        assert_eq!(own.is_some(), expected.is_some(), "{name}");
        for (own, expected) in own.iter().flatten().zip(expected.iter().flatten()) {
            assert!(close(own, expected), "{name}: {own:?} {expected:?}");
        }
        assert_eq!(own.map(|points| points.len()), expected.as_ref().map(Vec::len), "{name}");
    }
}

fn close(own: &[f64], expected: &[f64]) -> bool {
    own.iter().zip(expected).all(|(own, expected)| (own - expected).abs() <= 1e-12)
}
