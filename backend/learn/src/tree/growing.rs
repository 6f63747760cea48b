//! Grows classification trees, by whichever splitter is exact for the weights.

use super::{
    Amount, Columns, Criterion, FeatureAmount, Limits, Ranks, Tree, Watch,
    amounts::wrong,
    build,
    features::Features,
    ordered::OrderedSplitter,
    whole::{MAX_CLASSES, MAX_TOTAL, MAX_WEIGHT, Search, WholeSplitter},
};
use crate::{
    Classes, FitError, Progress,
    random::{RandomState, XorShift},
};
use ndarray::ArrayView2;

/// The bound of the seeds that trees draw: `RAND_R_MAX` of the tree code.
const SEED_BOUND: u32 = i32::MAX as u32;
/// The most rows that trees are grown on: their nodes are numbered with 32 bits.
const MAX_ROWS: usize = 1 << 31;

/// The parameters that all classification trees have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GrowthParameters {
    pub(crate) criterion: Criterion,
    pub(crate) max_depth: Option<u32>,
    pub(crate) min_samples_split: Amount,
    pub(crate) min_samples_leaf: Amount,
    pub(crate) max_features: Option<FeatureAmount>,
    pub(crate) min_impurity_decrease: f64,
}

/// What these come to for a matrix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Growth {
    criterion: Criterion,
    limits: Limits,
    pub(crate) max_features: usize,
}

impl GrowthParameters {
    /// # Errors
    /// Parameters out of range, or not fit for so many rows and columns.
    pub(crate) fn resolve(&self, rows: usize, columns: usize) -> Result<Growth, FitError> {
        if rows > MAX_ROWS {
            return Err(FitError::Impossible(format!(
                "{rows} samples are more than trees can be grown on: use at most {MAX_ROWS}"
            )));
        }
        if self.max_depth == Some(0) {
            return wrong("max_depth", "0 is less than 1".into());
        }
        if !(self.min_impurity_decrease >= 0.0 && self.min_impurity_decrease.is_finite()) {
            return wrong(
                "min_impurity_decrease",
                format!("{} is not a number of at least 0", self.min_impurity_decrease),
            );
        }
        let min_samples_leaf = self.min_samples_leaf.at_least(1, rows, "min_samples_leaf")?;
        let min_samples_split = self.min_samples_split.at_least(2, rows, "min_samples_split")?;
        Ok(Growth {
            criterion: self.criterion,
            limits: Limits {
                max_depth: self.max_depth.map_or(usize::MAX, |depth| depth as usize),
                min_samples_split: min_samples_split.max(2).max(min_samples_leaf.saturating_mul(2)),
                min_samples_leaf,
                min_impurity_decrease: self.min_impurity_decrease,
            },
            max_features: FeatureAmount::resolve(self.max_features, columns)?,
        })
    }
}

impl Growth {
    /// The most nodes that a tree of so many samples can have.
    pub(crate) fn most_nodes(&self, samples: u64) -> u64 {
        let leaves = (samples / self.limits.min_samples_leaf as u64).max(1);
        let by_depth =
            2_u64.saturating_pow(u32::try_from(self.limits.max_depth).unwrap_or(64).saturating_add(1));
        (2 * leaves).min(by_depth)
    }

    /// Grows a tree on the samples that have a weight. `seed` is the tree's `random_state`.
    ///
    /// # Errors
    /// Cancellation.
    pub(crate) fn grow(
        &self,
        data: &GrowthData,
        classes: Classes<'_>,
        weights: &SampleWeights,
        seed: u32,
        watch: &mut Watch<'_>,
    ) -> Result<Tree, FitError> {
        let (criterion, leaf) = (self.criterion, self.limits.min_samples_leaf);
        let mut features = Features::default();
        let random = XorShift::new(RandomState::new(seed).below(SEED_BOUND));
        features.restart(data.n_features(), self.max_features, random);
        match (data, weights) {
            (GrowthData::Whole(matrix), SampleWeights::Whole(weights)) => {
                let mut splitter =
                    WholeSplitter::new(matrix.search(), criterion, leaf, features, classes, weights);
                let (count, tree) = (splitter.count(), splitter.empty_tree());
                build::grow(&mut splitter, count, tree, &self.limits, &mut Vec::new(), watch)
            }
            (GrowthData::Real { columns, random }, SampleWeights::Real(weights)) => {
                let mut splitter =
                    OrderedSplitter::new(columns, *random, criterion, leaf, features, classes, weights);
                let (count, tree) = (splitter.count(), splitter.empty_tree());
                build::grow(&mut splitter, count, tree, &self.limits, &mut Vec::new(), watch)
            }
            _ => Err(FitError::Weights("some are whole and some are not".into())),
        }
    }
}

/// How much each row counts in one tree; 0 leaves it out.
pub(crate) enum SampleWeights {
    Whole(Vec<u32>),
    Real(Vec<f64>),
}

impl SampleWeights {
    /// Whole numbers where they serve.
    pub(crate) fn new(weights: Vec<f64>, n_classes: usize) -> Self {
        let whole = weights.iter().all(|weight| f64::from(*weight as u32) == *weight);
        let heaviest = weights.iter().fold(0.0, |most: f64, weight| most.max(*weight));
        if whole && fits(weights.iter().sum(), heaviest, n_classes) {
            Self::Whole(weights.iter().map(|weight| *weight as u32).collect())
        } else {
            Self::Real(weights)
        }
    }
}

/// Whether whole weights of this total, of which none is above `heaviest`, can be summed in any order.
pub(crate) fn fits(total: f64, heaviest: f64, n_classes: usize) -> bool {
    total <= MAX_TOTAL as f64 && heaviest <= f64::from(MAX_WEIGHT) && n_classes <= MAX_CLASSES
}

/// A matrix as trees are grown on it.
pub(crate) enum GrowthData {
    /// For whole weights.
    Whole(WholeMatrix),
    /// For any weights; `random` thresholds are drawn.
    Real { columns: Columns, random: bool },
}

pub(crate) enum WholeMatrix {
    Ranks(Ranks),
    Columns(Columns),
}

impl GrowthData {
    /// # Errors
    /// Cancellation.
    pub(crate) fn new(
        samples: ArrayView2<'_, f64>,
        whole: bool,
        random: bool,
        progress: &dyn Progress,
    ) -> Result<Self, FitError> {
        Ok(match (whole, random) {
            (true, false) => Self::Whole(WholeMatrix::Ranks(Ranks::new(samples, progress)?)),
            (true, true) => Self::Whole(WholeMatrix::Columns(Columns::new(samples))),
            (false, random) => Self::Real { columns: Columns::new(samples), random },
        })
    }

    fn n_features(&self) -> usize {
        match self {
            Self::Whole(WholeMatrix::Ranks(ranks)) => ranks.n_features(),
            Self::Whole(WholeMatrix::Columns(columns)) | Self::Real { columns, .. } => columns.n_features(),
        }
    }
}

impl WholeMatrix {
    fn search(&self) -> Search<'_> {
        match self {
            Self::Ranks(ranks) => Search::Best(ranks),
            Self::Columns(columns) => Search::Random(columns),
        }
    }
}
