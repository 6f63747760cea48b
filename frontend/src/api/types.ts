/** Short names for the shapes of the OpenAPI document. */
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Accounting = Schemas["Accounting"];
export type Algorithm = Schemas["Algorithm"];
export type Dataset = Schemas["Dataset"];
export type DatasetProfile = Schemas["DatasetProfile"];
export type Deployment = Schemas["Deployment"];
export type Evaluation = Schemas["Evaluation"];
export type FeatureSetPreset = Schemas["FeatureSetPreset"];
export type Job = Schemas["Job"];
export type JobStatus = Schemas["JobStatus"];
export type Me = Schemas["Me"];
export type Model = Schemas["Model"];
export type ModelStatus = Schemas["ModelStatus"];
export type Reject = Schemas["Reject"];
export type Role = Schemas["Role"];
export type ScoreStatistics = Schemas["ScoreStatistics"];
export type Split = Schemas["Split"];
export type Stage = Schemas["Stage"];
export type Target = Schemas["Target"];
export type ThresholdPolicy = Schemas["ThresholdPolicy"];
export type TrainingSpecification = Schemas["TrainingSpecification"];
export type TrainingStatistics = Schemas["TrainingStatistics"];

/** A line of a job's log. */
export interface LogLine {
  at: string;
  level: string;
  message: string;
}
