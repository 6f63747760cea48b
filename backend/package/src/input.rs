//! What a package is made from: [`PackageInput`]. Plain values, so that a package can be built from a server's
//! records, from a test or from files on disk.

use crate::PackageError;
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use serde_json::Value;
use std::collections::BTreeSet;
use trainyard_types::{
    CalibrationSpecification, Evaluation, JobId, ModelId, ModelOutput, TrainingStatistics,
};

/// One column of the matrix that the model was fitted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureDescription {
    pub name: String,
    /// One sentence for people; may be empty.
    pub description: String,
}

impl FeatureDescription {
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self { name: name.into(), description: description.into() }
    }
}

/// The Python runtime that the package is for.
#[derive(Clone, Copy, Debug)]
pub struct RuntimeTarget<'a> {
    /// `scikit-learn-1.9.1`
    pub id: &'a str,
    /// `1.9.1`
    pub scikit_learn: &'a str,
    /// The Python versions it runs on: `>=3.11`.
    pub python: &'a str,
    /// The lines of `requirements.txt`: exact pins, with environment markers where versions differ.
    pub requirements: &'a [String],
}

/// Everything that a package says and holds.
#[derive(Clone, Debug)]
pub struct PackageInput<'a> {
    pub model_name: &'a str,
    /// `MAJOR.MINOR.PATCH+YYYYMMDDTHHMMSSZ`; its time becomes the time of every file in the ZIP.
    pub version: &'a str,
    pub model_id: ModelId,
    pub job_id: JobId,
    /// The scikit-learn class in `model_joblib`: `IsolationForest`.
    pub model_type: &'a str,
    pub description: Option<&'a str>,
    pub created_at: DateTime<Utc>,
    pub created_by: &'a str,
    pub deployed_at: DateTime<Utc>,
    pub deployed_by: &'a str,
    pub dataset_name: &'a str,
    /// The dataset's content digest, lower-case hexadecimal.
    pub dataset_sha256: &'a str,
    /// The names of the dataset's files, and their size in bytes.
    pub export_files: &'a [String],
    pub export_file_size: u64,
    /// In column order; names are unique.
    pub features: &'a [FeatureDescription],
    /// The fitted feature set, as JSON: what the package's `featurizer` computes rows by.
    pub feature_set: &'a [u8],
    /// A row of the training data, unscaled: one finite value per feature.
    pub example_row: &'a [f64],
    /// For each feature the median of the training data.
    pub reference_row: &'a [f64],
    /// What the model's scores are.
    pub output: ModelOutput,
    /// The names of a classifier's classes, in the order of their numbers; else empty.
    pub classes: &'a [String],
    /// Whether a value may be missing, because the scaler fills it in.
    pub missing_values: bool,
    /// The estimator's parameters as they were fitted, under scikit-learn's names.
    pub model_parameters: &'a Value,
    pub statistics: &'a TrainingStatistics,
    pub evaluation: &'a Evaluation,
    /// The share of the training samples that the threshold flags, in (0, 0.5].
    pub contamination: f64,
    /// How a classifier's probabilities were calibrated; `model_joblib` is then a `CalibratedClassifierCV`.
    pub calibration: Option<CalibrationSpecification>,
    pub target: RuntimeTarget<'a>,
    pub model_joblib: &'a [u8],
    /// Scaler, model and threshold in the service's own form, from which `trainyard score` scores.
    pub pipeline: &'a [u8],
    /// The same model, scaling included, for ONNX runtimes; absent when it has no such form.
    pub model_onnx: Option<&'a [u8]>,
    /// Absent when the recipe scales nothing.
    pub scaler_joblib: Option<&'a [u8]>,
    /// The version of the program that builds the package.
    pub server_version: &'a str,
}

impl PackageInput<'_> {
    /// Refuses facts that contradict each other; returns the time that the version carries.
    pub(crate) fn validate(&self) -> Result<zip::DateTime, PackageError> {
        let modified =
            version_time(self.version).ok_or_else(|| PackageError::Version(self.version.into()))?;
        self.validate_features()?;
        for (name, value) in [
            ("the threshold", self.evaluation.threshold),
            ("the threshold's contamination", self.contamination),
        ] {
            if !value.is_finite() {
                return Err(PackageError::NotFinite(name));
            }
        }
        if self.target.requirements.is_empty() {
            return Err(PackageError::Requirement(String::new()));
        }
        if let Some(line) = self.target.requirements.iter().find(|line| pin(line).is_none()) {
            return Err(PackageError::Requirement(line.clone()));
        }
        if self.model_joblib.is_empty() {
            return Err(PackageError::EmptyModel);
        }
        Ok(modified)
    }

    fn validate_features(&self) -> Result<(), PackageError> {
        if self.features.is_empty() {
            return Err(PackageError::Features("there is no feature".into()));
        }
        let mut seen = BTreeSet::new();
        for feature in self.features {
            if feature.name.is_empty() || feature.name.contains(['\n', '\r']) {
                return Err(PackageError::Features(format!("`{}` is not a name", feature.name)));
            }
            if !seen.insert(&feature.name) {
                return Err(PackageError::Features(format!("`{}` is there twice", feature.name)));
            }
        }
        for row in [self.example_row, self.reference_row] {
            if row.len() != self.features.len() {
                let text = format!("it has {} values for {} features", row.len(), self.features.len());
                return Err(PackageError::ExampleRow(text));
            }
        }
        if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(self.feature_set) {
            return Err(PackageError::Features(format!("the feature set is not JSON: {error}")));
        }
        let rows = self.example_row.iter().chain(self.reference_row);
        match rows.clone().position(|value| !value.is_finite()) {
            Some(at) => {
                let name = &self.features[at % self.features.len()].name;
                Err(PackageError::ExampleRow(format!("`{name}` is not finite")))
            }
            None => Ok(()),
        }
    }
}

/// Splits `name==version[; marker]` into its name and the rest, from `==` on.
pub(crate) fn pin(line: &str) -> Option<(&str, &str)> {
    let at = line.find("==")?;
    let (name, rest) = line.split_at(at);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let version = rest[2..].split(';').next()?.trim();
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && !version.contains([' ', '*', ','])
        && !rest.contains('\n');
    (is_name && is_version).then_some((name, rest))
}

/// The time in a version's build metadata, in the ZIP format's form (two seconds' resolution).
fn version_time(version: &str) -> Option<zip::DateTime> {
    let (release, build) = version.split_once('+')?;
    let numbers: Vec<_> = release.split('.').collect();
    let is_release = numbers.len() == 3
        && numbers.iter().all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    if !is_release || build.len() != "YYYYMMDDTHHMMSSZ".len() {
        return None;
    }
    let time = NaiveDateTime::parse_from_str(build, "%Y%m%dT%H%M%SZ").ok()?;
    zip::DateTime::from_date_and_time(
        u16::try_from(time.year()).ok()?,
        u8::try_from(time.month()).ok()?,
        u8::try_from(time.day()).ok()?,
        u8::try_from(time.hour()).ok()?,
        u8::try_from(time.minute()).ok()?,
        u8::try_from(time.second()).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_exact() {
        assert_eq!(pin("numpy==2.4.6"), Some(("numpy", "==2.4.6")));
        let marked = "numpy==2.3.5; python_version < \"3.12\"";
        assert_eq!(pin(marked), Some(("numpy", &marked[5..])));
        for loose in
            ["numpy", "numpy>=2", "numpy==", "numpy==2.*", "numpy==2.1,<3", "-r x==1", "==1", "a==1\nb"]
        {
            assert_eq!(pin(loose), None, "{loose}");
        }
    }

    #[test]
    fn the_version_carries_the_time() {
        let time = version_time("1.2.3+20260102T030406Z").unwrap();
        assert_eq!((time.year(), time.month(), time.day()), (2026, 1, 2));
        assert_eq!((time.hour(), time.minute(), time.second()), (3, 4, 6));
        for wrong in [
            "1.2+20260102T030406Z",
            "1.2.3+20260102",
            "1.2.3",
            "1.2.3+19790102T030406Z",
            "a.b.c+20260102T030406Z",
        ] {
            assert!(version_time(wrong).is_none(), "{wrong}");
        }
    }
}
