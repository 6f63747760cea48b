//! The tables of the README, and the example row as Python source.

use super::template::inline;
use crate::PackageInput;
use crate::metadata::EvaluationInfo;
use trainyard_types::ScoreStatistics;

/// Two or three columns: the statistic, the training samples, the held-back samples if there are any.
pub(super) struct ScoreTable {
    pub(super) columns: String,
    pub(super) rule: String,
    pub(super) rows: String,
}

pub(super) fn scores(evaluation: &EvaluationInfo<'_>) -> ScoreTable {
    let mut columns = vec![("training samples", evaluation.training_scores)];
    columns.extend(evaluation.test_scores.map(|scores| ("held-back samples", scores)));
    type Statistic = (&'static str, fn(&ScoreStatistics) -> String);
    let statistics: [Statistic; 10] = [
        ("samples", |s| s.count.to_string()),
        ("mean", |s| six(s.mean)),
        ("standard deviation", |s| six(s.standard_deviation)),
        ("minimum", |s| six(s.minimum)),
        ("25th percentile", |s| six(s.percentile_25)),
        ("median", |s| six(s.median)),
        ("75th percentile", |s| six(s.percentile_75)),
        ("95th percentile", |s| six(s.percentile_95)),
        ("maximum", |s| six(s.maximum)),
        ("above the threshold", |s| format!("{} ({:.1} %)", s.anomaly_count, s.anomaly_ratio * 100.0)),
    ];
    let row = |(name, value): &Statistic| {
        let cells: String = columns.iter().map(|(_, scores)| format!(" {} |", value(scores))).collect();
        format!("| {name} |{cells}")
    };
    ScoreTable {
        columns: columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" | "),
        rule: " ---: |".repeat(columns.len()),
        rows: statistics.iter().map(row).collect::<Vec<_>>().join("\n"),
    }
}

fn six(value: f64) -> String {
    format!("{value:.6}")
}

pub(super) fn files(input: &PackageInput<'_>) -> String {
    [
        ("model.joblib", "the trained estimator"),
        ("scaler.joblib", "the fitted scaler; rows pass through it before the model"),
        ("pipeline.trainyard", "scaler, model and threshold for `trainyard score`, without Python"),
        ("model.onnx", "scaler and model for ONNX runtimes: raw rows in, in single precision"),
        ("metadata.json", "everything about the model: parameters, features, statistics, an example row"),
        ("feature_set.json", "how raw logs become rows: features, patterns and what was fitted"),
        ("deployment_manifest.json", "SHA-256 of every other file, and how to run the model"),
        ("validate_model.py", "verifies this package"),
        ("inference_example.py", "`ModelInference`, to use or to copy"),
        ("featurizer/", "`Featurizer`: raw logs to rows, with numpy alone"),
        ("requirements.txt", "exact versions of every library"),
    ]
    .iter()
    .filter(|(name, _)| match *name {
        "scaler.joblib" => input.scaler_joblib.is_some(),
        "model.onnx" => input.model_onnx.is_some(),
        _ => true,
    })
    .map(|(name, what)| format!("| `{name}` | {what} |"))
    .collect::<Vec<_>>()
    .join("\n")
}

pub(super) fn features(input: &PackageInput<'_>) -> String {
    input
        .features
        .iter()
        .zip(input.example_row)
        .map(|(feature, value)| {
            format!("| `{}` | {value:?} | {} |", inline(&feature.name), inline(&feature.description))
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// A dict with every feature of this model: JSON's strings and Rust's shortest decimals are Python's too.
pub(super) fn example(input: &PackageInput<'_>) -> String {
    let items: String = input
        .features
        .iter()
        .zip(input.example_row)
        .map(|(feature, value)| {
            format!("    {}: {value:?},\n", serde_json::Value::from(feature.name.as_str()))
        })
        .collect();
    format!("{{\n{items}}}")
}

pub(super) fn plural(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
