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
mod search;
mod shortlist;

pub use metric::Metric;
pub(crate) use metric::dot;

use crate::{FitError, MatrixError, Progress, matrix};
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use screen::Screen;
use search::Search;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, sync::OnceLock};

/// Rows among which neighbours are looked for, prepared for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub(crate) struct References {
    metric: Metric,
    /// `n_rows` × `n_features`, as given.
    rows: Array2<f64>,
    /// The rows at length 1 where the metric looks at directions only.
    units: Option<Array2<f64>>,
    /// Made when it is first needed.
    screen: OnceLock<Option<Screen>>,
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

impl Nearest {
    fn zeros(n_queries: usize, k: usize) -> Self {
        Self { distances: Array2::zeros((n_queries, k)), indices: Array2::zeros((n_queries, k)) }
    }
}

/// The `k` (1 to `n_rows`) nearest of all rows to each of them (checked), itself among them.
///
/// # Errors
/// Cancellation, looked at before each block.
pub(crate) fn among(
    metric: Metric,
    rows: ArrayView2<'_, f64>,
    k: usize,
    progress: &dyn Progress,
) -> Result<Nearest, FitError> {
    check_count(rows.nrows()).map_err(FitError::Impossible)?;
    // First, so that the room of all that is only needed meanwhile can be used again.
    let mut nearest = Nearest::zeros(rows.nrows(), k);
    let rows = metric.prepare(rows);
    let screen = Screen::new(metric, rows.view());
    Search::new(metric, rows.view(), screen.as_ref(), k, progress).run(rows.view(), &mut nearest)?;
    Ok(nearest)
}

impl References {
    pub(crate) fn new(metric: Metric, rows: Array2<f64>) -> Self {
        let rows = match rows.is_standard_layout() {
            true => rows,
            false => rows.as_standard_layout().into_owned(),
        };
        let units = metric.prepares().then(|| metric.prepare(rows.view()).into_owned());
        Self { metric, rows, units, screen: OnceLock::new() }
    }

    /// The rows as the metric compares them.
    fn prepared(&self) -> &Array2<f64> {
        self.units.as_ref().unwrap_or(&self.rows)
    }

    fn screen(&self) -> Option<&Screen> {
        self.screen.get_or_init(|| Screen::new(self.metric, self.prepared().view())).as_ref()
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
        check_count(self.rows.nrows())
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
        let search = Search::new(self.metric, self.prepared().view(), self.screen(), k, &());
        let mut nearest = Nearest::zeros(queries.nrows(), k);
        let found = search.run(queries, &mut nearest);
        found.map(|()| nearest).map_err(|_| MatrixError::Empty { rows: 0, columns: 0 })
    }

    /// How much each feature adds to the distance between a query and row `index`; they sum to the distance.
    pub(crate) fn shares(&self, query: ArrayView1<'_, f64>, index: usize) -> Vec<f64> {
        let query = self.metric.prepare(query.insert_axis(Axis(0)));
        self.metric.shares(slice(query.row(0)), slice(self.prepared().row(index)))
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

impl PartialEq for References {
    /// What else there is follows from these.
    fn eq(&self, other: &Self) -> bool {
        (self.metric, &self.rows) == (other.metric, &other.rows)
    }
}

/// Whether so many rows can be numbered.
fn check_count(rows: usize) -> Result<(), String> {
    u32::try_from(rows).map(|_| ()).map_err(|_| "too many rows".into())
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
