//! Scalers equal scikit-learn's in every bit, and so do the matrices that they scale.

use crate::python::{read_matrix, run, write_numbers};
use serde::Deserialize;
use std::fs;
use tempfile::TempDir;
use trainyard_learn::{Scaler, StandardScaler};
use trainyard_sklearn::{default_target, estimators};

/// One matrix, as `scalers.py` lists it.
#[derive(Deserialize)]
struct Case {
    name: String,
    columns: usize,
}

#[test]
fn scalers_equal_those_of_scikit_learn_bit_for_bit() {
    let folder = TempDir::new().unwrap();
    run("scalers.py", &["generate".as_ref(), folder.path().as_ref()]);
    let cases: Vec<Case> =
        serde_json::from_slice(&fs::read(folder.path().join("cases.json")).unwrap()).unwrap();
    for case in &cases {
        let path = |extension| folder.path().join(format!("{}.{extension}", case.name));
        let mut samples = read_matrix(&path("matrix"), case.columns);
        let scaler = StandardScaler::fit(samples.view()).unwrap();
        fs::write(path("joblib"), estimators::scaler(&Scaler::Standard(scaler.clone()), default_target()))
            .unwrap();
        let scaled = scaler.transform(samples.view()).unwrap();
        scaler.transform_inplace(&mut samples).unwrap();
        assert_eq!(samples, scaled);
        write_numbers(&path("scaled"), &scaled);
    }
    let report = run("scalers.py", &["compare".as_ref(), folder.path().as_ref()]);
    assert!(report.contains(&format!("{} scalers are equal", cases.len())), "{report}");
}
