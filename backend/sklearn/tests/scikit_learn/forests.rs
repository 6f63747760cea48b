//! Isolation forests equal scikit-learn's in every bit of every node, and their pickles are the real thing.

use crate::python::{read_matrix, run, try_run, write_numbers};
use serde::Deserialize;
use std::{fs, path::Path};
use tempfile::TempDir;
use trainyard_learn::{
    Estimator, FittedModel, IsolationForest, IsolationForestParameters, TrainingSet, threshold,
};
use trainyard_sklearn::{Verdict, default_target, estimators};

/// One configuration, as `forests.py` lists it.
#[derive(Deserialize)]
struct Case {
    name: String,
    columns: usize,
    weighted: bool,
    contamination: f64,
    parameters: IsolationForestParameters,
}

/// Has Python make the matrices, fits and scores each, and writes the pickles beside them: all that for the first `count` configurations; `change` may change what is fitted.
fn fit_all(folder: &Path, count: usize, change: impl Fn(&mut IsolationForestParameters)) -> usize {
    run("forests.py", &["generate".as_ref(), folder.as_ref(), count.to_string().as_ref()]);
    let cases: Vec<Case> = serde_json::from_slice(&fs::read(folder.join("cases.json")).unwrap()).unwrap();
    for case in &cases {
        let path = |extension| folder.join(format!("{}.{extension}", case.name));
        let samples = read_matrix(&path("matrix"), case.columns);
        let mut parameters = case.parameters.clone();
        change(&mut parameters);
        let weights = case.weighted.then(|| read_matrix(&path("weights"), 1));
        let weights = weights.as_ref().map(|weights| weights.column(0));
        let training = TrainingSet { weights, ..TrainingSet::unlabelled(samples.view()) };
        let forest = <IsolationForest as Estimator>::fit(&parameters, training, &()).unwrap();
        let scores = forest.score_samples(samples.view()).unwrap();
        let offset = threshold::offset(scores.view(), case.contamination);
        let pickle = estimators::model(
            &FittedModel::IsolationForest(forest),
            Verdict { contamination: case.contamination, offset },
            default_target(),
        )
        .unwrap();
        fs::write(path("joblib"), pickle).unwrap();
        write_numbers(&path("scores"), &scores);
    }
    cases.len()
}

#[test]
fn forests_equal_those_of_scikit_learn_node_for_node() {
    let folder = TempDir::new().unwrap();
    let count = fit_all(folder.path(), 1000, |_| ());
    assert!(count >= 17);
    let report = run("forests.py", &["compare".as_ref(), folder.path().as_ref()]);
    assert!(report.contains(&format!("{count} forests are equal")), "{report}");
}

/// The comparison can tell forests apart: with another seed, not one is taken for equal, and all but the
/// one that was fitted on a single row have other nodes.
#[test]
fn forests_of_another_seed_are_told_apart() {
    let folder = TempDir::new().unwrap();
    let count = fit_all(folder.path(), 8, |parameters| parameters.random_state ^= 1);
    let (success, report) = try_run("forests.py", &["compare".as_ref(), folder.path().as_ref()]);
    assert!(!success);
    assert!(report.contains("0 forests are equal"), "{report}");
    assert_eq!(report.matches(": nodes differ").count(), count - 1, "{report}");
}
