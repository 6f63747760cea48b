//! Growing a tree leaf by leaf, the most gainful split first, as scikit-learn does (`grower.py`).
//!
//! Of two children, the histograms of the smaller one are counted and those of the larger one follow by subtraction;
//! groups of features are counted and searched side by side.

use super::{
    HistGradientBoostingParameters,
    bins::{Binned, LANES},
    histogram::{Derivatives, GroupHistogram},
    splitting::{Rules, Split, Totals},
    tree::{BoostedNode, BoostedTree},
};
use crate::{FitError, Progress, sums::pairwise};
use rayon::prelude::*;

/// Below so much work on a node, other threads cost more than they save.
const PARALLEL_WORK: usize = 8_000;
/// Above so many samples of a node, every group of features looks for cancellation.
const LONG: usize = 1 << 16;

/// Grows trees one after the other, in the same working memory.
pub(super) struct Grower<'a> {
    parameters: &'a HistGradientBoostingParameters,
    binned: &'a Binned,
    thresholds: &'a [Vec<f64>],
    rules: Rules,
    progress: &'a dyn Progress,
    /// The samples, those of a node next to each other and in ascending order.
    partition: Vec<u32>,
    scratch: Vec<u32>,
    ordered: Vec<Derivatives>,
    spare: Vec<Vec<GroupHistogram>>,
    nodes: Vec<Node>,
}

/// A node of the tree that is being grown.
struct Node {
    totals: Totals,
    depth: u32,
    /// Where its samples lie in the partition.
    start: usize,
    histograms: Option<Vec<GroupHistogram>>,
    split: Option<Split>,
    children: Option<(usize, usize)>,
}

impl<'a> Grower<'a> {
    pub(super) fn new(
        parameters: &'a HistGradientBoostingParameters,
        binned: &'a Binned,
        thresholds: &'a [Vec<f64>],
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            parameters,
            binned,
            thresholds,
            rules: Rules::new(parameters),
            progress,
            partition: Vec::new(),
            scratch: Vec::new(),
            ordered: Vec::new(),
            spare: Vec::new(),
            nodes: Vec::new(),
        }
    }

    /// Grows a tree to the derivatives of every sample, and adds what its leaves predict to `raw`.
    pub(super) fn grow(
        &mut self,
        derivatives: &[Derivatives],
        raw: &mut [f64],
    ) -> Result<BoostedTree, FitError> {
        self.partition.clear();
        self.partition.extend(0..self.binned.rows as u32);
        self.nodes.clear();
        let mut open = Vec::new();
        self.root(derivatives, &mut open)?;
        let mut leaves = 1;
        while let Some(id) = most_gainful(&mut open, &self.nodes) {
            let (left, right) = self.divide(id);
            leaves += 1;
            let is_full = Some(leaves) == self.parameters.max_leaf_nodes;
            if is_full {
                break;
            }
            let is_deep = Some(self.nodes[left].depth) == self.parameters.max_depth;
            let mut splits =
                [left, right].map(|child| !is_deep && self.rules.can_split(&self.nodes[child].totals));
            if splits != [false; 2] {
                self.search_children(id, [left, right], &mut splits, derivatives)?;
            }
            for (child, can_split) in [left, right].into_iter().zip(splits) {
                if can_split && self.nodes[child].split.is_some() {
                    open.push(child);
                } else {
                    self.release(child);
                }
            }
            self.release(id);
        }
        (0..self.nodes.len()).for_each(|id| self.release(id));
        Ok(self.finish(raw))
    }

    fn root(&mut self, derivatives: &[Derivatives], open: &mut Vec<usize>) -> Result<(), FitError> {
        let mut histograms = self.take();
        let (binned, progress) = (self.binned, self.progress);
        histograms.par_iter_mut().enumerate().try_for_each(|(group, histogram)| {
            if progress.cancelled() {
                return Err(FitError::Cancelled);
            }
            histogram.count_all(binned.group(group), derivatives);
            Ok(())
        })?;
        // As numpy sums the histogram of the first feature.
        let bins = usize::from(binned.missing_bin) + 1;
        let sum = |part: usize| {
            let values: Vec<f64> = histograms[0].lane(0).sums[..bins].iter().map(|sums| sums[part]).collect();
            pairwise(&values)
        };
        let totals = Totals { gradient: sum(0), hessian: sum(1), count: binned.rows as u32, value: 0.0 };
        let mut node = Node { totals, depth: 0, start: 0, histograms: None, split: None, children: None };
        if self.rules.can_split(&totals) && self.rules.has_weight(&totals) {
            let found: Vec<Option<Split>> = histograms
                .par_iter()
                .enumerate()
                .map(|(group, histogram)| self.best(group, histogram, &totals))
                .collect();
            node.split = best_of(found);
        }
        if node.split.is_some() {
            open.push(0);
        }
        node.histograms = Some(histograms);
        self.nodes.push(node);
        Ok(())
    }

    /// Divides a node's samples between two children; returns their numbers.
    fn divide(&mut self, id: usize) -> (usize, usize) {
        let node = &mut self.nodes[id];
        let (start, depth) = (node.start, node.depth + 1);
        let Some(split) = node.split.as_mut() else { return (id, id) };
        let bins = self.binned.group(split.feature / LANES);
        let lane = split.feature % LANES;
        let missing_bin = self.binned.missing_bin;
        let samples = &mut self.partition[start..start + node.totals.count as usize];
        self.scratch.clear();
        self.scratch.resize(samples.len(), 0);
        let (mut left, mut right) = (0, 0);
        for i in 0..samples.len() {
            let sample = samples[i];
            let bin = bins[sample as usize][lane];
            let goes_left = bin <= split.bin || (bin == missing_bin && split.missing_go_to_left);
            // Both are written, one of them counts: no branch to be mistaken about.
            samples[left] = sample;
            self.scratch[right] = sample;
            left += usize::from(goes_left);
            right += usize::from(!goes_left);
        }
        samples[left..].copy_from_slice(&self.scratch[..right]);
        if !self.binned.features[split.feature].has_missing {
            // Values that were never missing follow the crowd.
            split.missing_go_to_left = left > right;
        }
        let child =
            |totals, start| Node { totals, depth, start, histograms: None, split: None, children: None };
        let children = [child(split.left, start), child(split.right, start + left)];
        let first = self.nodes.len();
        self.nodes[id].children = Some((first, first + 1));
        self.nodes.extend(children);
        (first, first + 1)
    }

    /// Makes the histograms of both children of `id`, and finds the best splits of those that may be split.
    fn search_children(
        &mut self,
        id: usize,
        children: [usize; 2],
        splits: &mut [bool; 2],
        derivatives: &[Derivatives],
    ) -> Result<(), FitError> {
        if self.progress.cancelled() {
            return Err(FitError::Cancelled);
        }
        let Some(mut large) = self.nodes[id].histograms.take() else { return Ok(()) };
        let mut small = self.take();
        let [left, right] = children.map(|child| self.nodes[child].totals);
        let left_is_small = left.count < right.count;
        let node = &self.nodes[children[usize::from(!left_is_small)]];
        let rows = &self.partition[node.start..node.start + node.totals.count as usize];
        let mut ordered = std::mem::take(&mut self.ordered);
        ordered.clear();
        ordered.extend(rows.iter().map(|row| derivatives[*row as usize]));

        let this = &*self;
        let wanted = *splits;
        let search = |(group, (large, small)): (usize, (&mut GroupHistogram, &mut GroupHistogram))| {
            if rows.len() > LONG && this.progress.cancelled() {
                return Err(FitError::Cancelled);
            }
            small.count(this.binned.group(group), rows, &ordered);
            large.subtract(small);
            let (of_left, of_right) = if left_is_small { (small, large) } else { (large, small) };
            let find = |wanted: bool, histogram: &GroupHistogram, totals| {
                if wanted { this.best(group, histogram, totals) } else { None }
            };
            Ok((find(wanted[0], of_left, &left), find(wanted[1], of_right, &right)))
        };
        let groups = large.len();
        let found: Result<Vec<_>, _> = if LANES * groups * (rows.len() + 256) < PARALLEL_WORK {
            large.iter_mut().zip(&mut small).enumerate().map(search).collect()
        } else {
            large.par_iter_mut().zip(&mut small).enumerate().map(search).collect()
        };
        let (of_left, of_right): (Vec<_>, Vec<_>) = found?.into_iter().unzip();
        self.ordered = ordered;
        let (large, small) = if left_is_small { (small, large) } else { (large, small) };
        for ((child, found), histograms) in children.into_iter().zip([of_left, of_right]).zip([large, small])
        {
            self.nodes[child].split = best_of(found);
            self.nodes[child].histograms = Some(histograms);
        }
        Ok(())
    }

    /// The best split by a feature of a group.
    fn best(&self, group: usize, histogram: &GroupHistogram, totals: &Totals) -> Option<Split> {
        let features = (group * LANES..).zip(&self.binned.features[group * LANES..]).take(LANES);
        features.enumerate().fold(None, |best, (lane, (feature, about))| {
            self.rules.best(feature, about, histogram.lane(lane), totals, best)
        })
    }

    fn take(&mut self) -> Vec<GroupHistogram> {
        self.spare.pop().unwrap_or_else(|| vec![GroupHistogram::new(); self.binned.groups()])
    }

    fn release(&mut self, id: usize) {
        self.spare.extend(self.nodes[id].histograms.take());
    }

    /// The nodes in preorder; leaves are multiplied with the learning rate and added to the predictions.
    fn finish(&self, raw: &mut [f64]) -> BoostedTree {
        let mut nodes = Vec::with_capacity(self.nodes.len());
        // Nodes to come, with the place where their parent wants to know their number.
        let mut pending = vec![(0, None)];
        while let Some((id, parent)) = pending.pop() {
            let node = &self.nodes[id];
            let number = nodes.len() as u32;
            if let Some(parent) = parent {
                let parent: &mut BoostedNode = &mut nodes[parent];
                *(if parent.left == 0 { &mut parent.left } else { &mut parent.right }) = number;
            }
            let mut written = BoostedNode {
                value: node.totals.value,
                count: node.totals.count,
                gain: node.split.map_or(-1.0, |split| split.gain),
                depth: node.depth,
                ..Default::default()
            };
            match (node.children, node.split) {
                (Some((left, right)), Some(split)) => {
                    let thresholds = &self.thresholds[split.feature];
                    written.feature = split.feature as u32;
                    written.bin = split.bin;
                    written.missing_go_to_left = split.missing_go_to_left;
                    written.threshold =
                        thresholds.get(usize::from(split.bin)).copied().unwrap_or(f64::INFINITY);
                    pending.extend([(right, Some(nodes.len())), (left, Some(nodes.len()))]);
                }
                _ => {
                    written.value *= self.parameters.learning_rate;
                    let samples = &self.partition[node.start..node.start + node.totals.count as usize];
                    samples.iter().for_each(|sample| raw[*sample as usize] += written.value);
                }
            }
            nodes.push(written);
        }
        BoostedTree { nodes }
    }
}

/// Takes the open node with the largest gain, the first of equals.
fn most_gainful(open: &mut Vec<usize>, nodes: &[Node]) -> Option<usize> {
    let gain = |place: usize| nodes[open[place]].split.map_or(-1.0, |split| split.gain);
    let best = (0..open.len()).reduce(|best, place| if gain(place) > gain(best) { place } else { best })?;
    Some(open.remove(best))
}

fn best_of(found: Vec<Option<Split>>) -> Option<Split> {
    found.into_iter().flatten().reduce(|best, split| if split.gain > best.gain { split } else { best })
}
