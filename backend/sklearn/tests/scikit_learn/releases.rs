//! In each scikit-learn release, every estimator loads without a warning, has the attributes that a real fit leaves
//! there, and predicts what is predicted here.
//!
//! By default in the oldest and the newest release; in all of them where `CI=true` or `TRAINYARD_ALL_RELEASES` is set.
//! `scripts/release-venvs` makes the environments.

use crate::{
    every_model::{Fitted, every_model, write_cases},
    python::{release, run_in},
};
use std::{env, ffi::OsStr, fs, path::Path};
use tempfile::TempDir;
use trainyard_sklearn::{Target, estimators, targets};

fn chosen() -> Vec<&'static Target> {
    let all =
        env::var("CI").is_ok_and(|value| value == "true") || env::var_os("TRAINYARD_ALL_RELEASES").is_some();
    let ends = [targets().first(), targets().last()];
    if all { targets().iter().collect() } else { ends.into_iter().flatten().collect() }
}

/// Has the Python of `release` check every model, written for `target`.
fn check(models: &[Fitted], target: &Target, release: &Path) -> (bool, String) {
    let folder = TempDir::new().unwrap();
    let cases: Vec<serde_json::Value> = models.iter().map(|fitted| fitted.write(folder.path())).collect();
    write_cases(folder.path(), &cases);
    for fitted in models {
        let pickle = estimators::pipeline(&fitted.pipeline, fitted.verdict(), target).unwrap();
        fs::write(folder.path().join(format!("{}.joblib", fitted.name)), pickle).unwrap();
    }
    run_in(release, "releases.py", &[folder.path().as_ref()])
}

#[test]
fn every_release_takes_every_estimator_for_its_own() {
    let models = every_model();
    let mut failures = Vec::new();
    for target in chosen() {
        let (success, report) = check(&models, target, &release(target.scikit_learn));
        if !success || !report.contains(&format!("{} pipelines are real", models.len())) {
            failures.push(format!("scikit-learn {}:\n{report}", target.scikit_learn));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The oldest release takes nothing that was written for the newest.
#[test]
fn what_is_written_for_another_release_is_told_apart() {
    let oldest = targets().last().unwrap();
    let (success, report) = check(&every_model(), &targets()[0], &release(oldest.scikit_learn));
    assert!(!success && report.contains("0 pipelines are real"), "{report}");
    assert!(report.contains("InconsistentVersionWarning"), "{report}");
}

#[test]
fn the_environments_have_the_pins_of_the_targets() {
    for target in chosen() {
        let lines = target.requirement_lines();
        let lines: Vec<&OsStr> = lines.iter().map(OsStr::new).collect();
        let (success, report) = run_in(&release(target.scikit_learn), "pins.py", &lines);
        assert!(
            success && report.contains("all pins are installed, and complete"),
            "{}: {report}",
            target.id
        );
    }
}
