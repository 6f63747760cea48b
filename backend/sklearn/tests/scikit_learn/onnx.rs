//! ONNX models are valid, and onnxruntime gives the scores and labels that are given here. skl2onnx takes the pickles.

use crate::{
    every_model::{every_model, write_cases},
    python::{release, run_in},
};
use std::fs;
use tempfile::TempDir;
use trainyard_sklearn::{default_target, estimators, onnx};

/// Algorithms without a graph.
const WITHOUT: [&str; 3] = ["elliptic_envelope", "one_class_svm", "svc"];

#[test]
fn onnxruntime_scores_as_we_do() {
    let folder = TempDir::new().unwrap();
    let mut cases = Vec::new();
    for fitted in every_model() {
        let path = |extension| folder.path().join(format!("{}.{extension}", fitted.name));
        let Some(model) = onnx::export(&fitted.pipeline) else {
            let algorithm = fitted.pipeline.model.algorithm();
            assert!(WITHOUT.contains(&algorithm.as_str()), "{algorithm} has no graph");
            continue;
        };
        fs::write(path("onnx"), model.unwrap()).unwrap();
        let pickle = estimators::pipeline(&fitted.pipeline, fitted.verdict(), default_target()).unwrap();
        fs::write(path("joblib"), pickle).unwrap();
        cases.push(fitted.write(folder.path()));
    }
    write_cases(folder.path(), &cases);
    let (success, report) = run_in(&release("onnx"), "onnx_models.py", &[folder.path().as_ref()]);
    assert!(success && report.contains(&format!("{} graphs are equal", cases.len())), "{report}");
}
