//! The loop over nodes: `DepthFirstTreeBuilder` of `sklearn/tree/_tree.pyx`.

use super::{Packed, Tree};
use crate::{FitError, Progress};
use std::ops::Range;

/// Columns whose range is at most this are constant, and values that are no further apart are one:
/// `FEATURE_THRESHOLD` in `sklearn/tree/_partitioner.pxd`.
pub(super) const FEATURE_THRESHOLD: f32 = 1e-7;
/// Impurities up to this are zero.
const EPSILON: f64 = f64::EPSILON;
/// Values looked at between two looks at whether to stop; far less than a second's work.
const WORK: usize = 1 << 20;

/// When a node becomes a leaf.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Levels below the root.
    pub(crate) max_depth: usize,
    pub(crate) min_samples_split: usize,
    /// Held by splitters too: no child has fewer samples.
    pub(crate) min_samples_leaf: usize,
    pub(crate) min_impurity_decrease: f64,
}

/// A way to cut the samples of a node in two. The samples have an order, and each node owns a range of it.
pub(super) trait Splitter {
    /// Takes up the samples of a node: appends its values, and gives its weight.
    fn enter(&mut self, samples: Range<usize>, values: &mut Vec<f64>) -> f64;

    /// The impurity of the samples taken up.
    fn impurity(&self) -> f64;

    /// Cuts the samples taken up, whose impurity is given; those of the left child then come first. `constants` is
    /// how many features are known to be constant, and grows by those found here.
    ///
    /// # Errors
    /// Cancellation.
    fn split(
        &mut self,
        impurity: f64,
        constants: &mut usize,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Split>, FitError>;
}

/// A chosen cut.
pub(super) struct Split {
    pub(super) feature: usize,
    pub(super) threshold: f64,
    /// Where the samples of the right child begin.
    pub(super) position: usize,
    pub(super) impurity_left: f64,
    pub(super) impurity_right: f64,
    /// `impurity_improvement` of `sklearn/tree/_criterion.pyx`.
    pub(super) gain: f64,
}

/// A node whose samples are known and which is not yet in the tree.
pub(super) struct Pending {
    samples: Range<usize>,
    depth: usize,
    /// The node whose right child it is.
    parent: Option<usize>,
    impurity: Option<f64>,
    constants: usize,
}

/// Notices cancellation, however large a tree is.
pub(crate) struct Watch<'a> {
    progress: &'a dyn Progress,
    spent: usize,
    /// Whether samples that have reached their leaf are progress.
    pub(crate) reports: bool,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(progress: &'a dyn Progress) -> Self {
        Self { progress, spent: 0, reports: false }
    }

    /// Notes that so many values are about to be looked at.
    ///
    /// # Errors
    /// Cancellation.
    pub(super) fn spend(&mut self, values: usize) -> Result<(), FitError> {
        self.spent += values;
        if self.spent < WORK {
            return Ok(());
        }
        self.spent = 0;
        if self.progress.cancelled() { Err(FitError::Cancelled) } else { Ok(()) }
    }
}

/// Grows the tree of `count` samples. `stack` is working memory.
pub(super) fn grow(
    splitter: &mut impl Splitter,
    count: usize,
    mut tree: Tree,
    limits: &Limits,
    stack: &mut Vec<Pending>,
    watch: &mut Watch<'_>,
) -> Result<Tree, FitError> {
    stack.clear();
    stack.push(Pending { samples: 0..count, depth: 0, parent: None, impurity: None, constants: 0 });
    let (mut settled, mut reported) = (0, 0);
    while let Some(node) = stack.pop() {
        let weight = splitter.enter(node.samples.clone(), &mut tree.values);
        let impurity = node.impurity.unwrap_or_else(|| splitter.impurity());
        let size = node.samples.len();
        let mut constants = node.constants;
        let split = if node.depth >= limits.max_depth
            || size < limits.min_samples_split
            || size < 2 * limits.min_samples_leaf
            || impurity <= EPSILON
        {
            None
        } else {
            // As in scikit-learn, a gain below the limit by no more than rounding is a gain.
            let split = splitter.split(impurity, &mut constants, watch)?;
            split.filter(|split| split.gain + EPSILON >= limits.min_impurity_decrease)
        };

        let id = tree.nodes.len();
        if let Some(parent) = node.parent {
            tree.nodes[parent].right_child = id as u32;
        }
        tree.max_depth = tree.max_depth.max(node.depth);
        let (mut feature, mut threshold) = (0, 0.0);
        if let Some(split) = split {
            (feature, threshold) = (split.feature as u32, split.threshold);
            let child = |samples, parent, impurity| Pending {
                samples,
                depth: node.depth + 1,
                parent,
                impurity: Some(impurity),
                constants,
            };
            // The left subtree is grown first, so it is pushed last.
            stack.push(child(split.position..node.samples.end, Some(id), split.impurity_right));
            stack.push(child(node.samples.start..split.position, None, split.impurity_left));
        } else {
            settled += size;
            if watch.reports && settled - reported >= count / 100 + 1 {
                reported = settled;
                watch.progress.report(settled as f64 / count as f64);
            }
        }
        tree.nodes.push(Packed {
            threshold,
            impurity,
            weight,
            right_child: 0,
            feature,
            n_samples: size as u32,
        });
    }
    tree.nodes.shrink_to_fit();
    tree.values.shrink_to_fit();
    Ok(tree)
}
