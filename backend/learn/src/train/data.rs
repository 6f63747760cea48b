//! What training takes and gives.

use crate::{FitError, Output, Pipeline, Progress, Recipe, injection::Draw, search::SearchState};
use ndarray::{Array1, ArrayView2, Axis, CowArray, Ix2};
use trainyard_types::{
    Evaluation, EvaluationSpecification, Leaderboard, SearchSpecification, ThresholdSpecification,
};

/// Samples in time order with what is known of them, and what to do with them.
#[derive(Clone, Debug)]
pub struct TrainInput<'a> {
    /// `n_samples` × `n_features`, not scaled.
    pub samples: ArrayView2<'a, f64>,
    pub feature_names: &'a [String],
    /// What each feature means, in the order of the names; empty where that is not known.
    pub feature_descriptions: &'a [String],
    /// The class of each sample, where classes are known.
    pub labels: Option<Labels<'a>>,
    /// The group of each sample: samples of a group are never divided between training and judging.
    pub groups: Option<&'a [u32]>,
    /// The time of each sample, microseconds since 1970 UTC.
    pub timestamps: Option<&'a [i64]>,
    /// The rows of the split, where features were fitted to its training rows; else they are drawn here, by
    /// [`crate::partition`].
    pub rows: Option<SplitRows>,
    pub recipe: Recipe,
    pub threshold: ThresholdSpecification,
    pub evaluation: EvaluationSpecification,
    pub search: Option<&'a SearchSpecification>,
    /// Where an interrupted search left off.
    pub search_state: Option<SearchState>,
    /// Samples with incidents among them, by which a recipe is judged where nothing is labelled. Where there are none,
    /// they are made of the rows.
    pub draws: Vec<Draw>,
    /// Recipes to choose from, by what they find: the best is `recipe` from then on. Nothing is chosen when there are none.
    pub candidates: Vec<Recipe>,
    /// Seconds after which no further candidate is tried.
    pub choice_seconds: f64,
    /// A fit that is estimated to need more bytes is refused before it begins.
    pub memory_limit: Option<u64>,
}

/// Classes, numbered from 0. The first is the normal one; of two, the second is the anomaly.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    pub classes: &'a [String],
    pub of: &'a [u32],
}

/// The rows to train on and those held back, each ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitRows {
    pub training: Vec<usize>,
    pub test: Vec<usize>,
}

/// A trained and judged pipeline.
#[derive(Clone, Debug)]
pub struct Trained {
    pub pipeline: Pipeline,
    /// What was fitted in the end: with the parameters and the scaler that a search found.
    pub recipe: Recipe,
    pub evaluation: Evaluation,
    /// Present after a search.
    pub leaderboard: Option<Leaderboard>,
    pub rows: SplitRows,
    /// The score of each training row, higher being more anomalous.
    pub training_scores: Array1<f64>,
    /// The score of each held-out row.
    pub test_scores: Option<Array1<f64>>,
}

/// Watches a training: progress and cancellation, what is worth telling, and the state of a search.
pub trait Observer: Progress {
    /// Something that people who follow the training want to know.
    fn log(&self, _message: &str) {}

    /// The model is fitted; from here on it is judged.
    fn judging(&self) {}

    /// The state of the search after each fold: given back as [`TrainInput::search_state`], the search goes on from
    /// there. Called from one thread at a time.
    fn search_progressed(&self, _state: &SearchState) {}

    fn as_progress(&self) -> &dyn Progress;
}

impl Observer for () {
    fn as_progress(&self) -> &dyn Progress {
        self
    }
}

/// The input, checked; classes as the algorithm sees them.
pub(crate) struct Data<'a> {
    pub(crate) samples: ArrayView2<'a, f64>,
    pub(crate) feature_names: &'a [String],
    pub(crate) feature_descriptions: &'a [String],
    /// Empty without labels.
    pub(crate) class_names: Vec<String>,
    pub(crate) classes: Option<Vec<u32>>,
    pub(crate) groups: Option<&'a [u32]>,
    pub(crate) timestamps: Option<&'a [i64]>,
}

impl<'a> Data<'a> {
    pub(crate) fn new(input: &TrainInput<'a>) -> Result<Self, FitError> {
        let (rows, columns) = input.samples.dim();
        if rows == 0 || columns == 0 {
            return Err(crate::MatrixError::Empty { rows, columns }.into());
        }
        let lengths = [
            input.labels.map(|labels| labels.of.len()),
            input.groups.map(<[u32]>::len),
            input.timestamps.map(<[i64]>::len),
        ];
        if let Some(labels) = lengths.into_iter().flatten().find(|length| *length != rows) {
            return Err(FitError::Labels { samples: rows, labels });
        }
        if input.feature_names.len() != columns {
            let found = input.feature_names.len();
            return Err(crate::MatrixError::Columns { expected: columns, found }.into());
        }
        let detector = input.recipe.algorithm.output() == Output::Abnormality;
        if !detector && input.labels.is_none() {
            return Err(FitError::NoClasses);
        }
        let (class_names, classes) = match input.labels {
            Some(labels) => {
                let (names, of) = class_names(labels, detector)?;
                (names, Some(of))
            }
            None => (Vec::new(), None),
        };
        Ok(Self {
            samples: input.samples,
            feature_names: input.feature_names,
            feature_descriptions: input.feature_descriptions,
            class_names,
            classes,
            groups: input.groups,
            timestamps: input.timestamps,
        })
    }

    /// The samples of ascending `rows`: a view when they follow each other.
    pub(crate) fn rows(&self, rows: &[usize]) -> CowArray<'_, f64, Ix2> {
        match rows {
            [first, .., last] if last - first + 1 == rows.len() => {
                self.samples.slice_axis(Axis(0), (*first..last + 1).into()).into()
            }
            _ => self.samples.select(Axis(0), rows).into(),
        }
    }

    pub(crate) fn classes_of(&self, rows: &[usize]) -> Option<Vec<u32>> {
        self.classes.as_deref().map(|classes| pick(classes, rows))
    }

    pub(crate) fn groups_of(&self, rows: &[usize]) -> Option<Vec<u32>> {
        self.groups.map(|groups| pick(groups, rows))
    }
}

pub(crate) fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|row| values[*row]).collect()
}

/// The classes as an algorithm sees them: to a detector, everything that is not of the first class is an anomaly.
fn class_names(labels: Labels<'_>, detector: bool) -> Result<(Vec<String>, Vec<u32>), FitError> {
    let count = labels.classes.len();
    if let Some(row) = labels.of.iter().position(|class| *class as usize >= count) {
        return Err(FitError::ClassNumber { row, class: labels.of[row], count });
    }
    if count < 2 {
        return Err(FitError::OneClass { class: 0 });
    }
    if detector && count > 2 {
        let names = vec![labels.classes[0].clone(), "anomaly".into()];
        return Ok((names, labels.of.iter().map(|class| u32::from(*class != 0)).collect()));
    }
    Ok((labels.classes.to_vec(), labels.of.to_vec()))
}
