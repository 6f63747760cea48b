//! scikit-learn interchange: fitted models as the pickles that a scikit-learn release would have written.
//!
//! A file written here loads with `joblib.load` and with `pickle.load`, without a warning, as a real
//! estimator that predicts, can be cloned, fitted again and dumped. [`target`] lists the releases that can
//! be written for; [`estimators`] says what each estimator keeps; [`pickle`] writes the bytes; `releases` knows what older releases keep otherwise.

pub mod estimators;
pub mod onnx;
pub mod pickle;
mod releases;
pub mod target;

pub use estimators::{PickleError, Verdict};
pub use target::{Target, default_target, find_target, targets};
