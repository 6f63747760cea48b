//! How long an isolation forest of 100 trees takes on 100,000 × 40 values; the median of several runs.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints what it measures")]

use ndarray::{Array2, Axis};
use std::time::{Duration, Instant};
use trainyard_learn::{
    FittedModel, IsolationForest, IsolationForestParameters, Pipeline, Scaler, StandardScaler,
    random::RandomState, threshold,
};

const ROWS: usize = 100_000;
const COLUMNS: usize = 40;

fn main() {
    let samples = samples();
    println!("{ROWS} × {COLUMNS} values, {} threads", rayon::current_num_threads());
    let scaler = measure("scaler: fit", 7, || StandardScaler::fit(samples.view()).unwrap());
    let scaled = measure("scaler: transform", 7, || scaler.transform(samples.view()).unwrap());

    let parameters = IsolationForestParameters::default();
    let fit = || IsolationForest::fit(&parameters, scaled.view(), &()).unwrap();
    let forest = measure("forest: fit, 100 trees", 7, fit);
    let offset = measure("forest: fit, with contamination 0.1", 7, || {
        let scores = fit().score_samples(scaled.view()).unwrap();
        threshold::offset(scores.view(), 0.1)
    });
    measure("forest: score all rows", 7, || forest.score_samples(scaled.view()).unwrap());
    let row = scaled.slice_axis(Axis(0), (..1).into());
    measure("forest: score 1 row", 101, || forest.score_samples(row).unwrap());

    let pipeline = Pipeline {
        imputer: None,
        feature_names: (0..COLUMNS).map(|column| format!("feature_{column}")).collect(),
        scaler: Some(Scaler::Standard(scaler)),
        model: FittedModel::IsolationForest(forest),
        calibrator: None,
        classes: Vec::new(),
        threshold: -offset,
        contamination: 0.1,
    };
    measure("pipeline: score all rows", 7, || pipeline.score(samples.view()).unwrap());
    let bytes = measure("pipeline: write", 21, || pipeline.to_bytes().unwrap());
    let row = samples.slice_axis(Axis(0), (..1).into());
    measure("pipeline: read and score 1 row", 21, || {
        Pipeline::from_bytes(&bytes).unwrap().score(row).unwrap()
    });
    println!("{:40} {:>10} bytes", "pipeline: size", bytes.len());
}

/// Normal values, of which the first 1,000 rows lie 4 standard deviations off.
fn samples() -> Array2<f64> {
    let mut random = RandomState::new(0);
    let mut normal = || {
        (-2.0 * (1.0 - random.next_double()).ln()).sqrt()
            * (std::f64::consts::TAU * random.next_double()).cos()
    };
    Array2::from_shape_fn((ROWS, COLUMNS), |(row, _)| normal() + if row < 1000 { 4.0 } else { 0.0 })
}

fn measure<T>(name: &str, runs: usize, mut run: impl FnMut() -> T) -> T {
    let mut result = run();
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            result = run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "{name:40} {:>10.3} ms (best {:.3})",
        1e3 * times[runs / 2].as_secs_f64(),
        1e3 * times[0].as_secs_f64()
    );
    result
}
