//! How a model was judged: metrics, curves, cross-validation, injected anomalies, importances. A metric that was not
//! measured is absent.

use crate::{ScoreStatistics, Split, ThresholdSpecification};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How the model was judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    /// `labelled`: by samples whose class is known. `injected`: without labels, by known synthetic anomalies
    /// mixed into held-out samples. `none`: nothing but score statistics was measured.
    #[schema(example = "labelled")]
    pub mode: String,
    pub split: Split,
    /// `score > threshold` means anomaly.
    pub threshold: f64,
    /// How the threshold was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold_policy: Option<ThresholdSpecification>,
    pub training_scores: ScoreStatistics,
    /// Absent when nothing was held back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_scores: Option<ScoreStatistics>,
    /// On the held-out samples of `split`, at `threshold`. In the mode `injected`: on held-out samples with the
    /// injected anomalies mixed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
    /// The same recipe judged on the other split, `shuffled` beside `time` and the other way round. Present
    /// when samples are labelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_split: Option<SplitEvaluation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_validation: Option<CrossValidation>,
    /// What was injected. Present in the mode `injected` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub injection: Option<Injection>,
    /// How the scores are distributed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub histogram: Option<Histogram>,
    /// How far models grown from other seeds flag the same samples. Present for anomaly detectors with a seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<Agreement>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<Importance>,
    /// How many alarms the model would have raised. Of detectors and of classifiers of two classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarms: Option<Alarms>,
    /// What the model finds in the samples: the most anomalous ones, and the kinds of ordinary ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// How far what was held out has left what was learned from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// What has to be known before a figure is believed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<EvaluationWarning>,
}

/// How far the held-out samples have left the training samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Drift {
    /// Of the scores: the population stability index, Σ (q - p) · ln(q ⁄ p) over ten bins; above 0.25 is a shift.
    #[schema(example = 0.03)]
    pub stability_index: f64,
    /// Of the scores: the distance of Kolmogorov and Smirnov, from 0 to 1.
    #[schema(example = 0.04)]
    pub distance: f64,
    /// The features that have shifted, the furthest first; at most ten.
    pub features: Vec<FeatureDrift>,
}

/// How far a feature has moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FeatureDrift {
    #[schema(example = "gap_max_seconds")]
    pub feature: String,
    /// The population stability index.
    pub stability_index: f64,
    /// The distance of Kolmogorov and Smirnov.
    pub distance: f64,
}

/// How many of the held-out samples are flagged; of the training samples where nothing was held back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Alarms {
    /// `test` or `training`.
    pub measured_on: String,
    pub samples: u64,
    pub alarms: u64,
    pub per_thousand: f64,
    /// Absent where the samples are not of at least an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<f64>,
    /// From the first to the last of the samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<f64>,
}

/// Something that weakens what was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationWarning {
    /// What kind of thing it is.
    #[schema(example = "few-samples")]
    pub code: String,
    /// In words, with the numbers.
    pub detail: String,
}

/// What there is to see.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Shown {
    /// The most anomalous first; held-out and training samples alike.
    pub most_anomalous: Vec<AnomalousSample>,
    /// The largest first. Found among ordinary training samples by k-means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds_of_normal: Vec<NormalKind>,
}

/// A sample, and why the model finds it odd.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnomalousSample {
    #[serde(flatten)]
    pub sample: ShownSample,
    pub score: f64,
    /// Whether the score is above the threshold.
    pub flagged: bool,
    /// Whether it was held back.
    pub held_out: bool,
    /// The features that have the largest part in it, the largest first. Empty for models that cannot say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

/// Where a sample is, and what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ShownSample {
    /// RFC 3339; absent for samples without a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Of a window its start, of a session its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    pub file: String,
    /// Of its first record, from 1.
    pub line: u64,
    /// How many records it is made of.
    pub records: u64,
    /// The first messages, cut where they are long.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<String>,
}

/// A feature's part in a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    pub feature: String,
    /// In words, such as `new statement: seen in none of 900 slots of time`.
    pub text: String,
    pub value: f64,
    /// The median of the training samples.
    pub usual: f64,
    /// The share of all that raises the score.
    pub share: f64,
}

/// Ordinary samples that are alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NormalKind {
    /// Of the ordinary training samples.
    pub share: f64,
    /// The one in the middle.
    pub example: ShownSample,
}

/// The recipe fitted to the training part of another split, and judged on the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SplitEvaluation {
    pub split: Split,
    pub training_samples: u64,
    pub test_samples: u64,
    /// Of this fit: chosen by the same policy.
    pub threshold: f64,
    /// Absent when it could not be measured; `reason` says why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Metrics of predictions for samples whose class is known, as scikit-learn defines them.
///
/// Of two classes, the second (the anomaly) is the positive one. Of more, `precision`, `recall`, `f1_score`,
/// `roc_auc` and `average_precision` are means over the classes, each against the rest (`macro`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Metrics {
    pub samples: u64,
    /// Samples of the positive class; absent for more than two classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positives: Option<u64>,
    /// `binary` or `macro`.
    #[serde(default)]
    pub average: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    /// Absent when nothing was predicted positive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// Absent when there is nothing positive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<f64>,
    /// Absent when nothing is positive and nothing was predicted so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub f1_score: Option<f64>,
    /// Absent unless every class occurs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roc_auc: Option<f64>,
    /// Absent unless every class occurs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_precision: Option<f64>,
    /// Of probabilities only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_loss: Option<f64>,
    /// The mean squared difference of the probability of being positive and the truth (0 or 1). Of two classes, of
    /// probabilities; lower is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brier_score: Option<f64>,
    /// 95 % intervals by the name of the metric: the 2.5th and 97.5th percentile over bootstrap resamples,
    /// drawn within each class (stratified), so that rare classes do not vanish from a resample.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub intervals: BTreeMap<String, Interval>,
    /// Resamples behind the intervals.
    #[serde(default)]
    pub bootstrap_resamples: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confusion_matrix: Option<ConfusionMatrix>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub class_report: Vec<ClassReport>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub averages: Option<Averages>,
    /// x: share of negatives flagged; y: share of positives flagged. Of two classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roc_curve: Option<Curve>,
    /// x: recall; y: precision. Of two classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision_recall_curve: Option<Curve>,
    /// x: mean predicted probability of a bin; y: share of positives in it. Of two classes, of probabilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration_curve: Option<Curve>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// Counts of samples by true class (rows) and predicted class (columns).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConfusionMatrix {
    pub classes: Vec<String>,
    pub counts: Vec<Vec<u64>>,
}

/// How well one class is told from the rest. What cannot be divided is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClassReport {
    pub class: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub f1_score: Option<f64>,
    /// Samples of the class.
    pub support: u64,
}

/// Means over the classes, what cannot be divided counting as 0, as in scikit-learn's report.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Averages {
    /// Every class counts the same.
    #[serde(rename = "macro")]
    pub macro_average: Scores,
    /// Every sample counts the same.
    #[serde(rename = "weighted")]
    pub weighted_average: Scores,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Scores {
    pub precision: f64,
    pub recall: f64,
    pub f1_score: f64,
}

/// A curve, thinned to at most 200 points; areas are measured before thinning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Curve {
    pub points: Vec<CurvePoint>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CurvePoint {
    pub x: f64,
    pub y: f64,
    /// The score at and above which samples are flagged at this point; absent where none or all are, and on
    /// calibration curves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// Samples in the bin; calibration curves only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
}

/// The recipe judged on each of several parts of the samples by a fit to others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CrossValidation {
    pub kind: FoldKind,
    /// `labelled` or `injected`.
    pub mode: String,
    /// The metric by which candidates of a search are ranked.
    #[schema(example = "average_precision")]
    pub metric: String,
    /// The mean of `metric` over the folds in which it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    pub folds: Vec<Fold>,
    /// Mean over the folds, by metric.
    pub mean: BTreeMap<String, f64>,
    /// Population standard deviation over the folds, by metric.
    pub standard_deviation: BTreeMap<String, f64>,
}

/// How samples are divided into folds; each kind has the indices of the scikit-learn class it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoldKind {
    /// Each part is judged by a fit to all that came before (`TimeSeriesSplit`).
    TimeSeries,
    /// Of each class its share in every part, shuffled (`StratifiedKFold`).
    Stratified,
    /// The samples of a group stay together (`GroupKFold`).
    Grouped,
    /// Shuffled, without regard to classes (`KFold`).
    Shuffled,
    /// Without labels: in each part other incidents are staged, among training and held-out samples alike.
    Incidents,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fold {
    pub training_samples: u64,
    pub test_samples: u64,
    /// By name; what could not be measured in this fold is absent.
    pub metrics: BTreeMap<String, f64>,
    /// Why nothing was measured, if nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The incidents that were staged among the samples, to see which of them are found. The recipe was fitted again to
/// training samples with incidents of the same kinds, for judging only: the model itself has seen none of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Injection {
    /// Held-out samples, taken for normal, of all draws.
    pub normal_samples: u64,
    /// Held-out samples that may well be real anomalies, since most of several plain detectors find them odd: they are
    /// neither normal nor injected, and left out.
    #[serde(default)]
    pub doubted_samples: u64,
    /// Held-out samples that belong to an incident, of all draws.
    pub injected_samples: u64,
    /// The share of training samples that belong to incidents, too, because real ones recur.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_share: Option<f64>,
    pub seed: u32,
    pub kinds: Vec<InjectedKind>,
    /// Per draw of incidents, what was measured on it, by metric.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<BTreeMap<String, f64>>,
}

/// One kind of incident and how well it was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InjectedKind {
    #[schema(example = "rare_burst")]
    pub kind: String,
    /// What happens, in words.
    pub description: String,
    pub samples: u64,
    /// The share that is flagged at the model's threshold.
    pub recall: f64,
    /// Against the same held-out samples.
    pub roc_auc: f64,
    pub average_precision: f64,
    /// The features by which its samples stand out from the ordinary ones, the most telling first; at most three, and
    /// none where no feature tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
}

/// Counts of scores between edges of equal distance; the last bin holds its upper edge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Histogram {
    /// One more than there are bins.
    pub edges: Vec<f64>,
    pub training: Vec<u64>,
    /// Empty when nothing was held back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub test: Vec<u64>,
}

/// Whether chance decides what is flagged: models from other seeds flag the same number of samples, and the
/// sets are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Agreement {
    /// The model's own seed first.
    pub seeds: Vec<u32>,
    /// Of every two sets of flagged samples, common members over all members: mean and least.
    pub mean_jaccard: f64,
    pub minimum_jaccard: f64,
    /// Samples that were scored.
    pub samples: u64,
}

/// How much a feature matters: what is lost when its values are permuted among the samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Importance {
    /// What is lost: `average_precision`, `roc_auc` or `f1_score` with labels, `mean_absolute_score_change` without.
    #[schema(example = "average_precision")]
    pub metric: String,
    /// `test` or `training`.
    pub measured_on: String,
    /// Samples that were permuted: all, or as many as the bound on the cost allows.
    pub samples: u64,
    pub repeats: u32,
    /// The most important first.
    pub features: Vec<FeatureImportance>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FeatureImportance {
    pub feature: String,
    pub mean: f64,
    /// Population standard deviation over the repeats.
    pub standard_deviation: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Models of before keep their metrics as they were written.
    #[test]
    fn an_evaluation_without_the_newer_parts_still_reads() {
        let scores = json!({
            "count": 5, "mean": 0.5, "standard_deviation": 0.1, "minimum": 0.3, "percentile_25": 0.4,
            "median": 0.5, "percentile_75": 0.6, "percentile_95": 0.7, "percentile_99": 0.7, "maximum": 0.7,
            "anomaly_count": 1, "anomaly_ratio": 0.2
        });
        let text = json!({"mode": "none", "split": "time", "threshold": 0.6, "training_scores": scores});
        let evaluation: Evaluation = serde_json::from_value(text.clone()).unwrap();
        assert_eq!((evaluation.metrics.as_ref(), evaluation.importance.as_ref()), (None, None));
        assert!(evaluation.alarms.is_none() && evaluation.shown.is_none() && evaluation.warnings.is_empty());
        assert_eq!(serde_json::to_value(&evaluation).unwrap(), text);
    }

    #[test]
    fn what_was_not_measured_is_absent() {
        let metrics = Metrics { accuracy: Some(0.75), ..Default::default() };
        let text = serde_json::to_value(&metrics).unwrap();
        assert_eq!(text["accuracy"], 0.75);
        for name in ["precision", "recall", "roc_auc", "log_loss", "intervals", "roc_curve"] {
            assert!(text.get(name).is_none(), "{name}");
        }
    }
}
