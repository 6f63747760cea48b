//! `evaluation_info`: how the model was judged, on which samples, and what was found.

use serde::Serialize;
use std::collections::BTreeMap;
use trainyard_types::{
    ConfusionMatrix, CrossValidation, Evaluation, Injection, Interval, Metrics, ScoreStatistics, Split,
    SplitEvaluation,
};

#[derive(Serialize)]
pub(crate) struct EvaluationInfo<'a> {
    evaluation_mode: &'a str,
    pub(crate) split: Split,
    /// Which samples `basic_metrics` describes: `test` (held back) or, when nothing was held back, `training`.
    pub(crate) measured_on: &'static str,
    pub(crate) basic_metrics: BasicMetrics,
    pub(crate) training_scores: &'a ScoreStatistics,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) test_scores: Option<&'a ScoreStatistics>,
    /// 95 % intervals of the metrics, by their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    intervals: Option<&'a BTreeMap<String, Interval>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confusion_matrix: Option<&'a ConfusionMatrix>,
    /// The same recipe judged on the other split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) other_split: Option<OtherSplit<'a>>,
    /// What was injected, when that is what the metrics are measured on.
    #[serde(skip_serializing_if = "Option::is_none")]
    injection: Option<&'a Injection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_validation: Option<&'a CrossValidation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_validation_score: Option<f64>,
    /// What is lost when a feature is permuted, by feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    feature_importance: Option<BTreeMap<&'a str, f64>>,
}

/// The metrics of the recipe on another split, without curves.
#[derive(Serialize)]
pub(crate) struct OtherSplit<'a> {
    pub(crate) split: Split,
    training_samples: u64,
    test_samples: u64,
    threshold_value: f64,
    #[serde(flatten)]
    pub(crate) metrics: Measured,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> OtherSplit<'a> {
    fn new(other: &'a SplitEvaluation) -> Self {
        Self {
            split: other.split,
            training_samples: other.training_samples,
            test_samples: other.test_samples,
            threshold_value: other.threshold,
            metrics: other.metrics.as_ref().map(Measured::new).unwrap_or_default(),
            reason: other.reason.as_deref(),
        }
    }
}

/// Metrics of known classes; what was not measured is absent.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct Measured {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accuracy: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) precision: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recall: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) f1_score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) roc_auc: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) average_precision: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_loss: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) brier_score: Option<f64>,
}

impl Measured {
    fn new(metrics: &Metrics) -> Self {
        Self {
            accuracy: metrics.accuracy,
            precision: metrics.precision,
            recall: metrics.recall,
            f1_score: metrics.f1_score,
            roc_auc: metrics.roc_auc,
            average_precision: metrics.average_precision,
            log_loss: metrics.log_loss,
            brier_score: metrics.brier_score,
        }
    }

    /// By name, in the order of the file.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let all = [
            ("accuracy", self.accuracy),
            ("precision", self.precision),
            ("recall", self.recall),
            ("f1_score", self.f1_score),
            ("roc_auc", self.roc_auc),
            ("average_precision", self.average_precision),
            ("log_loss", self.log_loss),
            ("brier_score", self.brier_score),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }
}

/// Every metric that was measured. Of scores, higher is more anomalous.
#[derive(Serialize)]
pub(crate) struct BasicMetrics {
    #[serde(flatten)]
    pub(crate) measured: Measured,
    pub(crate) threshold_value: f64,
    pub(crate) anomaly_ratio: f64,
    anomaly_count: u64,
    score_count: u64,
    score_mean: f64,
    score_std: f64,
    score_min: f64,
    score_percentile_25: f64,
    score_median: f64,
    score_percentile_75: f64,
    score_percentile_95: f64,
    score_percentile_99: f64,
    score_max: f64,
}

impl<'a> EvaluationInfo<'a> {
    pub(crate) fn new(evaluation: &'a Evaluation) -> Self {
        let test_scores = evaluation.test_scores.as_ref().filter(|scores| scores.count > 0);
        Self {
            evaluation_mode: &evaluation.mode,
            split: evaluation.split,
            measured_on: if test_scores.is_some() { "test" } else { "training" },
            basic_metrics: BasicMetrics::new(
                evaluation.threshold,
                test_scores.unwrap_or(&evaluation.training_scores),
                evaluation.metrics.as_ref().map(Measured::new).unwrap_or_default(),
            ),
            training_scores: &evaluation.training_scores,
            test_scores,
            intervals: evaluation
                .metrics
                .as_ref()
                .map(|metrics| &metrics.intervals)
                .filter(|intervals| !intervals.is_empty()),
            confusion_matrix: evaluation
                .metrics
                .as_ref()
                .and_then(|metrics| metrics.confusion_matrix.as_ref()),
            other_split: evaluation.other_split.as_ref().map(OtherSplit::new),
            injection: evaluation.injection.as_ref(),
            cross_validation: evaluation.cross_validation.as_ref(),
            cross_validation_score: evaluation.cross_validation.as_ref().and_then(|found| found.score),
            feature_importance: evaluation.importance.as_ref().map(|importance| {
                importance.features.iter().map(|each| (each.feature.as_str(), each.mean)).collect()
            }),
        }
    }
}

impl BasicMetrics {
    fn new(threshold: f64, scores: &ScoreStatistics, measured: Measured) -> Self {
        Self {
            measured,
            threshold_value: threshold,
            anomaly_ratio: scores.anomaly_ratio,
            anomaly_count: scores.anomaly_count,
            score_count: scores.count,
            score_mean: scores.mean,
            score_std: scores.standard_deviation,
            score_min: scores.minimum,
            score_percentile_25: scores.percentile_25,
            score_median: scores.median,
            score_percentile_75: scores.percentile_75,
            score_percentile_95: scores.percentile_95,
            score_percentile_99: scores.percentile_99,
            score_max: scores.maximum,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Sample;

    #[test]
    fn held_out_samples_are_what_the_metrics_describe() {
        let metadata = Sample::new().metadata();
        let info = &metadata["evaluation_info"];
        assert_eq!((info["split"].as_str(), info["measured_on"].as_str()), (Some("time"), Some("test")));
        assert_eq!(info["basic_metrics"]["score_mean"], 0.46);
        assert_eq!(info["basic_metrics"]["score_count"], 20);
        assert_eq!(info["basic_metrics"]["threshold_value"], 0.5625);
    }

    #[test]
    fn without_them_it_is_the_training_samples() {
        let mut sample = Sample::new();
        sample.evaluation.test_scores = None;
        let metadata = sample.metadata();
        let info = &metadata["evaluation_info"];
        assert_eq!(info["measured_on"], "training");
        assert_eq!(info["basic_metrics"]["score_mean"], 0.45);
        assert!(info.get("test_scores").is_none());
    }

    #[test]
    fn what_needs_labels_is_absent() {
        let metadata = Sample::new().metadata();
        let info = &metadata["evaluation_info"];
        assert_eq!(info["evaluation_mode"], "none");
        for metric in ["accuracy", "precision", "recall", "f1_score", "roc_auc", "average_precision"] {
            assert!(info["basic_metrics"].get(metric).is_none(), "{metric}");
        }
        for key in ["cross_validation", "cross_validation_score", "feature_importance", "confusion_matrix"] {
            assert!(info.get(key).is_none(), "{key}");
        }
    }
}
