//! Estimators, scaling, thresholds and what scores say: from a matrix (samples × features) to a fitted
//! [`Pipeline`].
//!
//! Results are scikit-learn's: the same trees node for node, the same scaling bit for bit, the same
//! scores to the last digit. They depend on the data and the parameters, never on the number of threads.
//! Nothing here knows HTTP, SQL or Python.

pub mod algorithms;
pub mod decision_tree;
mod error;
mod estimator;
pub mod forest;
pub mod isolation_forest;
mod matrix;
pub mod pipeline;
mod progress;
pub mod random;
mod registry;
pub mod scaler;
pub mod split;
pub mod statistics;
mod sums;
pub mod threshold;
pub mod tree;

pub use algorithms::{Algorithm, algorithms, parse_algorithm};
pub use decision_tree::{DecisionTree, DecisionTreeParameters};
pub use error::{FitError, MatrixError, StoredError};
pub use estimator::{Classes, Contributions, Estimator, Output, TrainingSet};
pub use forest::{ExtraTrees, ExtraTreesParameters, RandomForest, RandomForestParameters};
pub use isolation_forest::{IsolationForest, IsolationForestParameters};
pub use pipeline::Pipeline;
pub use progress::Progress;
pub use registry::{AlgorithmSpecification, FittedModel};
pub use scaler::{Scaler, StandardScaler};
pub use split::{split, validate_evaluation};
pub use statistics::score_statistics;
pub use threshold::validate_threshold;
