//! `sklearn.svm.OneClassSVM`.

use super::{PickleError, Verdict, release, svm};
use crate::{Target, pickle::Value};
use trainyard_learn::{Estimator, OneClassSvm};

/// A fitted `OneClassSVM`. It decides by its intercept, which a fit sets so that a share of about `nu` is outside; here it
/// is the verdict's, so that the estimator flags what the verdict flags. `score_samples` is the same for any.
pub(super) fn value(model: &OneClassSvm, verdict: Verdict, target: &Target) -> Result<Value, PickleError> {
    verdict.check()?;
    let parameters = model.parameters();
    let shared = parameters.shared();
    let mut state = svm::parameters(&shared, 0.0, parameters.nu);
    state.extend([("probability", false.into()), ("class_weight", Value::None)]);
    state.extend(svm::fitted(
        shared.gamma,
        model.kernel(),
        model.support(),
        model.support_vectors(),
        model.n_samples(),
    ));
    let count = model.support().len() as i32;
    let iterations = i32::try_from(model.iterations()).unwrap_or(i32::MAX);
    state.extend([
        ("_n_support", Value::ints32([count, count])),
        ("dual_coef_", svm::times(1.0, model.coefficients())),
        ("intercept_", Value::floats(&[-verdict.offset])),
        ("_num_iter", Value::ints32([iterations])),
        ("_intercept_", Value::floats(&[-verdict.offset])),
        ("_dual_coef_", svm::times(1.0, model.coefficients())),
        ("n_iter_", Value::Int(iterations.into())),
        ("offset_", Value::floats(&[verdict.offset])),
        release(target),
    ]);
    Ok(Value::Object { module: "sklearn.svm._classes", class: "OneClassSVM", state })
}
