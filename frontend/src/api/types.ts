/** Short names for the shapes of the OpenAPI document. */
import type { components, operations, paths } from "./schema.gen";

export type CalibrationMethod = Schemas["CalibrationMethod"];
export type CalibrationSpecification = Schemas["CalibrationSpecification"];
export type Paths = paths;

type Schemas = components["schemas"];

export type Accounting = Schemas["Accounting"];
export type Alarms = Schemas["Alarms"];
export type Algorithm = Schemas["Algorithm"];
export type AnomalousSample = Schemas["AnomalousSample"];
export type ConfusionMatrix = Schemas["ConfusionMatrix"];
export type CrossValidation = Schemas["CrossValidation"];
export type Curve = Schemas["Curve"];
export type CurvePoint = Schemas["CurvePoint"];
export type Dataset = Schemas["Dataset"];
export type DatasetProfile = Schemas["DatasetProfile"];
export type Deployment = Schemas["Deployment"];
export type Evaluation = Schemas["Evaluation"];
export type EvaluationSpecification = Schemas["EvaluationSpecification"];
export type FeatureSetPreset = Schemas["FeatureSetPreset"];
export type FeatureSetSpecification = Schemas["FeatureSetSpecification"];
export type Finding = Schemas["Finding"];
export type FoldKind = Schemas["FoldKind"];
export type Histogram = Schemas["Histogram"];
export type Importance = Schemas["Importance"];
export type Injection = Schemas["Injection"];
export type Interval = Schemas["Interval"];
export type Job = Schemas["Job"];
export type JobStatus = Schemas["JobStatus"];
export type LabelReport = Schemas["LabelReport"];
export type LabelsSpecification = Schemas["LabelsSpecification"];
export type Leaderboard = Schemas["Leaderboard"];
export type LeaderboardRow = Schemas["LeaderboardRow"];
export type Me = Schemas["Me"];
export type Metrics = Schemas["Metrics"];
export type MissingSpecification = Schemas["MissingSpecification"];
export type Model = Schemas["Model"];
export type ModelStatus = Schemas["ModelStatus"];
export type ParameterSpace = Schemas["ParameterSpace"];
export type PreviewRecord = Schemas["PreviewRecord"];
export type Proposal = Schemas["Proposal"];
export type RecordRate = Schemas["RecordRate"];
export type Reject = Schemas["Reject"];
export type Role = Schemas["Role"];
export type SampleSpecification = Schemas["SampleSpecification"];
export type SampleSuggestion = Schemas["SampleSuggestion"];
export type ScalerSpecification = Schemas["ScalerSpecification"];
export type ScoreStatistics = Schemas["ScoreStatistics"];
export type SearchMetric = Schemas["SearchMetric"];
export type SearchSpecification = Schemas["SearchSpecification"];
export type SearchStrategy = Schemas["SearchStrategy"];
export type Shown = Schemas["Shown"];
export type ShownSample = Schemas["ShownSample"];
export type Split = Schemas["Split"];
export type Stage = Schemas["Stage"];
export type Suits = Schemas["Suits"];
export type Target = Schemas["Target"];
export type Template = Schemas["Template"];
export type TemplateCount = Schemas["TemplateCount"];
export type TemplateList = Schemas["TemplateList"];
export type TemplateSummary = Schemas["TemplateSummary"];
export type TemplatesSpecification = Schemas["TemplatesSpecification"];
export type ThresholdPolicy = Schemas["ThresholdPolicy"];
export type ThresholdSpecification = Schemas["ThresholdSpecification"];
export type TrainingSpecification = Schemas["TrainingSpecification"];
export type TrainingStatistics = Schemas["TrainingStatistics"];

export type TemplateOrder = NonNullable<
  NonNullable<operations["list_dataset_templates"]["parameters"]["query"]>["order"]
>;

/** A line of a job's log. In the event stream, whose messages the document does not describe, it has no id. */
export type LogLine = Omit<Schemas["LogLine"], "id">;
