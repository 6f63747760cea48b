//! Fits, scores and measures any algorithm on a matrix from a file; a benchmark runs it beside `fit.py`, which
//! does the same with scikit-learn.
//!
//! ```text
//! fit SPECIFICATION MATRIX ROWS COLUMNS LABELS [--runs N] [--contamination SHARE] [--scores FILE] [--pickle FILE]
//! ```
//!
//! `SPECIFICATION` is a file with `{"type": …, parameter: value, …}`; `MATRIX` holds `ROWS` × `COLUMNS` 64-bit
//! floats in C order, little-endian; `LABELS` one 32-bit unsigned class number per row, or is `-` for none.
//! On standard output goes one JSON object:
//!
//! - `fit_seconds`, `score_seconds` (all rows), `row_seconds` (one row): medians, timed inside the process, without
//!   reading the files. With `--contamination`, a fit includes scoring its samples and the threshold.
//! - `fit_cpu_seconds`: what all threads computed during the first fit; on a busy machine it says more than a clock.
//! - `peak_bytes`: the most memory that the process held during the first fit; `start_bytes`: what it held before,
//!   the matrix included.
//!
//! `--scores` writes the scores of all rows (64-bit floats, C order), `--pickle` the model for scikit-learn, so that
//! results can be compared in the same run.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints what it measures")]

use ndarray::{Array2, Axis};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};
use trainyard_learn::{TrainingSet, parse_algorithm, threshold};
use trainyard_sklearn::{Verdict, default_target, estimators};

/// How often one row is scored, at most.
const ROW_RUNS: usize = 1000;
/// How long scoring one row again and again may take.
const ROW_TIME: Duration = Duration::from_secs(2);

fn main() {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let runs: usize = option(&mut arguments, "--runs").map_or(1, |runs| runs.parse().unwrap());
    let contamination: Option<f64> =
        option(&mut arguments, "--contamination").map(|share| share.parse().unwrap());
    let scores_path = option(&mut arguments, "--scores");
    let pickle_path = option(&mut arguments, "--pickle");
    let [specification, matrix, rows, columns, labels] = arguments.as_slice() else {
        panic!("expected SPECIFICATION MATRIX ROWS COLUMNS LABELS, found {arguments:?}");
    };
    let specification: Value = serde_json::from_slice(&fs::read(specification).unwrap()).unwrap();
    let specification = parse_algorithm(&specification, "").unwrap();
    let samples = read_matrix(matrix.as_ref(), rows.parse().unwrap(), columns.parse().unwrap());
    let labels = read_labels(labels);
    let training = match labels.iter().max() {
        Some(last) => TrainingSet::labelled(samples.view(), *last as usize + 1, &labels),
        None => TrainingSet::unlabelled(samples.view()),
    };

    let fit = || {
        let model = specification.fit(training, &()).unwrap();
        let offset = contamination
            .map_or(-0.5, |share| threshold::offset(model.score(samples.view()).unwrap().column(0), share));
        (model, offset)
    };
    let start_bytes = memory("VmRSS:");
    // The peak is counted from here on.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let cpu_before = cpu_seconds();
    let (first, (model, offset)) = timed(fit);
    let fit_cpu_seconds = cpu_seconds() - cpu_before;
    let peak_bytes = memory("VmHWM:");
    let mut fits = vec![first];
    fits.extend((1..runs).map(|_| timed(fit).0));
    let mut scorings: Vec<Duration> =
        (0..runs).map(|_| timed(|| model.score(samples.view()).unwrap()).0).collect();
    let row = samples.slice_axis(Axis(0), (..1).into());
    let begin = Instant::now();
    let mut row_scorings: Vec<Duration> = (0..ROW_RUNS)
        .map_while(|_| (begin.elapsed() < ROW_TIME).then(|| timed(|| model.score(row).unwrap()).0))
        .collect();

    if let Some(path) = scores_path {
        let scores = model.score(samples.view()).unwrap();
        let bytes: Vec<u8> = scores.iter().flat_map(|score| score.to_le_bytes()).collect();
        fs::write(path, bytes).unwrap();
    }
    if let Some(path) = pickle_path {
        let contamination = contamination.unwrap_or(0.1);
        let verdict = Verdict { contamination, offset };
        fs::write(path, estimators::model(&model, verdict, default_target()).unwrap()).unwrap();
    }
    let report = json!({
        "algorithm": model.algorithm(),
        "fit_seconds": median(&mut fits), "fit_cpu_seconds": fit_cpu_seconds, "score_seconds": median(&mut scorings),
        "row_seconds": median(&mut row_scorings), "peak_bytes": peak_bytes, "start_bytes": start_bytes,
    });
    println!("{report}");
}

/// Takes `name VALUE` out of the arguments.
fn option(arguments: &mut Vec<String>, name: &str) -> Option<String> {
    let place = arguments.iter().position(|argument| argument == name)?;
    arguments.drain(place..place + 2).next_back()
}

fn read_matrix(path: &Path, rows: usize, columns: usize) -> Array2<f64> {
    let bytes = fs::read(path).unwrap();
    let values = bytes.as_chunks::<8>().0.iter().map(|number| f64::from_le_bytes(*number)).collect();
    Array2::from_shape_vec((rows, columns), values).unwrap()
}

fn read_labels(path: &str) -> Vec<u32> {
    if path == "-" {
        return Vec::new();
    }
    fs::read(path).unwrap().as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number)).collect()
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed(), result)
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// What all threads have computed so far, to a hundredth of a second; 0 where it is not known.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// A line of `/proc/self/status`, in bytes; none where there is no such file.
fn memory(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(1024 * kibibytes)
}
