//! The deployment package: a ZIP that holds a trained model, everything that is known about it, and the
//! Python that verifies and runs it.
//!
//! [`build`] turns a [`PackageInput`] into the bytes of `model_<version>_deployment.zip`.
//!
//! Invariants:
//! - The same input gives the same bytes: entry order, times, permissions and compression are fixed, and
//!   nothing is read from the clock or the machine.
//! - `deployment_manifest.json` is made last, from the final bytes of every other file, and holds the
//!   SHA-256 of each of them. No name occurs twice.
//! - The Python sources are constant text; what differs from model to model is data in the JSON files.

mod archive;
mod checksum;
mod error;
mod featurizer;
mod input;
mod manifest;
mod metadata;
mod readme;
#[cfg(test)]
mod testing;

pub use archive::Layout;
pub use error::PackageError;
pub use input::{FeatureDescription, PackageInput, RuntimeTarget};

use archive::Entry;

const VALIDATE_MODEL: &str = include_str!("../python/validate_model.py");
const INFERENCE_EXAMPLE: &str = include_str!("../python/inference_example.py");

/// The name of a version's package: `model_<version>_deployment.zip`.
pub fn file_name(version: &str) -> String {
    format!("{}.zip", folder_name(version))
}

/// The folder inside the package: `model_<version>_deployment`.
pub fn folder_name(version: &str) -> String {
    format!("model_{version}_deployment")
}

/// Builds the package in memory and returns the ZIP's bytes.
///
/// # Errors
/// When the input contradicts itself (see [`PackageError`]). Nothing is written anywhere.
pub fn build(input: &PackageInput<'_>, layout: Layout) -> Result<Vec<u8>, PackageError> {
    let modified = input.validate()?;
    let metadata = metadata::Metadata::new(input);

    let mut entries = vec![Entry::data("model.joblib", input.model_joblib.to_vec())];
    entries.extend(input.scaler_joblib.map(|bytes| Entry::data("scaler.joblib", bytes.to_vec())));
    entries.push(Entry::data("pipeline.trainyard", input.pipeline.to_vec()));
    entries.extend(input.model_onnx.map(|bytes| Entry::data("model.onnx", bytes.to_vec())));
    entries.push(Entry::data("metadata.json", json(&metadata)?));
    entries.push(Entry::data("feature_set.json", input.feature_set.to_vec()));
    entries.push(Entry::script("validate_model.py", VALIDATE_MODEL));
    entries.push(Entry::script("inference_example.py", INFERENCE_EXAMPLE));
    entries.extend(featurizer::FILES.map(|(name, content)| Entry::data(name, content.into())));
    entries.push(Entry::data("requirements.txt", requirements(input).into_bytes()));
    entries.push(Entry::data("README.md", readme::render(input, &metadata).into_bytes()));
    let manifest = manifest::render(input, &metadata, &entries)?;
    entries.push(Entry::data(manifest::NAME, manifest));

    let folder = folder_name(input.version);
    archive::write(&entries, layout, &folder, modified)
}

fn requirements(input: &PackageInput<'_>) -> String {
    input.target.requirements.iter().map(|line| format!("{line}\n")).collect()
}

/// Indented JSON with a final line feed: people read these files.
fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, PackageError> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Sample, files, unpack};
    use sha2::{Digest, Sha256};
    use std::collections::BTreeSet;

    const BEFORE: [&str; 7] = [
        "model.joblib",
        "scaler.joblib",
        "pipeline.trainyard",
        "metadata.json",
        "feature_set.json",
        "validate_model.py",
        "inference_example.py",
    ];
    const AFTER: [&str; 3] = ["requirements.txt", "README.md", "deployment_manifest.json"];

    /// The files of a package with a scaler, in their order.
    fn with_scaler() -> Vec<&'static str> {
        let featurizer = featurizer::FILES.map(|(name, _)| name);
        [&BEFORE[..], &featurizer[..], &AFTER[..]].concat()
    }

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        let sample = Sample::new();
        let first = build(&sample.input(), Layout::Folder).unwrap();
        let second = build(&Sample::new().input(), Layout::Folder).unwrap();
        assert_eq!(Sha256::digest(first), Sha256::digest(second));
    }

    #[test]
    fn every_file_is_there_once_in_a_fixed_order_under_one_folder() {
        let names: Vec<_> = unpack(&build(&Sample::new().input(), Layout::Folder).unwrap())
            .into_iter()
            .map(|(name, _, _)| name)
            .collect();
        let folder = "model_1.2.0+20260102T030405Z_deployment/";
        let expected: Vec<_> = with_scaler().into_iter().map(|name| format!("{folder}{name}")).collect();
        assert_eq!(names, expected);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

    #[test]
    fn the_flat_layout_holds_the_same_files_at_the_root() {
        let sample = Sample::new();
        let flat = unpack(&build(&sample.input(), Layout::Flat).unwrap());
        let nested = files(&build(&sample.input(), Layout::Folder).unwrap());
        assert_eq!(flat.iter().map(|(name, _, _)| name.as_str()).collect::<Vec<_>>(), with_scaler());
        for (name, content, _) in flat {
            assert_eq!(content, nested[&name], "{name}");
        }
    }

    #[test]
    fn scripts_are_executable_and_nothing_else_is() {
        for (name, _, mode) in unpack(&build(&Sample::new().input(), Layout::Flat).unwrap()) {
            let script = name.ends_with(".py") && !name.contains('/');
            let expected = if script { 0o100_755 } else { 0o100_644 };
            assert_eq!(mode, expected, "{name}");
        }
    }

    #[test]
    fn without_a_scaler_its_file_is_absent_and_unnamed() {
        let sample = Sample::new();
        let mut input = sample.input();
        input.scaler_joblib = None;
        let files = files(&build(&input, Layout::Folder).unwrap());
        assert!(!files.contains_key("scaler.joblib"));
        for (name, content) in files.iter().filter(|(name, _)| !name.ends_with(".py")) {
            assert!(!String::from_utf8_lossy(content).contains("scaler.joblib"), "{name}");
        }
    }

    #[test]
    fn a_contradictory_input_is_refused() {
        type Change = fn(&mut PackageInput<'_>);
        let cases: [(&str, Change); 10] = [
            ("version", |input| input.version = "1.0.0"),
            ("version", |input| input.version = "../1.0.0+20260102T030405Z"),
            ("version", |input| input.version = "1.0.0+20261302T030405Z"),
            ("example row", |input| input.example_row = &[1.0]),
            ("example row", |input| input.example_row = &[1.0, f64::NAN]),
            ("feature", |input| input.features = &[]),
            ("threshold", |input| input.contamination = f64::INFINITY),
            ("requirement", |input| input.target.requirements = &[]),
            ("model", |input| input.model_joblib = &[]),
            ("feature set", |input| input.feature_set = b"{"),
        ];
        for (what, change) in cases {
            let sample = Sample::new();
            let mut input = sample.input();
            change(&mut input);
            let error = build(&input, Layout::Folder).unwrap_err().to_string();
            assert!(error.contains(what), "{what}: {error}");
        }
    }

    #[test]
    fn unpinned_requirements_and_repeated_features_are_refused() {
        let loose = ["numpy>=2".to_owned()];
        let repeated = [FeatureDescription::new("hour", ""), FeatureDescription::new("hour", "")];
        let sample = Sample::new();
        let mut input = sample.input();
        input.target.requirements = &loose;
        assert!(
            matches!(build(&input, Layout::Folder), Err(PackageError::Requirement(line)) if line == "numpy>=2")
        );
        let mut input = sample.input();
        input.features = &repeated;
        assert!(matches!(build(&input, Layout::Folder), Err(PackageError::Features(_))));
    }
}
