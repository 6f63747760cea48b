//! The best split of a node by its histograms, as scikit-learn finds it (`splitting.pyx`): the same sums in the same
//! order, the first of equal gains.

use super::{HistGradientBoostingParameters, bins::Feature, histogram::LaneHistogram};

/// The least sum of hessians that a child must have.
const MIN_HESSIAN: f64 = 1e-3;

/// What of a node its splits depend on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Totals {
    pub(super) gradient: f64,
    pub(super) hessian: f64,
    pub(super) count: u32,
    /// What the node would predict as a leaf.
    pub(super) value: f64,
}

/// A split: samples whose bin is at most `bin` go left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    pub(super) gain: f64,
    pub(super) feature: usize,
    pub(super) bin: u8,
    pub(super) missing_go_to_left: bool,
    pub(super) left: Totals,
    pub(super) right: Totals,
}

/// What a split must satisfy.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    min_samples_leaf: u32,
    l2: f64,
}

impl Rules {
    pub(super) fn new(parameters: &HistGradientBoostingParameters) -> Self {
        Self { min_samples_leaf: parameters.min_samples_leaf, l2: parameters.l2_regularization }
    }

    /// Whether a node of so many samples and such a hessian can have two children at all.
    pub(super) fn can_split(&self, totals: &Totals) -> bool {
        u64::from(totals.count) >= 2 * u64::from(self.min_samples_leaf)
    }

    pub(super) fn has_weight(&self, totals: &Totals) -> bool {
        totals.hessian >= MIN_HESSIAN
    }

    fn value(&self, gradient: f64, hessian: f64) -> f64 {
        -gradient / (hessian + self.l2 + 1e-15)
    }

    /// The best split by a feature, if it is better than `best`.
    pub(super) fn best(
        &self,
        feature: usize,
        about: &Feature,
        histogram: &LaneHistogram,
        node: &Totals,
        best: Option<Split>,
    ) -> Option<Split> {
        let bound = best.map_or(-1.0, |split| split.gain);
        let found = self.scan_right(about, histogram, node, bound);
        let bound = found.map_or(bound, |found| found.gain);
        let backwards = if about.has_missing { self.scan_left(about, histogram, node, bound) } else { None };
        let Some(found) = backwards.or(found) else { return best };
        let total = |gradient, hessian, count| Totals {
            gradient,
            hessian,
            count,
            value: self.value(gradient, hessian),
        };
        Some(Split {
            gain: found.gain,
            feature,
            bin: found.bin as u8,
            missing_go_to_left: backwards.is_some(),
            left: total(found.gradient, found.hessian, found.count),
            right: total(
                node.gradient - found.gradient,
                node.hessian - found.hessian,
                node.count - found.count,
            ),
        })
    }

    /// From the first bin to the last: missing values go right.
    fn scan_right(
        &self,
        about: &Feature,
        histogram: &LaneHistogram,
        node: &Totals,
        bound: f64,
    ) -> Option<Found> {
        let end = about.n_bins - 1 + usize::from(about.has_missing);
        let mut best = None;
        let mut best_gain = bound;
        let (mut gradient, mut hessian, mut count) = (0.0, 0.0, 0);
        for (bin, (sums, in_bin)) in histogram.sums.iter().zip(&histogram.counts).enumerate().take(end) {
            count += in_bin;
            hessian += sums[1];
            gradient += sums[0];
            if count < self.min_samples_leaf || hessian < MIN_HESSIAN {
                // Samples on the right get fewer only from here on.
                if node.count - count < self.min_samples_leaf {
                    break;
                }
                continue;
            }
            if node.count - count < self.min_samples_leaf || node.hessian - hessian < MIN_HESSIAN {
                break;
            }
            let gain = self.gain(node, gradient, hessian);
            if gain > best_gain && gain > 0.0 {
                best_gain = gain;
                best = Some(Found { gain, bin, gradient, hessian, count });
            }
        }
        best
    }

    /// From the last bin to the first: missing values go left.
    fn scan_left(
        &self,
        about: &Feature,
        histogram: &LaneHistogram,
        node: &Totals,
        bound: f64,
    ) -> Option<Found> {
        let mut best = None;
        let mut best_gain = bound;
        let (mut gradient, mut hessian, mut count) = (0.0, 0.0, 0);
        for bin in (0..about.n_bins - 1).rev() {
            count += histogram.counts[bin + 1];
            hessian += histogram.sums[bin + 1][1];
            gradient += histogram.sums[bin + 1][0];
            if count < self.min_samples_leaf || hessian < MIN_HESSIAN {
                if node.count - count < self.min_samples_leaf {
                    break;
                }
                continue;
            }
            if node.count - count < self.min_samples_leaf || node.hessian - hessian < MIN_HESSIAN {
                break;
            }
            let (left_gradient, left_hessian) = (node.gradient - gradient, node.hessian - hessian);
            let gain = self.gain_of(node, [left_gradient, left_hessian], [gradient, hessian]);
            if gain > best_gain && gain > 0.0 {
                best_gain = gain;
                best = Some(Found {
                    gain,
                    bin,
                    gradient: left_gradient,
                    hessian: left_hessian,
                    count: node.count - count,
                });
            }
        }
        best
    }

    fn gain(&self, node: &Totals, gradient: f64, hessian: f64) -> f64 {
        self.gain_of(node, [gradient, hessian], [node.gradient - gradient, node.hessian - hessian])
    }

    /// How much the loss falls (equation 7 of Chen and Guestrin, XGBoost, 2016).
    fn gain_of(&self, node: &Totals, left: [f64; 2], right: [f64; 2]) -> f64 {
        let gain = node.gradient * node.value;
        let gain = gain - left[0] * self.value(left[0], left[1]);
        gain - right[0] * self.value(right[0], right[1])
    }
}

/// A place to split, by what is on its left.
#[derive(Clone, Copy)]
struct Found {
    gain: f64,
    bin: usize,
    gradient: f64,
    hessian: f64,
    count: u32,
}
