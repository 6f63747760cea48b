//! Scaling the columns of a matrix. Standard scaling is, bit for bit, what `sklearn.preprocessing.StandardScaler`
//! does to a C-ordered matrix.

use crate::{FitError, MatrixError, matrix, sums::pairwise};
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use trainyard_types::ScalerSpecification;

/// Columns that a thread sums up together: a cache line of a row.
const STRIPE: usize = 8;

/// A fitted scaler.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaler {
    Standard(StandardScaler),
}

impl Scaler {
    /// Fits the scaler that is asked for, if any, to `samples` (`n_samples` × `n_features`).
    ///
    /// # Errors
    /// An empty matrix, a value that is not finite, or values so large that their statistics are not.
    pub fn fit(
        specification: ScalerSpecification,
        samples: ArrayView2<'_, f64>,
    ) -> Result<Option<Self>, FitError> {
        match specification {
            ScalerSpecification::Standard => StandardScaler::fit(samples).map(Self::Standard).map(Some),
            ScalerSpecification::None => Ok(None),
        }
    }

    pub fn n_features(&self) -> usize {
        match self {
            Self::Standard(scaler) => scaler.n_features(),
        }
    }

    /// The scaled copy of `samples` (any number × `n_features`).
    ///
    /// # Errors
    /// Another number of columns.
    pub fn transform(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        match self {
            Self::Standard(scaler) => scaler.transform(samples),
        }
    }

    pub(crate) fn standard(&self) -> Option<&StandardScaler> {
        let Self::Standard(scaler) = self;
        Some(scaler)
    }

    /// Checks what was read from outside.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Standard(scaler) => scaler.check(),
        }
    }
}

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
        matrix::check_columns(samples.view(), self.n_features())?;
        samples.axis_chunks_iter_mut(Axis(0), 1024).into_par_iter().for_each(|rows| self.scale_rows(rows));
        Ok(())
    }

    fn scale_rows(&self, mut rows: ArrayViewMut2<'_, f64>) {
        for mut row in rows.rows_mut() {
            let parameters = self.mean.iter().zip(&self.scale);
            for (value, (mean, scale)) in row.iter_mut().zip(parameters) {
                *value = (*value - mean) / scale;
            }
        }
    }

    /// One value of one column, scaled.
    pub(crate) fn scaled(&self, column: usize, value: f64) -> f64 {
        (value - self.mean[column]) / self.scale[column]
    }

    /// Checks what was read from outside: equal lengths, finite numbers, no division by zero.
    pub(crate) fn check(&self) -> Result<(), String> {
        let columns = self.mean.len();
        if [self.variance.len(), self.scale.len()] != [columns; 2] {
            return Err("a scaler with columns of different lengths".into());
        }
        let finite = self.mean.iter().chain(&self.variance).all(|value| value.is_finite());
        if finite && self.scale.iter().all(|scale| scale.is_finite() && *scale > 0.0) {
            Ok(())
        } else {
            Err("a scaler with impossible numbers".into())
        }
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

/// Why the moments of `column` are not finite: a value of the matrix, or the size of the values.
fn unusable(samples: ArrayView2<'_, f64>, column: usize) -> MatrixError {
    let place = samples.indexed_iter().find(|(_, value)| !value.is_finite());
    match place {
        Some(((row, column), &value)) => MatrixError::NotFinite { row, column, value },
        None => MatrixError::Overflow { column },
    }
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
