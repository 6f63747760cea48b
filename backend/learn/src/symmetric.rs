//! Inverses, determinants and eigenvalues of covariance matrices.

use ndarray::{Array2, ArrayView2};

/// Below this ratio of the squared pivots, a matrix counts as close to singular and is decomposed.
const WELL_CONDITIONED: f64 = 1e-8;

/// The Moore-Penrose inverse of a symmetric matrix, eigenvalues below `n × 2.2e-16` of the largest being 0:
/// `scipy.linalg.pinvh`.
pub(crate) fn pseudo_inverse(matrix: ArrayView2<'_, f64>) -> Array2<f64> {
    if let Some(factor) = cholesky(matrix).filter(well_conditioned) {
        return inverse(&factor);
    }
    let n = matrix.nrows();
    let (values, vectors) = eigen(matrix);
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let cutoff = largest * n as f64 * f64::EPSILON;
    let mut scaled = vectors.clone();
    for (mut column, value) in scaled.columns_mut().into_iter().zip(&values) {
        let factor = if value.abs() > cutoff { 1.0 / value } else { 0.0 };
        column.mapv_inplace(|entry| entry * factor);
    }
    scaled.dot(&vectors.t())
}

/// ln of the determinant; -∞ where that is not above 0: `fast_logdet` of `sklearn/utils/extmath.py`.
pub(crate) fn log_determinant(matrix: ArrayView2<'_, f64>) -> f64 {
    if let Some(factor) = cholesky(matrix).filter(well_conditioned) {
        return 2.0 * factor.diag().iter().map(|pivot| pivot.ln()).sum::<f64>();
    }
    // By elimination with the largest pivot of each column, as LAPACK does.
    let mut rest = matrix.to_owned();
    let n = rest.nrows();
    let (mut sign, mut sum) = (1.0, 0.0);
    for column in 0..n {
        let largest = (column..n)
            .max_by(|a, b| rest[[*a, column]].abs().total_cmp(&rest[[*b, column]].abs()))
            .unwrap_or(column);
        if largest != column {
            sign = -sign;
            for k in 0..n {
                rest.swap([largest, k], [column, k]);
            }
        }
        let pivot = rest[[column, column]];
        if pivot == 0.0 {
            return f64::NEG_INFINITY;
        }
        sign *= pivot.signum();
        sum += pivot.abs().ln();
        for row in column + 1..n {
            let factor = rest[[row, column]] / pivot;
            for k in column..n {
                rest[[row, k]] -= factor * rest[[column, k]];
            }
        }
    }
    if sign > 0.0 { sum } else { f64::NEG_INFINITY }
}

fn well_conditioned(factor: &Array2<f64>) -> bool {
    let pivots = || factor.diag().into_iter().map(|pivot| pivot * pivot);
    pivots().fold(f64::INFINITY, f64::min) > WELL_CONDITIONED * pivots().fold(0.0, f64::max)
}

/// The lower triangle L of LLᵀ; none where a pivot is not above 0.
fn cholesky(matrix: ArrayView2<'_, f64>) -> Option<Array2<f64>> {
    let n = matrix.nrows();
    let mut factor = Array2::zeros((n, n));
    for i in 0..n {
        for j in 0..=i {
            let sum = matrix[[i, j]] - (0..j).map(|k| factor[[i, k]] * factor[[j, k]]).sum::<f64>();
            if i != j {
                factor[[i, j]] = sum / factor[[j, j]];
            } else if sum > 0.0 {
                factor[[i, i]] = sum.sqrt();
            } else {
                return None;
            }
        }
    }
    Some(factor)
}

/// The inverse of LLᵀ.
fn inverse(factor: &Array2<f64>) -> Array2<f64> {
    let n = factor.nrows();
    let mut lower = Array2::<f64>::zeros((n, n));
    for column in 0..n {
        lower[[column, column]] = 1.0 / factor[[column, column]];
        for row in column + 1..n {
            let sum: f64 = (column..row).map(|k| factor[[row, k]] * lower[[k, column]]).sum();
            lower[[row, column]] = -sum / factor[[row, row]];
        }
    }
    lower.t().dot(&lower)
}

/// Eigenvalues, and eigenvectors as columns, by Jacobi's rotations.
pub(crate) fn eigen(matrix: ArrayView2<'_, f64>) -> (Vec<f64>, Array2<f64>) {
    let n = matrix.nrows();
    let mut a = matrix.to_owned();
    let mut vectors = Array2::eye(n);
    let scale = a.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    for _sweep in 0..60 {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                if a[[p, q]].abs() <= scale * 1e-18 || a[[p, q]] == 0.0 {
                    continue;
                }
                rotated = true;
                let theta = (a[[q, q]] - a[[p, p]]) / (2.0 * a[[p, q]]);
                let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let cosine = 1.0 / tangent.hypot(1.0);
                let sine = tangent * cosine;
                for k in 0..n {
                    let (x, y) = (a[[k, p]], a[[k, q]]);
                    a[[k, p]] = cosine * x - sine * y;
                    a[[k, q]] = sine * x + cosine * y;
                }
                for k in 0..n {
                    let (x, y) = (a[[p, k]], a[[q, k]]);
                    a[[p, k]] = cosine * x - sine * y;
                    a[[q, k]] = sine * x + cosine * y;
                    let (x, y) = (vectors[[k, p]], vectors[[k, q]]);
                    vectors[[k, p]] = cosine * x - sine * y;
                    vectors[[k, q]] = sine * x + cosine * y;
                }
            }
        }
        if !rotated {
            break;
        }
    }
    (a.diag().to_vec(), vectors)
}
