//! Estimators, scaling, thresholds and what scores say: from a matrix (samples × features) to a fitted
//! [`Pipeline`].
//!
//! Results are scikit-learn's: the same trees node for node, the same scaling bit for bit, the same
//! scores to the last digit. They depend on the data and the parameters, never on the number of threads.
//! Nothing here knows HTTP, SQL or Python.

pub mod agreement;
pub mod algorithms;
pub mod auto;
pub mod calibration;
mod chi_squared;
mod class_weight;
pub mod decision_tree;
mod doubt;
pub mod drift;
pub mod elliptic_envelope;
mod error;
mod estimator;
pub mod folds;
pub mod forest;
pub mod gaussian_nb;
pub mod hist_gradient_boosting;
pub mod importance;
pub mod imputer;
pub mod injection;
pub mod isolation_forest;
mod judge;
pub mod k_neighbors;
pub mod local_outlier_factor;
pub mod logistic_regression;
mod matrix;
pub mod metrics;
pub mod nearest_normal;
mod neighbors;
pub mod one_class_svm;
pub mod pipeline;
mod progress;
pub mod random;
pub mod recipe;
mod registry;
mod rows;
pub mod scaler;
pub mod search;
mod shares;
pub mod shown;
pub mod split;
pub mod statistics;
mod sums;
pub mod svc;
pub mod svm;
mod telling;
pub mod threshold;
mod train;
pub mod tree;

pub use algorithms::{Algorithm, algorithms, parse_algorithm};
pub use calibration::{CalibrationFolds, Calibrator, Curves, validate_calibration};
pub use class_weight::ClassWeight;
pub use decision_tree::{DecisionTree, DecisionTreeParameters};
pub use elliptic_envelope::{EllipticEnvelope, EllipticEnvelopeParameters};
pub use error::{FitError, MatrixError, StoredError};
pub use estimator::{Classes, Contributions, Estimator, Output, TrainingSet};
pub use folds::{FoldRows, fold_kind, folds};
pub use forest::{ExtraTrees, ExtraTreesParameters, RandomForest, RandomForestParameters};
pub use gaussian_nb::{GaussianNb, GaussianNbParameters};
pub use hist_gradient_boosting::{HistGradientBoosting, HistGradientBoostingParameters};
pub use imputer::{Imputer, ImputerStrategy};
pub use injection::{Draw, DrawnKind};
pub use isolation_forest::{IsolationForest, IsolationForestParameters};
pub use k_neighbors::{KNeighbors, KNeighborsParameters};
pub use local_outlier_factor::{LocalOutlierFactor, LocalOutlierFactorParameters};
pub use logistic_regression::{LogisticRegression, LogisticRegressionParameters};
pub use metrics::Judged;
pub use nearest_normal::{NearestNormal, NearestNormalParameters};
pub use neighbors::Metric;
pub use one_class_svm::{OneClassSvm, OneClassSvmParameters};
pub use pipeline::Pipeline;
pub use progress::Progress;
pub use recipe::Recipe;
pub use registry::{AlgorithmSpecification, FittedModel};
pub use scaler::{LogScaler, MinMaxScaler, RobustScaler, Scaler, StandardScaler};
pub use search::{SearchState, validate_search};
pub use split::{partition, split, validate_evaluation};
pub use statistics::score_statistics;
pub use svc::{Svc, SvcParameters};
pub use threshold::validate_threshold;
pub use train::{DRAWS, Labels, Observer, SplitRows, TrainInput, Trained, train};
