//! A whole fitted recipe, from raw feature values to a verdict, and its stored form.

use crate::{Calibrator, Contributions, FittedModel, Imputer, MatrixError, Output, Scaler, StoredError};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

/// First bytes of a stored pipeline; the format version follows.
const MAGIC: &[u8] = b"trainyard pipeline\n";
/// The version of the stored form that this program writes and reads.
pub const FORMAT_VERSION: u8 = 2;

/// Imputer, scaler, model, calibrator and threshold, for samples with the features `feature_names` in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    pub feature_names: Vec<String>,
    /// Replaces missing values; without one they are refused.
    #[serde(default)]
    pub imputer: Option<Imputer>,
    pub scaler: Option<Scaler>,
    pub model: FittedModel,
    /// Turns the responses of a classifier into probabilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibrator: Option<Calibrator>,
    /// The names of a classifier's classes; empty for an anomaly detector. Of two classes the second is the
    /// anomaly.
    pub classes: Vec<String>,
    /// `score > threshold` means anomaly.
    pub threshold: f64,
    /// The share of the training samples that the threshold flags.
    pub contamination: f64,
}

impl Pipeline {
    /// The score of each row of `samples` (any number × `n_features`, not scaled); higher is more anomalous: for an
    /// anomaly detector `-score_samples`; for a classifier of two classes the probability or decision value of
    /// the second; of more classes that of the predicted one. A row's score does not depend on the rows beside it.
    ///
    /// # Errors
    /// Another number of columns; a value that is not finite.
    pub fn score(&self, samples: ArrayView2<'_, f64>) -> Result<Array1<f64>, MatrixError> {
        if let (FittedModel::IsolationForest(forest), None, None | Some(Scaler::Standard(_))) =
            (&self.model, &self.imputer, &self.scaler)
        {
            let scaler = self.scaler.as_ref().and_then(Scaler::standard);
            return Ok(-forest.score_scaled(samples, scaler)?);
        }
        Ok(self.reduce(self.outputs(samples)?.view()))
    }

    /// The scores of unscaled `samples`, with the columns of [`Self::output`]: the model's own, or the calibrated
    /// probability of each class.
    ///
    /// # Errors
    /// Another number of columns; a value that is not finite.
    pub fn outputs(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        match self.transform(samples)? {
            Some(transformed) => self.outputs_of_seen(transformed.view()),
            None => self.outputs_of_seen(samples),
        }
    }

    /// As [`Self::outputs`], of samples as [`Self::transform`] leaves them.
    pub(crate) fn outputs_of_seen(&self, seen: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        match &self.calibrator {
            Some(calibrator) => Ok(calibrator.probabilities(self.model.response(seen)?.view())),
            None => self.model.score(seen),
        }
    }

    /// What the columns of [`Self::outputs`] are.
    pub fn output(&self) -> Output {
        if self.calibrator.is_some() { Output::Probabilities } else { self.model.output() }
    }

    /// The name of the scikit-learn class that the model becomes, calibrator and all.
    pub fn class_name(&self) -> &'static str {
        if self.calibrator.is_some() { "CalibratedClassifierCV" } else { self.model.class_name() }
    }

    /// What the model sees of `samples`: missing values replaced, columns scaled. None when nothing is done to them.
    ///
    /// # Errors
    /// Another number of columns.
    pub fn transform(&self, samples: ArrayView2<'_, f64>) -> Result<Option<Array2<f64>>, MatrixError> {
        if self.imputer.is_none() && self.scaler.is_none() {
            return Ok(None);
        }
        let mut transformed = samples.as_standard_layout().into_owned();
        if let Some(imputer) = &self.imputer {
            imputer.transform_inplace(&mut transformed)?;
        }
        if let Some(scaler) = &self.scaler {
            scaler.transform_inplace(&mut transformed)?;
        }
        Ok(Some(transformed))
    }

    /// From the outputs of rows to one score per row, where higher is more anomalous.
    pub fn reduce(&self, outputs: ArrayView2<'_, f64>) -> Array1<f64> {
        match (self.output(), outputs.ncols()) {
            (Output::Abnormality, _) => -&outputs.column(0),
            (Output::Decision, 1) => outputs.column(0).to_owned(),
            (_, 2) => outputs.column(1).to_owned(),
            _ => outputs.map_axis(Axis(1), |row| row.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        }
    }

    /// How much each feature of an unscaled row adds to its score; none where the model does not know. Nor where it is
    /// calibrated: what adds up to the model's score does not add up to the calibrated one.
    pub fn contributions(&self, row: ArrayView1<'_, f64>) -> Option<Contributions> {
        if self.calibrator.is_some() {
            return None;
        }
        let samples = row.insert_axis(Axis(0));
        let scaled = self.transform(samples).ok()?.unwrap_or_else(|| samples.to_owned());
        let (output, outputs) = (self.model.output(), self.model.score(scaled.view()).ok()?);
        let column = match outputs.ncols() {
            1 => 0,
            2 => 1,
            _ => *self.predicted_classes(outputs.view()).first()? as usize,
        };
        let found = self.model.contributions(scaled.row(0), column)?;
        let sign = if output == Output::Abnormality { -1.0 } else { 1.0 };
        let features = found.features.iter().map(|share| sign * share).collect();
        Some(Contributions { base: sign * found.base, features })
    }

    /// The number of the predicted class of each row of outputs: the first of the largest.
    pub fn predicted_classes(&self, outputs: ArrayView2<'_, f64>) -> Vec<u32> {
        if outputs.ncols() == 1 {
            return outputs.column(0).iter().map(|value| u32::from(*value > 0.0)).collect();
        }
        let best = |row: ArrayView1<'_, f64>| {
            (1..row.len()).fold(0, |best, column| if row[column] > row[best] { column } else { best }) as u32
        };
        outputs.rows().into_iter().map(best).collect()
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
        if let Some(imputer) = &self.imputer {
            imputer.check()?;
            if imputer.n_features() != n_features {
                return Err(format!(
                    "an imputer of {} columns for {n_features} features",
                    imputer.n_features()
                ));
            }
        }
        if let Some(scaler) = &self.scaler {
            scaler.check()?;
            if scaler.n_features() != n_features {
                return Err(format!("a scaler of {} columns for {n_features} features", scaler.n_features()));
            }
        }
        self.model.check()?;
        let classes = self.model.n_classes();
        if let Some(calibrator) = &self.calibrator {
            calibrator.check(classes)?;
        }
        if self.classes.len() != classes {
            return Err(format!("{} class names for {classes} classes", self.classes.len()));
        }
        let is_share = (0.0..=1.0).contains(&self.contamination);
        if is_share && self.threshold.is_finite() {
            Ok(())
        } else {
            Err(format!("threshold {}, contamination {}", self.threshold, self.contamination))
        }
    }
}

#[cfg(test)]
mod tests;
