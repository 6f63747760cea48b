//! Samples in the order of their scores: what areas under curves are measured from.

use ndarray::ArrayView1;

/// Samples ordered by falling score, equal scores side by side.
#[derive(Clone, Debug)]
pub(super) struct Ranking {
    /// Sample numbers, the highest score first.
    pub(super) order: Vec<u32>,
    /// Whether each sample of the order is of the positive class.
    pub(super) positive: Vec<bool>,
    /// Where, in the order, each run of equal scores ends.
    pub(super) ends: Vec<u32>,
}

/// Areas under the curves of a ranking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Areas {
    pub(super) roc_auc: f64,
    pub(super) average_precision: f64,
}

impl Ranking {
    pub(super) fn new(scores: ArrayView1<'_, f64>, positive: impl Fn(usize) -> bool) -> Self {
        let mut order: Vec<u32> = (0..scores.len() as u32).collect();
        order.sort_unstable_by(|a, b| {
            scores[*b as usize].total_cmp(&scores[*a as usize]).then_with(|| a.cmp(b))
        });
        let ends = (1..=order.len())
            .filter(|end| {
                order.get(*end).is_none_or(|next| scores[*next as usize] != scores[order[end - 1] as usize])
            })
            .map(|end| end as u32)
            .collect();
        let positive = order.iter().map(|sample| positive(*sample as usize)).collect();
        Self { order, positive, ends }
    }

    /// Positives and negatives at or above the score of each run, the highest first; each sample counts as often
    /// as `weights` say, or once.
    pub(super) fn counts(&self, weights: Option<&[u32]>, mut each: impl FnMut(u64, u64)) {
        let (mut positives, mut negatives, mut start) = (0_u64, 0_u64, 0);
        for end in &self.ends {
            for place in start..*end as usize {
                let weight = weights.map_or(1, |weights| weights[self.order[place] as usize]);
                if self.positive[place] {
                    positives += u64::from(weight);
                } else {
                    negatives += u64::from(weight);
                }
            }
            start = *end as usize;
            each(positives, negatives);
        }
    }

    /// The area under the ROC curve (trapezoids) and the average precision (steps); None unless there are samples
    /// of both kinds.
    pub(super) fn areas(&self, weights: Option<&[u32]>) -> Option<Areas> {
        let (mut before, mut doubled, mut precision) = ((0_u64, 0_u64), 0.0, 0.0);
        self.counts(weights, |positives, negatives| {
            let gained = positives - before.0;
            doubled += (negatives - before.1) as f64 * (positives + before.0) as f64;
            if gained > 0 {
                precision += gained as f64 * (positives as f64 / (positives + negatives) as f64);
            }
            before = (positives, negatives);
        });
        let (positives, negatives) = (before.0 as f64, before.1 as f64);
        (positives > 0.0 && negatives > 0.0).then(|| Areas {
            roc_auc: doubled / (2.0 * positives * negatives),
            average_precision: precision / positives,
        })
    }
}
