//! Words that several rooms share: ids, statuses, specifications and what a job reports.
//! Data only: serde and OpenAPI shapes, no logic beyond defaults and names.

pub mod evaluation;
pub mod feature_set;
pub mod grammar;
pub mod ids;
pub mod leaderboard;
pub mod outcome;
pub mod profile;
pub mod specification;
pub mod status;

pub use evaluation::{
    Agreement, Alarms, AnomalousSample, Averages, ClassReport, ConfusionMatrix, CrossValidation, Curve,
    CurvePoint, Drift, Evaluation, EvaluationWarning, FeatureDrift, FeatureImportance, Fold, FoldKind,
    Histogram, Importance, InjectedKind, Injection, Interval, Metrics, NormalKind, Reason, Scores, Shown,
    ShownSample, SplitEvaluation,
};
pub use feature_set::{
    Encoding, Entity, FeatureSetSpecification, KeySpecification, LabelKind, LabelReport, LabelsSpecification,
    SampleSpecification, TemplatesSpecification, Weight,
};
pub use grammar::Grammar;
pub use ids::{DatasetId, DeploymentId, JobId, ModelId, TokenId};
pub use leaderboard::{Leaderboard, LeaderboardRow};
pub use outcome::{
    Artifact, Failure, ModelArtifacts, ModelDetail, ModelOutput, ScoreStatistics, StageSeconds,
    TrainingStatistics,
};
pub use profile::{
    Accounting, Alternative, Count, DatasetFile, DatasetProfile, Finding, FindingKind, FormatDetection,
    PreviewRecord, RecordRate, Reject, SampleSuggestion, SampleWay, SessionKey, TemplateCount,
    TemplateSummary,
};
pub use specification::{
    AllAttributes, Attributes, CalibrationMethod, CalibrationSpecification, EvaluationSpecification,
    FieldError, FormatSpecification, Joining, MissingSpecification, Multiline, ParameterRange,
    ParameterSpace, ScalerSpecification, SearchMetric, SearchSpecification, SearchStrategy, Split,
    ThresholdPolicy, ThresholdSpecification, TrainingSpecification,
};
pub use status::{DatasetStatus, DeploymentStatus, JobStatus, ModelStatus, Role, Stage};
