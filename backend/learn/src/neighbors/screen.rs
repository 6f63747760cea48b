//! A product of matrices in single precision, which tells the rows that cannot be near.
//!
//! For |x - y|² - |x|² = |y|² - 2xy and for 1 - xy alike, it is one product when each row y is followed by its own
//! part, |y|² or 1, and each query by 1.

use super::{
    heap::Heap,
    metric::Metric,
    shortlist::{LANES, Shortlist, any_below},
};
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice, linalg::general_mat_mul};
use std::ops::Range;

/// Values above this have squares that do not fit into single precision when many are added.
const LARGEST: f64 = 1e15;

/// The reference rows in single precision, about their mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Screen {
    metric: Metric,
    center: Array1<f64>,
    /// `n_rows` × (`n_features` + 1).
    rows: Array2<f32>,
    /// The largest |row|², about the mean and about 0.
    largest: [f64; 2],
}

/// Queries to multiply with the rows.
pub(super) struct Queries {
    /// `n_queries` × (`n_features` + 1).
    rows: Array2<f32>,
    /// How far a product may be off.
    errors: Vec<f64>,
    /// A row whose product is not below a reduced distance plus this is farther than that distance.
    shifts: Vec<f64>,
}

impl Screen {
    /// Of prepared rows; none where a product tells nothing.
    pub(super) fn new(metric: Metric, rows: ArrayView2<'_, f64>) -> Option<Self> {
        if metric == Metric::Manhattan || !fits(rows) {
            return None;
        }
        let center = match metric {
            Metric::Euclidean => rows.mean_axis(Axis(0))?,
            _ => Array1::zeros(rows.ncols()),
        };
        let squares = squares(rows, &center);
        let largest = [&squares, &self::squares(rows, &Array1::zeros(rows.ncols()))]
            .map(|squares| squares.iter().copied().fold(0.0, f64::max));
        let own = |row: usize| if metric == Metric::Euclidean { squares[row] } else { 1.0 };
        let singles = singles(rows, &center, 1.0, own);
        Some(Self { metric, center, rows: singles, largest })
    }

    /// Of prepared queries; none where a product tells nothing.
    pub(super) fn queries(&self, queries: ArrayView2<'_, f64>) -> Option<Queries> {
        if !fits(queries) {
            return None;
        }
        let factor = if self.metric == Metric::Euclidean { -2.0 } else { -1.0 };
        let rows = singles(queries, &self.center, factor, |_| 1.0);
        let width = (queries.ncols() + 5) as f64;
        let raw = squares(queries, &Array1::zeros(queries.ncols()));
        let squares = squares(queries, &self.center);
        // The rounding of single precision, numbers too small for it, and the rounding of the mean's removal.
        let error = |(square, raw): (&f64, f64)| {
            4.0 * width * f64::from(f32::EPSILON) * (square + self.largest[0])
                + 8.0 * width * f64::from(f32::MIN_POSITIVE)
                + 1e-23 * (raw + self.largest[1])
        };
        let errors: Vec<f64> = squares.iter().zip(raw).map(error).collect();
        let own = |square: &f64| if self.metric == Metric::Euclidean { *square } else { 0.0 };
        let shifts = errors.iter().zip(&squares).map(|(error, square)| error - own(square)).collect();
        Some(Queries { rows, errors, shifts })
    }

    /// The products of all queries with the rows of a range, `n_queries` × rows of the range, in the first columns of
    /// `place`.
    pub(super) fn products<'a>(
        &self,
        queries: &Queries,
        range: Range<usize>,
        place: &'a mut Array2<f32>,
    ) -> ArrayView2<'a, f32> {
        let mut products = place.slice_axis_mut(Axis(1), Slice::from(..range.len()));
        let rows = self.rows.slice_axis(Axis(0), Slice::from(range));
        general_mat_mul(1.0, &queries.rows, &rows.t(), 0.0, &mut products);
        place.slice_axis(Axis(1), Slice::from(..rows.nrows()))
    }
}

impl Queries {
    /// A list for each query, of the rows that may be among its `k` nearest.
    pub(super) fn shortlists(&self, k: usize) -> Vec<Shortlist> {
        self.errors.iter().map(|error| Shortlist::new(k, *error)).collect()
    }

    /// Looks, in order, at every row that may be nearer to query `query` than the heap's limit; `products` are the
    /// query's with the rows.
    pub(super) fn candidates(
        &self,
        query: usize,
        products: &[f32],
        heap: &mut Heap,
        mut look: impl FnMut(usize, &mut Heap),
    ) {
        let shift = self.shifts[query];
        let mut limit = (heap.limit() + shift) as f32;
        for (chunk, products) in products.chunks(LANES).enumerate() {
            if !products.try_into().map_or(true, |products: &[f32; LANES]| any_below(products, limit)) {
                continue;
            }
            for (i, product) in products.iter().enumerate() {
                if *product < limit {
                    look(chunk * LANES + i, heap);
                    limit = (heap.limit() + shift) as f32;
                }
            }
        }
    }
}

fn fits(rows: ArrayView2<'_, f64>) -> bool {
    rows.iter().all(|value| value.abs() < LARGEST)
}

fn squares(rows: ArrayView2<'_, f64>, center: &Array1<f64>) -> Vec<f64> {
    let square = |(value, center): (&f64, &f64)| (value - center) * (value - center);
    rows.rows().into_iter().map(|row| row.iter().zip(center).map(square).sum()).collect()
}

/// `factor` times each row about the center, followed by its `own` number.
fn singles(
    rows: ArrayView2<'_, f64>,
    center: &Array1<f64>,
    factor: f64,
    own: impl Fn(usize) -> f64,
) -> Array2<f32> {
    let mut singles = Array2::zeros((rows.nrows(), rows.ncols() + 1));
    for (i, (row, mut single)) in rows.rows().into_iter().zip(singles.rows_mut()).enumerate() {
        for ((to, value), center) in single.iter_mut().zip(row).zip(center) {
            *to = (factor * (value - center)) as f32;
        }
        single[rows.ncols()] = own(i) as f32;
    }
    singles
}
