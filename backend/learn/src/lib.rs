//! Estimators, scaling, thresholds and what scores say: from a matrix (samples × features) to a fitted
//! [`Pipeline`].
//!
//! Results are scikit-learn's: the same trees node for node, the same scaling bit for bit, the same
//! scores to the last digit. They depend on the data and the parameters, never on the number of threads.
//! Nothing here knows HTTP, SQL or Python.

pub mod algorithms;
mod chi_squared;
pub mod elliptic_envelope;
mod error;
mod estimator;
pub mod isolation_forest;
pub mod k_neighbors;
pub mod local_outlier_factor;
mod matrix;
pub mod nearest_normal;
mod neighbors;
pub mod one_class_svm;
pub mod pipeline;
mod progress;
pub mod random;
mod registry;
pub mod scaler;
pub mod split;
pub mod statistics;
mod sums;
pub mod svc;
pub mod svm;
pub mod threshold;
pub mod tree;

pub use algorithms::{Algorithm, algorithms, parse_algorithm};
pub use elliptic_envelope::{EllipticEnvelope, EllipticEnvelopeParameters};
pub use error::{FitError, MatrixError, StoredError};
pub use estimator::{Classes, Contributions, Estimator, Output, TrainingSet};
pub use isolation_forest::{IsolationForest, IsolationForestParameters};
pub use k_neighbors::{KNeighbors, KNeighborsParameters};
pub use local_outlier_factor::{LocalOutlierFactor, LocalOutlierFactorParameters};
pub use nearest_normal::{NearestNormal, NearestNormalParameters};
pub use neighbors::Metric;
pub use one_class_svm::{OneClassSvm, OneClassSvmParameters};
pub use pipeline::Pipeline;
pub use progress::Progress;
pub use registry::{AlgorithmSpecification, FittedModel};
pub use scaler::{Scaler, StandardScaler};
pub use split::{split, validate_evaluation};
pub use statistics::score_statistics;
pub use svc::{Svc, SvcParameters};
pub use threshold::validate_threshold;
