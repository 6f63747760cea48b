//! Histograms: of every bin of every feature, the sums of gradients and hessians and the number of samples of a node.
//!
//! The samples of a bin are added in the order of the rows, as scikit-learn does (`histogram.pyx`), so that sums agree
//! to the last bit.

use super::bins::LANES;

/// Gradient and hessian of a sample, in single precision as scikit-learn keeps them.
pub(super) type Derivatives = [f32; 2];

/// The histograms of the features of a group.
#[derive(Clone)]
pub(super) struct GroupHistogram {
    lanes: Box<[LaneHistogram; LANES]>,
}

/// The histogram of a feature.
#[derive(Clone)]
pub(super) struct LaneHistogram {
    /// Sum of gradients and sum of hessians of each bin.
    pub(super) sums: [[f64; 2]; 256],
    pub(super) counts: [u32; 256],
}

const EMPTY: LaneHistogram = LaneHistogram { sums: [[0.0; 2]; 256], counts: [0; 256] };

impl GroupHistogram {
    pub(super) fn new() -> Self {
        Self { lanes: Box::new([EMPTY; LANES]) }
    }

    pub(super) fn lane(&self, lane: usize) -> &LaneHistogram {
        &self.lanes[lane]
    }

    /// Makes it that of all samples.
    pub(super) fn count_all(&mut self, bins: &[[u8; LANES]], derivatives: &[Derivatives]) {
        self.clear();
        for (bins, derivatives) in bins.iter().zip(derivatives) {
            self.add(*bins, *derivatives);
        }
    }

    /// Makes it that of the samples `rows`, whose derivatives are `derivatives`, in the same order.
    pub(super) fn count(&mut self, bins: &[[u8; LANES]], rows: &[u32], derivatives: &[Derivatives]) {
        self.clear();
        for (row, derivatives) in rows.iter().zip(derivatives) {
            self.add(bins[*row as usize], *derivatives);
        }
    }

    #[inline(always)]
    fn add(&mut self, bins: [u8; LANES], [gradient, hessian]: Derivatives) {
        let derivatives = [f64::from(gradient), f64::from(hessian)];
        for (lane, bin) in self.lanes.iter_mut().zip(bins) {
            let sums = &mut lane.sums[usize::from(bin)];
            sums[0] += derivatives[0];
            sums[1] += derivatives[1];
            lane.counts[usize::from(bin)] += 1;
        }
    }

    fn clear(&mut self) {
        for lane in self.lanes.iter_mut() {
            lane.sums.fill([0.0; 2]);
            lane.counts.fill(0);
        }
    }

    /// Takes one child's histogram from its parent's, which leaves the other child's.
    pub(super) fn subtract(&mut self, child: &Self) {
        for (lane, child) in self.lanes.iter_mut().zip(child.lanes.iter()) {
            for (sums, child) in lane.sums.iter_mut().zip(&child.sums) {
                sums[0] -= child[0];
                sums[1] -= child[1];
            }
            lane.counts.iter_mut().zip(&child.counts).for_each(|(count, child)| *count -= child);
        }
    }
}
