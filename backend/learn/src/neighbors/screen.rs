//! A product of matrices in single precision, which tells the rows that cannot be near.
//!
//! For |x - y|² - |x|² = |y|² - 2xy and for 1 - xy alike, it is one product when each row y is followed by its own
//! part, |y|² or 1, and each query by 1.

use super::{Heap, metric::Metric};
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, Slice, linalg::general_mat_mul};
use std::ops::Range;

/// Values above this have squares that do not fit into single precision when many are added.
const LARGEST: f64 = 1e15;
/// What is compared at once.
const LANES: usize = 32;

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
        let own = |row: usize| if metric == Metric::Euclidean { squares[row] } else { 1.0 };
        let singles = singles(rows, &center, 1.0, own);
        let largest = [&squares, &self::squares(rows, &Array1::zeros(rows.ncols()))]
            .map(|squares| squares.iter().copied().fold(0.0, f64::max));
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
        let shift = |(square, raw): (&f64, f64)| {
            // Room for the rounding of single precision, for numbers too small for it, and for the rounding of
            // the mean's removal.
            let room = 4.0 * width * f64::from(f32::EPSILON) * (square + self.largest[0])
                + 8.0 * width * f64::from(f32::MIN_POSITIVE)
                + 1e-23 * (raw + self.largest[1]);
            if self.metric == Metric::Euclidean { room - square } else { room }
        };
        let shifts = squares(queries, &self.center).iter().zip(raw).map(shift).collect();
        Some(Queries { rows, shifts })
    }

    /// The products of all queries with the rows of a range: `n_queries` × rows of the range.
    pub(super) fn products(
        &self,
        queries: &Queries,
        range: Range<usize>,
        products: &mut ArrayViewMut2<'_, f32>,
    ) {
        let rows = self.rows.slice_axis(Axis(0), Slice::from(range));
        general_mat_mul(1.0, &queries.rows, &rows.t(), 0.0, products);
    }
}

impl Queries {
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
            if !products.try_into().map_or(true, |products| any_below(products, limit)) {
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

/// Whether a number is below the limit, without a branch for each, which takes a few vector instructions.
fn any_below(numbers: &[f32; LANES], limit: f32) -> bool {
    numbers.iter().fold(0_u32, |found, number| found | u32::from(*number < limit)) != 0
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
