//! Linear equations with a symmetric, positive definite matrix.

use crate::rows::dot;
use ndarray::Array2;

/// Solves `matrix × x = right`. Where rounding has made the matrix indefinite, its diagonal is raised as little as
/// helps. None when it has values that are no numbers.
pub(super) fn solve(matrix: &Array2<f64>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    let mut raise = 0.0;
    let factor = loop {
        if let Some(factor) = decompose(matrix, raise) {
            break factor;
        }
        raise = if raise == 0.0 { 1e-14 } else { raise * 100.0 };
        if raise > 1e6 {
            return None;
        }
    };
    let row = |i: usize| &factor[i * n..i * n + i];
    for i in 0..n {
        right[i] = (right[i] - dot(row(i), &right[..i])) / factor[i * n + i];
    }
    for i in (0..n).rev() {
        right[i] /= factor[i * n + i];
        let value = right[i];
        right.iter_mut().zip(row(i)).for_each(|(right, factor)| *right -= value * factor);
    }
    right.iter().all(|value| value.is_finite()).then_some(right)
}

/// The lower factor L of `matrix = L Lᵀ`, row by row, the diagonal being raised by the share `raise`; none when the
/// matrix is not positive definite.
fn decompose(matrix: &Array2<f64>, raise: f64) -> Option<Vec<f64>> {
    let n = matrix.nrows();
    let mut factor: Vec<f64> = matrix.iter().copied().collect();
    for i in 0..n {
        let (above, below) = factor.split_at_mut(i * n);
        let row = &mut below[..n];
        for j in 0..i {
            row[j] = (row[j] - dot(&above[j * n..j * n + j], &row[..j])) / above[j * n + j];
        }
        let raised = row[i] * (1.0 + raise) + raise * f64::MIN_POSITIVE.sqrt();
        let pivot = raised - dot(&row[..i], &row[..i]);
        // What is left of a pivot that has cancelled out is rounding alone.
        if pivot.is_nan() || pivot <= raised.abs() * 1e-15 {
            return None;
        }
        row[i] = pivot.sqrt();
    }
    Some(factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn solves_a_system_known_beforehand() {
        let matrix = array![[4.0, 2.0, -2.0], [2.0, 10.0, 4.0], [-2.0, 4.0, 9.0]];
        let solution = solve(&matrix, matrix.dot(&array![1.0, -2.0, 3.0]).to_vec()).unwrap();
        assert!(solution.iter().zip([1.0, -2.0, 3.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{solution:?}");
    }

    #[test]
    fn a_singular_matrix_still_gives_a_solution() {
        let solution = solve(&array![[1.0, 1.0], [1.0, 1.0]], vec![2.0, 2.0]).unwrap();
        assert!((solution[0] + solution[1] - 2.0).abs() < 1e-6, "{solution:?}");
        assert_eq!(solve(&array![[f64::NAN]], vec![1.0]), None);
    }
}
