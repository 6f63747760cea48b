//! The solver ends when asked to, and tells how far it is.

use super::*;
use crate::{FitError, Progress, random::RandomState};
use ndarray::Array2;
use std::sync::Mutex;

struct Watch {
    reports: Mutex<Vec<f64>>,
    patience: usize,
}

impl Progress for Watch {
    fn report(&self, fraction: f64) {
        self.reports.lock().unwrap().push(fraction);
    }

    fn cancelled(&self) -> bool {
        self.reports.lock().unwrap().len() > self.patience
    }
}

fn run(patience: usize) -> (Result<u32, FitError>, Vec<f64>) {
    let mut random = RandomState::new(1);
    let samples = Array2::from_shape_simple_fn((400, 3), || random.next_double());
    let problem = Problem {
        kernel: KernelFunction { kernel: Kernel::Rbf, degree: 3, gamma: 1.0, coef0: 0.0 },
        samples: samples.view(),
        signs: (0..400).map(|row| if row % 2 == 0 { 1.0 } else { -1.0 }).collect(),
        linear: -1.0,
        bounds: vec![10.0; 400],
        start: vec![0.0; 400],
        tolerance: 1e-3,
        shrinking: true,
        cache_megabytes: 1,
    };
    let watch = Watch { reports: Mutex::default(), patience };
    let outcome = solve(problem, &watch).map(|solution| solution.iterations);
    (outcome, watch.reports.into_inner().unwrap())
}

#[test]
fn progress_rises_to_one() {
    let (outcome, reports) = run(usize::MAX);
    assert!(outcome.unwrap() > 100);
    assert!(reports.is_sorted() && reports.len() > 3);
    assert_eq!(reports.last(), Some(&1.0));
}

#[test]
fn cancelling_ends_the_search() {
    let (outcome, reports) = run(3);
    assert_eq!(outcome.unwrap_err(), FitError::Cancelled);
    assert_eq!(reports.len(), 4);
}
