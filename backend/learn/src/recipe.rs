//! What is done to training samples to make a model: missing values, scaler, algorithm, calibration, in this order,
//! each fitted to the training samples only.

use crate::{
    AlgorithmSpecification, Calibrator, Classes, FitError, Imputer, Output, Pipeline, Progress, Scaler,
    TrainingSet,
    calibration::{Known, divide},
    progress::Part,
};
use ndarray::{Array1, ArrayView2};
use trainyard_types::{CalibrationSpecification, MissingSpecification, ScalerSpecification};

/// The parts that are fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    pub missing: MissingSpecification,
    pub scaler: ScalerSpecification,
    pub algorithm: AlgorithmSpecification,
    /// Of classifiers only: a detector has no probabilities.
    pub calibration: Option<CalibrationSpecification>,
}

/// What a recipe is fitted to.
#[derive(Clone, Copy)]
pub struct Samples<'a> {
    /// `n_samples` × `n_features`, in time order.
    pub values: ArrayView2<'a, f64>,
    pub feature_names: &'a [String],
    /// The names of the classes, and the class of each sample.
    pub classes: Option<(&'a [String], &'a [u32])>,
    /// The group of each sample: the folds of a calibration keep groups together.
    pub groups: Option<&'a [u32]>,
}

/// What comes of a fit.
pub struct Fitted {
    /// Without a threshold yet: it is 0.
    pub pipeline: Pipeline,
    /// The score of each training sample, higher being more anomalous.
    pub scores: Array1<f64>,
    /// With a calibration, the score of each training sample by a fit to the folds that it is not in.
    pub out_of_fold: Option<Array1<f64>>,
}

impl Recipe {
    /// Fits every part to `samples`.
    ///
    /// # Errors
    /// As [`AlgorithmSpecification::fit`], what imputer and scaler refuse, and samples that a calibration cannot divide
    /// into folds.
    pub fn fit(&self, samples: Samples<'_>, progress: &dyn Progress) -> Result<Fitted, FitError> {
        let Samples { values, classes, .. } = samples;
        let imputer = Imputer::fit(self.missing, values)?;
        let mut transformed = imputer.is_some().then(|| values.as_standard_layout().into_owned());
        if let (Some(imputer), Some(values)) = (&imputer, &mut transformed) {
            imputer.transform_inplace(values)?;
        }
        let scaler = Scaler::fit(self.scaler, transformed.as_ref().map_or(values, |some| some.view()))?;
        if let Some(scaler) = &scaler {
            match &mut transformed {
                Some(values) => scaler.transform_inplace(values)?,
                None => transformed = Some(scaler.transform(values)?),
            }
        }
        let seen = transformed.as_ref().map_or(values, |some| some.view());
        let training = TrainingSet {
            samples: seen,
            classes: classes.map(|(names, of)| Classes { count: names.len(), of }),
            weights: None,
        };
        let calibration = self.calibration.filter(|_| self.algorithm.output() != Output::Abnormality);
        // What cannot be calibrated is told before a long fit.
        let calibration = match (calibration, classes) {
            (Some(asked), Some((names, of))) => {
                training.known_classes()?;
                let known = Known { classes: names, of, groups: samples.groups };
                Some((asked.method, divide(asked.folds, known)?, known))
            }
            _ => None,
        };
        let to = if calibration.is_some() { 0.3 } else { 1.0 };
        let model = self.algorithm.fit(training, &Part { whole: progress, from: 0.0, to })?;
        let mut pipeline = Pipeline {
            feature_names: samples.feature_names.to_vec(),
            imputer,
            scaler,
            classes: Vec::new(),
            model,
            calibrator: None,
            threshold: 0.0,
            contamination: 0.0,
        };
        if pipeline.model.n_classes() > 0 {
            pipeline.classes = classes.map(|(names, _)| names.to_vec()).unwrap_or_default();
        }
        let mut out_of_fold = None;
        if let Some((method, division, known)) = calibration {
            let (calibrator, outputs) =
                Calibrator::fit(method, division, &self.algorithm, seen, known, progress)?;
            pipeline.calibrator = Some(calibrator);
            out_of_fold = Some(pipeline.reduce(outputs.view()));
        }
        let scores = match pipeline.model.training_scores() {
            Some(scores) => -scores,
            None => pipeline.reduce(pipeline.outputs_of_seen(seen)?.view()),
        };
        Ok(Fitted { pipeline, scores, out_of_fold })
    }
}
