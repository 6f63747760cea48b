//! A whole fitted recipe, from raw feature values to a verdict, and its stored form.

use crate::{IsolationForest, MatrixError, StandardScaler, StoredError};
use ndarray::{Array1, ArrayView2};
use serde::{Deserialize, Serialize};

/// First bytes of a stored pipeline; the format version follows.
const MAGIC: &[u8] = b"trainyard pipeline\n";
/// The version of the stored form that this program writes and reads.
pub const FORMAT_VERSION: u8 = 1;

/// Scaler, model and threshold, for samples with the features `feature_names` in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    pub feature_names: Vec<String>,
    pub scaler: Option<StandardScaler>,
    pub model: FittedModel,
    /// `score > threshold` means anomaly.
    pub threshold: f64,
    /// The share of the training samples that the threshold flags.
    pub contamination: f64,
}

/// A fitted model of any algorithm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FittedModel {
    IsolationForest(IsolationForest),
}

impl FittedModel {
    /// The id of the algorithm, as in `crate::algorithms()`.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::IsolationForest(_) => "isolation_forest",
        }
    }

    /// The name of the scikit-learn class that this model becomes.
    pub fn class_name(&self) -> &'static str {
        match self {
            Self::IsolationForest(_) => "IsolationForest",
        }
    }

    pub fn n_features(&self) -> usize {
        match self {
            Self::IsolationForest(forest) => forest.n_features(),
        }
    }

    /// scikit-learn's `score_samples` of scaled rows: lower is more abnormal.
    pub fn score_samples(&self, samples: ArrayView2<'_, f64>) -> Result<Array1<f64>, MatrixError> {
        match self {
            Self::IsolationForest(forest) => forest.score_samples(samples),
        }
    }
}

impl Pipeline {
    /// The score of each row of `samples` (any number × `n_features`, not scaled); higher is more anomalous.
    /// A row's score does not depend on the rows beside it.
    ///
    /// # Errors
    /// Another number of columns; a value that is not finite.
    pub fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array1<f64>, MatrixError> {
        let FittedModel::IsolationForest(forest) = &self.model;
        Ok(-forest.score_scaled(samples, self.scaler.as_ref())?)
    }

    /// Whether each row of `samples` is an anomaly.
    pub fn predict(&self, samples: ArrayView2<'_, f64>) -> Result<Array1<bool>, MatrixError> {
        Ok(self.score(samples)?.mapv(|score| self.is_anomaly(score)))
    }

    pub fn is_anomaly(&self, score: f64) -> bool {
        score > self.threshold
    }

    /// The stored form: a mark, the format version, and MessagePack with named fields.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoredError> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(FORMAT_VERSION);
        rmp_serde::encode::write_named(&mut bytes, self)?;
        Ok(bytes)
    }

    /// Reads the stored form. Whatever it returns can be scored with.
    ///
    /// # Errors
    /// Bytes that are foreign, of another format version, truncated, followed by others, or inconsistent.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredError> {
        let (version, mut body) =
            bytes.strip_prefix(MAGIC).and_then(|rest| rest.split_first()).ok_or(StoredError::Foreign)?;
        if *version != FORMAT_VERSION {
            return Err(StoredError::Version(*version));
        }
        let pipeline: Self =
            rmp_serde::from_read(&mut body).map_err(|error| StoredError::Damaged(error.to_string()))?;
        if !body.is_empty() {
            return Err(StoredError::Damaged(format!("{} bytes too many", body.len())));
        }
        pipeline.check().map_err(StoredError::Damaged)?;
        Ok(pipeline)
    }

    fn check(&self) -> Result<(), String> {
        let n_features = self.model.n_features();
        if self.feature_names.len() != n_features {
            return Err(format!("{} feature names for {n_features} features", self.feature_names.len()));
        }
        if let Some(scaler) = &self.scaler {
            scaler.check()?;
            if scaler.n_features() != n_features {
                return Err(format!("a scaler of {} columns for {n_features} features", scaler.n_features()));
            }
        }
        let is_share = self.contamination > 0.0 && self.contamination <= 0.5;
        if is_share && self.threshold.is_finite() {
            Ok(())
        } else {
            Err(format!("threshold {}, contamination {}", self.threshold, self.contamination))
        }
    }
}

#[cfg(test)]
mod tests;
