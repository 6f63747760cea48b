//! Rows of the kernel matrix in single precision, the least recently used given up first.

use super::KernelFunction;
use crate::neighbors::dot;
use ndarray::ArrayView2;
use rayon::prelude::*;
use std::sync::Arc;

/// Below this many multiplications a row is not worth sharing among threads.
const WORTH_SHARING: usize = 200_000;

pub(super) struct KernelRows<'a> {
    kernel: KernelFunction,
    samples: ArrayView2<'a, f64>,
    squares: Vec<f64>,
    rows: Vec<Option<Arc<Vec<f32>>>>,
    /// When each row was last asked for.
    used: Vec<u64>,
    now: u64,
    held: usize,
    capacity: usize,
}

impl<'a> KernelRows<'a> {
    /// Of `samples` in standard layout, in about `megabytes` of memory.
    pub(super) fn new(kernel: KernelFunction, samples: ArrayView2<'a, f64>, megabytes: u32) -> Self {
        let count = samples.nrows();
        let squares = samples.rows().into_iter().map(|row| dot(values(&row), values(&row))).collect();
        let capacity = ((megabytes as usize) << 20) / (4 * count.max(1));
        let (rows, used) = (vec![None; count], vec![0; count]);
        Self { kernel, samples, squares, rows, used, now: 0, held: 0, capacity: capacity.max(2) }
    }

    /// The kernel of each sample with itself, in double precision.
    pub(super) fn diagonal(&self) -> Vec<f64> {
        self.squares.iter().map(|square| self.kernel.of_product(*square, square + square)).collect()
    }

    /// The kernel of sample `i` with every sample.
    pub(super) fn row(&mut self, i: usize) -> Arc<Vec<f32>> {
        self.now += 1;
        self.used[i] = self.now;
        if let Some(row) = &self.rows[i] {
            return Arc::clone(row);
        }
        if self.held >= self.capacity {
            let held = (0..self.rows.len()).filter(|j| self.rows[*j].is_some());
            if let Some(oldest) = held.min_by_key(|j| self.used[*j]) {
                self.rows[oldest] = None;
                self.held -= 1;
            }
        }
        let row = Arc::new(self.compute(i));
        self.rows[i] = Some(Arc::clone(&row));
        self.held += 1;
        row
    }

    fn compute(&self, i: usize) -> Vec<f32> {
        let (count, width) = self.samples.dim();
        let own = self.samples.row(i);
        let own = values(&own);
        let between = |j: usize| {
            let other = self.samples.row(j);
            let squares = self.squares[i] + self.squares[j];
            self.kernel.of_product(dot(own, values(&other)), squares) as f32
        };
        if count * width < WORTH_SHARING {
            return (0..count).map(between).collect();
        }
        (0..count).into_par_iter().with_min_len(512).map(between).collect()
    }
}

fn values<'a>(row: &'a ndarray::ArrayView1<'_, f64>) -> &'a [f64] {
    row.as_slice().unwrap_or_default()
}
