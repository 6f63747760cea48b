//! Fitting one machine per pair of classes, and putting them together as libsvm does (`svm_train`).

use super::{Svc, SvcParameters};
use crate::{
    ClassWeight, Classes, FitError, Progress, TrainingSet, matrix,
    svm::{Machine, Problem, solve},
};
use ndarray::{Array2, Axis};

pub(super) fn fit(
    parameters: &SvcParameters,
    training: TrainingSet<'_>,
    progress: &dyn Progress,
) -> Result<Svc, FitError> {
    matrix::check_samples(training.samples)?;
    let classes = training.known_classes()?;
    let weights = training.known_weights()?;
    let samples = training.samples.as_standard_layout();
    let n_samples = samples.nrows();
    if i32::try_from(n_samples).is_err() {
        return Err(FitError::Impossible(format!("{n_samples} samples are too many")));
    }
    if !(parameters.c > 0.0 && parameters.c.is_finite()) {
        return Err(FitError::Parameter { name: "C", detail: format!("{} is not above 0", parameters.c) });
    }
    let kernel = parameters.shared().resolve(samples.view())?;
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let class_weights = class_weights(parameters.class_weight, classes);
    // Samples of each class, without those that count nothing.
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); classes.count];
    for (row, class) in classes.of.iter().enumerate().filter(|(row, _)| weight(*row) > 0.0) {
        members[*class as usize].push(row);
    }
    if let Some(class) = members.iter().position(Vec::is_empty) {
        return Err(FitError::Impossible(format!(
            "no sample of class {class} counts: every class that is to be told from the others needs one"
        )));
    }
    let pairs: Vec<(usize, usize)> =
        (0..classes.count).flat_map(|i| (i + 1..classes.count).map(move |j| (i, j))).collect();
    let mut solutions = Vec::with_capacity(pairs.len());
    for (done, &(i, j)) in pairs.iter().enumerate() {
        let rows = [members[i].as_slice(), &members[j]].concat();
        let subset = samples.select(Axis(0), &rows);
        let sign = |place: usize| if place < members[i].len() { 1.0 } else { -1.0 };
        let bound = |(place, row): (usize, &usize)| {
            let class = if place < members[i].len() { i } else { j };
            weight(*row) * (parameters.c * class_weights[class])
        };
        let problem = Problem {
            kernel,
            samples: subset.view(),
            signs: (0..rows.len()).map(sign).collect(),
            linear: -1.0,
            bounds: rows.iter().enumerate().map(bound).collect(),
            start: vec![0.0; rows.len()],
            tolerance: parameters.tol,
            shrinking: parameters.shrinking,
            cache_megabytes: parameters.cache_size,
        };
        solutions.push(solve(problem, &Part { whole: progress, done, parts: pairs.len() })?);
    }

    // A sample supports when it does in any pair.
    let mut supports = vec![false; n_samples];
    for (&(i, j), solution) in pairs.iter().zip(&solutions) {
        for (row, coefficient) in members[i].iter().chain(&members[j]).zip(&solution.coefficients) {
            supports[*row] |= coefficient.abs() > 0.0;
        }
    }
    let of_class = |rows: &Vec<usize>| rows.iter().copied().filter(|row| supports[*row]).collect::<Vec<_>>();
    let supporting: Vec<Vec<usize>> = members.iter().map(of_class).collect();
    let support = supporting.concat();
    let mut place = vec![0; n_samples];
    support.iter().enumerate().for_each(|(at, row)| place[*row] = at);
    // The coefficients of pair (i, j) stand at row j - 1 for class i, at row i for class j.
    let mut coefficients = Array2::zeros((classes.count - 1, support.len()));
    for (&(i, j), solution) in pairs.iter().zip(&solutions) {
        let (own, other) = solution.coefficients.split_at(members[i].len());
        for (class, row, values) in [(i, j - 1, own), (j, i, other)] {
            for (sample, value) in members[class].iter().zip(values).filter(|(sample, _)| supports[**sample])
            {
                coefficients[[row, place[*sample]]] = *value;
            }
        }
    }
    Ok(Svc {
        parameters: parameters.clone(),
        n_samples,
        class_weights,
        machine: Machine {
            kernel,
            support: support.iter().map(|row| *row as u32).collect(),
            vectors: samples.select(Axis(0), &support),
            coefficients,
        },
        n_support: supporting.iter().map(|rows| rows.len() as u32).collect(),
        rhos: solutions.iter().map(|solution| solution.rho).collect(),
        iterations: solutions.iter().map(|solution| solution.iterations).collect(),
    })
}

/// scikit-learn's `compute_class_weight`: sample weights have no part in it.
fn class_weights(rule: Option<ClassWeight>, classes: Classes<'_>) -> Vec<f64> {
    let mut counts = vec![0.0; classes.count];
    classes.of.iter().for_each(|class| counts[*class as usize] += 1.0);
    match rule {
        None => vec![1.0; classes.count],
        Some(ClassWeight::Balanced) => {
            counts.iter().map(|count| classes.of.len() as f64 / (classes.count as f64 * count)).collect()
        }
    }
}

/// The progress of one pair out of several.
struct Part<'a> {
    whole: &'a dyn Progress,
    done: usize,
    parts: usize,
}

impl Progress for Part<'_> {
    fn report(&self, fraction: f64) {
        self.whole.report((self.done as f64 + fraction) / self.parts as f64);
    }

    fn cancelled(&self) -> bool {
        self.whole.cancelled()
    }
}
