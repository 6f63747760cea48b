//! Amounts as scikit-learn's parameters give them: a whole number is a count, a decimal number is a share.

use crate::FitError;
use serde::{Deserialize, Serialize};

/// So many of something. Its text form is a whole number or a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    Count(u64),
    /// A share of all.
    Share(f64),
}

/// How many features are looked at per split. Its text form is a whole number, a decimal number, `"sqrt"` or `"log2"`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FeatureAmount {
    Count(u64),
    /// This share of all, in (0, 1], rounded down but at least one.
    Share(f64),
    Root(FeatureRoot),
}

/// Amounts that grow more slowly than the number of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureRoot {
    Sqrt,
    Log2,
}

impl Amount {
    /// Of `total`, a share being rounded up; a count is at least `least`, a share above 0 and at most 1.
    pub(crate) fn at_least(self, least: u64, total: usize, name: &'static str) -> Result<usize, FitError> {
        match self {
            Self::Count(count) if count >= least => Ok(usize::try_from(count).unwrap_or(usize::MAX / 4)),
            Self::Count(count) => wrong(name, format!("{count} is less than {least}")),
            Self::Share(share) if is_share(share) => Ok((share * total as f64).ceil() as usize),
            Self::Share(share) => wrong(name, format!("the share {share} is not above 0 and at most 1")),
        }
    }
}

impl FeatureAmount {
    /// Of `total` features; all when absent.
    pub(crate) fn resolve(amount: Option<Self>, total: usize) -> Result<usize, FitError> {
        const NAME: &str = "max_features";
        match amount {
            None => Ok(total),
            Some(Self::Root(FeatureRoot::Sqrt)) => Ok(total.isqrt().max(1)),
            Some(Self::Root(FeatureRoot::Log2)) => Ok((total.max(1).ilog2() as usize).max(1)),
            Some(Self::Count(count)) if (1..=total as u64).contains(&count) => Ok(count as usize),
            Some(Self::Count(count)) => wrong(NAME, format!("{count} of {total} features")),
            Some(Self::Share(share)) if is_share(share) => Ok(((share * total as f64) as usize).max(1)),
            Some(Self::Share(share)) => {
                wrong(NAME, format!("the share {share} is not above 0 and at most 1"))
            }
        }
    }
}

pub(crate) fn is_share(share: f64) -> bool {
    share > 0.0 && share <= 1.0
}

pub(crate) fn wrong<T>(name: &'static str, detail: String) -> Result<T, FitError> {
    Err(FitError::Parameter { name, detail })
}
