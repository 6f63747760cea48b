//! Kinds of rows: clusters by k-means, which smartcore computes.

use ndarray::{Array2, ArrayView2};
use smartcore::{
    cluster::kmeans::{KMeans, KMeansParameters},
    linalg::basic::{arrays::Array, matrix::DenseMatrix},
};

/// Rounds of the clustering.
const ROUNDS: usize = 30;

/// The cluster of each row of `all`, by the `k` clusters of `learned`, both scaled alike and without missing values; none
/// where there are too few rows.
pub(crate) fn clusters(
    learned: ArrayView2<'_, f64>,
    all: ArrayView2<'_, f64>,
    k: usize,
    seed: u64,
) -> Option<Vec<u32>> {
    if k < 2 || learned.nrows() < k {
        return None;
    }
    let parameters = KMeansParameters { k, max_iter: ROUNDS, seed: Some(seed) };
    let fitted: KMeans<f64, u32, _, Vec<u32>> = KMeans::fit(&dense(learned)?, parameters).ok()?;
    fitted.predict(&dense(all)?).ok()
}

fn dense(rows: ArrayView2<'_, f64>) -> Option<DenseMatrix<f64>> {
    let rows: Vec<Vec<f64>> = rows.rows().into_iter().map(|row| row.to_vec()).collect();
    let matrix = DenseMatrix::from_2d_vec(&rows).ok()?;
    (matrix.shape().0 > 0).then_some(matrix)
}

/// Rows with a value for every missing one, of which nothing is odd.
pub(crate) fn without_missing(rows: ArrayView2<'_, f64>) -> Array2<f64> {
    rows.mapv(|value| if value.is_finite() { value } else { 0.0 })
}
