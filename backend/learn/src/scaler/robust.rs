//! Robust scaling: what `sklearn.preprocessing.RobustScaler` does, with numpy's median and quartiles.

use super::{divisor, each_value, unusable};
use crate::{FitError, MatrixError, statistics::percentile};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Subtracts each column's median and divides by the distance between its quartiles; a column whose quartiles
/// are equal is only centred.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RobustScaler {
    pub median: Vec<f64>,
    /// What centred values are divided by: the distance between the quartiles, or 1 when there is none.
    pub scale: Vec<f64>,
}

impl RobustScaler {
    /// # Errors
    /// An empty matrix, a value that is not finite, or quartiles whose distance is not.
    pub fn fit(samples: ArrayView2<'_, f64>) -> Result<Self, FitError> {
        let (rows, columns) = samples.dim();
        if rows == 0 || columns == 0 {
            return Err(MatrixError::Empty { rows, columns }.into());
        }
        let statistics: Vec<(f64, f64)> = samples
            .axis_iter(Axis(1))
            .into_par_iter()
            .map(|column| {
                let mut sorted = column.to_vec();
                sorted.sort_unstable_by(f64::total_cmp);
                let range = percentile(&sorted, 75.0) - percentile(&sorted, 25.0);
                let ends_finite = sorted[0].is_finite() && sorted[rows - 1].is_finite();
                (if ends_finite { median(&sorted) } else { f64::NAN }, range)
            })
            .collect();
        let broken = statistics.iter().position(|(median, range)| !median.is_finite() || !range.is_finite());
        if let Some(column) = broken {
            return Err(unusable(samples, column).into());
        }
        let (median, range): (Vec<f64>, Vec<f64>) = statistics.into_iter().unzip();
        Ok(Self { median, scale: range.into_iter().map(divisor).collect() })
    }

    pub fn n_features(&self) -> usize {
        self.scale.len()
    }

    /// Scales `samples` (any number × `n_features`) where they are.
    ///
    /// # Errors
    /// Another number of columns.
    pub fn transform_inplace(&self, samples: &mut Array2<f64>) -> Result<(), MatrixError> {
        each_value(samples, &self.median, &self.scale, |value, median, scale| (value - median) / scale)
    }

    pub(super) fn check(&self) -> Result<(), String> {
        super::check_columns(&[&self.median], &self.scale)
    }
}

/// `numpy.median` of ascending values, of which there is at least one.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn an_outlier_does_not_move_it() {
        let mut samples = array![[1.0], [2.0], [3.0], [4.0], [1e9]];
        let scaler = RobustScaler::fit(samples.view()).unwrap();
        scaler.transform_inplace(&mut samples).unwrap();
        assert_eq!(samples.column(0).to_vec()[..4], [-1.0, -0.5, 0.0, 0.5]);
    }

    #[test]
    fn unusable_values_are_named() {
        let error = |samples: Array2<f64>| RobustScaler::fit(samples.view()).unwrap_err().to_string();
        assert!(error(array![[1.0, 2.0], [3.0, f64::NAN]]).contains("row 1, column 1"));
        assert!(error(array![[1.0, 2.0], [3.0, f64::NEG_INFINITY]]).contains("row 1, column 1"));
        assert!(error(Array2::zeros((0, 3))).contains("0 rows"));
    }
}
