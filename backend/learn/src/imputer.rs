//! Missing values (NaN) of a matrix are replaced, as `sklearn.impute.SimpleImputer` does.

use crate::{FitError, MatrixError, matrix, scaler::median};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use trainyard_types::MissingSpecification;

/// A fitted imputer. A column that has no known value becomes 0 (`keep_empty_features`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imputer {
    /// `mean`, `median` or `constant`.
    pub strategy: ImputerStrategy,
    /// What replaces a missing value, by column.
    pub statistics: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImputerStrategy {
    Mean,
    Median,
    Constant,
}

impl Imputer {
    /// Fits the imputer that is asked for, if any, to `samples` (`n_samples` × `n_features`).
    ///
    /// # Errors
    /// An empty matrix, an infinite value, a mean beyond 64-bit floating point; with `Refuse`, a missing value.
    pub fn fit(
        specification: MissingSpecification,
        samples: ArrayView2<'_, f64>,
    ) -> Result<Option<Self>, FitError> {
        let (rows, columns) = samples.dim();
        if rows == 0 || columns == 0 {
            return Err(MatrixError::Empty { rows, columns }.into());
        }
        let refuses = specification == MissingSpecification::Refuse;
        let fine = samples.axis_chunks_iter(Axis(0), 4096).into_par_iter().all(|rows| {
            rows.iter().fold(true, |fine, value| fine & (value.is_finite() | (value.is_nan() & !refuses)))
        });
        if !fine {
            let unusable = |value: &f64| if refuses { !value.is_finite() } else { value.is_infinite() };
            let place = samples.indexed_iter().find(|(_, value)| unusable(value));
            if let Some(((row, column), &value)) = place {
                return Err(MatrixError::NotFinite { row, column, value }.into());
            }
        }
        let (strategy, statistics) = match specification {
            MissingSpecification::Refuse => return Ok(None),
            MissingSpecification::Mean => (ImputerStrategy::Mean, each_column(samples, mean)),
            MissingSpecification::Median => (
                ImputerStrategy::Median,
                each_column(samples, |mut known| {
                    known.sort_unstable_by(f64::total_cmp);
                    median(&known)
                }),
            ),
            MissingSpecification::Zero => (ImputerStrategy::Constant, vec![0.0; columns]),
            MissingSpecification::Constant { value } => (ImputerStrategy::Constant, vec![value; columns]),
        };
        if let Some(column) = statistics.iter().position(|value| !value.is_finite()) {
            return Err(MatrixError::Overflow { column }.into());
        }
        Ok(Some(Self { strategy, statistics }))
    }

    pub fn n_features(&self) -> usize {
        self.statistics.len()
    }

    /// Replaces the missing values of `samples` (any number × `n_features`) where they are.
    ///
    /// # Errors
    /// Another number of columns.
    pub fn transform_inplace(&self, samples: &mut Array2<f64>) -> Result<(), MatrixError> {
        matrix::check_columns(samples.view(), self.n_features())?;
        for mut row in samples.rows_mut() {
            for (value, statistic) in row.iter_mut().zip(&self.statistics) {
                if value.is_nan() {
                    *value = *statistic;
                }
            }
        }
        Ok(())
    }

    /// Checks what was read from outside.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.statistics.iter().all(|value| value.is_finite()) {
            Ok(())
        } else {
            Err("an imputer with impossible numbers".into())
        }
    }
}

/// A statistic of the known values of each column; 0 where there are none.
fn each_column(samples: ArrayView2<'_, f64>, statistic: impl Fn(Vec<f64>) -> f64 + Sync) -> Vec<f64> {
    let of_known = |known: Vec<f64>| if known.is_empty() { 0.0 } else { statistic(known) };
    samples
        .axis_iter(Axis(1))
        .into_par_iter()
        .map(|column| of_known(column.iter().copied().filter(|value| !value.is_nan()).collect()))
        .collect()
}

/// Added up from the first to the last.
fn mean(known: Vec<f64>) -> f64 {
    known.iter().sum::<f64>() / known.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn imputed(specification: MissingSpecification) -> Array2<f64> {
        let mut samples = array![
            [1.0, f64::NAN, f64::NAN],
            [4.0, 2.0, f64::NAN],
            [f64::NAN, 6.0, f64::NAN],
            [7.0, 1.0, f64::NAN]
        ];
        let imputer = Imputer::fit(specification, samples.view()).unwrap().unwrap();
        imputer.transform_inplace(&mut samples).unwrap();
        samples
    }

    #[test]
    fn missing_values_become_the_statistic_of_the_known_ones() {
        let mean = imputed(MissingSpecification::Mean);
        assert_eq!((mean[[2, 0]], mean[[0, 1]], mean[[0, 2]], mean[[0, 0]]), (4.0, 3.0, 0.0, 1.0));
        assert_eq!(imputed(MissingSpecification::Median)[[0, 1]], 2.0);
        assert_eq!(imputed(MissingSpecification::Zero)[[0, 1]], 0.0);
        assert_eq!(imputed(MissingSpecification::Constant { value: -1.5 })[[3, 2]], -1.5);
    }

    #[test]
    fn what_is_refused_is_named() {
        let error = |specification, value| {
            let samples = array![[1.0, 2.0], [value, 3.0]];
            Imputer::fit(specification, samples.view()).unwrap_err().to_string()
        };
        assert!(error(MissingSpecification::Refuse, f64::NAN).contains("row 1, column 0"));
        assert!(error(MissingSpecification::Mean, f64::INFINITY).contains("row 1, column 0"));
        assert_eq!(Imputer::fit(MissingSpecification::Refuse, array![[1.0]].view()), Ok(None));
    }
}
