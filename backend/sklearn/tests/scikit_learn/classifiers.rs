//! Fits the cases that a script makes and writes what came of it beside them, for the script to compare.

use crate::python::{read_matrix, run, write_numbers};
use ndarray::{Array1, ArrayView1};
use serde::Deserialize;
use std::{fs, path::Path};
use tempfile::TempDir;
use trainyard_learn::{AlgorithmSpecification, TrainingSet};
use trainyard_sklearn::{Verdict, default_target, estimators};

/// One case: `NAME.matrix`, `NAME.labels` and, if weighted, `NAME.weights` lie in the folder.
#[derive(Deserialize)]
struct Case {
    name: String,
    columns: usize,
    classes: usize,
    weighted: bool,
    algorithm: AlgorithmSpecification,
}

/// Has `script` make its cases, fits and scores each, and has it compare them with real fits: `report` is what it
/// then says of all of them.
pub(crate) fn compare(script: &str, report: &str) {
    let folder = TempDir::new().unwrap();
    run(script, &["generate".as_ref(), folder.path().as_ref()]);
    let cases = fs::read(folder.path().join("cases.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_slice(&cases).unwrap();
    for case in &cases {
        fit(folder.path(), case);
    }
    let said = run(script, &["compare".as_ref(), folder.path().as_ref()]);
    assert!(cases.len() > 8 && said.contains(&format!("{} {report}", cases.len())), "{said}");
}

fn fit(folder: &Path, case: &Case) {
    let path = |extension| folder.join(format!("{}.{extension}", case.name));
    let samples = read_matrix(&path("matrix"), case.columns);
    let labels = fs::read(path("labels")).unwrap();
    let labels: Vec<u32> = labels.as_chunks::<4>().0.iter().map(|label| u32::from_le_bytes(*label)).collect();
    let weights: Option<Array1<f64>> =
        case.weighted.then(|| read_matrix(&path("weights"), 1).column(0).to_owned());
    let mut training = TrainingSet::labelled(samples.view(), case.classes, &labels);
    training.weights = weights.as_ref().map(|weights| weights.view() as ArrayView1<'_, f64>);
    let model = case.algorithm.fit(training, &()).unwrap();
    let verdict = Verdict { contamination: 0.1, offset: 0.0 };
    fs::write(path("joblib"), estimators::model(&model, verdict, default_target()).unwrap()).unwrap();
    write_numbers(&path("scores"), &model.score(samples.view()).unwrap());
}
