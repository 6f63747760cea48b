//! Real sessions: the distance to the nearest normal one tells anomalies as published.

use crate::python::{read_matrix, run};
use ndarray::Axis;
use serde::Deserialize;
use std::{fs, path::Path};
use tempfile::TempDir;
use trainyard_learn::{Estimator, NearestNormal, NearestNormalParameters, TrainingSet, random::RandomState};

#[derive(Deserialize)]
struct Sessions {
    columns: usize,
    /// 1 for an anomaly.
    classes: Vec<u32>,
}

/// A binary count never seen among normal sessions, shuffled halves, the mean of five seeds: F1 .98.
#[test]
fn distance_to_normal_sessions_finds_the_anomalies_of_hdfs() {
    let folder = TempDir::new().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hdfs_2pct");
    run("hdfs.py", &[data.as_ref(), folder.path().as_ref()]);
    let sessions: Sessions =
        serde_json::from_slice(&fs::read(folder.path().join("hdfs.json")).unwrap()).unwrap();
    let samples = read_matrix(&folder.path().join("hdfs.matrix"), sessions.columns);
    let of = |rows: &[usize]| -> Vec<u32> { rows.iter().map(|row| sessions.classes[*row]).collect() };

    let f1 = |seed| {
        let order = RandomState::new(seed).permutation(samples.nrows() as u32);
        let order: Vec<usize> = order.into_iter().map(|row| row as usize).collect();
        let (training, test) = order.split_at(order.len() / 2);
        let (rows, classes) = (samples.select(Axis(0), training), of(training));
        let training = TrainingSet::labelled(rows.view(), 2, &classes);
        let model =
            <NearestNormal as Estimator>::fit(&NearestNormalParameters::default(), training, &()).unwrap();
        let scores = model.score(samples.select(Axis(0), test).view()).unwrap();
        let flagged = scores.iter().map(|score| *score < 0.0);
        let (mut hits, mut wrong) = (0.0, 0.0);
        for (flag, class) in flagged.zip(of(test)) {
            match (flag, class == 1) {
                (true, true) => hits += 1.0,
                (false, false) => (),
                _ => wrong += 1.0,
            }
        }
        2.0 * hits / (2.0 * hits + wrong)
    };
    let mean = (0..5).map(f1).sum::<f64>() / 5.0;
    assert!(mean >= 0.98, "F1 {mean:.4}");
}
