//! What a model finds in samples, to be shown: the most anomalous ones and why, and the kinds of ordinary ones.

use crate::{
    Output, Pipeline, StandardScaler, Trained,
    clusters::{clusters, without_missing},
    statistics::medians,
};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rayon::prelude::*;
use std::collections::HashSet;

/// Reasons of one sample.
const REASONS: usize = 5;
/// Reasons below this share of the largest say little.
const LEAST_SHARE: f64 = 0.05;
/// Ordinary samples that kinds are found among.
const ORDINARY: usize = 2000;
/// The most kinds.
const KINDS: usize = 6;

/// A sample that stands out.
#[derive(Clone, Debug, PartialEq)]
pub struct Odd {
    /// Among all samples.
    pub row: usize,
    pub score: f64,
    pub held_out: bool,
    /// Features, and their shares of all that raises the score, the largest first.
    pub reasons: Vec<(usize, f64)>,
}

/// Ordinary samples that are alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ordinary {
    /// The sample in the middle, among all.
    pub row: usize,
    /// The share of the ordinary samples that are of this kind.
    pub share: f64,
}

/// The samples with the highest scores, no two of them equal. Classifiers of more than two classes have none.
pub fn most_anomalous(trained: &Trained, samples: ArrayView2<'_, f64>, count: usize) -> Vec<Odd> {
    let pipeline = &trained.pipeline;
    if pipeline.model.output() != Output::Abnormality && pipeline.classes.len() > 2 {
        return Vec::new();
    }
    let training =
        trained.rows.training.iter().zip(&trained.training_scores).map(|(row, score)| (*row, *score, false));
    let test = trained.test_scores.iter().flat_map(|scores| trained.rows.test.iter().zip(scores));
    let mut all: Vec<(usize, f64, bool)> =
        training.chain(test.map(|(row, score)| (*row, *score, true))).collect();
    // Of equal scores those that were held out, then the earlier.
    all.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0)));
    let mut seen = HashSet::new();
    let bits = |row: usize| -> Vec<u64> { samples.row(row).iter().map(|value| value.to_bits()).collect() };
    let distinct = all.into_iter().filter(|(row, ..)| seen.insert(bits(*row))).take(count);
    let chosen: Vec<(usize, f64, bool)> = distinct.collect();
    chosen
        .into_par_iter()
        .map(|(row, score, held_out)| Odd { row, score, held_out, reasons: reasons(pipeline, samples, row) })
        .collect()
}

/// The features that raise a sample's score most.
fn reasons(pipeline: &Pipeline, samples: ArrayView2<'_, f64>, row: usize) -> Vec<(usize, f64)> {
    let Some(found) = pipeline.contributions(samples.row(row)) else { return Vec::new() };
    let raised: f64 = found.features.iter().filter(|part| **part > 0.0).sum();
    let mut shares: Vec<(usize, f64)> = found
        .features
        .iter()
        .enumerate()
        .filter(|(_, part)| **part > 0.0)
        .map(|(column, part)| (column, part / raised))
        .collect();
    shares.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let least = shares.first().map_or(0.0, |largest| largest.1 * LEAST_SHARE);
    shares.retain(|(_, share)| *share > least);
    shares.truncate(REASONS);
    shares
}

/// The kinds of training samples that are not flagged, the largest first: clusters of k-means over standardised features.
/// None where there are too few of them to be of several kinds.
pub fn kinds_of_normal(trained: &Trained, samples: ArrayView2<'_, f64>) -> Vec<Ordinary> {
    let unflagged: Vec<usize> = trained
        .rows
        .training
        .iter()
        .zip(&trained.training_scores)
        .filter(|(_, score)| !trained.pipeline.is_anomaly(**score))
        .map(|(row, _)| *row)
        .collect();
    let step = unflagged.len().div_ceil(ORDINARY).max(1);
    let rows: Vec<usize> = unflagged.into_iter().step_by(step).collect();
    let k = (rows.len() / 20).min(KINDS);
    if k < 2 {
        return Vec::new();
    }
    let chosen = without_missing(samples.select(Axis(0), &rows).view());
    let Some(scaled) =
        StandardScaler::fit(chosen.view()).ok().and_then(|scaler| scaler.transform(chosen.view()).ok())
    else {
        return Vec::new();
    };
    let kinds: Vec<u32> = clusters(scaled.view(), scaled.view(), k, 1).unwrap_or_default();
    let mut found: Vec<Ordinary> = (0..k as u32)
        .filter_map(|kind| {
            let members: Vec<usize> =
                kinds.iter().enumerate().filter(|(_, of)| **of == kind).map(|(at, _)| at).collect();
            let middle = middle(&scaled, &members)?;
            Some(Ordinary { row: rows[middle], share: members.len() as f64 / rows.len() as f64 })
        })
        .collect();
    found.sort_unstable_by(|a, b| b.share.total_cmp(&a.share).then(a.row.cmp(&b.row)));
    found
}

/// The member that is nearest to the medians of all: a mean is drawn away by the few that are far out.
fn middle(scaled: &Array2<f64>, members: &[usize]) -> Option<usize> {
    let medians: Array1<f64> = medians(scaled.select(Axis(0), members).view()).into();
    let distance = |at: usize| (&scaled.row(at) - &medians).mapv(f64::abs).sum();
    members.iter().copied().min_by(|a, b| distance(*a).total_cmp(&distance(*b)).then(a.cmp(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SplitRows, TrainInput, random::RandomState, train};
    use trainyard_types::{
        EvaluationSpecification, MissingSpecification, ScalerSpecification, ThresholdSpecification,
    };

    /// Two kinds of ordinary samples, and three odd ones, two of them equal.
    fn trained() -> (Trained, Array2<f64>) {
        let mut random = RandomState::new(1);
        let mut samples = Array2::from_shape_simple_fn((403, 3), || random.next_double());
        for row in 0..100 {
            samples[[row, 0]] += 20.0;
        }
        for row in 400..403 {
            samples.row_mut(row).assign(&ndarray::aview1(&[5.0, 90.0, 0.5]));
        }
        samples[[402, 1]] = 99.0;
        let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let input = TrainInput {
            samples: samples.view(),
            feature_names: &names,
            feature_descriptions: &[],
            labels: None,
            groups: None,
            timestamps: None,
            rows: Some(SplitRows { training: (0..300).collect(), test: (300..403).collect() }),
            recipe: crate::Recipe {
                missing: MissingSpecification::Refuse,
                scaler: ScalerSpecification::None,
                algorithm: crate::parse_algorithm(
                    &serde_json::json!({"type": "nearest_normal", "metric": "manhattan", "n_neighbors": 5}),
                    "",
                )
                .unwrap(),
                calibration: None,
            },
            threshold: ThresholdSpecification::default(),
            evaluation: EvaluationSpecification { bootstrap_resamples: 0, ..Default::default() },
            search: None,
            search_state: None,
            draws: Vec::new(),
            candidates: Vec::new(),
            choice_seconds: 0.0,
            memory_limit: None,
        };
        (train(input, &()).unwrap(), samples)
    }

    #[test]
    fn the_oddest_come_first_each_once_and_say_why() {
        let (trained, samples) = trained();
        let found = most_anomalous(&trained, samples.view(), 20);
        assert_eq!(found.len(), 20);
        assert_eq!((found[0].row, found[1].row), (402, 400));
        assert!(found[0].held_out && found[0].score > found[1].score);
        assert_eq!(found[0].reasons[0].0, 1);
        assert!(found[0].reasons[0].1 > 0.8);
        assert!(found.iter().all(|odd| odd.row != 401));
    }

    #[test]
    fn ordinary_samples_are_of_two_kinds() {
        let (trained, samples) = trained();
        let found = kinds_of_normal(&trained, samples.view());
        assert!(found.len() >= 2 && (found.iter().map(|kind| kind.share).sum::<f64>() - 1.0).abs() < 1e-9);
        let (far, near): (Vec<_>, Vec<_>) = found.iter().partition(|kind| samples[[kind.row, 0]] > 10.0);
        let share = |kinds: Vec<&Ordinary>| kinds.iter().map(|kind| kind.share).sum::<f64>();
        assert!((share(far) - 1.0 / 3.0).abs() < 0.1 && !near.is_empty());
    }
}
