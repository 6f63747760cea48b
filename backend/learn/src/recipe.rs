//! What is done to training samples to make a model: missing values, scaler, algorithm, in this order, each fitted
//! to the training samples only.

use crate::{AlgorithmSpecification, Classes, FitError, Imputer, Pipeline, Progress, Scaler, TrainingSet};
use ndarray::{Array1, ArrayView2};
use trainyard_types::{MissingSpecification, ScalerSpecification};

/// The parts that are fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    pub missing: MissingSpecification,
    pub scaler: ScalerSpecification,
    pub algorithm: AlgorithmSpecification,
}

impl Recipe {
    /// Fits every part to `samples` (`n_samples` × `n_features`). The pipeline has no threshold yet: it is 0. With it
    /// come the scores of the training samples, higher being more anomalous.
    ///
    /// # Errors
    /// As [`AlgorithmSpecification::fit`], and what imputer and scaler refuse.
    pub fn fit(
        &self,
        samples: ArrayView2<'_, f64>,
        feature_names: &[String],
        classes: Option<(&[String], &[u32])>,
        progress: &dyn Progress,
    ) -> Result<(Pipeline, Array1<f64>), FitError> {
        let imputer = Imputer::fit(self.missing, samples)?;
        let mut transformed = imputer.is_some().then(|| samples.as_standard_layout().into_owned());
        if let (Some(imputer), Some(samples)) = (&imputer, &mut transformed) {
            imputer.transform_inplace(samples)?;
        }
        let scaler = Scaler::fit(self.scaler, transformed.as_ref().map_or(samples, |some| some.view()))?;
        if let Some(scaler) = &scaler {
            match &mut transformed {
                Some(samples) => scaler.transform_inplace(samples)?,
                None => transformed = Some(scaler.transform(samples)?),
            }
        }
        let seen = transformed.as_ref().map_or(samples, |some| some.view());
        let training = TrainingSet {
            samples: seen,
            classes: classes.map(|(names, of)| Classes { count: names.len(), of }),
            weights: None,
        };
        let model = self.algorithm.fit(training, progress)?;
        let mut pipeline = Pipeline {
            feature_names: feature_names.to_vec(),
            imputer,
            scaler,
            classes: Vec::new(),
            model,
            threshold: 0.0,
            contamination: 0.0,
        };
        if pipeline.model.n_classes() > 0 {
            pipeline.classes = classes.map(|(names, _)| names.to_vec()).unwrap_or_default();
        }
        let scores = match pipeline.model.training_scores() {
            Some(scores) => -scores,
            None => pipeline.reduce(pipeline.model.score(seen)?.view()),
        };
        Ok((pipeline, scores))
    }
}
