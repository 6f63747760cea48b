//! A matrix as growing reads it: column by column, in single precision or as ranks.

use crate::{FitError, Progress};
use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;

/// The columns of a matrix in single precision, one after the other.
pub(crate) struct Columns {
    rows: usize,
    values: Vec<f32>,
}

impl Columns {
    pub(crate) fn new(samples: ArrayView2<'_, f64>) -> Self {
        let rows = samples.nrows();
        let mut values = vec![0.0; rows * samples.ncols()];
        values.par_chunks_mut(rows.max(1)).enumerate().for_each(|(feature, column)| {
            for (slot, value) in column.iter_mut().zip(samples.index_axis(Axis(1), feature)) {
                *slot = *value as f32;
            }
        });
        Self { rows, values }
    }

    pub(super) fn column(&self, feature: usize) -> &[f32] {
        &self.values[feature * self.rows..(feature + 1) * self.rows]
    }

    pub(super) fn n_features(&self) -> usize {
        self.values.len() / self.rows.max(1)
    }
}

/// The columns of a matrix as ranks among the distinct values of each: what takes fewer bits sorts faster.
pub(crate) struct Ranks {
    columns: Vec<RankColumn>,
}

/// One column: the value of row `i` is `distinct[ranks[i]]`.
pub(super) struct RankColumn {
    pub(super) ranks: RankNumbers,
    /// Ascending.
    pub(super) distinct: Vec<f32>,
    /// Whether neighbouring values are further apart than those that trees take for one.
    pub(super) separated: bool,
}

/// As few bytes per rank as do.
pub(super) enum RankNumbers {
    Short(Vec<u16>),
    Long(Vec<u32>),
}

impl Ranks {
    /// # Errors
    /// Cancellation, looked at before each column.
    pub(crate) fn new(samples: ArrayView2<'_, f64>, progress: &dyn Progress) -> Result<Self, FitError> {
        let columns = samples.axis_iter(Axis(1)).into_par_iter().map_init(Vec::new, |keys, column| {
            if progress.cancelled() {
                return Err(FitError::Cancelled);
            }
            keys.clear();
            // Adding 0 makes -0 the same as 0.
            let values = column.iter().map(|value| ordered_bits(*value as f32 + 0.0));
            keys.extend(values.zip(0_u64..).map(|(bits, row)| u64::from(bits) << 32 | row));
            keys.sort_unstable();
            Ok(RankColumn::new(keys))
        });
        Ok(Self { columns: columns.collect::<Result<_, _>>()? })
    }

    pub(super) fn column(&self, feature: usize) -> &RankColumn {
        &self.columns[feature]
    }

    pub(super) fn n_features(&self) -> usize {
        self.columns.len()
    }
}

impl RankColumn {
    /// From the value of each row, as ordered bits, above the number of the row; ascending.
    fn new(keys: &[u64]) -> Self {
        let mut distinct: Vec<f32> = Vec::new();
        let mut last = None;
        for key in keys {
            let bits = (key >> 32) as u32;
            if last != Some(bits) {
                distinct.push(value_of(bits));
                last = Some(bits);
            }
        }
        distinct.shrink_to_fit();
        let ranks = if distinct.len() <= 1 << 16 {
            RankNumbers::Short(rank(keys, |rank| rank as u16))
        } else {
            RankNumbers::Long(rank(keys, |rank| rank))
        };
        let separated = distinct.is_sorted_by(|low, high| *high > low + super::build::FEATURE_THRESHOLD);
        Self { ranks, distinct, separated }
    }
}

fn rank<T: Copy + Default>(keys: &[u64], number: impl Fn(u32) -> T) -> Vec<T> {
    let mut ranks = vec![T::default(); keys.len()];
    let (mut next, mut last) = (0, None);
    for key in keys {
        let bits = key >> 32;
        if last.is_some_and(|last| last != bits) {
            next += 1;
        }
        last = Some(bits);
        ranks[*key as u32 as usize] = number(next);
    }
    ranks
}

/// Bits that compare as unsigned numbers as the values do.
fn ordered_bits(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

fn value_of(ordered_bits: u32) -> f32 {
    f32::from_bits(if ordered_bits >> 31 == 1 { ordered_bits & !(1 << 31) } else { !ordered_bits })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    #[test]
    fn equal_values_share_a_rank() {
        let samples = array![[0.5, 1.0], [-0.0, 1.0], [0.0, 1.0 + 5e-8], [-3.0, 2.0]];
        let ranks = Ranks::new(samples.view(), &()).unwrap();
        let column = ranks.column(0);
        assert_eq!(column.distinct, [-3.0, 0.0, 0.5]);
        assert!(matches!(&column.ranks, RankNumbers::Short(ranks) if ranks == &[2, 1, 1, 0]));
        assert!(column.separated);
        // In single precision 1 + 5e-8 is 1.
        assert_eq!(ranks.column(1).distinct, [1.0, 2.0]);
    }

    proptest! {
        #[test]
        fn bits_order_as_values(a in -1e30_f32..1e30, b in -1e30_f32..1e30) {
            prop_assert_eq!(a < b, ordered_bits(a) < ordered_bits(b));
            prop_assert_eq!(value_of(ordered_bits(a)), a);
        }
    }
}
