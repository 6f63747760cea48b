//! Small cases that can be counted by hand; `backend/sklearn/tests` compares with scikit-learn.

use super::*;
use ndarray::array;

fn classes() -> Vec<String> {
    vec!["normal".into(), "anomaly".into()]
}

#[test]
fn what_cannot_be_measured_is_absent() {
    let scores = array![[0.1], [0.2]];
    let classes = classes();
    let judged = |truth, predicted| Judged {
        classes: &classes,
        truth,
        predicted,
        scores: scores.view(),
        probabilities: true,
    };
    let none = measure(judged(&[0, 0], &[0, 0]), 20, 1);
    assert_eq!((none.accuracy, none.precision, none.recall, none.f1_score), (Some(1.0), None, None, None));
    assert_eq!((none.roc_auc, none.average_precision), (None, None));
    assert!(none.log_loss.is_some() && !none.intervals.contains_key("roc_auc"));
    let missed = measure(judged(&[0, 1], &[0, 0]), 0, 1);
    assert_eq!((missed.precision, missed.recall, missed.f1_score), (None, Some(0.0), Some(0.0)));
    assert!(missed.intervals.is_empty());
    let empty = Judged { scores: scores.slice_axis(ndarray::Axis(0), (0..0).into()), ..judged(&[], &[]) };
    assert_eq!(measure(empty, 20, 1).accuracy, None);
}

#[test]
fn equal_scores_count_half() {
    let scores = array![[0.5], [0.5], [0.5], [0.5]];
    let numbers = point(Judged {
        classes: &classes(),
        truth: &[0, 1, 0, 1],
        predicted: &[1, 1, 1, 1],
        scores: scores.view(),
        probabilities: false,
    });
    assert_eq!((numbers.roc_auc, numbers.average_precision), (Some(0.5), Some(0.5)));
}

#[test]
fn long_curves_are_thinned_and_keep_their_ends() {
    let n = 20_000;
    let scores = ndarray::Array2::from_shape_fn((n, 1), |(row, _)| ((row * 7919) % n) as f64 / n as f64);
    let truth: Vec<u32> =
        (0..n).map(|row| u32::from(scores[[row, 0]] > ((row * 31) % 97) as f64 / 97.0)).collect();
    let metrics = measure(
        Judged {
            classes: &classes(),
            truth: &truth,
            predicted: &truth,
            scores: scores.view(),
            probabilities: true,
        },
        0,
        1,
    );
    let points = metrics.roc_curve.unwrap().points;
    assert!((100..=200).contains(&points.len()), "{}", points.len());
    assert_eq!((points[0].x, points[0].y), (0.0, 0.0));
    assert_eq!((points[points.len() - 1].x, points[points.len() - 1].y), (1.0, 1.0));
    let area: f64 =
        points.windows(2).map(|pair| (pair[1].x - pair[0].x) * (pair[1].y + pair[0].y) / 2.0).sum();
    assert!((area - metrics.roc_auc.unwrap()).abs() < 0.001);
}

/// The exact interval of a mean of coin flips, by the normal approximation, is about 0.5 ± 0.049 for 400 of them.
#[test]
fn intervals_are_as_wide_as_chance() {
    let n = 400;
    let truth = vec![1; n];
    let predicted: Vec<u32> = (0..n as u32).map(|row| row % 2).collect();
    let scores = ndarray::Array2::zeros((n, 1));
    let judged = Judged {
        classes: &classes(),
        truth: &truth,
        predicted: &predicted,
        scores: scores.view(),
        probabilities: false,
    };
    let interval = measure(judged, 2000, 3).intervals["accuracy"];
    assert!((interval.low - 0.451).abs() < 0.01 && (interval.high - 0.549).abs() < 0.01, "{interval:?}");
    assert_eq!(measure(judged, 2000, 3).intervals["accuracy"], interval);
}
