//! The list of estimators: from it follow what can be asked for ([`AlgorithmSpecification`]) and what comes of
//! it ([`FittedModel`]). A new estimator is a line here.

use crate::{
    Algorithm, Contributions, Estimator, FitError, MatrixError, Output, Progress, TrainingSet,
    decision_tree::{DecisionTree, DecisionTreeParameters},
    elliptic_envelope::{EllipticEnvelope, EllipticEnvelopeParameters},
    forest::{ExtraTrees, ExtraTreesParameters, RandomForest, RandomForestParameters},
    gaussian_nb::{GaussianNb, GaussianNbParameters},
    hist_gradient_boosting::{HistGradientBoosting, HistGradientBoostingParameters},
    isolation_forest::{IsolationForest, IsolationForestParameters},
    k_neighbors::{KNeighbors, KNeighborsParameters},
    local_outlier_factor::{LocalOutlierFactor, LocalOutlierFactorParameters},
    logistic_regression::{LogisticRegression, LogisticRegressionParameters},
    nearest_normal::{NearestNormal, NearestNormalParameters},
    one_class_svm::{OneClassSvm, OneClassSvmParameters},
    parse_algorithm,
    pca::{Pca, PcaParameters},
    svc::{Svc, SvcParameters},
};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use trainyard_types::FieldError;

/// Writes both enumerations and hands every call on to the estimator.
macro_rules! estimators {
    ($($variant:ident($estimator:ty, $parameters:ty)),+ $(,)?) => {
        /// An algorithm with all its parameters.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        pub enum AlgorithmSpecification {
            $($variant($parameters)),+
        }

        /// A fitted model of any algorithm.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FittedModel {
            $($variant($estimator)),+
        }

        impl AlgorithmSpecification {
            /// Fits the algorithm to a training set.
            ///
            /// # Errors
            /// As [`Estimator::fit`].
            pub fn fit(&self, training: TrainingSet<'_>, progress: &dyn Progress) -> Result<FittedModel, FitError> {
                match self {
                    $(Self::$variant(parameters) => {
                        <$estimator as Estimator>::fit(parameters, training, progress).map(FittedModel::$variant)
                    })+
                }
            }

            /// As [`Estimator::memory_bytes`].
            pub fn memory_bytes(&self, rows: usize, columns: usize, classes: usize) -> u64 {
                match self {
                    $(Self::$variant(parameters) => {
                        <$estimator as Estimator>::memory_bytes(parameters, rows, columns, classes)
                    })+
                }
            }

            /// As [`Estimator::is_random`].
            fn is_random(&self) -> bool {
                match self {
                    $(Self::$variant(parameters) => <$estimator as Estimator>::is_random(parameters)),+
                }
            }

            /// What the scores of its models are.
            pub fn output(&self) -> Output {
                match self {
                    $(Self::$variant(_) => <$estimator as Estimator>::OUTPUT),+
                }
            }
        }

        impl FittedModel {
            /// The parameters it was fitted with.
            pub fn specification(&self) -> AlgorithmSpecification {
                match self {
                    $(Self::$variant(model) => AlgorithmSpecification::$variant(Estimator::parameters(model).clone())),+
                }
            }

            /// The name of the scikit-learn class that this model becomes.
            pub fn class_name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => <$estimator as Estimator>::CLASS_NAME),+
                }
            }

            /// What the columns of [`Self::score`] are.
            pub fn output(&self) -> Output {
                match self {
                    $(Self::$variant(_) => <$estimator as Estimator>::OUTPUT),+
                }
            }

            pub fn n_features(&self) -> usize {
                match self {
                    $(Self::$variant(model) => Estimator::n_features(model)),+
                }
            }

            /// As [`Estimator::n_classes`].
            pub fn n_classes(&self) -> usize {
                match self {
                    $(Self::$variant(model) => Estimator::n_classes(model)),+
                }
            }

            /// As [`Estimator::score`].
            ///
            /// # Errors
            /// Another number of columns; a value that is not finite.
            pub fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
                match self {
                    $(Self::$variant(model) => Estimator::score(model, samples)),+
                }
            }

            /// As [`Estimator::response`].
            ///
            /// # Errors
            /// As [`Self::score`].
            pub fn response(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
                match self {
                    $(Self::$variant(model) => Estimator::response(model, samples)),+
                }
            }

            /// As [`Estimator::training_scores`].
            pub fn training_scores(&self) -> Option<Array1<f64>> {
                match self {
                    $(Self::$variant(model) => Estimator::training_scores(model)),+
                }
            }

            /// As [`Estimator::contributions`].
            pub fn contributions(&self, row: ArrayView1<'_, f64>, column: usize) -> Option<Contributions> {
                match self {
                    $(Self::$variant(model) => Estimator::contributions(model, row, column)),+
                }
            }

            /// As [`Estimator::check`].
            pub(crate) fn check(&self) -> Result<(), String> {
                match self {
                    $(Self::$variant(model) => Estimator::check(model)),+
                }
            }
        }

        /// Every algorithm, as described to people and forms.
        pub(crate) fn descriptions() -> Vec<Algorithm> {
            vec![$(<$estimator as Estimator>::describe()),+]
        }
    };
}

estimators! {
    DecisionTree(DecisionTree, DecisionTreeParameters),
    EllipticEnvelope(EllipticEnvelope, EllipticEnvelopeParameters),
    ExtraTrees(ExtraTrees, ExtraTreesParameters),
    GaussianNb(GaussianNb, GaussianNbParameters),
    HistGradientBoosting(HistGradientBoosting, HistGradientBoostingParameters),
    IsolationForest(IsolationForest, IsolationForestParameters),
    KNeighbors(KNeighbors, KNeighborsParameters),
    LocalOutlierFactor(LocalOutlierFactor, LocalOutlierFactorParameters),
    LogisticRegression(LogisticRegression, LogisticRegressionParameters),
    NearestNormal(NearestNormal, NearestNormalParameters),
    OneClassSvm(OneClassSvm, OneClassSvmParameters),
    Pca(Pca, PcaParameters),
    RandomForest(RandomForest, RandomForestParameters),
    Svc(Svc, SvcParameters),
}

impl AlgorithmSpecification {
    /// The id of the algorithm, as in [`crate::algorithms`].
    pub fn id(&self) -> String {
        self.value()["type"].as_str().unwrap_or_default().to_owned()
    }

    /// The parameters alone, without `type`.
    pub fn parameters(&self) -> Value {
        let mut value = self.value();
        if let Some(object) = value.as_object_mut() {
            object.remove("type");
        }
        value
    }

    /// The seed of the algorithm's randomness; 42 when it has none of its own.
    pub fn random_state(&self) -> u32 {
        let seed = self.value()["random_state"].as_u64();
        seed.and_then(|seed| u32::try_from(seed).ok()).unwrap_or(42)
    }

    /// The same algorithm with other values of some parameters.
    ///
    /// # Errors
    /// Values that the algorithm does not take, each with its place below `pointer`.
    pub fn with(&self, parameters: &Map<String, Value>, pointer: &str) -> Result<Self, Vec<FieldError>> {
        let mut value = self.value();
        if let Some(object) = value.as_object_mut() {
            object.extend(parameters.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        parse_algorithm(&value, pointer)
    }

    /// The same algorithm with another seed; None when it has no seed, or none that decides anything.
    pub fn with_random_state(&self, seed: u32) -> Option<Self> {
        if !self.is_random() {
            return None;
        }
        self.value().get("random_state")?;
        let parameters = Map::from_iter([("random_state".to_owned(), Value::from(seed))]);
        self.with(&parameters, "").ok()
    }

    fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl FittedModel {
    /// The id of the algorithm, as in [`crate::algorithms`].
    pub fn algorithm(&self) -> String {
        self.specification().id()
    }
}
