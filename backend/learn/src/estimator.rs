//! What every estimator is: fitted to a [`TrainingSet`], it scores rows.
//!
//! An estimator is a plain value with a serde form of its own, independent of any Python release. What it
//! computes depends on the data and its parameters, never on the number of threads.

use crate::{FitError, MatrixError, Progress};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// What an estimator is fitted to.
#[derive(Clone, Copy, Debug)]
pub struct TrainingSet<'a> {
    /// `n_samples` × `n_features`.
    pub samples: ArrayView2<'a, f64>,
    /// The class of each sample: needed by classifiers, not looked at by anomaly detectors.
    pub classes: Option<Classes<'a>>,
    /// How much each sample counts; all count 1 when absent.
    pub weights: Option<ArrayView1<'a, f64>>,
}

/// Classes, numbered from 0.
#[derive(Clone, Copy, Debug)]
pub struct Classes<'a> {
    /// How many classes there are.
    pub count: usize,
    /// The class of each sample, below `count`.
    pub of: &'a [u32],
}

impl<'a> TrainingSet<'a> {
    /// Samples without classes or weights.
    pub fn unlabelled(samples: ArrayView2<'a, f64>) -> Self {
        Self { samples, classes: None, weights: None }
    }

    /// Samples with the class of each.
    pub fn labelled(samples: ArrayView2<'a, f64>, count: usize, of: &'a [u32]) -> Self {
        Self { samples, classes: Some(Classes { count, of }), weights: None }
    }

    /// The classes, for an estimator that needs them.
    ///
    /// # Errors
    /// No classes, not one per sample, a number out of range, or fewer than two classes among the samples.
    pub fn known_classes(&self) -> Result<Classes<'a>, FitError> {
        let classes = self.classes.ok_or(FitError::NoClasses)?;
        if classes.of.len() != self.samples.nrows() {
            return Err(FitError::Labels { samples: self.samples.nrows(), labels: classes.of.len() });
        }
        let Some(first) = classes.of.first() else { return Ok(classes) };
        if let Some(row) = classes.of.iter().position(|class| *class as usize >= classes.count) {
            return Err(FitError::ClassNumber { row, class: classes.of[row], count: classes.count });
        }
        if classes.of.iter().all(|class| class == first) {
            return Err(FitError::OneClass { class: *first });
        }
        Ok(classes)
    }

    /// The weights, checked: one per sample, finite, none negative, not all zero.
    ///
    /// # Errors
    /// Weights that are not so.
    pub fn known_weights(&self) -> Result<Option<ArrayView1<'a, f64>>, FitError> {
        let Some(weights) = self.weights else { return Ok(None) };
        if weights.len() != self.samples.nrows() {
            let detail = format!("{} weights for {} samples", weights.len(), self.samples.nrows());
            return Err(FitError::Weights(detail));
        }
        if let Some(row) = weights.iter().position(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err(FitError::Weights(format!("the weight of row {row} is {}", weights[row])));
        }
        if weights.iter().all(|weight| *weight == 0.0) && !weights.is_empty() {
            return Err(FitError::Weights("every weight is 0".into()));
        }
        Ok(Some(weights))
    }
}

/// What the columns of a score are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// One column, scikit-learn's `score_samples`: lower is more abnormal.
    Abnormality,
    /// A column per class, scikit-learn's `predict_proba`: rows sum to 1.
    Probabilities,
    /// scikit-learn's `decision_function`: of two classes one column, above 0 for the second class; of more, a
    /// column per class, the largest being the prediction.
    Decision,
}

/// How much each feature of a row adds to its score.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributions {
    /// The score before any feature is looked at.
    pub base: f64,
    /// One number per feature; with `base` they sum to the score.
    pub features: Vec<f64>,
}

/// A fitted estimator.
pub trait Estimator: Clone + Debug + PartialEq + Serialize + DeserializeOwned {
    type Parameters: Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned;

    /// The name of the scikit-learn class that it becomes.
    const CLASS_NAME: &'static str;
    /// What its scores are.
    const OUTPUT: Output;

    /// How the algorithm is described to people and forms.
    fn describe() -> crate::Algorithm;

    /// Fits to a training set.
    ///
    /// # Errors
    /// Values or parameters that cannot be used, or cancellation, which is noticed within a second.
    fn fit(
        parameters: &Self::Parameters,
        training: TrainingSet<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, FitError>;

    /// An upper estimate of the bytes that a fit holds at once beside the matrix it is given.
    fn memory_bytes(parameters: &Self::Parameters, rows: usize, columns: usize, classes: usize) -> u64;

    /// Whether a seed among these parameters decides anything.
    fn is_random(_parameters: &Self::Parameters) -> bool {
        true
    }

    fn parameters(&self) -> &Self::Parameters;

    fn n_features(&self) -> usize;

    /// How many classes it tells apart; 0 for an anomaly detector.
    fn n_classes(&self) -> usize {
        0
    }

    /// The scores of `samples` (any number × `n_features`): as many rows, columns as [`Self::OUTPUT`] says. A
    /// row's score does not depend on the rows beside it.
    ///
    /// # Errors
    /// Another number of columns; a value that is not finite.
    fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError>;

    /// What a calibrator takes: scikit-learn's `decision_function` where the class has one, else `predict_proba`; of two
    /// classes one column, higher for the second.
    ///
    /// # Errors
    /// As [`Self::score`].
    fn response(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        let scores = self.score(samples)?;
        Ok(if scores.ncols() == 2 { scores.select(Axis(1), &[1]) } else { scores })
    }

    /// The scores that the fit itself gave the training samples, where they are others than [`Self::score`] gives
    /// (a sample is not its own neighbour in a fit): what scikit-learn takes the `contamination` from.
    fn training_scores(&self) -> Option<Array1<f64>> {
        None
    }

    /// What made the score of one row: of column `column` of [`Self::score`]. None where an estimator does
    /// not know.
    fn contributions(&self, row: ArrayView1<'_, f64>, column: usize) -> Option<Contributions>;

    /// Checks a value that was read from bytes: whatever passes can be scored with. Says what is wrong otherwise.
    fn check(&self) -> Result<(), String>;
}
