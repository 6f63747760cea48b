//! Random streams and percentiles are those of numpy and scikit-learn.

use crate::python::run;
use ndarray::Array1;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;
use trainyard_learn::{
    random::{RandomState, sample_without_replacement},
    score_statistics, threshold,
};

const SEEDS: [u32; 4] = [0, 1, 42, u32::MAX];
const BOUNDS: [u32; 9] = [1, 2, 3, 255, 256, 257, 1_000_000, 2_147_483_647, u32::MAX];
/// Every method of sampling, and the shares around which they change.
const SAMPLES: [(u32, u32); 12] = [
    (1, 1),
    (5, 5),
    (100, 1),
    (101, 1),
    (100, 2),
    (100, 98),
    (100, 99),
    (100, 100),
    (30_000, 256),
    (100_000, 256),
    (1000, 995),
    (2000, 256),
];
const CONTAMINATIONS: [f64; 9] = [0.5, 0.25, 0.1, 0.3, 0.01, 0.001, 0.07, 1.0 - 99.9 / 100.0, 1e-9];

#[test]
fn long_streams_are_those_of_numpy() {
    let folder = TempDir::new().unwrap();
    let streams: Vec<Value> = SEEDS.map(stream).to_vec();
    let path = folder.path().join("streams.json");
    fs::write(&path, serde_json::to_vec(&streams).unwrap()).unwrap();
    let report = run("streams.py", &["streams".as_ref(), path.as_ref()]);
    assert!(report.contains("4 streams are equal"), "{report}");
}

fn stream(seed: u32) -> Value {
    let mut random = RandomState::new(seed);
    let doubles: Vec<f64> = (0..50_000).map(|_| random.next_double()).collect();
    // One generator for all of these: each must use up as many draws as numpy's.
    let below: Vec<Vec<u32>> =
        BOUNDS.iter().map(|bound| (0..1000).map(|_| random.below(*bound)).collect()).collect();
    let permutations = [1, 2, 10, 1000].map(|count| random.permutation(count));
    let samples =
        SAMPLES.map(|(population, count)| sample_without_replacement(population, count, &mut random));
    json!({
        "seed": seed, "doubles": doubles, "bounds": BOUNDS, "below": below, "permutations": permutations,
        "sizes": SAMPLES, "samples": samples, "last": random.next_double(),
    })
}

#[test]
fn offsets_and_statistics_are_those_of_numpy() {
    let folder = TempDir::new().unwrap();
    let sets: Vec<Value> = [1_u32, 2, 3, 10, 99, 100, 101, 4321]
        .into_iter()
        .map(|count| {
            let mut random = RandomState::new(count);
            // Rounded, so that some scores are equal.
            let scores: Array1<f64> =
                (0..count).map(|_| -(random.next_double() * 300.0).round() / 300.0).collect();
            let offsets = CONTAMINATIONS.map(|contamination| threshold::offset(scores.view(), contamination));
            let anomalies = -&scores;
            json!({
                "scores": scores.to_vec(), "contaminations": CONTAMINATIONS, "offsets": offsets,
                "statistics": score_statistics(anomalies.view(), 0.6),
            })
        })
        .collect();
    let path = folder.path().join("scores.json");
    fs::write(&path, serde_json::to_vec(&sets).unwrap()).unwrap();
    let report = run("streams.py", &["scores".as_ref(), path.as_ref()]);
    assert!(report.contains("8 sets of scores are equal"), "{report}");
}
