//! The feature sets that can be named, and what they compute.

use crate::{Feature, aggregate, catalogue::features, sampling, surprise};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use trainyard_types::{
    FeatureSetSpecification, SampleSpecification, ScalerSpecification, ThresholdPolicy,
    ThresholdSpecification,
};
use utoipa::ToSchema;

/// A named feature set.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FeatureSetPreset {
    /// What a specification calls it in `preset`.
    #[schema(example = "record")]
    pub preset: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    /// What a row of its matrix is; anything of it can be changed in a specification.
    pub sample: SampleSpecification,
    /// The features that are known before it is fitted. Windows and sessions add one per template, windows also those of
    /// numbers named in messages; a table's are its columns.
    pub features: Vec<Feature>,
    /// What suits it, where it is not what suits every other: the defaults of a job with it and without labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suits: Option<Suits>,
}

/// The recipe that suits a feature set.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Suits {
    #[schema(value_type = Object, example = json!({"type": "nearest_normal", "n_neighbors": 100}))]
    pub algorithm: serde_json::Value,
    pub scaler: ScalerSpecification,
    pub threshold: ThresholdSpecification,
}

/// The recipe that suits a preset, where it is not what suits every other.
pub fn suits(preset: &str) -> Option<Suits> {
    surprise::PRESETS.contains(&preset).then(|| Suits {
        algorithm: json!({"type": "auto"}),
        // The numbers are in one unit: scaling would make each as loud as the others.
        scaler: ScalerSpecification::None,
        threshold: ThresholdSpecification { policy: ThresholdPolicy::Gap, value: 0.1 },
    })
}

/// Every preset, the default first.
pub fn presets() -> Vec<FeatureSetPreset> {
    let texts = [
        (
            "record",
            "Records",
            "One sample per log record: its time, its message, and what happened in the hour before it.",
        ),
        (
            surprise::PRESET,
            "Records, by surprise",
            "One sample per log record: how rare, how sudden and how far from the usual it is, in one unit.",
        ),
        (
            surprise::WINDOWS,
            "Windows, by surprise",
            "Windows of five minutes: the most unusual of what happens in each. One alarm for what belongs together.",
        ),
        (
            "router-wifi",
            "Router and Wi-Fi, by window",
            "Windows of five minutes: who came and went, how often, with what signal.",
        ),
        (
            "syslog",
            "Syslog, by window",
            "Windows of five minutes: which messages, of which processes, at which rate.",
        ),
        ("access-log", "Access log, by window", "Windows of one minute: the rate and the mix of requests."),
        ("hdfs-session", "HDFS blocks", "One sample per block: how often each kind of message names it."),
        ("table", "Table", "One sample per row of a table that holds features already."),
    ];
    texts
        .into_iter()
        .filter_map(|(preset, title, description)| describe(preset, title, description))
        .collect()
}

fn describe(
    preset: &'static str,
    title: &'static str,
    description: &'static str,
) -> Option<FeatureSetPreset> {
    let sample = sampling(&FeatureSetSpecification::preset(preset))?;
    let features = match &sample {
        _ if preset == surprise::PRESET => surprise::features().to_vec(),
        _ if preset == surprise::WINDOWS => surprise::of_windows(),
        SampleSpecification::Record {} => features().to_vec(),
        SampleSpecification::Row { .. } => Vec::new(),
        several => {
            let window = matches!(several, SampleSpecification::Window { .. });
            let names = aggregate::names(window, &[], &[]);
            names.iter().map(|name| aggregate::describe(name, &HashMap::new())).collect()
        }
    };
    let suits = suits(preset);
    Some(FeatureSetPreset { preset, title, description, sample, features, suits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_described_and_each_of_its_features() {
        let all = presets();
        assert_eq!(all.len(), 8);
        for preset in all {
            assert!(!preset.description.is_empty());
            assert_eq!(preset.features.is_empty(), preset.preset == "table", "{}", preset.preset);
            for feature in preset.features {
                assert!(!feature.description.is_empty(), "{} of {}", feature.name, preset.preset);
            }
        }
    }
}
