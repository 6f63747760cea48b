//! `sklearn.calibration.CalibratedClassifierCV`.

use super::{classes, release};
use crate::{Target, pickle::Value};
use trainyard_learn::{
    CalibrationFolds, Calibrator, Curves, FittedModel,
    calibration::{Isotonic, Sigmoid},
};

/// A fitted `CalibratedClassifierCV(ensemble=False)` around `estimator`, which is the value of `model`.
pub(super) fn value(
    calibrator: &Calibrator,
    model: &FittedModel,
    estimator: Value,
    target: &Target,
) -> Value {
    let method = || Value::from(calibrator.method().name());
    let calibrators = match &calibrator.curves {
        Curves::Sigmoid(curves) => curves.iter().map(|curve| sigmoid(curve, target)).collect(),
        Curves::Isotonic(curves) => curves.iter().map(|curve| isotonic(curve, target)).collect(),
    };
    let classes = classes(model.n_classes()).shared();
    let state = vec![
        ("estimator", unfitted(&estimator)),
        ("method", method()),
        ("cv", folds(calibrator.folds)),
        ("n_jobs", Value::None),
        ("ensemble", false.into()),
        (
            "calibrated_classifiers_",
            Value::List(vec![Value::Object {
                module: MODULE,
                class: "_CalibratedClassifier",
                state: vec![
                    ("estimator", estimator),
                    ("calibrators", Value::List(calibrators)),
                    ("classes", classes.clone()),
                    ("method", method()),
                ],
            }]),
        ),
        ("classes_", classes),
        ("n_features_in_", model.n_features().into()),
        release(target),
    ];
    Value::Object { module: MODULE, class: "CalibratedClassifierCV", state }
}

const MODULE: &str = "sklearn.calibration";

/// The same estimator before a fit: scikit-learn marks what a fit leaves with an underscore.
fn unfitted(estimator: &Value) -> Value {
    let Value::Object { module, class, state } = estimator else { return Value::None };
    let is_parameter = |name: &str| !name.starts_with('_') && !name.ends_with('_');
    let kept = state.iter().filter(|(name, _)| is_parameter(name) || *name == "_sklearn_version");
    Value::Object { module, class, state: kept.cloned().collect() }
}

/// The parameter `cv`. What is refitted without groups is divided as if there were none.
fn folds(folds: CalibrationFolds) -> Value {
    let (class, count) = match folds {
        // A number means just that.
        CalibrationFolds::Stratified(count) => return count.into(),
        CalibrationFolds::Contiguous(count) => ("KFold", count),
        CalibrationFolds::Grouped(count) => ("GroupKFold", count),
    };
    let state = vec![("n_splits", count.into()), ("shuffle", false.into()), ("random_state", Value::None)];
    Value::Object { module: "sklearn.model_selection._split", class, state }
}

fn sigmoid(curve: &Sigmoid, target: &Target) -> Value {
    let state = vec![("a_", Value::float64(curve.a)), ("b_", Value::float64(curve.b)), release(target)];
    Value::Object { module: MODULE, class: "_SigmoidCalibration", state }
}

fn isotonic(curve: &Isotonic, target: &Target) -> Value {
    let end = |x: Option<&f64>| Value::float64(x.copied().unwrap_or_default());
    let state = vec![
        ("y_min", Value::None),
        ("y_max", Value::None),
        ("increasing", true.into()),
        ("out_of_bounds", "clip".into()),
        ("increasing_", true.into()),
        ("X_min_", end(curve.x.first())),
        ("X_max_", end(curve.x.last())),
        ("X_thresholds_", Value::floats(&curve.x)),
        ("y_thresholds_", Value::floats(&curve.y)),
        release(target),
    ];
    Value::Object { module: "sklearn.isotonic", class: "IsotonicRegression", state }
}
