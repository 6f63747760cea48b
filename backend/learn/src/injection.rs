//! Samples with known incidents among them, for judging a recipe when nothing is labelled.
//!
//! Incidents are best staged in the records that samples are made of; whoever can do so hands in [`Draw`]s. Where rows
//! are all there is, as of tables, [`Draw::of_rows`] makes incidents of rows. Either way incidents *recur*: the same
//! kinds, other instances, among the samples that a recipe is fitted to and those that it is judged on, because real
//! anomalies are in the training data, too, and a model that takes all it has seen for normal misses them.
//!
//! What is measured so is always called `injected`: it says how well incidents of these kinds are found, not how well
//! those of production will be.

mod rows;

use crate::{SplitRows, train::TrainData};
use ndarray::Array2;

/// A kind of incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawnKind {
    pub name: &'static str,
    /// What happens, in words.
    pub description: &'static str,
}

/// Samples, some of which belong to incidents.
#[derive(Clone, Debug)]
pub struct Draw {
    /// `n_samples` × `n_features`, in time order.
    pub samples: Array2<f64>,
    /// The features' names: those of templates may differ from draw to draw.
    pub feature_names: Vec<String>,
    /// Microseconds since 1970 UTC.
    pub timestamps: Option<Vec<i64>>,
    /// What is fitted to, and what is judged on.
    pub rows: SplitRows,
    /// Per sample the kind of incident that it belongs to, as a place in `known`.
    pub kinds: Vec<Option<u16>>,
    /// The same for all draws that are judged together.
    pub known: Vec<DrawnKind>,
    /// Whether all features are in the same unit, so that no scaler has to make them comparable.
    pub one_unit: bool,
    /// Per test sample whether it is left out, since it may well be a real anomaly; empty until that was looked at.
    pub doubted: Vec<bool>,
    pub seed: u32,
}

impl Draw {
    /// How many of these rows belong to incidents.
    pub fn incidents(&self, rows: &[usize]) -> usize {
        rows.iter().filter(|row| self.kinds[**row].is_some()).count()
    }

    /// As what is trained on.
    pub(crate) fn data(&self) -> TrainData<'_> {
        TrainData {
            samples: self.samples.view(),
            feature_names: &self.feature_names,
            feature_descriptions: &[],
            class_names: Vec::new(),
            classes: None,
            groups: None,
            timestamps: self.timestamps.as_deref(),
        }
    }

    /// Per row of the test part whether it is judged by.
    pub(crate) fn judged(&self) -> impl Iterator<Item = bool> {
        let doubted = |at: usize| self.doubted.get(at).copied().unwrap_or(false);
        (0..self.rows.test.len()).map(move |at| !doubted(at))
    }

    /// The kind of each row of the test part.
    pub(crate) fn test_kinds(&self) -> impl Iterator<Item = Option<u16>> {
        self.rows.test.iter().map(|row| self.kinds[*row])
    }
}
