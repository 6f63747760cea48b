//! Min-max and robust scalers, imputers and pipelines of them equal scikit-learn's.

use crate::python::{read_matrix, run, write_numbers};
use serde::Deserialize;
use std::fs;
use tempfile::TempDir;
use trainyard_learn::{Imputer, Scaler};
use trainyard_sklearn::{default_target, estimators};
use trainyard_types::{MissingSpecification, ScalerSpecification};

/// One matrix and what is done to it, as `preprocessing.py` lists them.
#[derive(Deserialize)]
struct Case {
    name: String,
    columns: usize,
    missing: MissingSpecification,
    scaler: ScalerSpecification,
}

#[test]
fn scalers_and_imputers_equal_those_of_scikit_learn() {
    let folder = TempDir::new().unwrap();
    run("preprocessing.py", &["generate".as_ref(), folder.path().as_ref()]);
    let cases: Vec<Case> =
        serde_json::from_slice(&fs::read(folder.path().join("cases.json")).unwrap()).unwrap();
    assert!(cases.len() > 50);
    for case in &cases {
        let path = |extension| folder.path().join(format!("{}.{extension}", case.name));
        let mut samples = read_matrix(&path("matrix"), case.columns);
        let imputer = Imputer::fit(case.missing, samples.view()).unwrap();
        if let Some(imputer) = &imputer {
            imputer.transform_inplace(&mut samples).unwrap();
        }
        let scaler = Scaler::fit(case.scaler, samples.view()).unwrap();
        if let Some(scaler) = &scaler {
            scaler.transform_inplace(&mut samples).unwrap();
        }
        write_numbers(&path("transformed"), &samples);
        let pickle = estimators::preprocessing(imputer.as_ref(), scaler.as_ref(), default_target()).unwrap();
        fs::write(path("joblib"), pickle).unwrap();
    }
    assert!(estimators::preprocessing(None, None, default_target()).is_none());
    let report = run("preprocessing.py", &["compare".as_ref(), folder.path().as_ref()]);
    assert!(report.contains(&format!("{} transformers are equal", cases.len())), "{report}");
}
