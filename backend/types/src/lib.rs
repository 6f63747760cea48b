//! Words that several rooms share: ids, statuses, specifications and what a job reports.
//! Data only: serde and OpenAPI shapes, no logic beyond defaults and names.

pub mod ids;
pub mod outcome;
pub mod profile;
pub mod specification;
pub mod status;

pub use ids::{DatasetId, DeploymentId, JobId, ModelId, TokenId};
pub use outcome::{
    Artifact, Evaluation, Failure, ModelArtifacts, ModelDetail, ScoreStatistics, StageSeconds,
    TrainingStatistics,
};
pub use profile::{Accounting, Count, DatasetFile, DatasetProfile, FormatDetection, PreviewRecord, Reject};
pub use specification::{
    EvaluationSpecification, FeatureSetSpecification, FieldError, FormatSpecification, ScalerSpecification,
    Split, ThresholdPolicy, ThresholdSpecification, TrainingSpecification,
};
pub use status::{DatasetStatus, DeploymentStatus, JobStatus, ModelStatus, Role, Stage};
