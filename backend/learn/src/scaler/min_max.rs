//! Min-max scaling: bit for bit what `sklearn.preprocessing.MinMaxScaler` does.

use super::{divisor, each_value, unusable};
use crate::{FitError, MatrixError};
use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

/// Maps each column's minimum to 0 and its maximum to 1; a constant column becomes 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinMaxScaler {
    /// Rows of the matrix that the scaler was fitted on.
    pub n_samples: u64,
    pub data_min: Vec<f64>,
    pub data_max: Vec<f64>,
    /// What values are multiplied with: 1 over the range, or 1 for a constant column.
    pub scale: Vec<f64>,
    /// What is added then: scikit-learn's `min_`.
    pub offset: Vec<f64>,
}

impl MinMaxScaler {
    /// # Errors
    /// An empty matrix, a value that is not finite, or a range that is not.
    pub fn fit(samples: ArrayView2<'_, f64>) -> Result<Self, FitError> {
        let (rows, columns) = samples.dim();
        if rows == 0 || columns == 0 {
            return Err(MatrixError::Empty { rows, columns }.into());
        }
        let mut data_min = samples.row(0).to_vec();
        let mut data_max = data_min.clone();
        let mut finite = true;
        for row in samples.rows() {
            for ((value, min), max) in row.iter().zip(&mut data_min).zip(&mut data_max) {
                finite &= value.is_finite();
                *min = min.min(*value);
                *max = max.max(*value);
            }
        }
        if !finite {
            return Err(unusable(samples, 0).into());
        }
        if let Some(column) = (0..columns).find(|column| !(data_max[*column] - data_min[*column]).is_finite())
        {
            return Err(MatrixError::Overflow { column }.into());
        }
        let scale: Vec<f64> =
            data_min.iter().zip(&data_max).map(|(min, max)| 1.0 / divisor(max - min)).collect();
        let offset = data_min.iter().zip(&scale).map(|(min, scale)| 0.0 - min * scale).collect();
        Ok(Self { n_samples: rows as u64, data_min, data_max, scale, offset })
    }

    pub fn n_features(&self) -> usize {
        self.scale.len()
    }

    /// Scales `samples` (any number × `n_features`) where they are.
    ///
    /// # Errors
    /// Another number of columns.
    pub fn transform_inplace(&self, samples: &mut Array2<f64>) -> Result<(), MatrixError> {
        each_value(samples, &self.scale, &self.offset, |value, scale, offset| value * scale + offset)
    }

    pub(super) fn check(&self) -> Result<(), String> {
        super::check_columns(&[&self.data_min, &self.data_max, &self.offset], &self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn minimum_and_maximum_become_zero_and_one() {
        let mut samples = array![[1.0, 5.0], [3.0, 5.0], [2.0, 5.0]];
        let scaler = MinMaxScaler::fit(samples.view()).unwrap();
        scaler.transform_inplace(&mut samples).unwrap();
        assert_eq!(samples, array![[0.0, 0.0], [1.0, 0.0], [0.5, 0.0]]);
    }

    #[test]
    fn unusable_values_are_named() {
        let error = |samples: Array2<f64>| MinMaxScaler::fit(samples.view()).unwrap_err().to_string();
        assert!(error(array![[1.0, 2.0], [3.0, f64::NAN]]).contains("row 1, column 1"));
        assert!(error(array![[1.0, 1.7e308], [3.0, -1.7e308]]).contains("column 1"));
        assert!(error(Array2::zeros((0, 3))).contains("0 rows"));
    }
}
