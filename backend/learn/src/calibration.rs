//! Calibration of a classifier: from its scores to probabilities that can be taken at their word, as
//! `CalibratedClassifierCV(ensemble=False)` of `sklearn/calibration.py` makes them.
//!
//! The algorithm is fitted to all training rows as ever. Beside that, every row gets a score from a fit to the other
//! folds, and to these a [`Calibrator`] is fitted: per class a [`Sigmoid`] or an [`Isotonic`], one against the rest.

mod divide;
mod isotonic;
mod sigmoid;

pub use divide::CalibrationFolds;
pub use isotonic::Isotonic;
pub use sigmoid::Sigmoid;

use crate::{
    AlgorithmSpecification, FitError, FoldRows, Progress, TrainingSet, progress::Silent, train::pick,
};
pub(crate) use divide::{Division, divide};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use trainyard_types::{CalibrationMethod, CalibrationSpecification, FieldError};

/// The folds that can be asked for.
const FOLDS: std::ops::RangeInclusive<u32> = 2..=20;

/// What turns a classifier's responses into probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibrator {
    /// How the training rows were divided.
    pub folds: CalibrationFolds,
    pub curves: Curves,
}

/// From a response to a probability: of two classes one curve, for the second; of more, one per class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Curves {
    Sigmoid(Vec<Sigmoid>),
    Isotonic(Vec<Isotonic>),
}

/// What a calibrator is fitted to beside the training rows.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// The names of the classes.
    pub(crate) classes: &'a [String],
    /// The class of each row.
    pub(crate) of: &'a [u32],
    /// The group of each row: no group is in two folds.
    pub(crate) groups: Option<&'a [u32]>,
}

impl Calibrator {
    /// Fits `algorithm` to all folds of `division` but one by turns, and the curves to the responses of the one that was
    /// left out.
    /// Also gives the calibrated probabilities of these responses, `n_samples` × `n_classes`.
    ///
    /// # Errors
    /// What a fit refuses; scores that no curve can be laid through.
    pub(crate) fn fit(
        method: CalibrationMethod,
        (folds, rows): Division,
        algorithm: &AlgorithmSpecification,
        samples: ArrayView2<'_, f64>,
        known: Known<'_>,
        progress: &dyn Progress,
    ) -> Result<(Self, Array2<f64>), FitError> {
        let responses = out_of_fold(algorithm, samples, known, &rows, progress)?;
        let scores = |column: usize| responses.column(column).to_vec();
        let truth = |column: usize| -> Vec<bool> {
            let class = if responses.ncols() == 1 { 1 } else { column as u32 };
            known.of.iter().map(|of| *of == class).collect()
        };
        let columns = 0..responses.ncols();
        let curves = match method {
            CalibrationMethod::Sigmoid => {
                Curves::Sigmoid(columns.map(|at| Sigmoid::fit(&scores(at), &truth(at))).collect())
            }
            CalibrationMethod::Isotonic => {
                Curves::Isotonic(columns.map(|at| Isotonic::fit(&scores(at), &truth(at))).collect())
            }
        };
        let calibrator = Self { folds, curves };
        calibrator.check(known.classes.len()).map_err(|error| {
            FitError::Impossible(format!("the scores cannot be calibrated: {error}; leave `calibration` out"))
        })?;
        let probabilities = calibrator.probabilities(responses.view());
        Ok((calibrator, probabilities))
    }

    pub fn method(&self) -> CalibrationMethod {
        match self.curves {
            Curves::Sigmoid(_) => CalibrationMethod::Sigmoid,
            Curves::Isotonic(_) => CalibrationMethod::Isotonic,
        }
    }

    /// The probability of each class (rows × `n_classes`), of responses (rows × 1 of two classes, else × `n_classes`).
    /// Rows sum to 1; where every class has 0, all are as likely (`_CalibratedClassifier.predict_proba`).
    pub fn probabilities(&self, responses: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut of_curves = responses.to_owned();
        for (at, mut column) in of_curves.columns_mut().into_iter().enumerate() {
            match &self.curves {
                Curves::Sigmoid(curves) => column.mapv_inplace(|response| curves[at].probability(response)),
                Curves::Isotonic(curves) => column.mapv_inplace(|response| curves[at].probability(response)),
            }
        }
        let mut probabilities = match of_curves.ncols() {
            1 => ndarray::concatenate![Axis(1), 1.0 - &of_curves, of_curves],
            classes => {
                for mut row in of_curves.rows_mut() {
                    let sum: f64 = row.iter().sum();
                    row.mapv_inplace(|value| if sum == 0.0 { 1.0 / classes as f64 } else { value / sum });
                }
                of_curves
            }
        };
        probabilities.mapv_inplace(|value| if (1.0..=1.0 + 1e-5).contains(&value) { 1.0 } else { value });
        probabilities
    }

    /// Checks a value that was read from bytes, for a model of `classes` classes.
    pub(crate) fn check(&self, classes: usize) -> Result<(), String> {
        let (curves, checked) = match &self.curves {
            Curves::Sigmoid(curves) => (curves.len(), curves.iter().try_for_each(Sigmoid::check)),
            Curves::Isotonic(curves) => (curves.len(), curves.iter().try_for_each(Isotonic::check)),
        };
        checked?;
        if classes < 2 || curves != if classes == 2 { 1 } else { classes } {
            return Err(format!("{curves} calibration curves for {classes} classes"));
        }
        Ok(())
    }
}

/// The response of each row by a fit to the folds that it is not in.
fn out_of_fold(
    algorithm: &AlgorithmSpecification,
    samples: ArrayView2<'_, f64>,
    known: Known<'_>,
    folds: &[FoldRows],
    progress: &dyn Progress,
) -> Result<Array2<f64>, FitError> {
    let parts: Vec<Array2<f64>> = folds
        .par_iter()
        .map(|fold| {
            let (of, classes) = (pick(known.of, &fold.training), known.classes.len());
            let training = samples.select(Axis(0), &fold.training);
            let training = TrainingSet::labelled(training.view(), classes, &of);
            let model = algorithm.fit(training, &Silent(progress))?;
            Ok(model.response(samples.select(Axis(0), &fold.test).view())?)
        })
        .collect::<Result<_, FitError>>()?;
    let columns = parts.first().map_or(0, |part| part.ncols());
    let mut responses = Array2::zeros((samples.nrows(), columns));
    for (fold, part) in folds.iter().zip(&parts) {
        for (row, response) in fold.test.iter().zip(part.rows()) {
            responses.row_mut(*row).assign(&response);
        }
    }
    Ok(responses)
}

/// What is wrong with a calibration specification, at `/calibration/folds`.
pub fn validate_calibration(specification: &CalibrationSpecification) -> Vec<FieldError> {
    if FOLDS.contains(&specification.folds) {
        return Vec::new();
    }
    let detail = format!("must be {} to {}; it is {}", FOLDS.start(), FOLDS.end(), specification.folds);
    vec![FieldError::new("/calibration/folds", detail)]
}

#[cfg(test)]
mod tests;
