//! The parameters of an isolation forest: scikit-learn's names and defaults, but for `random_state`,
//! which is always a number here so that every model can be grown again.

use crate::FitError;
use serde::{Deserialize, Serialize};

/// The most trees that a forest may have.
pub const MAX_ESTIMATORS: u32 = 10_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IsolationForestParameters {
    /// Trees, 1 to 10,000.
    pub n_estimators: u32,
    /// Samples per tree.
    pub max_samples: MaxSamples,
    /// Features per tree.
    pub max_features: MaxFeatures,
    /// Whether samples are drawn with replacement.
    pub bootstrap: bool,
    /// The seed of all randomness.
    pub random_state: u32,
}

impl Default for IsolationForestParameters {
    fn default() -> Self {
        Self {
            n_estimators: 100,
            max_samples: MaxSamples::Auto,
            max_features: MaxFeatures::Share(1.0),
            bootstrap: false,
            random_state: 42,
        }
    }
}

/// How many samples each tree sees. Its text form is `"auto"`, a whole number or a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MaxSamples {
    /// The smaller of 256 and all.
    #[serde(with = "auto")]
    Auto,
    /// This many, or all when there are fewer.
    Count(u64),
    /// This share of all, in (0, 1], rounded down.
    Share(f64),
}

/// How many features each tree sees. Its text form is a whole number or a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MaxFeatures {
    Count(u64),
    /// This share of all, in (0, 1], rounded down but at least one.
    Share(f64),
}

mod auto {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("auto")
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "auto" => Ok(()),
            other => Err(D::Error::custom(format!("`{other}` is not `auto`"))),
        }
    }
}

/// What parameters come to for a matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Resolved {
    pub(super) max_samples: u32,
    pub(super) max_features: u32,
    /// Levels below the root: log2 of the samples per tree, rounded up.
    pub(super) max_depth: usize,
}

impl IsolationForestParameters {
    /// Checks the parameters, by themselves and for `n_samples` × `n_features`, both at least 1.
    pub(super) fn resolve(&self, n_samples: u32, n_features: u32) -> Result<Resolved, FitError> {
        let wrong = |name, detail| Err(FitError::Parameter { name, detail });
        let is_share = |share: f64| share > 0.0 && share <= 1.0;
        if !(1..=MAX_ESTIMATORS).contains(&self.n_estimators) {
            return wrong(
                "n_estimators",
                format!("{} is not within 1 to {MAX_ESTIMATORS}", self.n_estimators),
            );
        }
        let max_samples = match self.max_samples {
            MaxSamples::Auto => n_samples.min(256),
            MaxSamples::Count(count) => u32::try_from(count).unwrap_or(u32::MAX).min(n_samples),
            MaxSamples::Share(share) if is_share(share) => (share * f64::from(n_samples)) as u32,
            MaxSamples::Share(share) => {
                return wrong("max_samples", format!("the share {share} is not above 0 and at most 1"));
            }
        };
        if max_samples == 0 {
            return wrong("max_samples", format!("this share of {n_samples} samples is no sample at all"));
        }
        let max_features = match self.max_features {
            MaxFeatures::Count(count) if (1..=u64::from(n_features)).contains(&count) => count as u32,
            MaxFeatures::Count(count) => {
                return wrong("max_features", format!("{count} of {n_features} features"));
            }
            MaxFeatures::Share(share) if is_share(share) => ((share * f64::from(n_features)) as u32).max(1),
            MaxFeatures::Share(share) => {
                return wrong("max_features", format!("the share {share} is not above 0 and at most 1"));
            }
        };
        let max_depth = (max_samples.max(2) - 1).ilog2() as usize + 1;
        Ok(Resolved { max_samples, max_features, max_depth })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_form_is_that_of_scikit_learn() {
        let text = json!({"n_estimators": 100, "max_samples": "auto", "max_features": 1.0, "bootstrap": false, "random_state": 42});
        let defaults = IsolationForestParameters::default();
        assert_eq!(serde_json::to_value(&defaults).unwrap(), text);
        assert_eq!(serde_json::from_value::<IsolationForestParameters>(text).unwrap(), defaults);
        let some: IsolationForestParameters =
            serde_json::from_value(json!({"max_samples": 64, "max_features": 0.5})).unwrap();
        assert_eq!((some.max_samples, some.max_features), (MaxSamples::Count(64), MaxFeatures::Share(0.5)));
        assert!(serde_json::from_value::<IsolationForestParameters>(json!({"max_samples": "all"})).is_err());
        assert!(serde_json::from_value::<IsolationForestParameters>(json!({"trees": 3})).is_err());
    }

    #[test]
    fn amounts_round_as_in_scikit_learn() {
        let resolve = |max_samples, max_features, n, d| {
            IsolationForestParameters { max_samples, max_features, ..Default::default() }.resolve(n, d)
        };
        let all = MaxFeatures::Share(1.0);
        let fine =
            |max_samples, max_features, max_depth| Ok(Resolved { max_samples, max_features, max_depth });
        assert_eq!(resolve(MaxSamples::Auto, all, 1000, 7), fine(256, 7, 8));
        assert_eq!(resolve(MaxSamples::Auto, all, 1, 1), fine(1, 1, 1));
        assert_eq!(resolve(MaxSamples::Count(257), MaxFeatures::Count(3), 1000, 7), fine(257, 3, 9));
        assert_eq!(resolve(MaxSamples::Count(5000), MaxFeatures::Share(0.5), 1000, 7), fine(1000, 3, 10));
        assert_eq!(resolve(MaxSamples::Share(0.3), MaxFeatures::Share(0.01), 1000, 7), fine(300, 1, 9));
        assert!(resolve(MaxSamples::Share(0.01), all, 50, 7).is_err());
        assert!(resolve(MaxSamples::Share(f64::NAN), all, 50, 7).is_err());
        assert!(resolve(MaxSamples::Auto, MaxFeatures::Count(8), 50, 7).is_err());
    }
}
