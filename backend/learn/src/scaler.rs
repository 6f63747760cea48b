//! Scaling the columns of a matrix, each scaler as `sklearn.preprocessing` has it for a C-ordered matrix.

mod log;
mod min_max;
mod robust;
mod standard;

pub use log::LogScaler;
pub use min_max::MinMaxScaler;
pub use robust::RobustScaler;
pub(crate) use robust::median;
pub use standard::StandardScaler;

use crate::{FitError, MatrixError, matrix};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use trainyard_types::ScalerSpecification;

/// A fitted scaler.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaler {
    Standard(StandardScaler),
    MinMax(MinMaxScaler),
    Robust(RobustScaler),
    Log1p(LogScaler),
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
            ScalerSpecification::MinMax => MinMaxScaler::fit(samples).map(Self::MinMax).map(Some),
            ScalerSpecification::Robust => RobustScaler::fit(samples).map(Self::Robust).map(Some),
            ScalerSpecification::Log1p => LogScaler::fit(samples).map(Self::Log1p).map(Some),
            ScalerSpecification::None => Ok(None),
        }
    }

    pub fn n_features(&self) -> usize {
        match self {
            Self::Standard(scaler) => scaler.n_features(),
            Self::MinMax(scaler) => scaler.n_features(),
            Self::Robust(scaler) => scaler.n_features(),
            Self::Log1p(scaler) => scaler.n_features(),
        }
    }

    /// The scaled copy of `samples` (any number × `n_features`).
    ///
    /// # Errors
    /// Another number of columns, and a value without a logarithm where these are taken.
    pub fn transform(&self, samples: ArrayView2<'_, f64>) -> Result<Array2<f64>, MatrixError> {
        let mut scaled = samples.as_standard_layout().into_owned();
        self.transform_inplace(&mut scaled)?;
        Ok(scaled)
    }

    /// Scales `samples` (any number × `n_features`) where they are.
    ///
    /// # Errors
    /// As [`Self::transform`].
    pub fn transform_inplace(&self, samples: &mut Array2<f64>) -> Result<(), MatrixError> {
        match self {
            Self::Standard(scaler) => scaler.transform_inplace(samples),
            Self::MinMax(scaler) => scaler.transform_inplace(samples),
            Self::Robust(scaler) => scaler.transform_inplace(samples),
            Self::Log1p(scaler) => scaler.transform_inplace(samples),
        }
    }

    pub(crate) fn standard(&self) -> Option<&StandardScaler> {
        match self {
            Self::Standard(scaler) => Some(scaler),
            Self::MinMax(_) | Self::Robust(_) | Self::Log1p(_) => None,
        }
    }

    /// Checks what was read from outside.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Standard(scaler) => scaler.check(),
            Self::MinMax(scaler) => scaler.check(),
            Self::Robust(scaler) => scaler.check(),
            Self::Log1p(scaler) => scaler.check(),
        }
    }
}

/// Replaces every value of `samples` by `scale(value, first[column], second[column])`, rows in parallel.
fn each_value(
    samples: &mut Array2<f64>,
    first: &[f64],
    second: &[f64],
    scale: impl Fn(f64, f64, f64) -> f64 + Sync,
) -> Result<(), MatrixError> {
    matrix::check_columns(samples.view(), first.len())?;
    samples.axis_chunks_iter_mut(Axis(0), 1024).into_par_iter().for_each(|mut rows| {
        for mut row in rows.rows_mut() {
            for (value, (first, second)) in row.iter_mut().zip(first.iter().zip(second)) {
                *value = scale(*value, *first, *second);
            }
        }
    });
    Ok(())
}

/// Why the statistics of `column` are not finite: a value of the matrix, or the size of the values.
fn unusable(samples: ArrayView2<'_, f64>, column: usize) -> MatrixError {
    let place = samples.indexed_iter().find(|(_, value)| !value.is_finite());
    match place {
        Some(((row, column), &value)) => MatrixError::NotFinite { row, column, value },
        None => MatrixError::Overflow { column },
    }
}

/// What to divide by: a range so small that it is rounding counts as 1 (`_handle_zeros_in_scale` of
/// `sklearn/preprocessing/_data.py`).
fn divisor(range: f64) -> f64 {
    if range < 10.0 * f64::EPSILON { 1.0 } else { range }
}

/// Checks what was read from outside: equal lengths, finite numbers, and `positive` above 0.
fn check_columns(columns: &[&[f64]], positive: &[f64]) -> Result<(), String> {
    if columns.iter().any(|column| column.len() != positive.len()) {
        return Err("a scaler with columns of different lengths".into());
    }
    let finite = columns.iter().flat_map(|column| column.iter()).all(|value| value.is_finite());
    if finite && positive.iter().all(|scale| scale.is_finite() && *scale > 0.0) {
        Ok(())
    } else {
        Err("a scaler with impossible numbers".into())
    }
}
