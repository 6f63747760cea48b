//! The loss, its gradient and its curvature: sums over the rows, in blocks that several threads take and that
//! are added up in their order, so that the sums do not depend on the number of threads.
//!
//! The loss is scikit-learn's (`linear_model/_linear_loss.py`): the weighted mean of the log losses plus
//! `|coefficients|² / (2 C × total weight)`; the intercept is not penalised.

use crate::{
    FitError, Progress,
    shares::{sigmoid, softmax_in_place},
};
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut1, Axis, linalg::general_mat_mul};
use rayon::prelude::*;
use std::ops::Range;

/// The most parts that are summed side by side.
const PARTS: usize = 64;
/// Numbers in a block of rows; it stays in the second-level cache.
const BLOCK_NUMBERS: usize = 1 << 15;
/// Numbers in all the partial curvatures together.
const CURVATURE_NUMBERS: usize = 1 << 22;
/// The most curvatures that are summed side by side: each is larger than a gradient, by the square.
const CURVATURES: usize = 16;

/// What is to be minimised. Parameters are `outputs` × `width`: a row per class (one row alone for two classes),
/// a column per feature and, with an intercept, one more.
pub(super) struct Problem<'a> {
    pub(super) samples: ArrayView2<'a, f64>,
    pub(super) classes: &'a [u32],
    /// Of each sample; they sum to 1.
    pub(super) weights: Vec<f64>,
    pub(super) outputs: usize,
    pub(super) intercept: bool,
    /// What the square of a coefficient costs, doubled.
    pub(super) penalty: f64,
    pub(super) progress: &'a dyn Progress,
}

/// Loss and gradient at some parameters.
pub(super) struct Evaluation {
    pub(super) loss: f64,
    pub(super) gradient: Array2<f64>,
}

impl Problem<'_> {
    pub(super) fn width(&self) -> usize {
        self.samples.ncols() + usize::from(self.intercept)
    }

    pub(super) fn evaluate(&self, parameters: &Array2<f64>) -> Result<Evaluation, FitError> {
        let parts = self.parts(PARTS, |rows| {
            let mut loss = 0.0;
            let mut gradient = Array2::zeros(parameters.raw_dim());
            self.blocks(rows, |start, block| {
                let mut logits = block.dot(&parameters.t());
                for (i, mut logits) in logits.rows_mut().into_iter().enumerate() {
                    let row = start + i;
                    loss += self.weights[row] * residuals(&mut logits, self.classes[row] as usize);
                    logits *= self.weights[row];
                }
                general_mat_mul(1.0, &logits.t(), &block, 1.0, &mut gradient);
            })?;
            Ok((loss, gradient))
        })?;
        let mut loss = 0.0;
        let mut gradient = Array2::zeros(parameters.raw_dim());
        for (part, part_gradient) in parts {
            loss += part;
            gradient += &part_gradient;
        }
        let features = self.samples.ncols();
        let coefficients = parameters.slice_axis(Axis(1), (..features).into());
        gradient.slice_axis_mut(Axis(1), (..features).into()).scaled_add(self.penalty, &coefficients);
        loss += 0.5 * self.penalty * coefficients.iter().map(|value| value * value).sum::<f64>();
        Ok(Evaluation { loss, gradient })
    }

    /// The second derivatives, (`outputs` × `width`) squared, parameters in row-major order.
    pub(super) fn hessian(&self, parameters: &Array2<f64>) -> Result<Array2<f64>, FitError> {
        let (outputs, width) = parameters.dim();
        let pairs: Vec<(usize, usize)> =
            (0..outputs).flat_map(|one| (0..=one).map(move |other| (one, other))).collect();
        // Fixed by the shape alone: sums must not depend on the machine.
        let parts = (CURVATURE_NUMBERS / (pairs.len() * width * width)).clamp(4, CURVATURES);
        let parts = self.parts(parts, |rows| {
            let mut sums = vec![Array2::zeros((width, width)); pairs.len()];
            let mut scaled = Array2::zeros((0, 0));
            self.blocks(rows, |start, block| {
                let probabilities = self.probabilities(block, parameters);
                if scaled.dim() != block.dim() {
                    scaled = Array2::zeros(block.raw_dim());
                }
                for ((one, other), sum) in pairs.iter().zip(&mut sums) {
                    scaled.assign(&block);
                    for (i, mut row) in scaled.rows_mut().into_iter().enumerate() {
                        let of = probabilities.row(i);
                        let own = if one == other { 1.0 - of[*other] } else { -of[*other] };
                        row *= self.weights[start + i] * of[*one] * own;
                    }
                    general_mat_mul(1.0, &scaled.t(), &block, 1.0, sum);
                }
            })?;
            Ok(sums)
        })?;
        let mut hessian = Array2::zeros((outputs * width, outputs * width));
        for part in parts {
            for ((one, other), sum) in pairs.iter().zip(part) {
                for ((row, column), value) in sum.indexed_iter() {
                    hessian[[one * width + row, other * width + column]] += value;
                }
            }
        }
        for row in 0..outputs * width {
            for column in 0..row {
                hessian[[column, row]] = hessian[[row, column]];
            }
        }
        for (i, value) in hessian.diag_mut().iter_mut().enumerate() {
            if i % width < self.samples.ncols() {
                *value += self.penalty;
            }
        }
        if self.anchored() {
            for one in 0..outputs {
                for other in 0..outputs {
                    hessian[[(one + 1) * width - 1, (other + 1) * width - 1]] += 1.0 / outputs as f64;
                }
            }
        }
        Ok(hessian)
    }

    /// What [`Self::hessian`] has on its diagonal.
    pub(super) fn hessian_diagonal(&self, probabilities: &Array2<f64>) -> Result<Array2<f64>, FitError> {
        let parts = self.parts(PARTS, |rows| {
            let mut sum = Array2::<f64>::zeros((self.outputs, self.width()));
            self.blocks(rows, |start, block| {
                let of = probabilities.slice_axis(Axis(0), (start..start + block.nrows()).into());
                let mut curvature = of.mapv(|probability| probability * (1.0 - probability));
                for (i, mut row) in curvature.rows_mut().into_iter().enumerate() {
                    row *= self.weights[start + i];
                }
                general_mat_mul(1.0, &curvature.t(), &block.mapv(|value| value * value), 1.0, &mut sum);
            })?;
            Ok(sum)
        })?;
        let mut diagonal = Array2::zeros((self.outputs, self.width()));
        parts.iter().for_each(|part| diagonal += part);
        let features = self.samples.ncols();
        diagonal.slice_axis_mut(Axis(1), (..features).into()).mapv_inplace(|value| value + self.penalty);
        if self.anchored() {
            diagonal.column_mut(features).mapv_inplace(|value| value + 1.0 / self.outputs as f64);
        }
        Ok(diagonal)
    }

    /// The second derivatives times `direction`.
    pub(super) fn hessian_product(
        &self,
        probabilities: &Array2<f64>,
        direction: &Array2<f64>,
    ) -> Result<Array2<f64>, FitError> {
        let parts = self.parts(PARTS, |rows| {
            let mut sum = Array2::zeros(direction.raw_dim());
            self.blocks(rows, |start, block| {
                let mut changes = block.dot(&direction.t());
                for (i, mut change) in changes.rows_mut().into_iter().enumerate() {
                    let of = probabilities.row(start + i);
                    // Of two classes the other one's logit stays.
                    let mean: f64 = change.iter().zip(of).map(|(change, of)| change * of).sum();
                    change.zip_mut_with(&of, |change, of| {
                        *change = self.weights[start + i] * of * (*change - mean)
                    });
                }
                general_mat_mul(1.0, &changes.t(), &block, 1.0, &mut sum);
            })?;
            Ok(sum)
        })?;
        let mut product = Array2::zeros(direction.raw_dim());
        parts.iter().for_each(|part| product += part);
        let features = self.samples.ncols();
        let coefficients = direction.slice_axis(Axis(1), (..features).into());
        product.slice_axis_mut(Axis(1), (..features).into()).scaled_add(self.penalty, &coefficients);
        if self.anchored() {
            let mean = direction.column(features).sum() / self.outputs as f64;
            product.column_mut(features).mapv_inplace(|value| value + mean);
        }
        Ok(product)
    }

    /// The probability of each class (of the second of two alone) of every sample.
    pub(super) fn all_probabilities(&self, parameters: &Array2<f64>) -> Result<Array2<f64>, FitError> {
        let parts = self.parts(PARTS, |rows| {
            let mut part = Vec::with_capacity(rows.len() * self.outputs);
            self.blocks(rows, |_, block| part.extend(self.probabilities(block, parameters)))?;
            Ok(part)
        })?;
        let all = Array1::from(parts.concat());
        all.into_shape_with_order((self.samples.nrows(), self.outputs))
            .map_err(|error| FitError::Impossible(error.to_string()))
    }

    fn probabilities(&self, block: ArrayView2<'_, f64>, parameters: &Array2<f64>) -> Array2<f64> {
        let mut logits = block.dot(&parameters.t());
        if self.outputs == 1 {
            logits.mapv_inplace(sigmoid);
        } else {
            for mut row in logits.rows_mut() {
                row.as_slice_mut().map(softmax_in_place);
            }
        }
        logits
    }

    /// Whether the same may be added to every class's intercept without changing anything: the curvature is then
    /// anchored in that direction, in which the gradient is 0, so that intercepts keep summing to 0.
    fn anchored(&self) -> bool {
        self.intercept && self.outputs > 1
    }

    /// Lets the intercepts of a step sum to 0, where that changes nothing else.
    pub(super) fn centre(&self, step: &mut Array2<f64>) {
        if self.anchored() {
            let mut intercepts = step.column_mut(self.samples.ncols());
            let mean = intercepts.sum() / self.outputs as f64;
            intercepts -= mean;
        }
    }

    /// What `sum` makes of about `count` ranges of rows, in their order.
    fn parts<T: Send>(
        &self,
        count: usize,
        sum: impl Fn(Range<usize>) -> Result<T, FitError> + Sync,
    ) -> Result<Vec<T>, FitError> {
        let rows = self.samples.nrows();
        let length = rows.div_ceil(count).max(256);
        (0..rows.div_ceil(length))
            .into_par_iter()
            .map(|part| sum(part * length..((part + 1) * length).min(rows)))
            .collect()
    }

    /// Hands out the rows in blocks, with a column of ones for the intercept, each with the number of its first row.
    fn blocks(
        &self,
        rows: Range<usize>,
        mut take: impl FnMut(usize, ArrayView2<'_, f64>),
    ) -> Result<(), FitError> {
        let features = self.samples.ncols();
        let height = (BLOCK_NUMBERS / self.width()).clamp(16, 128).min(rows.len());
        let mut block = Array2::ones((height, self.width()));
        for start in rows.clone().step_by(height) {
            if self.progress.cancelled() {
                return Err(FitError::Cancelled);
            }
            let count = height.min(rows.end - start);
            let part = self.samples.slice_axis(Axis(0), (start..start + count).into());
            let mut place = block.slice_axis_mut(Axis(1), (..features).into());
            place.slice_axis_mut(Axis(0), (..count).into()).assign(&part);
            take(start, block.slice_axis(Axis(0), (..count).into()));
        }
        Ok(())
    }
}

/// From the logits of a row to the derivatives of its log loss, which it returns.
fn residuals(logits: &mut ArrayViewMut1<'_, f64>, class: usize) -> f64 {
    if logits.len() == 1 {
        let logit = logits[0];
        logits[0] = sigmoid(logit) - class as f64;
        return logit.max(0.0) - class as f64 * logit + (-logit.abs()).exp().ln_1p();
    }
    let own = logits[class];
    let log_sum = logits.as_slice_mut().map_or(0.0, softmax_in_place);
    logits[class] -= 1.0;
    log_sum - own
}
