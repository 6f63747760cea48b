//! Gates: conditions that a model must meet to be deployed, such as `anomaly_ratio <= 0.2`.

use crate::problem::Problem;
use serde::Serialize;
use trainyard_types::{Evaluation, FieldError};
use utoipa::ToSchema;

/// A condition that was met, with what was measured.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize, ToSchema)]
pub(crate) struct Gate {
    /// As it was asked for.
    #[schema(example = "anomaly_ratio <= 0.2")]
    pub(crate) condition: String,
    #[schema(example = 0.104)]
    pub(crate) measured: f64,
}

/// The metrics that gates can name: those that were measured, of the held-back samples where there are some. What was
/// measured on injected anomalies is called so.
fn metrics(evaluation: &Evaluation) -> Vec<(String, f64)> {
    let scores = evaluation.test_scores.as_ref().unwrap_or(&evaluation.training_scores);
    let measured = evaluation.metrics.as_ref();
    let of_classes = [
        ("accuracy", measured.and_then(|metrics| metrics.accuracy)),
        ("average_precision", measured.and_then(|metrics| metrics.average_precision)),
        ("brier_score", measured.and_then(|metrics| metrics.brier_score)),
        ("f1_score", measured.and_then(|metrics| metrics.f1_score)),
        ("log_loss", measured.and_then(|metrics| metrics.log_loss)),
        ("precision", measured.and_then(|metrics| metrics.precision)),
        ("recall", measured.and_then(|metrics| metrics.recall)),
        ("roc_auc", measured.and_then(|metrics| metrics.roc_auc)),
        ("cross_validation_score", evaluation.cross_validation.as_ref().and_then(|found| found.score)),
    ];
    let prefix = if evaluation.mode == "injected" { "injected_" } else { "" };
    let of_scores = [
        ("anomaly_count", scores.anomaly_count as f64),
        ("anomaly_ratio", scores.anomaly_ratio),
        ("score_max", scores.maximum),
        ("score_mean", scores.mean),
        ("score_median", scores.median),
        ("score_min", scores.minimum),
        ("score_percentile_95", scores.percentile_95),
        ("score_percentile_99", scores.percentile_99),
        ("score_std", scores.standard_deviation),
        ("threshold_value", evaluation.threshold),
        ("total_samples", scores.count as f64),
    ];
    let measured =
        of_classes.into_iter().filter_map(|(name, value)| Some((format!("{prefix}{name}"), value?)));
    of_scores.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(measured).collect()
}

type Comparison = fn(&f64, &f64) -> bool;

/// Longer signs first, so that `>=` is not read as `>`.
const OPERATORS: [(&str, Comparison); 4] = [(">=", f64::ge), ("<=", f64::le), (">", f64::gt), ("<", f64::lt)];

/// Checks every gate; all that are not met, or name what was not measured, are told at once.
pub(crate) fn check(conditions: &[String], evaluation: &Evaluation) -> Result<Vec<Gate>, Problem> {
    let measured = metrics(evaluation);
    let (mut met, mut malformed, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for (index, condition) in conditions.iter().enumerate() {
        let pointer = format!("/gates/{index}");
        let Some((name, compare, bound)) = parse(condition) else {
            let detail = format!("`{condition}` is no condition; write one like `anomaly_ratio <= 0.2`");
            malformed.push(FieldError::new(pointer, detail));
            continue;
        };
        match measured.iter().find(|(known, _)| *known == name) {
            Some((_, value)) if compare(value, &bound) => {
                met.push(Gate { condition: condition.clone(), measured: *value })
            }
            Some((_, value)) => {
                failed.push(FieldError::new(pointer, format!("`{condition}` is not met: it is {value}")))
            }
            None => {
                let known: Vec<&str> = measured.iter().map(|(name, _)| name.as_str()).collect();
                let detail =
                    format!("{name} was not measured for this model; measured were {}", known.join(", "));
                failed.push(FieldError::new(pointer, detail));
            }
        }
    }
    if !malformed.is_empty() {
        return Err(Problem::invalid(malformed));
    }
    if failed.is_empty() { Ok(met) } else { Err(Problem::gate_failed(failed)) }
}

fn parse(condition: &str) -> Option<(&str, Comparison, f64)> {
    let (name, compare, bound) = OPERATORS.iter().find_map(|(sign, compare)| {
        condition.split_once(sign).map(|(name, bound)| (name, *compare, bound))
    })?;
    let bound: f64 = bound.trim().parse().ok()?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (is_name && bound.is_finite()).then_some((name, compare, bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_a_metric_a_sign_and_a_number() {
        let read = |text| parse(text).map(|(name, compare, bound)| (name, compare(&0.5, &bound)));
        assert_eq!(read("anomaly_ratio <= 0.5"), Some(("anomaly_ratio", true)));
        assert_eq!(read("anomaly_ratio<0.5"), Some(("anomaly_ratio", false)));
        assert_eq!(read("f1_score >= 0.9"), Some(("f1_score", false)));
        assert_eq!(read("x > -1e3"), Some(("x", true)));
        for wrong in [
            "",
            "f1_score",
            "f1_score >=",
            ">= 0.9",
            "f1 score > 1",
            "f1_score > NaN",
            "f1_score = 1",
            "a >= b",
        ] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
