//! Newton's method with a backtracking line search.
//!
//! A direction solves `hessian × direction = -gradient`: by Cholesky's factors of the whole matrix while that is
//! small (as scikit-learn's `newton-cholesky`), by preconditioned conjugate gradients, which need only products
//! with it, otherwise (a truncated Newton method: Nocedal and Wright, Numerical Optimization, chapter 7.1). Where
//! features are so unequal that these take long, the matrix is made after all.

use super::{
    cholesky,
    loss::{Evaluation, Problem},
};
use crate::FitError;
use ndarray::Array2;

/// Up to so many parameters the matrix of second derivatives is made right away.
pub(super) const DENSE: usize = 512;
/// Up to so many it is made when conjugate gradients take long.
const STILL_DENSE: usize = 2048;
/// So many steps of conjugate gradients are long.
const LONG: usize = 150;
/// Halvings of a step before no better point is thought to exist.
const HALVINGS: u32 = 40;
/// The share of the expected decrease that a step must bring (Armijo).
const SUFFICIENT: f64 = 1.0 / 2048.0;

/// The parameters that minimise the loss, and the iterations that took.
///
/// It has converged when no part of the gradient is above `tol` and the last step was not expected to change the
/// loss by more than `tol²`, so that it is nearer to the optimum than the gradient alone tells.
pub(super) fn minimise(
    problem: &Problem<'_>,
    max_iter: u32,
    tol: f64,
) -> Result<(Array2<f64>, u32), FitError> {
    let mut parameters = Array2::zeros((problem.outputs, problem.width()));
    let mut at = problem.evaluate(&parameters)?;
    let first = largest(&at.gradient);
    let mut told = 0.0_f64;
    let mut is_dense = parameters.len() <= DENSE;
    for iteration in 1..=max_iter {
        let direction = direction(problem, &parameters, &at.gradient, &mut is_dense)?;
        let slope: f64 = (&at.gradient * &direction).sum();
        let Some((next, there)) = search(problem, &parameters, &at, &direction, slope)? else {
            return Ok((parameters, iteration));
        };
        (parameters, at) = (next, there);
        let gradient = largest(&at.gradient);
        if gradient <= tol && -slope <= tol * tol {
            return Ok((parameters, iteration));
        }
        let way = (first / gradient).ln() / (first / tol.max(1e-12)).ln().max(1.0);
        told = told.max(way.clamp(0.0, 0.9));
        problem.progress.report(told);
    }
    Ok((parameters, max_iter))
}

/// The largest step of 1, 1/2, 1/4, … that decreases the loss enough, and the loss there. None when there is none:
/// the loss is then as small as can be told.
fn search(
    problem: &Problem<'_>,
    parameters: &Array2<f64>,
    at: &Evaluation,
    direction: &Array2<f64>,
    slope: f64,
) -> Result<Option<(Array2<f64>, Evaluation)>, FitError> {
    if slope.is_nan() || slope >= 0.0 {
        return Ok(None);
    }
    let mut step = 1.0;
    for _ in 0..HALVINGS {
        let next = parameters + step * direction;
        let there = problem.evaluate(&next)?;
        let change = there.loss - at.loss;
        // Near the optimum the loss changes less than it can be told: there the gradient decides.
        let same = change.abs() <= 16.0 * f64::EPSILON * at.loss.abs();
        if change <= SUFFICIENT * step * slope || (same && total(&there.gradient) < total(&at.gradient)) {
            return Ok(Some((next, there)));
        }
        step /= 2.0;
    }
    Ok(None)
}

fn direction(
    problem: &Problem<'_>,
    parameters: &Array2<f64>,
    gradient: &Array2<f64>,
    is_dense: &mut bool,
) -> Result<Array2<f64>, FitError> {
    if !*is_dense {
        match conjugate_gradients(problem, parameters, gradient)? {
            Some(direction) => return Ok(direction),
            None => *is_dense = true,
        }
    }
    let hessian = problem.hessian(parameters)?;
    let right: Vec<f64> = gradient.iter().map(|value| -value).collect();
    let solution = cholesky::solve(&hessian, right).ok_or_else(|| {
        FitError::Impossible(
            "the values of the features are too far apart to be weighed: scale the features".into(),
        )
    })?;
    Array2::from_shape_vec(parameters.raw_dim(), solution)
        .map_err(|error| FitError::Impossible(error.to_string()))
}

/// Solves until the residual is small against the gradient, the smaller the nearer the optimum. None when that takes
/// long and can be done otherwise.
fn conjugate_gradients(
    problem: &Problem<'_>,
    parameters: &Array2<f64>,
    gradient: &Array2<f64>,
) -> Result<Option<Array2<f64>>, FitError> {
    let probabilities = problem.all_probabilities(parameters)?;
    // A feature that is always 0 has no curvature but the penalty's, which may be tiny.
    let scale = problem.hessian_diagonal(&probabilities)?.mapv(|value| value.max(f64::MIN_POSITIVE).recip());
    let mut solution = Array2::zeros(gradient.raw_dim());
    let mut residual = -gradient;
    let mut scaled = &residual * &scale;
    let mut direction = scaled.clone();
    let mut size: f64 = (&residual * &scaled).sum();
    let enough = size * size.sqrt().min(0.1).powi(2);
    for step in 0..2 * gradient.len() {
        if size <= enough {
            break;
        }
        if step == LONG && gradient.len() <= STILL_DENSE {
            return Ok(None);
        }
        let product = problem.hessian_product(&probabilities, &direction)?;
        let curvature: f64 = (&direction * &product).sum();
        if curvature.is_nan() || curvature <= 0.0 {
            break;
        }
        let step = size / curvature;
        solution.scaled_add(step, &direction);
        residual.scaled_add(-step, &product);
        scaled = &residual * &scale;
        let next: f64 = (&residual * &scaled).sum();
        direction = &scaled + (next / size) * &direction;
        size = next;
    }
    problem.centre(&mut solution);
    Ok(Some(solution))
}

fn largest(gradient: &Array2<f64>) -> f64 {
    gradient.iter().fold(0.0, |largest, value| value.abs().max(largest))
}

fn total(gradient: &Array2<f64>) -> f64 {
    gradient.iter().map(|value| value.abs()).sum()
}
