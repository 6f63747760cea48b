//! Cuts classification nodes whose samples have whole weights, as they have without class weights: sums of whole
//! numbers are exact in any order, so that only the results need be those of `sklearn/tree/_splitter.pyx`, not its way.
//!
//! The best cut is sought among ranks, which a radix sort orders; a random cut needs one pass over the values.
//! [`super::ordered`] takes over where order matters.

mod scan;
mod sort;

use super::{
    Columns, Criterion, Ranks, Tree,
    build::{FEATURE_THRESHOLD, Split, Splitter, Watch},
    criterion::Weights,
    features::Features,
    layout::round_down,
    samples::{RankColumn, RankNumbers},
};
use crate::FitError;
use scan::Scan;
use std::ops::Range;

/// Bits of [`Entry::info`] that are the class.
const CLASS_BITS: u32 = 12;
/// More classes than this do not fit.
pub(crate) const MAX_CLASSES: usize = 1 << CLASS_BITS;
/// Heavier samples than this do not fit.
pub(crate) const MAX_WEIGHT: u32 = u32::MAX >> CLASS_BITS;
/// Squares of sums up to this, and sums of two of them, are exact.
pub(crate) const MAX_TOTAL: u64 = 1 << 26;

/// Where cuts are sought.
#[derive(Clone, Copy)]
pub(crate) enum Search<'a> {
    /// `node_split_best`.
    Best(&'a Ranks),
    /// `node_split_random`.
    Random(&'a Columns),
}

/// A sample.
#[derive(Clone, Copy, Default)]
struct Entry {
    row: u32,
    /// Weight above class.
    info: u32,
}

/// Values of a [`Subtree`], at most: what a core's second cache holds.
const SUBTREE_VALUES: usize = 1 << 18;
/// Fewer samples than this are not worth a copy.
const SUBTREE_SAMPLES: usize = 64;

/// The columns of the samples below a node, next to each other: looked up in the whole matrix, hardly two of them share
/// a line of the cache. Within its range, [`Entry::row`] is a place in here.
#[derive(Default)]
struct Subtree {
    range: Range<usize>,
    values: Vec<f32>,
}

impl Subtree {
    fn holds(&self, range: &Range<usize>) -> bool {
        self.range.start <= range.start && range.end <= self.range.end
    }

    /// Takes the samples of a node over when that is worth it. They are done with when growing leaves the range.
    fn enter(&mut self, range: Range<usize>, entries: &mut [Entry], columns: &Columns) {
        let fits = entries.len() >= SUBTREE_SAMPLES && entries.len() * columns.n_features() <= SUBTREE_VALUES;
        if !fits || self.holds(&range) {
            return;
        }
        self.values.clear();
        for feature in 0..columns.n_features() {
            let column = columns.column(feature);
            self.values.extend(entries.iter().map(|entry| column[entry.row as usize]));
        }
        entries.iter_mut().zip(0..).for_each(|(entry, place)| entry.row = place);
        self.range = range;
    }

    /// The column that the entries of a range refer to.
    fn column<'a>(&'a self, range: &Range<usize>, columns: &'a Columns, feature: usize) -> &'a [f32] {
        match self.holds(range) {
            true => &self.values[feature * self.range.len()..(feature + 1) * self.range.len()],
            false => columns.column(feature),
        }
    }
}

/// The best cut found in a node so far.
#[derive(Default)]
struct Best {
    proxy: f64,
    feature: usize,
    threshold: f64,
    /// Of the best cut among ranks: the last rank to the left.
    rank: u32,
    /// Samples to the left.
    count: usize,
    weights: Weights,
    /// The classes to the left.
    left: Vec<f64>,
}

pub(super) struct WholeSplitter<'a> {
    search: Search<'a>,
    criterion: Criterion,
    min_samples_leaf: usize,
    total_weight: f64,
    /// Each node owns a range.
    entries: Vec<Entry>,
    features: Features,
    /// The node taken up: its range, and the weight of its samples and of each class.
    range: Range<usize>,
    weight: f64,
    classes: Vec<f64>,
    best: Best,
    /// Of a random search.
    subtree: Subtree,
    /// Working memory, as long as `entries`: samples on their way to the right; keys to sort, twice; values.
    moved: Vec<Entry>,
    keys: Vec<u64>,
    sorted: Vec<u64>,
    values: Vec<f32>,
    scan: Scan,
}

impl<'a> WholeSplitter<'a> {
    /// A splitter of the samples that have a weight.
    pub(super) fn new(
        search: Search<'a>,
        criterion: Criterion,
        min_samples_leaf: usize,
        features: Features,
        classes: crate::Classes<'_>,
        weights: &[u32],
    ) -> Self {
        let rows = (0..).zip(weights).zip(classes.of).filter(|((_, weight), _)| **weight != 0);
        let entries: Vec<Entry> =
            rows.map(|((row, weight), class)| Entry { row, info: weight << CLASS_BITS | class }).collect();
        let count = entries.len();
        let (keys, values) = match search {
            Search::Best(_) => (count, 0),
            Search::Random(_) => (0, count),
        };
        Self {
            search,
            criterion,
            min_samples_leaf,
            total_weight: weights.iter().map(|weight| u64::from(*weight)).sum::<u64>() as f64,
            entries,
            features,
            range: 0..0,
            weight: 0.0,
            classes: vec![0.0; classes.count],
            best: Best { left: vec![0.0; classes.count], ..Best::default() },
            subtree: Subtree::default(),
            moved: vec![Entry::default(); count],
            keys: vec![0; keys],
            sorted: vec![0; keys],
            values: vec![0.0; values],
            scan: Scan::new(classes.count),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn empty_tree(&self) -> Tree {
        let n_features = match self.search {
            Search::Best(ranks) => ranks.n_features(),
            Search::Random(columns) => columns.n_features(),
        };
        Tree::new(n_features, self.classes.len())
    }
}

impl Splitter for WholeSplitter<'_> {
    fn enter(&mut self, samples: Range<usize>, values: &mut Vec<f64>) -> f64 {
        if let Search::Random(columns) = self.search {
            self.subtree.enter(samples.clone(), &mut self.entries[samples.clone()], columns);
        }
        let entries = &self.entries[samples.clone()];
        if let [first, second] = self.classes.as_mut_slice() {
            let (mut all, mut of_second) = (0, 0);
            for entry in entries {
                let weight = entry.info >> CLASS_BITS;
                all += weight;
                of_second += weight & 0_u32.wrapping_sub(entry.info & 1);
            }
            (*first, *second) = (f64::from(all - of_second), f64::from(of_second));
        } else {
            self.classes.fill(0.0);
            entries.iter().for_each(|entry| self.classes[entry.class()] += entry.weight());
        }
        self.weight = self.classes.iter().sum();
        values.extend(self.classes.iter().map(|class| class / self.weight));
        self.range = samples;
        self.weight
    }

    fn impurity(&self) -> f64 {
        self.criterion.impurity(self.classes.iter().copied(), self.weight)
    }

    fn split(
        &mut self,
        impurity: f64,
        constants: &mut usize,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Split>, FitError> {
        let mut draws = self.features.begin(*constants);
        (self.best.proxy, self.best.count) = (f64::NEG_INFINITY, 0);
        while let Some(feature) = self.features.draw(&mut draws) {
            watch.spend(self.range.len())?;
            let varies = match self.search {
                Search::Best(ranks) => self.try_best(ranks.column(feature), feature),
                Search::Random(columns) => self.try_random(columns, feature),
            };
            match varies {
                true => self.features.varies(&mut draws),
                false => self.features.constant(&mut draws),
            }
        }
        *constants = self.features.end(&draws);
        Ok((self.best.count > 0).then(|| self.cut(impurity)))
    }
}

impl WholeSplitter<'_> {
    /// Looks for a better cut among the ranks of a feature; whether it varies.
    fn try_best(&mut self, column: &RankColumn, feature: usize) -> bool {
        let count = self.range.len();
        let entries = &self.entries[self.range.clone()];
        let keys = &mut self.keys[..count];
        let (min, max) = match &column.ranks {
            RankNumbers::Short(ranks) => sort::gather(entries, keys, |row| ranks[row].into()),
            RankNumbers::Long(ranks) => sort::gather(entries, keys, |row| ranks[row]),
        };
        if column.distinct[max as usize] <= column.distinct[min as usize] + FEATURE_THRESHOLD {
            return false;
        }
        let keys = sort::sort(keys, &mut self.sorted[..count], min, max);
        let node = scan::Node {
            keys,
            column,
            classes: &self.classes,
            weight: self.weight,
            min_samples_leaf: self.min_samples_leaf,
        };
        if self.scan.run(self.criterion, &node, &mut self.best) {
            self.best.feature = feature;
        }
        true
    }

    /// Draws a threshold between the values of a feature and looks whether it makes a better cut; whether the
    /// feature varies.
    fn try_random(&mut self, columns: &Columns, feature: usize) -> bool {
        let column = self.subtree.column(&self.range, columns, feature);
        let entries = &self.entries[self.range.clone()];
        let values = &mut self.values[..entries.len()];
        for (slot, entry) in values.iter_mut().zip(entries) {
            *slot = column[entry.row as usize];
        }
        let (min, max) = extent(values);
        if max <= min + FEATURE_THRESHOLD {
            return false;
        }
        let threshold = self.features.draw_threshold(min, max);
        let (count, weight) = self.scan.count_left(values, entries, round_down(threshold));
        if count < self.min_samples_leaf || entries.len() - count < self.min_samples_leaf {
            return true;
        }
        let weights = Weights { left: weight, right: self.weight - weight };
        let proxy = weights.proxy(self.criterion.children(&self.classes, &self.scan.left, weights));
        if proxy > self.best.proxy {
            self.best.left.copy_from_slice(&self.scan.left);
            self.best = Best {
                proxy,
                feature,
                threshold,
                rank: 0,
                count,
                weights,
                left: std::mem::take(&mut self.best.left),
            };
        }
        true
    }

    /// Makes the best cut.
    fn cut(&mut self, impurity: f64) -> Split {
        let Best { feature, threshold, rank, count, weights, ref left, .. } = self.best;
        let impurities = self.criterion.children(&self.classes, left, weights);
        let entries = &mut self.entries[self.range.clone()];
        match self.search {
            Search::Best(ranks) => match &ranks.column(feature).ranks {
                RankNumbers::Short(ranks) => {
                    partition(entries, &mut self.moved, |row| u32::from(ranks[row]) <= rank);
                }
                RankNumbers::Long(ranks) => partition(entries, &mut self.moved, |row| ranks[row] <= rank),
            },
            Search::Random(columns) => {
                let column = self.subtree.column(&self.range, columns, feature);
                let threshold = round_down(threshold);
                partition(entries, &mut self.moved, |row| column[row] <= threshold);
            }
        }
        Split {
            feature,
            threshold,
            position: self.range.start + count,
            impurity_left: impurities.0,
            impurity_right: impurities.1,
            gain: weights.gain(self.weight, self.total_weight, impurity, impurities),
        }
    }
}

/// The smallest and the largest of some values, eight at a time.
fn extent(values: &[f32]) -> (f32, f32) {
    let less = |a: f32, b: f32| if b < a { b } else { a };
    let more = |a: f32, b: f32| if b > a { b } else { a };
    let (mut low, mut high) = ([values[0]; 8], [values[0]; 8]);
    let (eights, rest) = values.as_chunks::<8>();
    for eight in eights {
        for ((low, high), value) in low.iter_mut().zip(&mut high).zip(eight) {
            (*low, *high) = (less(*low, *value), more(*high, *value));
        }
    }
    let low = low.into_iter().chain(rest.iter().copied()).fold(values[0], less);
    let high = high.into_iter().chain(rest.iter().copied()).fold(values[0], more);
    (low, high)
}

/// Moves the samples that go left before the others.
fn partition(entries: &mut [Entry], moved: &mut [Entry], goes_left: impl Fn(usize) -> bool) {
    let (mut left, mut right) = (0, 0);
    for i in 0..entries.len() {
        let entry = entries[i];
        let goes_left = goes_left(entry.row as usize);
        // Both are written, and one of them counts: the processor need not guess which.
        entries[left] = entry;
        moved[right] = entry;
        left += usize::from(goes_left);
        right += usize::from(!goes_left);
    }
    entries[left..].copy_from_slice(&moved[..right]);
}

impl Entry {
    fn class(self) -> usize {
        class(self.info)
    }

    fn weight(self) -> f64 {
        weight(self.info)
    }
}

fn class(info: u32) -> usize {
    (info & ((1 << CLASS_BITS) - 1)) as usize
}

fn weight(info: u32) -> f64 {
    f64::from(info >> CLASS_BITS)
}
