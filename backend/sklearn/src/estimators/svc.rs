//! `sklearn.svm.SVC`.

use super::{release, svm};
use crate::{Target, pickle::Value};
use trainyard_learn::{ClassWeight, Estimator, Svc};

/// A fitted `SVC`. Of two classes, `dual_coef_` and `intercept_` are for the second, `_dual_coef_` and `_intercept_`
/// as libsvm has them: for the first.
pub(super) fn value(model: &Svc, target: &Target) -> Value {
    let parameters = model.parameters();
    let shared = parameters.shared();
    let mut state = vec![
        ("decision_function_shape", "ovr".into()),
        // The class of the largest decision is predicted, also where classes have as many votes.
        ("break_ties", true.into()),
        (
            "class_weight",
            match parameters.class_weight {
                None => Value::None,
                Some(ClassWeight::Balanced) => "balanced".into(),
            },
        ),
        ("probability", "deprecated".into()),
    ];
    state.extend(svm::parameters(&shared, parameters.c, 0.0));
    state.extend(svm::fitted(
        shared.gamma,
        model.kernel(),
        model.support(),
        model.support_vectors(),
        model.n_samples(),
    ));
    let n_classes = model.n_classes();
    let second = if n_classes == 2 { -1.0 } else { 1.0 };
    let intercepts =
        |factor: f64| Value::floats(&model.rhos().iter().map(|rho| factor * -rho + 0.0).collect::<Vec<_>>());
    let iterations =
        || Value::ints32(model.iterations().iter().map(|count| i32::try_from(*count).unwrap_or(i32::MAX)));
    state.extend([
        ("class_weight_", Value::floats(model.class_weights())),
        ("classes_", Value::ints(0..n_classes as i64)),
        ("_n_support", Value::ints32(model.n_support().iter().map(|count| *count as i32))),
        ("dual_coef_", svm::times(second, model.coefficients())),
        ("intercept_", intercepts(second)),
        ("_num_iter", iterations()),
        ("_intercept_", intercepts(1.0)),
        ("_dual_coef_", svm::times(1.0, model.coefficients())),
        ("n_iter_", iterations()),
        release(target),
    ]);
    Value::Object { module: "sklearn.svm._classes", class: "SVC", state }
}
