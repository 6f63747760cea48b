//! Known synthetic anomalies, for judging a model when nothing is labelled.
//!
//! Anomalies of four kinds are made from held-out samples, and the model is asked to tell them from those samples.
//! What is measured so is always called `injected`: it says how well anomalies of these kinds are found, not how
//! well those of production will be.

use crate::{random::RandomState, sums::mean_and_deviation};
use ndarray::{Array2, ArrayView2, Axis};

/// The kinds, in the order in which they are injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnomalyKind {
    ExtremeValue,
    ShuffledFeatures,
    Spike,
    SwappedHalves,
}

impl AnomalyKind {
    pub const ALL: [Self; 4] = [Self::ExtremeValue, Self::ShuffledFeatures, Self::Spike, Self::SwappedHalves];

    pub fn name(self) -> &'static str {
        match self {
            Self::ExtremeValue => "extreme_value",
            Self::ShuffledFeatures => "shuffled_features",
            Self::Spike => "spike",
            Self::SwappedHalves => "swapped_halves",
        }
    }

    pub fn description(self) -> &'static str {
        match self {
            Self::ExtremeValue => {
                "one feature of a held-out sample lies half to two ranges outside the range of the training samples"
            }
            Self::ShuffledFeatures => {
                "each feature is taken from another held-out sample: every value is usual, their combination is not"
            }
            Self::Spike => {
                "a quarter of the features of a held-out sample lie four to ten times as far from the training mean"
            }
            Self::SwappedHalves => {
                "the first half of the features of one held-out sample and the second half of another"
            }
        }
    }
}

/// Injected anomalies, kind by kind.
#[derive(Clone, Debug)]
pub struct Injected {
    /// `n_anomalies` × `n_features`.
    pub samples: Array2<f64>,
    /// The kind of each.
    pub kinds: Vec<AnomalyKind>,
}

/// Makes anomalies from `held_out` samples, of each kind one for every forty of them, but at least five.
/// `training` samples say what is usual; missing values stay missing. Depends on the seed alone, not on threads.
pub fn inject(training: ArrayView2<'_, f64>, held_out: ArrayView2<'_, f64>, seed: u32) -> Injected {
    let (count, columns) = held_out.dim();
    if count == 0 || columns == 0 {
        return Injected { samples: Array2::zeros((0, columns)), kinds: Vec::new() };
    }
    let each = (count.div_ceil(40)).max(5);
    let usual: Vec<Usual> = training.axis_iter(Axis(1)).map(|column| Usual::of(column.iter())).collect();
    let mut random = RandomState::new(seed);
    let mut samples = Array2::zeros((each * AnomalyKind::ALL.len(), columns));
    let mut kinds = Vec::with_capacity(samples.nrows());
    for (row, mut sample) in samples.rows_mut().into_iter().enumerate() {
        let kind = AnomalyKind::ALL[row / each];
        kinds.push(kind);
        let draw = |random: &mut RandomState| random.below(count as u32) as usize;
        let first = draw(&mut random);
        sample.assign(&held_out.row(first));
        match kind {
            AnomalyKind::ExtremeValue => {
                let column = varying(&usual, &mut random);
                let usual = &usual[column];
                let beyond = usual.range() * (0.5 + 1.5 * random.next_double());
                sample[column] =
                    if random.below(2) == 0 { usual.minimum - beyond } else { usual.maximum + beyond };
            }
            AnomalyKind::ShuffledFeatures => {
                for column in 0..columns {
                    sample[column] = held_out[[draw(&mut random), column]];
                }
            }
            AnomalyKind::Spike => {
                let factor = 4.0 + 6.0 * random.next_double();
                let order = random.permutation(columns as u32);
                for column in &order[..columns.div_ceil(4)] {
                    let usual = &usual[*column as usize];
                    let value = &mut sample[*column as usize];
                    let distance = *value - usual.mean;
                    // A value on the mean has no direction of its own: it goes up.
                    let distance = if distance == 0.0 { usual.deviation } else { distance };
                    *value = usual.mean + factor * distance;
                }
            }
            AnomalyKind::SwappedHalves => {
                let other = (first + 1 + random.below((count - 1).max(1) as u32) as usize) % count;
                for column in columns / 2..columns {
                    sample[column] = held_out[[other, column]];
                }
            }
        }
    }
    Injected { samples, kinds }
}

/// A column with more than one value in the training samples, or any when there is none.
fn varying(usual: &[Usual], random: &mut RandomState) -> usize {
    let varying: Vec<usize> =
        (0..usual.len()).filter(|column| usual[*column].maximum > usual[*column].minimum).collect();
    if varying.is_empty() {
        random.below(usual.len() as u32) as usize
    } else {
        varying[random.below(varying.len() as u32) as usize]
    }
}

/// What is usual of a feature.
struct Usual {
    minimum: f64,
    maximum: f64,
    mean: f64,
    deviation: f64,
}

impl Usual {
    fn of<'a>(values: impl Iterator<Item = &'a f64>) -> Self {
        let known: Vec<f64> = values.copied().filter(|value| value.is_finite()).collect();
        let (mean, deviation) = mean_and_deviation(&known);
        let (mut minimum, mut maximum) = (mean, mean);
        for value in &known {
            minimum = value.min(minimum);
            maximum = value.max(maximum);
        }
        Self { minimum, maximum, mean, deviation }
    }

    fn range(&self) -> f64 {
        let range = self.maximum - self.minimum;
        if range > 0.0 { range } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(rows: usize) -> Array2<f64> {
        let mut random = RandomState::new(3);
        Array2::from_shape_simple_fn((rows, 8), || random.next_double())
    }

    #[test]
    fn each_kind_is_what_it_is_called() {
        let (training, held_out) = (usual(300), usual(80));
        let injected = inject(training.view(), held_out.view(), 7);
        assert_eq!(injected.samples.nrows(), 20);
        for (sample, kind) in injected.samples.rows().into_iter().zip(&injected.kinds) {
            let outside = sample.iter().filter(|value| **value < -0.4 || **value > 1.4).count();
            let same =
                held_out.rows().into_iter().map(|row| row.iter().zip(sample).filter(|(a, b)| a == b).count());
            let most = same.max().unwrap();
            match kind {
                AnomalyKind::ExtremeValue => assert_eq!((outside, most), (1, 7)),
                AnomalyKind::ShuffledFeatures => assert!(outside == 0 && most < 5),
                AnomalyKind::Spike => assert_eq!(most, 6),
                AnomalyKind::SwappedHalves => assert_eq!((outside, most), (0, 4)),
            }
        }
    }

    #[test]
    fn the_smallest_matrices_can_be_injected_into() {
        for (rows, columns) in [(1, 1), (2, 1), (1, 3)] {
            let samples = Array2::zeros((rows, columns));
            let injected = inject(samples.view(), samples.view(), 1);
            assert_eq!(injected.samples.dim(), (20, columns));
            assert!(injected.samples.iter().all(|value| value.is_finite()));
        }
        assert_eq!(inject(usual(3).view(), Array2::zeros((0, 8)).view(), 1).samples.nrows(), 0);
    }
}
