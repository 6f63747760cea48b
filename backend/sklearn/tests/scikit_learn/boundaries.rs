//! Envelopes and support vector machines end where scikit-learn's end.

use crate::python::{read_matrix, run, write_numbers};
use ndarray::Array1;
use serde::Deserialize;
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;
use trainyard_learn::{Classes, FittedModel, TrainingSet, parse_algorithm, threshold};
use trainyard_sklearn::{Verdict, default_target, estimators};

/// One fit, as `boundaries.py` lists it.
#[derive(Deserialize)]
struct Case {
    name: String,
    columns: usize,
    algorithm: Value,
    /// Per row; none where the fit gets none.
    classes: Vec<u32>,
    /// Per row; none where all count the same.
    weights: Vec<f64>,
}

/// Has Python make the matrices, fits and scores each, and writes the pickles beside them.
fn fit_all(folder: &Path) -> usize {
    run("boundaries.py", &["generate".as_ref(), folder.as_ref()]);
    let cases: Vec<Case> = serde_json::from_slice(&fs::read(folder.join("cases.json")).unwrap()).unwrap();
    for case in &cases {
        let path = |extension| folder.join(format!("{}.{extension}", case.name));
        let samples = read_matrix(&path("matrix"), case.columns);
        let count = case.classes.iter().max().map_or(0, |last| *last as usize + 1);
        let classes = Some(Classes { count, of: &case.classes }).filter(|classes| classes.count > 0);
        let weights = Array1::from_vec(case.weights.clone());
        let weights = Some(weights.view()).filter(|weights| !weights.is_empty());
        let training = TrainingSet { samples: samples.view(), classes, weights };
        let model = parse_algorithm(&case.algorithm, "").unwrap().fit(training, &()).unwrap();
        let offset = match &model {
            FittedModel::OneClassSvm(model) => model.rho(),
            FittedModel::EllipticEnvelope(model) => {
                let scores: Array1<f64> = model.distances.iter().map(|distance| -distance).collect();
                threshold::offset(scores.view(), 0.1)
            }
            _ => 0.0,
        };
        let verdict = Verdict { contamination: 0.1, offset };
        fs::write(path("joblib"), estimators::model(&model, verdict, default_target()).unwrap()).unwrap();
        let queries = read_matrix(&path("queries"), case.columns);
        write_numbers(&path("scores"), &model.score(queries.view()).unwrap());
    }
    cases.len()
}

#[test]
fn boundaries_are_those_of_scikit_learn() {
    let folder = TempDir::new().unwrap();
    let count = fit_all(folder.path());
    assert!(count >= 20);
    let report = run("boundaries.py", &["compare".as_ref(), folder.path().as_ref()]);
    assert!(report.contains(&format!("{count} models are equal")), "{report}");
}
