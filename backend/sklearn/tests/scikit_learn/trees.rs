//! Decision trees, random forests and extra trees equal scikit-learn's in every bit of every node, with and without
//! weights, and their pickles are the real thing.

use crate::python::{read_matrix, run, try_run, write_numbers};
use ndarray::aview1;
use serde::Deserialize;
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;
use trainyard_learn::{TrainingSet, parse_algorithm};
use trainyard_sklearn::{Verdict, default_target, estimators};

/// One configuration, as `trees.py` lists it.
#[derive(Deserialize)]
struct Case {
    name: String,
    columns: usize,
    classes: usize,
    weighted: bool,
    algorithm: Value,
}

/// Has Python make the matrices, fits and scores each, and writes the pickles beside them: all that for the first
/// `count` configurations; `change` may change what is fitted.
fn fit_all(folder: &Path, count: usize, change: impl Fn(&mut Value)) -> usize {
    run("trees.py", &["generate".as_ref(), folder.as_ref(), count.to_string().as_ref()]);
    let cases: Vec<Case> = serde_json::from_slice(&fs::read(folder.join("cases.json")).unwrap()).unwrap();
    for case in &cases {
        let path = |extension| folder.join(format!("{}.{extension}", case.name));
        let samples = read_matrix(&path("matrix"), case.columns);
        let labels = fs::read(path("labels")).unwrap();
        let labels: Vec<u32> =
            labels.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number)).collect();
        let weights = case.weighted.then(|| read_matrix(&path("weights"), 1).into_raw_vec_and_offset().0);
        let mut training = TrainingSet::labelled(samples.view(), case.classes, &labels);
        training.weights = weights.as_deref().map(aview1);
        let mut algorithm = case.algorithm.clone();
        change(&mut algorithm);
        let model = parse_algorithm(&algorithm, "").unwrap().fit(training, &()).unwrap();
        let verdict = Verdict { contamination: 0.1, offset: 0.5 };
        fs::write(path("joblib"), estimators::model(&model, verdict, default_target()).unwrap()).unwrap();
        write_numbers(&path("scores"), &model.score(samples.view()).unwrap());
    }
    cases.len()
}

#[test]
fn trees_equal_those_of_scikit_learn_node_for_node() {
    let folder = TempDir::new().unwrap();
    let count = fit_all(folder.path(), 1000, |_| ());
    assert!(count >= 60);
    let report = run("trees.py", &["compare".as_ref(), folder.path().as_ref()]);
    assert!(report.contains(&format!("{count} models are equal")), "{report}");
}

/// The comparison can tell models apart: with another seed, neither forest is taken for equal.
#[test]
fn trees_of_another_seed_are_told_apart() {
    let folder = TempDir::new().unwrap();
    fit_all(folder.path(), 2, |algorithm| algorithm["random_state"] = 43.into());
    let (success, report) = try_run("trees.py", &["compare".as_ref(), folder.path().as_ref()]);
    assert!(!success);
    assert!(report.contains("0 models are equal"), "{report}");
    assert_eq!(report.matches(": nodes differ").count(), 2, "{report}");
}
