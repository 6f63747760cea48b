//! How mixed the classes of samples are: `Gini` and `Entropy` of `sklearn/tree/_criterion.pyx`, with its order of
//! floating-point operations.

use serde::{Deserialize, Serialize};

/// What a split makes smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// The chance that two samples drawn from a node are of different classes.
    #[default]
    Gini,
    /// The information, in bits, that the class of a sample has.
    Entropy,
    /// The same as [`Criterion::Entropy`].
    LogLoss,
}

impl Criterion {
    pub fn name(self) -> &'static str {
        match self {
            Self::Gini => "gini",
            Self::Entropy => "entropy",
            Self::LogLoss => "log_loss",
        }
    }

    /// The impurity of samples whose classes weigh `counts`, and all together `weight`.
    pub(super) fn impurity(self, counts: impl Iterator<Item = f64>, weight: f64) -> f64 {
        match self {
            Self::Gini => {
                let squares = counts.fold(0.0, |sum, count| sum + count * count);
                1.0 - squares / (weight * weight)
            }
            Self::Entropy | Self::LogLoss => {
                let mut entropy = 0.0;
                for count in counts.filter(|count| *count > 0.0) {
                    let share = count / weight;
                    entropy -= share * (share.ln() / std::f64::consts::LN_2);
                }
                entropy
            }
        }
    }

    /// The impurities of both sides of a split, from the classes of all samples and of those to the left.
    pub(super) fn children(self, all: &[f64], left: &[f64], weights: Weights) -> (f64, f64) {
        let right = all.iter().zip(left).map(|(all, left)| all - left);
        (self.impurity(left.iter().copied(), weights.left), self.impurity(right, weights.right))
    }
}

/// The weights of both sides of a split.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weights {
    pub(super) left: f64,
    pub(super) right: f64,
}

impl Weights {
    /// What orders splits: `proxy_impurity_improvement`.
    pub(super) fn proxy(self, impurities: (f64, f64)) -> f64 {
        -self.right * impurities.1 - self.left * impurities.0
    }

    /// `impurity_improvement` of a node of all samples' weight `total`.
    pub(super) fn gain(self, node: f64, total: f64, impurity: f64, impurities: (f64, f64)) -> f64 {
        (node / total) * (impurity - (self.right / node * impurities.1) - (self.left / node * impurities.0))
    }
}
