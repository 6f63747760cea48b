//! Logarithms of counts, brought to one scale: scikit-learn's `FunctionTransformer(numpy.log1p)`, then `StandardScaler`.

use super::StandardScaler;
use crate::{FitError, MatrixError};
use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

/// Replaces each value by log(1 + value), then subtracts each column's mean and divides by its standard deviation: from
/// none to one is as far as from one to three.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogScaler {
    /// Fitted to the logarithms.
    pub standard: StandardScaler,
}

impl LogScaler {
    /// # Errors
    /// An empty matrix, a value that is not finite or not above -1, or values so large that their variance is not.
    pub fn fit(samples: ArrayView2<'_, f64>) -> Result<Self, FitError> {
        let mut logarithms = samples.as_standard_layout().into_owned();
        take_logarithms(&mut logarithms)?;
        Ok(Self { standard: StandardScaler::fit(logarithms.view())? })
    }

    pub fn n_features(&self) -> usize {
        self.standard.n_features()
    }

    /// Scales `samples` (any number × `n_features`) where they are.
    ///
    /// # Errors
    /// Another number of columns, a value that is not above -1.
    pub fn transform_inplace(&self, samples: &mut Array2<f64>) -> Result<(), MatrixError> {
        take_logarithms(samples)?;
        self.standard.transform_inplace(samples)
    }

    pub(super) fn check(&self) -> Result<(), String> {
        self.standard.check()
    }
}

fn take_logarithms(samples: &mut Array2<f64>) -> Result<(), MatrixError> {
    if let Some(((row, column), value)) = samples.indexed_iter().find(|(_, value)| **value <= -1.0) {
        return Err(MatrixError::NoLogarithm { row, column, value: *value });
    }
    samples.par_mapv_inplace(f64::ln_1p);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn counts_are_told_apart_by_how_many_times_as_many_they_are() {
        let mut samples = array![[0.0, 5.0], [1.0, 5.0], [3.0, 5.0]];
        LogScaler::fit(samples.view()).unwrap().transform_inplace(&mut samples).unwrap();
        assert!((samples[[1, 0]] - samples[[0, 0]] - (samples[[2, 0]] - samples[[1, 0]])).abs() < 1e-12);
        assert!(samples.column(1).iter().all(|value| value.abs() < 1e-12));
    }

    #[test]
    fn what_has_no_logarithm_is_named() {
        let error = |samples: Array2<f64>| LogScaler::fit(samples.view()).unwrap_err().to_string();
        assert!(error(array![[1.0, 2.0], [3.0, -1.0]]).contains("row 1, column 1"));
        assert!(error(array![[1.0, 2.0], [3.0, f64::NAN]]).contains("row 1, column 1"));
        let scaler = LogScaler::fit(array![[1.0], [3.0]].view()).unwrap();
        let found = scaler.transform_inplace(&mut array![[0.0], [-2.0]]);
        assert_eq!(found, Err(MatrixError::NoLogarithm { row: 1, column: 0, value: -2.0 }));
    }
}
