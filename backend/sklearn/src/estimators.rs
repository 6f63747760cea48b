//! What each scikit-learn estimator keeps: the same attributes, of the same types, as a real fit leaves.
//!
//! `feature_names_in_` is left out, so that plain arrays can be passed without a warning.

mod calibrated;
mod decision_tree;
mod elliptic_envelope;
mod forest;
mod gaussian_nb;
mod hist_gradient_boosting;
mod imputer;
mod isolation_forest;
mod k_neighbors;
mod local_outlier_factor;
mod logistic_regression;
mod nearest_normal;
mod neighbors;
mod one_class_svm;
mod pca;
mod pipeline;
mod scaler;
mod svc;
mod svm;
mod trees;

use crate::{
    Target,
    pickle::{self, Value},
    releases,
};
use thiserror::Error;
use trainyard_learn::{ClassWeight, FittedModel, Imputer, Pipeline, Scaler};

/// What a pickle says beside the fitted model itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The share of the training samples to flag, in (0, 0.5]: an anomaly detector's `contamination`.
    pub contamination: f64,
    /// An anomaly detector's `offset_`, on the scale of `score_samples`.
    pub offset: f64,
}

impl Verdict {
    /// Whether an anomaly detector can be written with it.
    fn check(self) -> Result<(), PickleError> {
        if !(self.contamination > 0.0 && self.contamination <= 0.5) {
            return Err(PickleError::Contamination(self.contamination));
        }
        if !self.offset.is_finite() {
            return Err(PickleError::Offset(self.offset));
        }
        Ok(())
    }
}

impl Verdict {
    /// Of a pipeline. A share that no `contamination` can be is the nearest one that can: the offset decides.
    pub fn of(pipeline: &Pipeline) -> Self {
        Self { contamination: pipeline.contamination.clamp(1e-6, 0.5), offset: -pipeline.threshold }
    }
}

/// The pickle of a fitted model. Classes are numbered: `classes_` is 0, 1, ….
///
/// # Errors
/// A model that is not sound, or a verdict out of range.
pub fn model(model: &FittedModel, verdict: Verdict, target: &Target) -> Result<Vec<u8>, PickleError> {
    Ok(pickle::write(&model_value(model, verdict, target)?))
}

/// What [`model`] writes.
///
/// # Errors
/// As [`model`].
pub fn model_value(model: &FittedModel, verdict: Verdict, target: &Target) -> Result<Value, PickleError> {
    Ok(releases::adapt(newest_model(model, verdict, target)?, target))
}

/// The pickle of a pipeline's last step: its model, calibrated if it has a calibrator.
///
/// # Errors
/// As [`model`].
pub fn final_estimator(
    pipeline: &Pipeline,
    verdict: Verdict,
    target: &Target,
) -> Result<Vec<u8>, PickleError> {
    Ok(pickle::write(&releases::adapt(newest_final_estimator(pipeline, verdict, target)?, target)))
}

/// The pickle of a fitted scaler.
pub fn scaler(scaler: &Scaler, target: &Target) -> Vec<u8> {
    pickle::write(&scaler_value(scaler, target))
}

/// What [`scaler`] writes.
pub fn scaler_value(scaler: &Scaler, target: &Target) -> Value {
    releases::adapt(newest_scaler(scaler, target), target)
}

/// The pickle of a fitted imputer.
pub fn imputer(imputer: &Imputer, target: &Target) -> Vec<u8> {
    pickle::write(&imputer_value(imputer, target))
}

/// What [`imputer`] writes.
pub fn imputer_value(imputer: &Imputer, target: &Target) -> Value {
    releases::adapt(imputer::value(imputer, target), target)
}

/// The pickle of everything that is done to samples before the model sees them, as one transformer: the imputer, the
/// scaler, or a `sklearn.pipeline.Pipeline` of both; None when nothing is done.
pub fn preprocessing(imputer: Option<&Imputer>, scaler: Option<&Scaler>, target: &Target) -> Option<Vec<u8>> {
    preprocessing_value(imputer, scaler, target).map(|value| pickle::write(&value))
}

/// What [`preprocessing`] writes.
pub fn preprocessing_value(
    imputer: Option<&Imputer>,
    scaler: Option<&Scaler>,
    target: &Target,
) -> Option<Value> {
    let value = match (imputer, scaler) {
        (None, None) => return None,
        (None, Some(scaler)) => newest_scaler(scaler, target),
        (Some(imputer), None) => imputer::value(imputer, target),
        (Some(imputer), Some(scaler)) => {
            let imputer = ("imputer", imputer::value(imputer, target));
            pipeline::value([imputer, ("scaler", newest_scaler(scaler, target))], target)
        }
    };
    Some(releases::adapt(value, target))
}

/// The pickle of a whole recipe as a `sklearn.pipeline.Pipeline`, from raw rows to the model: its steps are those
/// that there are of `imputer` and `scaler`, then `model`, calibrated if it is.
///
/// # Errors
/// As [`model`].
pub fn pipeline(pipeline: &Pipeline, verdict: Verdict, target: &Target) -> Result<Vec<u8>, PickleError> {
    Ok(pickle::write(&pipeline_value(pipeline, verdict, target)?))
}

/// What [`pipeline`] writes.
///
/// # Errors
/// As [`model`].
pub fn pipeline_value(pipeline: &Pipeline, verdict: Verdict, target: &Target) -> Result<Value, PickleError> {
    let imputer = pipeline.imputer.as_ref().map(|imputer| ("imputer", imputer::value(imputer, target)));
    let scaler = pipeline.scaler.as_ref().map(|scaler| ("scaler", newest_scaler(scaler, target)));
    let model = ("model", newest_final_estimator(pipeline, verdict, target)?);
    let steps = imputer.into_iter().chain(scaler).chain([model]);
    Ok(releases::adapt(pipeline::value(steps, target), target))
}

/// As [`newest_model`].
fn newest_final_estimator(
    pipeline: &Pipeline,
    verdict: Verdict,
    target: &Target,
) -> Result<Value, PickleError> {
    let model = newest_model(&pipeline.model, verdict, target)?;
    Ok(match &pipeline.calibrator {
        None => model,
        Some(calibrator) => calibrated::value(calibrator, &pipeline.model, model, target),
    })
}

/// The state as the newest release keeps it, but for the mark of the target's.
fn newest_model(model: &FittedModel, verdict: Verdict, target: &Target) -> Result<Value, PickleError> {
    match model {
        FittedModel::DecisionTree(tree) => decision_tree::value(tree, target),
        FittedModel::EllipticEnvelope(model) => elliptic_envelope::value(model, verdict, target),
        FittedModel::ExtraTrees(forest) => forest::value(forest, target),
        FittedModel::GaussianNb(model) => Ok(gaussian_nb::value(model, target)),
        FittedModel::HistGradientBoosting(model) => hist_gradient_boosting::value(model, target),
        FittedModel::IsolationForest(forest) => isolation_forest::value(forest, verdict, target),
        FittedModel::KNeighbors(model) => Ok(k_neighbors::value(model, target)),
        FittedModel::LocalOutlierFactor(model) => local_outlier_factor::value(model, verdict, target),
        FittedModel::LogisticRegression(model) => Ok(logistic_regression::value(model, target)),
        FittedModel::NearestNormal(model) => Ok(nearest_normal::value(model, target)),
        FittedModel::OneClassSvm(model) => one_class_svm::value(model, verdict, target),
        FittedModel::Pca(model) => Ok(pca::value(model, target)),
        FittedModel::RandomForest(forest) => forest::value(forest, target),
        FittedModel::Svc(model) => Ok(svc::value(model, target)),
    }
}

/// As [`newest_model`].
fn newest_scaler(scaler: &Scaler, target: &Target) -> Value {
    match scaler {
        Scaler::Standard(scaler) => scaler::standard(scaler, target),
        Scaler::MinMax(scaler) => scaler::min_max(scaler, target),
        Scaler::Robust(scaler) => scaler::robust(scaler, target),
        Scaler::Log1p(scaler) => scaler::log1p(scaler, target),
    }
}

/// Why a model cannot be written as a scikit-learn estimator.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PickleError {
    /// scikit-learn does not check trees when it loads them; a broken one would read outside its memory.
    #[error("tree {tree} is broken: {detail}")]
    Tree { tree: usize, detail: String },
    #[error("the contamination {0} is not above 0 and at most 0.5")]
    Contamination(f64),
    #[error("the offset {0} is not finite")]
    Offset(f64),
}

/// `classes_`: classes are numbered from 0.
fn classes(count: usize) -> Value {
    Value::ints(0..count as i64)
}

/// The parameter `class_weight`.
fn class_weight(weight: Option<ClassWeight>) -> Value {
    match weight {
        None => Value::None,
        Some(ClassWeight::Balanced) => "balanced".into(),
    }
}

/// The mark of the release that wrote an estimator; another release warns when it loads it.
fn release(target: &Target) -> (&'static str, Value) {
    ("_sklearn_version", Value::from(target.scikit_learn))
}
