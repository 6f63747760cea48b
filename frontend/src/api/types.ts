/** Short names for the shapes of the OpenAPI document. */
import type { components, paths } from "./schema.gen";

type Schemas = components["schemas"];

export type Accounting = Schemas["Accounting"];
export type Algorithm = Schemas["Algorithm"];
export type Dataset = Schemas["Dataset"];
export type DatasetProfile = Schemas["DatasetProfile"] & ProfileDetails;
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

/** What a profile says of its messages; absent from profiles of earlier versions. */
interface ProfileDetails {
  rate?: RecordRate;
  templates?: TemplateSummary;
  suggestion?: SampleSuggestion | null;
}

/** Records per bucket of time, empty buckets included. */
export interface RecordRate {
  bucket_seconds: number;
  start?: string | null;
  counts: number[];
}

/** A message with its variable parts as `<*>`, and how many records have it. */
export interface TemplateCount {
  id: string;
  text: string;
  count: number;
}

export interface TemplateSummary {
  total: number;
  top: TemplateCount[];
  rare: TemplateCount[];
}

/** A template with when it was seen and up to three of its messages. */
export interface Template extends TemplateCount {
  first_seen?: string | null;
  last_seen?: string | null;
  examples: string[];
}

export interface TemplateList {
  items: Template[];
  total: number;
}

export type TemplateOrder = "frequent" | "rare";

/** A guess at what the samples of a dataset are. */
export interface SampleSuggestion {
  sample_kind: string;
  preset: string;
  session_key?: { regex: string; keys: number } | null;
  reason: string;
}

interface TemplatePaths {
  "/api/v1/datasets/{id}/templates": {
    get: {
      parameters: {
        query?: { order?: TemplateOrder; q?: string | null; offset?: number | null; limit?: number | null };
        path: { id: string };
      };
      responses: { 200: { content: { "application/json": TemplateList } } };
    };
  };
}

/** The routes; those written here give way to the OpenAPI document's. */
export type Paths = paths & Omit<TemplatePaths, keyof paths>;

/** A line of a job's log. */
export interface LogLine {
  at: string;
  level: string;
  message: string;
}
