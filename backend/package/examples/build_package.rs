//! Builds a package from files on disk, without a server: a model and a scaler that scikit-learn wrote, and
//! what is known about them as JSON.
//!
//! ```text
//! cargo run -p trainyard-package --example build_package -- facts.json feature_set.json model.joblib [scaler.joblib] package.zip
//! ```

use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::{env, error::Error, fs};
use trainyard_package::{FeatureDescription, Layout, PackageInput, RuntimeTarget, build};
use trainyard_types::{
    CalibrationSpecification, Evaluation, JobId, ModelId, ModelOutput, TrainingStatistics,
};

/// What `facts.json` holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    model_name: String,
    version: String,
    created_at: DateTime<Utc>,
    dataset_name: String,
    dataset_sha256: String,
    /// Name and description of every feature, in column order.
    features: Vec<(String, String)>,
    example_row: Vec<f64>,
    model_parameters: serde_json::Value,
    statistics: TrainingStatistics,
    evaluation: Evaluation,
    contamination: f64,
    requirements: Vec<String>,
    scikit_learn: String,
    #[serde(default = "isolation_forest")]
    model_type: String,
    #[serde(default = "abnormality")]
    output: ModelOutput,
    #[serde(default)]
    classes: Vec<String>,
    #[serde(default)]
    calibration: Option<CalibrationSpecification>,
}

fn isolation_forest() -> String {
    "IsolationForest".into()
}

fn abnormality() -> ModelOutput {
    ModelOutput::Abnormality
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let (facts, feature_set, model, scaler, output) =
        match arguments.as_slice() {
            [facts, set, model, output] => (facts, set, model, None, output),
            [facts, set, model, scaler, output] => (facts, set, model, Some(scaler), output),
            _ => return Err(
                "usage: build_package facts.json feature_set.json model.joblib [scaler.joblib] package.zip"
                    .into(),
            ),
        };
    let facts: Facts = serde_json::from_slice(&fs::read(facts)?)?;
    let feature_set = fs::read(feature_set)?;
    let model = fs::read(model)?;
    let scaler = scaler.map(fs::read).transpose()?;
    let features: Vec<_> =
        facts.features.iter().map(|(name, text)| FeatureDescription::new(name, text)).collect();
    let input = PackageInput {
        model_name: &facts.model_name,
        version: &facts.version,
        model_id: ModelId::new(),
        job_id: JobId::new(),
        model_type: &facts.model_type,
        description: None,
        created_at: facts.created_at,
        created_by: "build_package",
        deployed_at: facts.created_at,
        deployed_by: "build_package",
        dataset_name: &facts.dataset_name,
        dataset_sha256: &facts.dataset_sha256,
        export_files: &[],
        export_file_size: 0,
        features: &features,
        feature_set: &feature_set,
        example_row: &facts.example_row,
        reference_row: &facts.example_row,
        output: facts.output,
        classes: &facts.classes,
        missing_values: false,
        model_onnx: None,
        pipeline: b"",
        model_parameters: &facts.model_parameters,
        statistics: &facts.statistics,
        evaluation: &facts.evaluation,
        contamination: facts.contamination,
        calibration: facts.calibration,
        target: RuntimeTarget {
            id: &format!("scikit-learn-{}", facts.scikit_learn),
            scikit_learn: &facts.scikit_learn,
            python: ">=3.11",
            requirements: &facts.requirements,
        },
        model_joblib: &model,
        scaler_joblib: scaler.as_deref(),
        server_version: env!("CARGO_PKG_VERSION"),
    };
    fs::write(output, build(&input, Layout::Folder)?)?;
    Ok(())
}
