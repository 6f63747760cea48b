//! `deployment_manifest.json`: what is in the package, the SHA-256 of every other file, and how to run it.

use crate::archive::Entry;
use crate::checksum::{feature_set, sha256};
use crate::input::pin;
use crate::metadata::{DeploymentInfo, EvaluationInfo, Metadata, ModelInfo, TrainingInfo};
use crate::{PackageError, PackageInput};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use trainyard_types::{JobId, ModelId, ModelOutput};

pub(crate) const NAME: &str = "deployment_manifest.json";

/// Raised when a reader of the package must change.
const PACKAGE_FORMAT_VERSION: &str = "1.0";

#[derive(Serialize)]
struct Manifest<'a> {
    model_version: &'a str,
    deployment_timestamp: &'a str,
    package_format_version: &'static str,
    deployment_ready: bool,
    model_info: &'a ModelInfo<'a>,
    training_info: &'a TrainingInfo<'a>,
    evaluation_info: &'a EvaluationInfo<'a>,
    deployment_info: &'a DeploymentInfo<'a>,
    files: BTreeMap<Cow<'static, str>, &'static str>,
    file_integrity: &'a BTreeMap<&'static str, String>,
    file_hashes: &'a BTreeMap<&'static str, String>,
    dependencies: BTreeMap<&'a str, String>,
    requirements: &'a [String],
    resource_requirements: ResourceRequirements<'a>,
    inference_config: InferenceConfig,
    model_artifacts: ModelArtifacts,
    target: Target<'a>,
    provenance: Provenance<'a>,
}

#[derive(Serialize)]
struct ResourceRequirements<'a> {
    python: &'a str,
    cpu_cores: u32,
    memory_mb: usize,
    disk_mb: usize,
    gpu: bool,
}

#[derive(Serialize)]
struct InferenceConfig {
    /// `score > threshold` means anomaly.
    threshold: f64,
    anomaly_ratio: f64,
    /// The percentile of the training scores at which the threshold lies.
    score_percentile: f64,
    /// What the model's scores are.
    output: ModelOutput,
    /// The names of a classifier's classes, in the order of their numbers.
    classes: Vec<String>,
    /// Whether a row may lack a value.
    missing_values: bool,
    batch_size: u32,
    timeout_seconds: u32,
}

#[derive(Serialize)]
struct ModelArtifacts {
    model_size_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    scaler_size_bytes: Option<usize>,
    /// Of every file, this manifest included.
    total_uncompressed_size: usize,
}

#[derive(Serialize)]
struct Target<'a> {
    id: &'a str,
    scikit_learn: &'a str,
    python: &'a str,
}

#[derive(Serialize)]
struct Provenance<'a> {
    dataset_sha256: &'a str,
    training_id: JobId,
    model_id: ModelId,
    server_version: &'a str,
    /// SHA-256 of the feature names in column order, each followed by a line feed.
    feature_set_sha256: String,
}

/// The manifest of the package that holds `entries`, which are every other file.
pub(crate) fn render(
    input: &PackageInput<'_>,
    metadata: &Metadata<'_>,
    entries: &[Entry],
) -> Result<Vec<u8>, PackageError> {
    let hashes: BTreeMap<_, _> = entries.iter().map(|entry| (entry.name, sha256(&entry.content))).collect();
    let others: usize = entries.iter().map(|entry| entry.content.len()).sum();
    let mut manifest = Manifest {
        model_version: input.version,
        deployment_timestamp: &metadata.deployment_info.deployed_at,
        package_format_version: PACKAGE_FORMAT_VERSION,
        deployment_ready: true,
        model_info: &metadata.model_info,
        training_info: &metadata.training_info,
        evaluation_info: &metadata.evaluation_info,
        deployment_info: &metadata.deployment_info,
        files: entries.iter().map(|entry| entry.name).chain([NAME]).map(|name| (role(name), name)).collect(),
        file_integrity: &hashes,
        file_hashes: &hashes,
        dependencies: dependencies(input.target.requirements),
        requirements: input.target.requirements,
        resource_requirements: ResourceRequirements {
            python: input.target.python,
            cpu_cores: 1,
            memory_mb: memory_mb(input.model_joblib.len()),
            disk_mb: DISK_MB + others.div_ceil(MIB),
            gpu: false,
        },
        inference_config: InferenceConfig {
            threshold: input.evaluation.threshold,
            anomaly_ratio: metadata.evaluation_info.basic_metrics.anomaly_ratio,
            score_percentile: score_percentile(input.contamination),
            output: input.output,
            classes: input.classes.to_vec(),
            missing_values: input.missing_values,
            batch_size: 1000,
            timeout_seconds: 30,
        },
        model_artifacts: ModelArtifacts {
            model_size_bytes: input.model_joblib.len(),
            scaler_size_bytes: input.scaler_joblib.map(<[u8]>::len),
            total_uncompressed_size: others,
        },
        target: Target {
            id: input.target.id,
            scikit_learn: input.target.scikit_learn,
            python: input.target.python,
        },
        provenance: Provenance {
            dataset_sha256: input.dataset_sha256,
            training_id: input.job_id,
            model_id: input.model_id,
            server_version: input.server_version,
            feature_set_sha256: feature_set(metadata.training_info.feature_names.iter().copied()),
        },
    };
    // The total counts the manifest, whose length depends on the digits of the total. The length grows with the
    // total and by one digit at most, so this settles in two or three turns.
    loop {
        let content = crate::json(&manifest)?;
        let total = others + content.len();
        if manifest.model_artifacts.total_uncompressed_size == total {
            return Ok(content);
        }
        manifest.model_artifacts.total_uncompressed_size = total;
    }
}

fn role(name: &str) -> Cow<'static, str> {
    let role = match name {
        "model.joblib" => "model",
        "scaler.joblib" => "scaler",
        "model.onnx" => "onnx_model",
        "pipeline.trainyard" => "pipeline",
        "metadata.json" => "metadata",
        "feature_set.json" => "feature_set",
        "validate_model.py" => "validation_script",
        "inference_example.py" => "inference_script",
        "featurizer/__init__.py" => "featurizer",
        "requirements.txt" => "requirements",
        "README.md" => "documentation",
        NAME => "manifest",
        _ => match name.strip_prefix("featurizer/") {
            Some(file) => return format!("featurizer/{file}").into(),
            None => "other",
        },
    };
    role.into()
}

/// Distribution → version specifier. One that is pinned per environment has its lines joined by ` | `.
fn dependencies(requirements: &[String]) -> BTreeMap<&str, String> {
    let mut dependencies = BTreeMap::<_, String>::new();
    for (name, specifier) in requirements.iter().filter_map(|line| pin(line)) {
        dependencies
            .entry(name)
            .and_modify(|specifiers| *specifiers += &format!(" | {specifier}"))
            .or_insert_with(|| specifier.into());
    }
    dependencies
}

const MIB: usize = 1 << 20;

/// What the pinned libraries take on disk, installed.
const DISK_MB: usize = 300;

/// An interpreter with the libraries imported, and the model's file, its parsed form and its index for `explain`.
fn memory_mb(model_size: usize) -> usize {
    256 + (8 * model_size).div_ceil(MIB)
}

/// `100 (1 - contamination)`, free of the noise of binary fractions (0.1 → 90, not 90.00000000000001).
fn score_percentile(contamination: f64) -> f64 {
    ((1.0 - contamination) * 1e12).round() / 1e10
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Sample, files};
    use crate::{Layout, build};
    use serde_json::{Value, json};

    #[test]
    fn it_holds_the_digest_of_every_other_file() {
        let files = files(&build(&Sample::new().input(), Layout::Folder).unwrap());
        let manifest: Value = serde_json::from_slice(&files[NAME]).unwrap();
        let expected: BTreeMap<_, _> = files
            .iter()
            .filter(|(name, _)| *name != NAME)
            .map(|(name, content)| (name.clone(), sha256(content)))
            .collect();
        assert_eq!(manifest["file_hashes"], json!(expected));
        assert_eq!(manifest["file_integrity"], manifest["file_hashes"]);
    }

    #[test]
    fn files_names_the_role_of_every_file() {
        let files = files(&build(&Sample::new().input(), Layout::Folder).unwrap());
        let manifest: Value = serde_json::from_slice(&files[NAME]).unwrap();
        let mut named: Vec<_> =
            manifest["files"].as_object().unwrap().values().map(|v| v.as_str().unwrap()).collect();
        named.sort_unstable();
        assert_eq!(named, files.keys().collect::<Vec<_>>());
        assert_eq!(manifest["files"]["model"], "model.joblib");
        assert!(manifest["files"].get("other").is_none());
    }

    #[test]
    fn sizes_are_those_of_the_files() {
        let files = files(&build(&Sample::new().input(), Layout::Folder).unwrap());
        let manifest: Value = serde_json::from_slice(&files[NAME]).unwrap();
        let artifacts = &manifest["model_artifacts"];
        assert_eq!(artifacts["model_size_bytes"], files["model.joblib"].len());
        assert_eq!(artifacts["scaler_size_bytes"], files["scaler.joblib"].len());
        assert_eq!(artifacts["total_uncompressed_size"], files.values().map(Vec::len).sum::<usize>());
    }

    #[test]
    fn it_repeats_the_metadata_and_configures_inference() {
        let sample = Sample::new();
        let (manifest, metadata) = (sample.manifest(), sample.metadata());
        for key in ["model_info", "training_info", "evaluation_info", "deployment_info"] {
            assert_eq!(manifest[key], metadata[key], "{key}");
        }
        assert_eq!(manifest["inference_config"]["threshold"], 0.5625);
        assert_eq!(manifest["inference_config"]["score_percentile"], 90.0);
        assert_eq!(manifest["deployment_ready"], true);
        assert_eq!(manifest["target"]["id"], "scikit-learn-1.9.1");
        assert_eq!(manifest["provenance"]["server_version"], "0.1.0");
    }

    #[test]
    fn pins_that_differ_by_environment_are_all_named() {
        let lines =
            ["a==1; python_version < '3.12'", "a==2; python_version >= '3.12'", "b==3"].map(String::from);
        let dependencies = dependencies(&lines);
        assert_eq!(dependencies["a"], "==1; python_version < '3.12' | ==2; python_version >= '3.12'");
        assert_eq!(dependencies["b"], "==3");
    }
}
