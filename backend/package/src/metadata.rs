//! `metadata.json`: everything about the model. [`Metadata`] is its shape; the order of fields is the order in
//! the file. A metric that was not measured is absent.

mod evaluation;

pub(crate) use evaluation::EvaluationInfo;

use crate::PackageInput;
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer, ser::SerializeMap};
use trainyard_types::{Accounting, CalibrationSpecification, JobId, ModelId};

#[derive(Serialize)]
pub(crate) struct Metadata<'a> {
    model_type: &'a str,
    version: &'a str,
    /// UTC without an offset: readers subtract it from a naive clock.
    created_at: String,
    created_at_utc: String,
    pub(crate) model_info: ModelInfo<'a>,
    pub(crate) training_info: TrainingInfo<'a>,
    pub(crate) evaluation_info: EvaluationInfo<'a>,
    pub(crate) deployment_info: DeploymentInfo<'a>,
    /// A row of the training data as `predict` takes it, so that an example always fits the model.
    example_row: Pairs<'a, f64>,
    /// For each feature the median of the training data: what explanations compare with.
    reference_row: Pairs<'a, f64>,
}

#[derive(Serialize)]
pub(crate) struct ModelInfo<'a> {
    version: &'a str,
    created_at: String,
    model_type: &'a str,
    model_name: &'a str,
    model_id: ModelId,
    description: &'a str,
    training_source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_file: Option<&'a str>,
    export_files: &'a [String],
    training_id: JobId,
    created_by: &'a str,
}

#[derive(Serialize)]
pub(crate) struct TrainingInfo<'a> {
    training_samples: u64,
    n_samples: u64,
    test_samples: u64,
    pub(crate) feature_names: Vec<&'a str>,
    feature_count: usize,
    feature_descriptions: Pairs<'a, &'a str>,
    constant_features: &'a [String],
    export_file_size: u64,
    /// Seconds.
    training_duration: f64,
    model_parameters: &'a serde_json::Value,
    contamination: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    calibration: Option<CalibrationSpecification>,
    pub(crate) dataset_sha256: &'a str,
    preprocessing: Preprocessing,
}

/// What became of the records of the dataset.
#[derive(Serialize)]
struct Preprocessing {
    records_read: u64,
    records_parsed: u64,
    records_rejected: u64,
    duplicates: u64,
    scaled: bool,
}

#[derive(Serialize)]
pub(crate) struct DeploymentInfo<'a> {
    status: &'static str,
    pub(crate) deployed_at: String,
    deployed_at_utc: String,
    deployed_by: &'a str,
}

impl<'a> Metadata<'a> {
    pub(crate) fn new(input: &PackageInput<'a>) -> Self {
        let feature_names: Vec<&str> = input.features.iter().map(|feature| feature.name.as_str()).collect();
        Self {
            model_type: input.model_type,
            version: input.version,
            created_at: naive(input.created_at),
            created_at_utc: utc(input.created_at),
            model_info: ModelInfo {
                version: input.version,
                created_at: naive(input.created_at),
                model_type: input.model_type,
                model_name: input.model_name,
                model_id: input.model_id,
                description: input.description.unwrap_or_default(),
                training_source: input.dataset_name,
                export_file: input.export_files.first().map(String::as_str),
                export_files: input.export_files,
                training_id: input.job_id,
                created_by: input.created_by,
            },
            training_info: TrainingInfo::new(input, feature_names.clone()),
            evaluation_info: EvaluationInfo::new(input.evaluation),
            deployment_info: DeploymentInfo {
                status: "deployed",
                deployed_at: naive(input.deployed_at),
                deployed_at_utc: utc(input.deployed_at),
                deployed_by: input.deployed_by,
            },
            example_row: row(&feature_names, input.example_row),
            reference_row: row(&feature_names, input.reference_row),
        }
    }
}

impl<'a> TrainingInfo<'a> {
    fn new(input: &PackageInput<'a>, feature_names: Vec<&'a str>) -> Self {
        let Accounting { read, parsed, rejected, duplicates, .. } = input.statistics.records;
        Self {
            training_samples: input.statistics.training_samples,
            n_samples: input.statistics.training_samples,
            test_samples: input.statistics.test_samples,
            feature_count: feature_names.len(),
            feature_names,
            feature_descriptions: Pairs(
                input
                    .features
                    .iter()
                    .filter(|feature| !feature.description.is_empty())
                    .map(|feature| (feature.name.as_str(), feature.description.as_str()))
                    .collect(),
            ),
            constant_features: &input.statistics.constant_features,
            export_file_size: input.export_file_size,
            training_duration: input.statistics.duration_seconds,
            model_parameters: input.model_parameters,
            contamination: input.contamination,
            calibration: input.calibration,
            dataset_sha256: input.dataset_sha256,
            preprocessing: Preprocessing {
                records_read: read,
                records_parsed: parsed,
                records_rejected: rejected,
                duplicates,
                scaled: input.scaler_joblib.is_some(),
            },
        }
    }
}

fn row<'a>(names: &[&'a str], values: &[f64]) -> Pairs<'a, f64> {
    Pairs(names.iter().copied().zip(values.iter().copied()).collect())
}

/// UTC, ISO 8601 without offset, microseconds.
fn naive(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

fn utc(time: DateTime<Utc>) -> String {
    naive(time) + "Z"
}

/// A JSON object whose keys keep the order of the columns.
struct Pairs<'a, T>(Vec<(&'a str, T)>);

impl<T: Serialize> Serialize for Pairs<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Sample;
    use serde_json::json;

    #[test]
    fn the_facts_of_the_model_stand_where_readers_look_for_them() {
        let metadata = Sample::new().metadata();
        assert_eq!(metadata["model_type"], "IsolationForest");
        assert_eq!(metadata["version"], "1.2.0+20260102T030405Z");
        assert_eq!(metadata["model_info"]["export_file"], "router.json");
        assert_eq!(metadata["model_info"]["training_source"], "router");
        let training = &metadata["training_info"];
        assert_eq!(training["training_samples"], training["n_samples"]);
        assert_eq!(training["feature_names"], json!(["hour", "length"]));
        assert_eq!(training["feature_count"], 2);
        assert_eq!(training["model_parameters"]["n_estimators"], 100);
        assert_eq!(training["preprocessing"]["records_rejected"], 3);
        assert_eq!(metadata["example_row"], json!({"hour": 4.0, "length": 62.5}));
        assert_eq!(metadata["deployment_info"]["status"], "deployed");
    }

    #[test]
    fn times_are_naive_utc_with_microseconds_and_a_twin_with_z() {
        let metadata = Sample::new().metadata();
        assert_eq!(metadata["created_at"], "2026-01-02T03:04:05.123456");
        assert_eq!(metadata["created_at_utc"], "2026-01-02T03:04:05.123456Z");
        assert_eq!(metadata["deployment_info"]["deployed_at"], "2026-01-03T00:00:00.000000");
    }

    #[test]
    fn no_value_is_null() {
        fn nulls(value: &serde_json::Value) -> usize {
            match value {
                serde_json::Value::Null => 1,
                serde_json::Value::Array(items) => items.iter().map(nulls).sum(),
                serde_json::Value::Object(map) => map.values().map(nulls).sum(),
                _ => 0,
            }
        }
        let sample = Sample::new();
        assert_eq!(nulls(&sample.metadata()), 0);
        assert_eq!(nulls(&sample.manifest()), 0);
    }
}
