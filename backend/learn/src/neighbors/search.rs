//! The search for the neighbours of some queries at a time.
//!
//! First by products alone, which takes a few distances per query. Where several rows are as far as the last
//! neighbour, which of them is kept follows from all that came before: such queries are done again with a heap.

use super::{
    Metric, Nearest,
    heap::{Heap, Near, nearest_first},
    screen::{Queries, Screen},
    shortlist::Shortlist,
    slice,
};
use crate::{FitError, Progress};
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis};
use rayon::prelude::*;
use std::{
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Queries that are compared at a time.
const QUERIES: usize = 256;
/// Rows that are compared at a time: the products with the queries stay in the cache.
const ROWS: usize = 256;
/// Below this many queries a product gains nothing.
const FEW: usize = 4;

/// Rows to search, prepared for `metric`.
pub(super) struct Search<'a> {
    metric: Metric,
    rows: ArrayView2<'a, f64>,
    screen: Option<&'a Screen>,
    k: usize,
    progress: &'a dyn Progress,
    /// Most queries have to be done again: with a heap right away is faster.
    tied: AtomicBool,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        metric: Metric,
        rows: ArrayView2<'a, f64>,
        screen: Option<&'a Screen>,
        k: usize,
        progress: &'a dyn Progress,
    ) -> Self {
        Self { metric, rows, screen, k, progress, tied: AtomicBool::new(false) }
    }

    /// Writes down the neighbours of any number of queries with as many columns.
    ///
    /// # Errors
    /// Cancellation, looked at before each block of rows.
    pub(super) fn run(&self, queries: ArrayView2<'_, f64>, nearest: &mut Nearest) -> Result<(), FitError> {
        let n_queries = queries.nrows();
        let done = Mutex::new(0_usize);
        let queries = queries.axis_chunks_iter(Axis(0), QUERIES).into_par_iter();
        let distances = nearest.distances.axis_chunks_iter_mut(Axis(0), QUERIES).into_par_iter();
        let indices = nearest.indices.axis_chunks_iter_mut(Axis(0), QUERIES).into_par_iter();
        queries.zip(distances).zip(indices).try_for_each(|((queries, distances), indices)| {
            let count = queries.nrows();
            self.block(queries, distances, indices)?;
            // Held while reporting, so that reports come in order.
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += count;
            self.progress.report(*done as f64 / n_queries as f64);
            Ok(())
        })
    }

    fn block(
        &self,
        queries: ArrayView2<'_, f64>,
        mut distances: ArrayViewMut2<'_, f64>,
        mut indices: ArrayViewMut2<'_, u32>,
    ) -> Result<(), FitError> {
        let queries = self.metric.prepare(queries);
        let mut write = |query: usize, nearest: &[Near]| {
            let places = distances.row_mut(query).into_iter().zip(indices.row_mut(query));
            for ((distance, index), (reduced, row)) in places.zip(nearest) {
                (*distance, *index) = (self.metric.distance(*reduced), *row);
            }
        };
        let mut tied: Vec<usize> = (0..queries.nrows()).collect();
        let screened = self.screened(queries.view()).filter(|_| !self.tied.load(Ordering::Relaxed));
        if let Some((screen, screened)) = screened {
            tied.clear();
            let found = self.by_products(queries.view(), screen, &screened)?;
            for (query, nearest) in found.into_iter().enumerate() {
                match nearest {
                    Some(nearest) => write(query, &nearest),
                    None => tied.push(query),
                }
            }
            if 2 * tied.len() > queries.nrows() {
                self.tied.store(true, Ordering::Relaxed);
            }
        }
        if tied.is_empty() {
            return Ok(());
        }
        let nearest = self.by_heap(queries.select(Axis(0), &tied).view())?;
        tied.iter().zip(nearest).for_each(|(query, nearest)| write(*query, &nearest));
        Ok(())
    }

    /// None where products tell nothing or gain nothing.
    fn screened(&self, queries: ArrayView2<'_, f64>) -> Option<(&'a Screen, Queries)> {
        let screen = self.screen.filter(|_| queries.nrows() >= FEW)?;
        Some((screen, screen.queries(queries)?))
    }

    /// The blocks of reference rows.
    fn blocks(&self) -> impl Iterator<Item = Result<Range<usize>, FitError>> {
        let rows = self.rows.nrows();
        (0..rows).step_by(ROWS).map(move |start| match self.progress.cancelled() {
            true => Err(FitError::Cancelled),
            false => Ok(start..rows.min(start + ROWS)),
        })
    }

    /// Nothing for a query with more rows as far as its last neighbour.
    fn by_products(
        &self,
        queries: ArrayView2<'_, f64>,
        screen: &Screen,
        screened: &Queries,
    ) -> Result<Vec<Option<Vec<Near>>>, FitError> {
        let mut lists = screened.shortlists(self.k);
        let mut products = Array2::zeros((queries.nrows(), ROWS));
        for block in self.blocks() {
            let block = block?;
            let products = screen.products(screened, block.clone(), &mut products);
            for (list, products) in lists.iter_mut().zip(products.rows()) {
                list.extend(block.start, slice(products));
            }
        }
        let nearest = |(list, query): (Shortlist, ArrayView1<'_, f64>)| {
            let mut near: Vec<Near> =
                list.into_rows().map(|row| (self.reduced(slice(query), row as usize), row)).collect();
            near.sort_unstable_by(nearest_first);
            let is_tied = near.get(self.k).is_some_and(|next| next.0 == near[self.k - 1].0);
            near.truncate(self.k);
            (!is_tied).then_some(near)
        };
        Ok(lists.into_iter().zip(queries.rows()).map(nearest).collect())
    }

    fn by_heap(&self, queries: ArrayView2<'_, f64>) -> Result<Vec<Vec<Near>>, FitError> {
        let mut heaps: Vec<Heap> = (0..queries.nrows()).map(|_| Heap::new(self.k)).collect();
        let screened = self.screened(queries);
        let mut products = Array2::zeros((queries.nrows(), ROWS));
        for block in self.blocks() {
            let block = block?;
            let products = screened
                .as_ref()
                .map(|(screen, screened)| screen.products(screened, block.clone(), &mut products));
            for (i, (heap, query)) in heaps.iter_mut().zip(queries.rows()).enumerate() {
                let look = |row: usize, heap: &mut Heap| {
                    let row = block.start + row;
                    heap.push(self.reduced(slice(query), row), row as u32);
                };
                match (&screened, &products) {
                    (Some((_, screened)), Some(products)) => {
                        screened.candidates(i, slice(products.row(i)), heap, look);
                    }
                    _ => (0..block.len()).for_each(|row| look(row, heap)),
                }
            }
        }
        Ok(heaps.into_iter().map(Heap::into_sorted).collect())
    }

    fn reduced(&self, query: &[f64], row: usize) -> f64 {
        self.metric.reduced(query, slice(self.rows.row(row)))
    }
}
