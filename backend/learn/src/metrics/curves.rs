//! Curves of two classes, thinned to a bounded number of points.

use super::{Judged, numbers::Prepared};
use trainyard_types::{Curve, CurvePoint};

/// The most points that a curve keeps.
const MOST_POINTS: usize = 200;
/// Bins of a calibration curve, of equal width.
const BINS: usize = 10;

/// Share of negatives flagged → share of positives flagged, from nothing flagged to all.
pub(super) fn roc(prepared: &Prepared<'_>) -> Option<Curve> {
    let (counts, positives, negatives) = counts(prepared)?;
    let points = counts.into_iter().map(|(hits, false_alarms, threshold)| {
        point(false_alarms as f64 / negatives, hits as f64 / positives, Some(threshold))
    });
    Some(thinned(std::iter::once(point(0.0, 0.0, None)).chain(points).collect()))
}

/// Recall → precision, from nothing flagged (where precision counts as 1) to all.
pub(super) fn precision_recall(prepared: &Prepared<'_>) -> Option<Curve> {
    let (counts, positives, _) = counts(prepared)?;
    let points = counts.into_iter().map(|(hits, false_alarms, threshold)| {
        let precision = hits as f64 / (hits + false_alarms) as f64;
        point(hits as f64 / positives, precision, Some(threshold))
    });
    Some(thinned(std::iter::once(point(0.0, 1.0, None)).chain(points).collect()))
}

/// Mean predicted probability → share of positives, of the bins that have samples
/// (`sklearn.calibration.calibration_curve`).
pub(super) fn calibration(judged: &Judged<'_>) -> Option<Curve> {
    let mut bins = [(0.0, 0_u64, 0_u64); BINS];
    for (score, class) in judged.scores.column(0).iter().zip(judged.truth) {
        // Inner edges as `numpy.linspace(0, 1, 11)` has them; a probability on an edge is in the bin below.
        let bin = (1..BINS).filter(|edge| *edge as f64 * 0.1 < *score).count();
        bins[bin].0 += score;
        bins[bin].1 += u64::from(*class == 1);
        bins[bin].2 += 1;
    }
    let points: Vec<CurvePoint> = bins
        .iter()
        .filter(|(_, _, samples)| *samples > 0)
        .map(|(sum, positives, samples)| CurvePoint {
            x: sum / *samples as f64,
            y: *positives as f64 / *samples as f64,
            threshold: None,
            samples: Some(*samples),
        })
        .collect();
    (!points.is_empty()).then_some(Curve { points })
}

fn point(x: f64, y: f64, threshold: Option<f64>) -> CurvePoint {
    CurvePoint { x, y, threshold, samples: None }
}

/// Positives and negatives at or above a score.
type Count = (u64, u64, f64);

/// The counts of each distinct score, and the numbers of positives and negatives; None unless both occur.
fn counts(prepared: &Prepared<'_>) -> Option<(Vec<Count>, f64, f64)> {
    let ranking = prepared.rankings.first()?;
    let mut counts = Vec::with_capacity(ranking.ends.len());
    let mut end = ranking.ends.iter();
    ranking.counts(None, |positives, negatives| {
        let last = end.next().map_or(0, |end| ranking.order[*end as usize - 1]);
        counts.push((positives, negatives, prepared.judged.scores[[last as usize, 0]]));
    });
    let (positives, negatives, _) = *counts.last()?;
    (positives > 0 && negatives > 0).then_some((counts, positives as f64, negatives as f64))
}

/// Keeps the ends and, of the rest, points at equal distances along the curve.
fn thinned(points: Vec<CurvePoint>) -> Curve {
    if points.len() <= MOST_POINTS {
        return Curve { points };
    }
    let step = |pair: &[CurvePoint]| (pair[1].x - pair[0].x).abs() + (pair[1].y - pair[0].y).abs();
    let length: f64 = points.windows(2).map(step).sum();
    let distance = length / (MOST_POINTS as f64 - 2.0);
    let last = points.len() - 1;
    let mut kept = vec![points[0]];
    let (mut along, mut next) = (0.0, distance);
    for (i, pair) in points.windows(2).enumerate() {
        along += step(pair);
        if i + 1 < last && along >= next {
            kept.push(pair[1]);
            next = distance * ((along / distance).floor() + 1.0);
        }
    }
    kept.push(points[last]);
    Curve { points: kept }
}
