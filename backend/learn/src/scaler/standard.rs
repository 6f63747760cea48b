//! Standard scaling: bit for bit what `sklearn.preprocessing.StandardScaler` does to a C-ordered matrix.

use super::{each_value, unusable};
use crate::{FitError, MatrixError, sums::pairwise};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Columns that a thread sums up together: a cache line of a row.
const STRIPE: usize = 8;

/// Subtracts each column's mean and divides by its standard deviation; a column that is constant, within
/// rounding, is only centred.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardScaler {
    /// Rows of the matrix that the scaler was fitted on.
    pub n_samples: u64,
    pub mean: Vec<f64>,
    /// Population variance.
    pub variance: Vec<f64>,
    /// What centred values are divided by: the standard deviation, or 1 for a constant column.
    pub scale: Vec<f64>,
}

impl StandardScaler {
    /// Mean and variance of each column by the corrected two-pass algorithm (Chan, Golub and LeVeque;
    /// `_incremental_mean_and_var` in `sklearn/utils/extmath.py`).
    ///
    /// # Errors
    /// An empty matrix, a value that is not finite, or values so large that their variance is not.
    pub fn fit(samples: ArrayView2<'_, f64>) -> Result<Self, FitError> {
        let (rows, columns) = samples.dim();
        if rows == 0 || columns == 0 {
            return Err(MatrixError::Empty { rows, columns }.into());
        }
        let n = rows as f64;
        // numpy adds up a single column pairwise, and several columns row by row.
        let moments: Vec<Moments> = if columns == 1 {
            let values = samples.column(0).to_vec();
            vec![single_column(&values)]
        } else {
            let starts: Vec<usize> = (0..columns).step_by(STRIPE).collect();
            let stripes = starts.par_iter().map(|&start| {
                let end = (start + STRIPE).min(columns);
                stripe(samples.slice_axis(Axis(1), (start..end).into()))
            });
            stripes.collect::<Vec<_>>().concat()
        };
        let mut scaler = Self { n_samples: rows as u64, mean: vec![], variance: vec![], scale: vec![] };
        for (column, Moments { sum, correction, squares }) in moments.into_iter().enumerate() {
            let mean = sum / n;
            let variance = (squares - correction * correction / n) / n;
            if !mean.is_finite() || !variance.is_finite() {
                return Err(unusable(samples, column).into());
            }
            let bound = n * f64::EPSILON * variance + (n * mean * f64::EPSILON) * (n * mean * f64::EPSILON);
            scaler.mean.push(mean);
            scaler.variance.push(variance);
            scaler.scale.push(if variance <= bound { 1.0 } else { variance.sqrt() });
        }
        Ok(scaler)
    }

    pub fn n_features(&self) -> usize {
        self.mean.len()
    }

    /// The scaled copy of `samples` (any number × `n_features`).
    pub fn transform(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        let mut scaled = samples.as_standard_layout().into_owned();
        self.transform_inplace(&mut scaled)?;
        Ok(scaled)
    }

    /// Scales `samples` (any number × `n_features`) where they are.
    pub fn transform_inplace(&self, samples: &mut Array2<f64>) -> Result<(), MatrixError> {
        each_value(samples, &self.mean, &self.scale, |value, mean, scale| (value - mean) / scale)
    }

    /// One value of one column, scaled.
    pub(crate) fn scaled(&self, column: usize, value: f64) -> f64 {
        (value - self.mean[column]) / self.scale[column]
    }

    pub(super) fn check(&self) -> Result<(), String> {
        super::check_columns(&[&self.mean, &self.variance], &self.scale)
    }
}

/// Of a column: the sum, and the sums of the deviations from the mean and of their squares.
#[derive(Clone, Copy, Default)]
struct Moments {
    sum: f64,
    correction: f64,
    squares: f64,
}

fn single_column(values: &[f64]) -> Moments {
    let sum = pairwise(values);
    let mean = sum / values.len() as f64;
    let deviations: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let squares: Vec<f64> = deviations.iter().map(|deviation| deviation * deviation).collect();
    Moments { sum, correction: pairwise(&deviations), squares: pairwise(&squares) }
}

/// The moments of up to [`STRIPE`] columns, each added up from the first row to the last.
fn stripe(samples: ArrayView2<'_, f64>) -> Vec<Moments> {
    let n = samples.nrows() as f64;
    let mut moments = [Moments::default(); STRIPE];
    for row in samples.rows() {
        for (moment, value) in moments.iter_mut().zip(row) {
            moment.sum += value;
        }
    }
    let means = moments.map(|moment| moment.sum / n);
    for row in samples.rows() {
        for ((moment, mean), value) in moments.iter_mut().zip(means).zip(row) {
            let deviation = value - mean;
            moment.correction += deviation;
            moment.squares += deviation * deviation;
        }
    }
    moments[..samples.ncols()].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn scales_to_mean_zero_and_deviation_one() {
        let samples = array![[1.0, 5.0, -2.0], [3.0, 5.0, 2.0]];
        let scaler = StandardScaler::fit(samples.view()).unwrap();
        assert_eq!(scaler.mean, [2.0, 5.0, 0.0]);
        assert_eq!(scaler.variance, [1.0, 0.0, 4.0]);
        assert_eq!(scaler.scale, [1.0, 1.0, 2.0]);
        assert_eq!(scaler.transform(samples.view()).unwrap(), array![[-1.0, 0.0, -1.0], [1.0, 0.0, 1.0]]);
    }

    #[test]
    fn unusable_values_are_named() {
        let error = |samples: Array2<f64>| StandardScaler::fit(samples.view()).unwrap_err().to_string();
        assert!(error(array![[1.0, 2.0], [3.0, f64::NAN]]).contains("row 1, column 1"));
        assert!(error(array![[f64::INFINITY], [3.0]]).contains("row 0, column 0"));
        assert!(error(array![[1.0, 1e200], [3.0, -1e200]]).contains("column 1"));
        assert!(error(Array2::zeros((0, 3))).contains("0 rows"));
    }

    #[test]
    fn another_width_is_refused() {
        let scaler = StandardScaler::fit(array![[1.0, 2.0], [3.0, 4.0]].view()).unwrap();
        let error = scaler.transform(array![[1.0]].view());
        assert_eq!(error, Err(MatrixError::Columns { expected: 2, found: 1 }));
    }
}
