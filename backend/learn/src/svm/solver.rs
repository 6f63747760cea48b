//! Sequential minimal optimisation with second-order working sets and shrinking: `Solver` of
//! `sklearn/svm/src/libsvm/svm.cpp` (Fan, Chen and Lin, 2005), step by step, so that it ends where scikit-learn's
//! ends and not merely as near to the optimum.
//!
//! Minimises ½ αᵀQα + pᵀα with yᵀα fixed and 0 ≤ α ≤ C, where Qᵢⱼ = yᵢyⱼK(i, j) in single precision. Numbers stay
//! in the order of the samples; which are still looked at, and in what order, is a permutation beside them.

use super::{KernelFunction, cache::KernelRows};
use crate::{FitError, Progress};
use ndarray::ArrayView2;
use std::sync::Arc;

/// Stands for a curvature that is not above 0.
const TAU: f64 = 1e-12;

/// What is to be solved.
pub(crate) struct Problem<'a> {
    pub(crate) kernel: KernelFunction,
    /// `n_samples` × `n_features`, in standard layout.
    pub(crate) samples: ArrayView2<'a, f64>,
    /// 1 or -1 per sample.
    pub(crate) signs: Vec<f64>,
    /// The linear part, the same for every sample.
    pub(crate) linear: f64,
    /// C of each sample.
    pub(crate) bounds: Vec<f64>,
    /// Where to start: within the bounds, and what yᵀα stays at.
    pub(crate) start: Vec<f64>,
    pub(crate) tolerance: f64,
    pub(crate) shrinking: bool,
    pub(crate) cache_megabytes: u32,
}

pub(crate) struct Solution {
    /// αy of each sample.
    pub(crate) coefficients: Vec<f64>,
    /// What is taken off the decision.
    pub(crate) rho: f64,
    pub(crate) iterations: u32,
}

/// Solves the problem.
///
/// # Errors
/// Cancellation, looked at every few steps.
pub(crate) fn solve(problem: Problem<'_>, progress: &dyn Progress) -> Result<Solution, FitError> {
    let mut solver = Solver::new(problem, progress)?;
    let iterations = solver.run(progress)?;
    let rho = solver.rho();
    let coefficients = solver.alpha.iter().zip(&solver.signs).map(|(alpha, sign)| alpha * sign).collect();
    Ok(Solution { coefficients, rho, iterations })
}

struct Solver<'a> {
    rows: KernelRows<'a>,
    diagonal: Vec<f64>,
    signs: Vec<f64>,
    linear: f64,
    bounds: Vec<f64>,
    tolerance: f64,
    shrinking: bool,
    alpha: Vec<f64>,
    gradient: Vec<f64>,
    /// The part of the gradient that the samples at their upper bound make.
    bound_gradient: Vec<f64>,
    /// The samples; those from `active` on are not looked at for now.
    order: Vec<usize>,
    active: usize,
    unshrunk: bool,
    /// How far from optimal the last selection found it.
    violation: f64,
}

impl<'a> Solver<'a> {
    fn new(problem: Problem<'a>, progress: &dyn Progress) -> Result<Self, FitError> {
        let count = problem.signs.len();
        let rows = KernelRows::new(problem.kernel, problem.samples, problem.cache_megabytes);
        let mut solver = Self {
            diagonal: rows.diagonal(),
            rows,
            signs: problem.signs,
            linear: problem.linear,
            bounds: problem.bounds,
            tolerance: problem.tolerance,
            shrinking: problem.shrinking,
            alpha: problem.start,
            gradient: vec![problem.linear; count],
            bound_gradient: vec![0.0; count],
            order: (0..count).collect(),
            active: count,
            unshrunk: false,
            violation: f64::INFINITY,
        };
        for i in 0..count {
            if solver.at_lower(i) {
                continue;
            }
            if progress.cancelled() {
                return Err(FitError::Cancelled);
            }
            let row = solver.rows.row(i);
            let alpha = solver.alpha[i];
            solver.add_to_gradient(&row, alpha * solver.signs[i], 0..count);
            if solver.at_upper(i) {
                solver.add_to_bound_gradient(&row, i, 1.0);
            }
        }
        Ok(solver)
    }

    fn at_upper(&self, i: usize) -> bool {
        self.alpha[i] >= self.bounds[i]
    }

    fn at_lower(&self, i: usize) -> bool {
        !self.at_upper(i) && self.alpha[i] <= 0.0
    }

    fn is_free(&self, i: usize) -> bool {
        !self.at_upper(i) && self.alpha[i] > 0.0
    }

    /// Adds `signed` × K(i, k) × yₖ for the samples at some places of the order.
    fn add_to_gradient(&mut self, row: &[f32], signed: f64, places: std::ops::Range<usize>) {
        for &k in &self.order[places] {
            self.gradient[k] += self.signs[k] * (signed * f64::from(row[k]));
        }
    }

    fn add_to_bound_gradient(&mut self, row: &[f32], i: usize, direction: f64) {
        let signed = direction * self.bounds[i] * self.signs[i];
        for ((sum, sign), kernel) in self.bound_gradient.iter_mut().zip(&self.signs).zip(row) {
            *sum += sign * (signed * f64::from(*kernel));
        }
    }

    fn run(&mut self, progress: &dyn Progress) -> Result<u32, FitError> {
        let mut iterations = 0_u32;
        let until_shrinking = self.alpha.len().min(1000);
        let mut counter = until_shrinking + 1;
        let mut first_violation = None;
        let mut reported = 0.0_f64;
        loop {
            if iterations.is_multiple_of(64) {
                if progress.cancelled() {
                    return Err(FitError::Cancelled);
                }
                if self.violation.is_finite() && self.violation > 0.0 {
                    let first: f64 = *first_violation.get_or_insert(self.violation.max(2.0 * self.tolerance));
                    let share = (first / self.violation).ln() / (first / self.tolerance).ln();
                    reported = reported.max(share.clamp(0.0, 1.0));
                    progress.report(reported);
                }
            }
            counter -= 1;
            if counter == 0 {
                counter = until_shrinking;
                if self.shrinking {
                    self.shrink();
                }
            }
            let pair = match self.select() {
                Some(pair) => Some(pair),
                None => {
                    self.reconstruct();
                    self.active = self.order.len();
                    let pair = self.select();
                    if pair.is_some() {
                        counter = 1;
                    }
                    pair
                }
            };
            let Some((i, j)) = pair else { break };
            iterations = iterations.saturating_add(1);
            self.step(i, j);
        }
        progress.report(1.0);
        Ok(iterations)
    }

    /// The pair that violates the optimum most: the first by its gradient, the second by what is gained. None
    /// when the violation is below the tolerance.
    fn select(&mut self) -> Option<(usize, usize)> {
        let (mut most, mut first) = (f64::NEG_INFINITY, None);
        for &t in &self.order[..self.active] {
            let can_rise = if self.signs[t] > 0.0 { !self.at_upper(t) } else { !self.at_lower(t) };
            let value = -self.signs[t] * self.gradient[t];
            if can_rise && value >= most {
                (most, first) = (value, Some(t));
            }
        }
        let row = first.map(|i| (i, self.rows.row(i)));
        let (mut other_most, mut best, mut second) = (f64::NEG_INFINITY, f64::INFINITY, None);
        for &j in &self.order[..self.active] {
            let can_fall = if self.signs[j] > 0.0 { !self.at_lower(j) } else { !self.at_upper(j) };
            if !can_fall {
                continue;
            }
            let value = self.signs[j] * self.gradient[j];
            other_most = other_most.max(value);
            let difference = most + value;
            if let Some((i, row)) = &row
                && difference > 0.0
            {
                // 2 yᵢ Qᵢⱼ yⱼ is twice the kernel, whatever the signs.
                let curvature = self.diagonal[*i] + self.diagonal[j] - 2.0 * f64::from(row[j]);
                let gain = -(difference * difference) / if curvature > 0.0 { curvature } else { TAU };
                if gain <= best {
                    (best, second) = (gain, Some(j));
                }
            }
        }
        self.violation = most + other_most;
        if self.violation < self.tolerance {
            return None;
        }
        first.zip(second)
    }

    /// Moves a pair to its optimum within the bounds.
    fn step(&mut self, i: usize, j: usize) {
        let (row_i, row_j) = (self.rows.row(i), self.rows.row(j));
        let (bound_i, bound_j) = (self.bounds[i], self.bounds[j]);
        let (old_i, old_j) = (self.alpha[i], self.alpha[j]);
        let curvature = self.diagonal[i] + self.diagonal[j] - 2.0 * f64::from(row_i[j]);
        let curvature = if curvature <= 0.0 { TAU } else { curvature };
        let (mut new_i, mut new_j);
        if self.signs[i] != self.signs[j] {
            let delta = (-self.gradient[i] - self.gradient[j]) / curvature;
            let difference = old_i - old_j;
            (new_i, new_j) = (old_i + delta, old_j + delta);
            if difference > 0.0 {
                if new_j < 0.0 {
                    (new_i, new_j) = (difference, 0.0);
                }
            } else if new_i < 0.0 {
                (new_i, new_j) = (0.0, -difference);
            }
            if difference > bound_i - bound_j {
                if new_i > bound_i {
                    (new_i, new_j) = (bound_i, bound_i - difference);
                }
            } else if new_j > bound_j {
                (new_i, new_j) = (bound_j + difference, bound_j);
            }
        } else {
            let delta = (self.gradient[i] - self.gradient[j]) / curvature;
            let sum = old_i + old_j;
            (new_i, new_j) = (old_i - delta, old_j + delta);
            if sum > bound_i {
                if new_i > bound_i {
                    (new_i, new_j) = (bound_i, sum - bound_i);
                }
            } else if new_j < 0.0 {
                (new_i, new_j) = (sum, 0.0);
            }
            if sum > bound_j {
                if new_j > bound_j {
                    (new_i, new_j) = (sum - bound_j, bound_j);
                }
            } else if new_i < 0.0 {
                (new_i, new_j) = (0.0, sum);
            }
        }
        let (signed_i, signed_j) = ((new_i - old_i) * self.signs[i], (new_j - old_j) * self.signs[j]);
        for &k in &self.order[..self.active] {
            let change = f64::from(row_i[k]) * signed_i + f64::from(row_j[k]) * signed_j;
            self.gradient[k] += self.signs[k] * change;
        }
        self.set_alpha(i, new_i, &row_i);
        self.set_alpha(j, new_j, &row_j);
    }

    fn set_alpha(&mut self, i: usize, alpha: f64, row: &Arc<Vec<f32>>) {
        let was_upper = self.at_upper(i);
        self.alpha[i] = alpha;
        if was_upper != self.at_upper(i) {
            self.add_to_bound_gradient(row, i, if was_upper { -1.0 } else { 1.0 });
        }
    }

    /// Completes the gradient of the samples that were not looked at.
    fn reconstruct(&mut self) {
        let count = self.order.len();
        if self.active == count {
            return;
        }
        for &j in &self.order[self.active..] {
            self.gradient[j] = self.bound_gradient[j] + self.linear;
        }
        let free: Vec<usize> =
            self.order[..self.active].iter().copied().filter(|i| self.is_free(*i)).collect();
        if free.len() * count > 2 * self.active * (count - self.active) {
            for place in self.active..count {
                let i = self.order[place];
                let row = self.rows.row(i);
                for &j in &free {
                    self.gradient[i] += self.alpha[j] * self.signs[i] * self.signs[j] * f64::from(row[j]);
                }
            }
        } else {
            for i in free {
                let row = self.rows.row(i);
                self.add_to_gradient(&row, self.alpha[i] * self.signs[i], self.active..count);
            }
        }
    }

    /// Whether a sample is at a bound and sure to stay there.
    fn can_rest(&self, i: usize, rising: f64, falling: f64) -> bool {
        let value = self.signs[i] * self.gradient[i];
        let upper = self.at_upper(i);
        if !upper && !self.at_lower(i) {
            return false;
        }
        if upper == (self.signs[i] > 0.0) { -value > rising } else { value > falling }
    }

    /// Leaves samples out of sight that are sure to stay at a bound.
    fn shrink(&mut self) {
        let (mut rising, mut falling) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for &i in &self.order[..self.active] {
            let value = self.signs[i] * self.gradient[i];
            let (can_rise, can_fall) = match self.signs[i] > 0.0 {
                true => (!self.at_upper(i), !self.at_lower(i)),
                false => (!self.at_lower(i), !self.at_upper(i)),
            };
            if can_rise {
                rising = rising.max(-value);
            }
            if can_fall {
                falling = falling.max(value);
            }
        }
        if !self.unshrunk && rising + falling <= self.tolerance * 10.0 {
            self.unshrunk = true;
            self.reconstruct();
            self.active = self.order.len();
        }
        let mut place = 0;
        while place < self.active {
            if self.can_rest(self.order[place], rising, falling) {
                self.active -= 1;
                while self.active > place {
                    if !self.can_rest(self.order[self.active], rising, falling) {
                        self.order.swap(place, self.active);
                        break;
                    }
                    self.active -= 1;
                }
            }
            place += 1;
        }
    }

    fn rho(&self) -> f64 {
        let (mut upper, mut lower) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut free, mut sum) = (0_usize, 0.0);
        for &i in &self.order[..self.active] {
            let value = self.signs[i] * self.gradient[i];
            if self.is_free(i) {
                free += 1;
                sum += value;
            } else if self.at_upper(i) == (self.signs[i] < 0.0) {
                upper = upper.min(value);
            } else {
                lower = lower.max(value);
            }
        }
        if free > 0 { sum / free as f64 } else { (upper + lower) / 2.0 }
    }
}
