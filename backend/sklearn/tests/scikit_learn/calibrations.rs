//! Calibrated classifiers are those of `CalibratedClassifierCV(ensemble=False)`: what is fitted here is fitted again there.

use crate::python::{read_matrix, run, write_numbers};
use serde::Deserialize;
use std::fs;
use tempfile::TempDir;
use trainyard_learn::{AlgorithmSpecification, Recipe, recipe::Samples};
use trainyard_sklearn::{Verdict, default_target, estimators};
use trainyard_types::{CalibrationSpecification, MissingSpecification, ScalerSpecification};

/// One case: `NAME.matrix` and `NAME.labels` lie in the folder.
#[derive(Deserialize)]
struct Case {
    name: String,
    columns: usize,
    classes: usize,
    groups: Option<Vec<u32>>,
    algorithm: AlgorithmSpecification,
    calibration: CalibrationSpecification,
}

#[test]
fn calibrations_are_those_of_scikit_learn() {
    let folder = TempDir::new().unwrap();
    run("calibrations.py", &["generate".as_ref(), folder.path().as_ref()]);
    let cases = fs::read(folder.path().join("cases.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_slice(&cases).unwrap();
    for case in &cases {
        let path = |extension| folder.path().join(format!("{}.{extension}", case.name));
        let samples = read_matrix(&path("matrix"), case.columns);
        let labels = fs::read(path("labels")).unwrap();
        let labels: Vec<u32> =
            labels.as_chunks::<4>().0.iter().map(|label| u32::from_le_bytes(*label)).collect();
        let names: Vec<String> = (0..case.columns.max(case.classes)).map(|at| at.to_string()).collect();
        let recipe = Recipe {
            missing: MissingSpecification::Refuse,
            scaler: ScalerSpecification::Standard,
            algorithm: case.algorithm.clone(),
            calibration: Some(case.calibration),
        };
        let training = Samples {
            values: samples.view(),
            feature_names: &names[..case.columns],
            classes: Some((&names[..case.classes], &labels)),
            groups: case.groups.as_deref(),
        };
        let pipeline = recipe.fit(training, &()).unwrap().pipeline;
        let written = estimators::pipeline(&pipeline, Verdict::of(&pipeline), default_target()).unwrap();
        fs::write(path("joblib"), written).unwrap();
        write_numbers(&path("outputs"), &pipeline.outputs(samples.view()).unwrap());
    }
    let said = run("calibrations.py", &["compare".as_ref(), folder.path().as_ref()]);
    assert!(cases.len() > 8 && said.contains(&format!("{} calibrations are equal", cases.len())), "{said}");
}
