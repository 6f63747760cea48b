//! `evaluation_info`: how the model was judged, on which samples, and what was found.

use serde::Serialize;
use trainyard_types::{Evaluation, ScoreStatistics, Split};

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
}

/// Every metric that was measured. Scores are `-score_samples`: higher is more anomalous.
#[derive(Serialize)]
pub(crate) struct BasicMetrics {
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
            ),
            training_scores: &evaluation.training_scores,
            test_scores,
        }
    }
}

impl BasicMetrics {
    fn new(threshold: f64, scores: &ScoreStatistics) -> Self {
        Self {
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
