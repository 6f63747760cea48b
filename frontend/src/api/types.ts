/** Short names for the shapes of the OpenAPI document. */
import type {
  Evaluation,
  EvaluationSpecification,
  LabelReport,
  LabelsSpecification,
  Leaderboard,
  MissingSpecification,
  ScalerSpecification,
  SearchSpecification,
  ThresholdSpecification,
} from "./learning";
import type { components, operations, paths } from "./schema.gen";

export type * from "./learning";

type Schemas = components["schemas"];

export type Accounting = Schemas["Accounting"];
export type Algorithm = Schemas["Algorithm"];
export type Dataset = Schemas["Dataset"];
export type DatasetProfile = Schemas["DatasetProfile"];
export type Deployment = Schemas["Deployment"];
export interface FeatureSetPreset extends Preset {
  sample?: SampleSpecification;
}
export type FeatureSetSpecification = Schemas["FeatureSetSpecification"];
export type JobStatus = Schemas["JobStatus"];
export type Me = Schemas["Me"];
export type ModelStatus = Schemas["ModelStatus"];
export type RecordRate = Schemas["RecordRate"];
export type Reject = Schemas["Reject"];
export type Role = Schemas["Role"];
export type SampleSpecification = Schemas["SampleSpecification"];
export type SampleSuggestion = Schemas["SampleSuggestion"];
export type ScoreStatistics = Schemas["ScoreStatistics"];
export type Split = Schemas["Split"];
export type Stage = Schemas["Stage"];
export type Target = Schemas["Target"];
export type TemplateCount = Schemas["TemplateCount"];
export type TemplateList = Schemas["TemplateList"];
export type TemplateSummary = Schemas["TemplateSummary"];
export type TemplatesSpecification = Schemas["TemplatesSpecification"];
export type Template = Schemas["Template"];
export type TemplateOrder = NonNullable<
  NonNullable<operations["list_dataset_templates"]["parameters"]["query"]>["order"]
>;

type Preset = Schemas["FeatureSetPreset"];

type Recipe = Omit<Schemas["TrainingSpecification"], "scaler" | "threshold" | "evaluation">;

export interface TrainingSpecification extends Recipe {
  labels?: LabelsSpecification | null;
  missing?: MissingSpecification;
  scaler?: ScalerSpecification;
  threshold?: ThresholdSpecification;
  evaluation?: EvaluationSpecification;
  search?: SearchSpecification | null;
}

type Statistics = Schemas["TrainingStatistics"];

export interface TrainingStatistics extends Statistics {
  labels?: LabelReport | null;
  unused_samples?: number;
  incomplete_samples?: number;
}

interface Trained {
  metrics: Evaluation;
  statistics: TrainingStatistics;
}

export type Model = Omit<Schemas["Model"], keyof Trained> & Trained;

export interface Job extends Omit<Schemas["Job"], keyof Trained | "specification"> {
  specification: TrainingSpecification;
  leaderboard?: Leaderboard | null;
  metrics?: Evaluation | null;
  statistics?: TrainingStatistics | null;
}

export type Paths = paths;

/** A line of a job's log. */
export interface LogLine {
  at: string;
  level: string;
  message: string;
}
