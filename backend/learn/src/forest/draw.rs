//! What each tree of a forest sees: `_generate_sample_indices` and the weights of `ensemble/_forest.py`.

use super::{ForestParameters, Kind};
use crate::{
    Classes, FitError,
    random::{Chances, RandomState},
    sums::pairwise,
    tree::{Amount, ClassWeight, SampleWeights, balanced, fits},
};
use ndarray::ArrayView1;

/// Draws the samples of trees.
pub(super) struct Draw<'a> {
    classes: Classes<'a>,
    sample_weight: Option<Vec<f64>>,
    way: Way,
}

enum Way {
    /// Every tree sees all samples, as heavy as they are.
    All { whole: bool },
    /// Every tree draws so many, a sample counting as often as it was drawn.
    Some { count: u32, chances: Option<Chances>, whole: bool, balanced: bool },
}

impl<'a> Draw<'a> {
    /// # Errors
    /// A share of the samples so large that it cannot be drawn.
    pub(super) fn new<K: Kind>(
        parameters: &ForestParameters<K>,
        classes: Classes<'a>,
        weights: Option<ArrayView1<'_, f64>>,
    ) -> Result<Self, FitError> {
        let rows = classes.of.len();
        let mut sample_weight = weights.map(|weights| weights.to_vec());
        let per_tree =
            parameters.class_weight == Some(ClassWeight::BalancedSubsample) && parameters.bootstrap;
        if parameters.class_weight.is_some() && !per_tree {
            let of_class =
                balanced(classes, |row| sample_weight.as_ref().map_or(1.0, |weights| weights[row]));
            let weights = sample_weight.get_or_insert_with(|| vec![1.0; rows]);
            for (weight, class) in weights.iter_mut().zip(classes.of) {
                *weight *= of_class[*class as usize];
            }
        }
        let way = if parameters.bootstrap {
            let count = match parameters.max_samples {
                None => rows as f64,
                Some(Amount::Count(count)) => count as f64,
                Some(Amount::Share(share)) => {
                    let total = sample_weight.as_deref().map_or(rows as f64, pairwise);
                    (share * total).floor().max(1.0)
                }
            };
            if count > f64::from(u32::MAX) {
                return Err(FitError::Impossible(format!(
                    "each tree would draw {count} samples: set `max_samples` to {} or less",
                    u32::MAX
                )));
            }
            // No sample can be drawn more often than `count` times, nor is it likely to be drawn a thousand times as
            // often as the average.
            let heaviest = if sample_weight.is_none() { 1000.0 * (count / rows as f64) } else { count };
            Way::Some {
                count: count as u32,
                chances: sample_weight.as_deref().map(Chances::new),
                whole: !per_tree && fits(count, heaviest.min(count), classes.count),
                balanced: per_tree,
            }
        } else {
            let whole = sample_weight.as_ref().is_none_or(|weights| {
                matches!(SampleWeights::new(weights.clone(), classes.count), SampleWeights::Whole(_))
            });
            Way::All { whole: whole && fits(rows as f64, 1.0, classes.count) }
        };
        Ok(Self { classes, sample_weight, way })
    }

    /// Whether the weights of every tree are whole.
    pub(super) fn is_whole(&self) -> bool {
        match self.way {
            Way::All { whole } | Way::Some { whole, .. } => whole,
        }
    }

    /// How many samples a tree draws, if it does not see all.
    pub(super) fn count(&self) -> Option<u32> {
        match self.way {
            Way::All { .. } => None,
            Way::Some { count, .. } => Some(count),
        }
    }

    /// The weights of the samples, times those of their classes.
    pub(super) fn into_sample_weight(self) -> Option<Vec<f64>> {
        self.sample_weight
    }

    /// How much each sample counts in the tree of this seed.
    pub(super) fn weights(&self, seed: u32) -> SampleWeights {
        let rows = self.classes.of.len();
        match &self.way {
            Way::All { whole: true } => SampleWeights::Whole(match &self.sample_weight {
                Some(weights) => weights.iter().map(|weight| *weight as u32).collect(),
                None => vec![1; rows],
            }),
            Way::All { whole: false } => {
                SampleWeights::Real(self.sample_weight.clone().unwrap_or_else(|| vec![1.0; rows]))
            }
            Way::Some { count, chances, whole, balanced: per_tree } => {
                let mut random = RandomState::new(seed);
                let mut counts = vec![0_u32; rows];
                for _ in 0..*count {
                    let row = match chances {
                        Some(chances) => chances.draw(&mut random),
                        None => random.below(rows as u32),
                    };
                    counts[row as usize] += 1;
                }
                if *whole {
                    return SampleWeights::Whole(counts);
                }
                let of_class = per_tree.then(|| balanced(self.classes, |row| counts[row].into()));
                let weight = |class: u32| of_class.as_ref().map_or(1.0, |weights| weights[class as usize]);
                let weights = counts.iter().zip(self.classes.of);
                SampleWeights::Real(
                    weights.map(|(count, class)| f64::from(*count) * weight(*class)).collect(),
                )
            }
        }
    }
}
