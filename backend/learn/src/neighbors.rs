//! Exact nearest neighbours by looking at every row, in blocks and in parallel.
//!
//! A matrix product tells which rows cannot be near; the distance of every other row is computed from the
//! differences of its values, so that equal rows are at distance 0. (scikit-learn's
//! `metrics/_pairwise_distances_reduction` keeps the product's |x|² - 2xy + |y|², off by the rounding of |x|².)
//! Of rows at equal distance those are kept that scikit-learn's heap keeps. Nothing depends on the number of
//! threads, nor a row's neighbours on the rows beside it.

mod heap;
mod metric;
mod screen;

pub use metric::Metric;
pub(crate) use metric::dot;

use crate::{FitError, MatrixError, Progress, matrix};
use heap::Heap;
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, Slice};
use rayon::prelude::*;
use screen::Screen;
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    sync::{Mutex, PoisonError},
};

/// Queries and reference rows of a block: their product stays in the cache.
const QUERIES: usize = 256;
const ROWS: usize = 256;
/// Below this many queries a product gains nothing.
const FEW: usize = 4;

/// Rows among which neighbours are looked for, prepared for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub(crate) struct References {
    metric: Metric,
    /// `n_rows` × `n_features`, as given.
    rows: Array2<f64>,
    /// The rows at length 1 where the metric looks at directions only.
    units: Option<Array2<f64>>,
    screen: Option<Screen>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    metric: Metric,
    rows: Array2<f64>,
}

/// The neighbours of each query, nearest first: `n_queries` × `k`.
pub(crate) struct Nearest {
    pub(crate) distances: Array2<f64>,
    pub(crate) indices: Array2<u32>,
}

impl References {
    pub(crate) fn new(metric: Metric, rows: Array2<f64>) -> Self {
        let rows = match rows.is_standard_layout() {
            true => rows,
            false => rows.as_standard_layout().into_owned(),
        };
        let units = metric.prepares().then(|| metric.prepare(rows.view()).into_owned());
        let screen = Screen::new(metric, units.as_ref().unwrap_or(&rows).view());
        Self { metric, rows, units, screen }
    }

    pub(crate) fn metric(&self) -> Metric {
        self.metric
    }

    pub(crate) fn rows(&self) -> ArrayView2<'_, f64> {
        self.rows.view()
    }

    /// Whether rows that were read from bytes can be searched.
    pub(crate) fn check(&self) -> Result<(), String> {
        matrix::check_samples(self.rows()).map_err(|error| error.to_string())?;
        u32::try_from(self.rows.nrows()).map(|_| ()).map_err(|_| "too many rows".into())
    }

    /// The `k` (1 to `n_rows`) nearest rows of each query, for scoring.
    ///
    /// # Errors
    /// Another number of columns; a value that is not finite in single precision, whose square may not fit.
    pub(crate) fn score(&self, queries: ArrayView2<'_, f64>, k: usize) -> Result<Nearest, MatrixError> {
        matrix::check_columns(queries, self.rows.ncols())?;
        if queries.nrows() > 0 {
            matrix::check_samples(queries)?;
        }
        self.nearest(queries, k, &()).map_err(|_| MatrixError::Empty { rows: 0, columns: 0 })
    }

    /// The `k` (1 to `n_rows`) nearest rows of each of `queries` (any number × `n_features`, checked).
    ///
    /// # Errors
    /// Cancellation, looked at before each block.
    pub(crate) fn nearest(
        &self,
        queries: ArrayView2<'_, f64>,
        k: usize,
        progress: &dyn Progress,
    ) -> Result<Nearest, FitError> {
        let n_queries = queries.nrows();
        let mut nearest =
            Nearest { distances: Array2::zeros((n_queries, k)), indices: Array2::zeros((n_queries, k)) };
        let done = Mutex::new(0_usize);
        let queries = queries.axis_chunks_iter(Axis(0), QUERIES).into_par_iter();
        let distances = nearest.distances.axis_chunks_iter_mut(Axis(0), QUERIES).into_par_iter();
        let indices = nearest.indices.axis_chunks_iter_mut(Axis(0), QUERIES).into_par_iter();
        queries.zip(distances).zip(indices).try_for_each(|((queries, distances), indices)| {
            let count = queries.nrows();
            self.block(queries, k, progress, distances, indices)?;
            // Held while reporting, so that reports come in order.
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += count;
            progress.report(*done as f64 / n_queries as f64);
            Ok::<_, FitError>(())
        })?;
        Ok(nearest)
    }

    fn block(
        &self,
        queries: ArrayView2<'_, f64>,
        k: usize,
        progress: &dyn Progress,
        mut distances: ArrayViewMut2<'_, f64>,
        mut indices: ArrayViewMut2<'_, u32>,
    ) -> Result<(), FitError> {
        let queries = self.metric.prepare(queries);
        let rows = self.units.as_ref().unwrap_or(&self.rows);
        let mut heaps: Vec<Heap> = (0..queries.nrows()).map(|_| Heap::new(k)).collect();
        let screen = self.screen.as_ref().filter(|_| queries.nrows() >= FEW);
        let screen = screen.and_then(|screen| Some((screen, screen.queries(queries.view())?)));
        let mut products = Array2::zeros((queries.nrows(), ROWS));
        for start in (0..rows.nrows()).step_by(ROWS) {
            if progress.cancelled() {
                return Err(FitError::Cancelled);
            }
            let end = rows.nrows().min(start + ROWS);
            let mut products = products.slice_axis_mut(Axis(1), Slice::from(..end - start));
            if let Some((screen, screened)) = &screen {
                screen.products(screened, start..end, &mut products);
            }
            for (i, heap) in heaps.iter_mut().enumerate() {
                let query = slice(queries.row(i));
                let look = |row: usize, heap: &mut Heap| {
                    let distance = self.metric.reduced(query, slice(rows.row(start + row)));
                    heap.push(distance, (start + row) as u32);
                };
                match &screen {
                    Some((_, screened)) => screened.candidates(i, slice(products.row(i)), heap, look),
                    None => (0..end - start).for_each(|row| look(row, heap)),
                }
            }
        }
        for (row, heap) in heaps.into_iter().enumerate() {
            for (column, (reduced, index)) in heap.into_sorted().into_iter().enumerate() {
                distances[[row, column]] = self.metric.distance(reduced);
                indices[[row, column]] = index;
            }
        }
        Ok(())
    }

    /// How much each feature adds to the distance between a query and row `index`; they sum to the distance.
    pub(crate) fn shares(&self, query: ArrayView1<'_, f64>, index: usize) -> Vec<f64> {
        let query = self.metric.prepare(query.insert_axis(Axis(0)));
        let rows = self.units.as_ref().unwrap_or(&self.rows);
        self.metric.shares(slice(query.row(0)), slice(rows.row(index)))
    }
}

impl From<Stored> for References {
    fn from(stored: Stored) -> Self {
        Self::new(stored.metric, stored.rows)
    }
}

impl From<References> for Stored {
    fn from(references: References) -> Self {
        Self { metric: references.metric, rows: references.rows }
    }
}

/// A row of a matrix in standard layout.
fn slice<T>(row: ArrayView1<'_, T>) -> &[T] {
    row.to_slice().unwrap_or_default()
}

/// The rows next to each other, copied only where they are not.
fn contiguous(rows: ArrayView2<'_, f64>) -> Cow<'_, [f64]> {
    match rows.to_slice() {
        Some(values) => Cow::Borrowed(values),
        None => Cow::Owned(rows.iter().copied().collect()),
    }
}

#[cfg(test)]
mod tests;
