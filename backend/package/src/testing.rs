//! A made-up model for the unit tests of this crate, and the way back from a ZIP to its files.

use crate::{FeatureDescription, Layout, PackageInput, RuntimeTarget, build};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use trainyard_types::{
    Accounting, Evaluation, JobId, ModelId, ModelOutput, ScoreStatistics, Split, TrainingStatistics,
};

/// Owns what a [`PackageInput`] borrows.
pub(crate) struct Sample {
    features: Vec<FeatureDescription>,
    files: Vec<String>,
    requirements: Vec<String>,
    parameters: Value,
    statistics: TrainingStatistics,
    pub(crate) evaluation: Evaluation,
    pub(crate) description: Option<String>,
}

impl Sample {
    pub(crate) fn new() -> Self {
        Self {
            features: vec![
                FeatureDescription::new("hour", "Hour of the day | UTC"),
                FeatureDescription::new("length", ""),
            ],
            files: vec!["router.json".into()],
            requirements: vec!["scikit-learn==1.9.1".into(), "numpy==2.4.6".into()],
            parameters: json!({"n_estimators": 100, "random_state": 42}),
            statistics: TrainingStatistics {
                records: Accounting { read: 110, parsed: 100, rejected: 3, duplicates: 7, outside: 0 },
                training_samples: 80,
                test_samples: 20,
                unused_samples: 0,
                feature_count: 2,
                labels: None,
                incomplete_samples: 0,
                constant_features: vec![],
                duplicate_features: vec![],
                duration_seconds: 1.25,
                stage_seconds: vec![],
                peak_memory_bytes: 1 << 26,
            },
            evaluation: Evaluation {
                mode: "none".into(),
                split: Split::Time,
                threshold: 0.5625,
                training_scores: scores(80, 0.45),
                test_scores: Some(scores(20, 0.46)),
                threshold_policy: None,
                metrics: None,
                other_split: None,
                cross_validation: None,
                injection: None,
                histogram: None,
                agreement: None,
                importance: None,
                alarms: None,
                shown: None,
                drift: None,
                warnings: Vec::new(),
            },
            description: Some("Router logs of one week.".into()),
        }
    }

    pub(crate) fn input(&self) -> PackageInput<'_> {
        PackageInput {
            model_name: "router-logs",
            version: "1.2.0+20260102T030405Z",
            model_id: ModelId("019b7d00-0000-7000-8000-000000000001".parse().unwrap()),
            job_id: JobId("019b7d00-0000-7000-8000-000000000002".parse().unwrap()),
            model_type: "IsolationForest",
            description: self.description.as_deref(),
            created_at: time("2026-01-02T03:04:05.123456789Z"),
            created_by: "trainer",
            deployed_at: time("2026-01-03T00:00:00Z"),
            deployed_by: "deployer",
            dataset_name: "router",
            dataset_sha256: "00ff",
            export_files: &self.files,
            export_file_size: 4321,
            features: &self.features,
            feature_set: b"{}\n",
            example_row: &[4.0, 62.5],
            reference_row: &[3.0, 50.0],
            output: ModelOutput::Abnormality,
            classes: &[],
            missing_values: false,
            model_onnx: None,
            pipeline: b"the pipeline",
            model_parameters: &self.parameters,
            statistics: &self.statistics,
            evaluation: &self.evaluation,
            contamination: 0.1,
            calibration: None,
            target: RuntimeTarget {
                id: "scikit-learn-1.9.1",
                scikit_learn: "1.9.1",
                python: ">=3.11",
                requirements: &self.requirements,
            },
            model_joblib: b"model",
            scaler_joblib: Some(b"scaler"),
            server_version: "0.1.0",
        }
    }

    pub(crate) fn metadata(&self) -> Value {
        self.json("metadata.json")
    }

    pub(crate) fn manifest(&self) -> Value {
        self.json(crate::manifest::NAME)
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&files(&build(&self.input(), Layout::Folder).unwrap())[name]).unwrap()
    }
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn scores(count: u64, mean: f64) -> ScoreStatistics {
    ScoreStatistics {
        count,
        mean,
        standard_deviation: 0.05,
        minimum: 0.375,
        percentile_25: 0.4,
        median: 0.44,
        percentile_75: 0.5,
        percentile_95: 0.6,
        percentile_99: 0.65,
        maximum: 0.7,
        anomaly_count: count / 10,
        anomaly_ratio: 0.1,
    }
}

/// The entries of a ZIP in their order: full name, content, Unix mode.
pub(crate) fn unpack(zip: &[u8]) -> Vec<(String, Vec<u8>, u32)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().to_string(), content, file.unix_mode().unwrap())
        })
        .collect()
}

/// The files of a ZIP in the folder layout, by name.
pub(crate) fn files(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    unpack(zip)
        .into_iter()
        .map(|(name, content, _)| (name.split_once('/').unwrap().1.into(), content))
        .collect()
}
