/** How a matrix becomes a judged model, and how it was judged: shapes that `types.ts` takes in. */
import type { components } from "./schema.gen";

type Schemas = components["schemas"];
type ScoreStatistics = Schemas["ScoreStatistics"];
type Split = Schemas["Split"];
type Maybe<T> = T | null;

export type LabelsSpecification =
  | { kind: "field"; name: string; positive?: Maybe<string[]>; negative?: Maybe<string[]> }
  | { kind: "file"; dataset_id?: Maybe<string>; key: string; column: string; positive: string[] }
  | { kind: "patterns"; patterns: string[] };

export interface LabelReport {
  kind: "field" | "file" | "patterns";
  weak: boolean;
  labelled: number;
  positive?: Maybe<number>;
  unlabelled: number;
  ambiguous: number;
  unmatched_labels: number;
  classes: Record<string, number>;
}

export type MissingSpecification =
  | { type: "refuse" }
  | { type: "mean" }
  | { type: "median" }
  | { type: "zero" }
  | { type: "constant"; value: number };

export type ScalerSpecification =
  | { type: "standard" }
  | { type: "min_max" }
  | { type: "robust" }
  | { type: "none" };

export type ThresholdPolicy =
  | "contamination"
  | "percentile"
  | "best_f1"
  | "recall_at_precision"
  | "alarms_per_day"
  | "probability";

export interface ThresholdSpecification {
  policy: ThresholdPolicy;
  value?: number;
}

export interface EvaluationSpecification {
  split?: Split;
  test_fraction?: number;
  folds?: number;
  seed?: number;
  bootstrap_resamples?: number;
  importance_repeats?: number;
}

export type SearchStrategy = "grid" | "random" | "halving" | "auto";
export type SearchMetric = "average_precision" | "roc_auc" | "f1_score" | "accuracy" | "log_loss";
export type ParameterSpace = unknown[] | { low: number; high: number; log?: boolean };

export interface SearchSpecification {
  strategy?: SearchStrategy;
  parameters?: Record<string, ParameterSpace>;
  scalers?: ScalerSpecification[];
  budget_seconds?: number;
  candidates?: number;
  folds?: number;
  metric?: Maybe<SearchMetric>;
}

export interface Evaluation {
  mode: string;
  split: Split;
  threshold: number;
  threshold_policy?: Maybe<ThresholdSpecification>;
  training_scores: ScoreStatistics;
  test_scores?: Maybe<ScoreStatistics>;
  metrics?: Maybe<Metrics>;
  other_split?: Maybe<SplitEvaluation>;
  cross_validation?: Maybe<CrossValidation>;
  injection?: Maybe<Injection>;
  histogram?: Maybe<Histogram>;
  agreement?: Maybe<Agreement>;
  importance?: Maybe<Importance>;
}

export interface SplitEvaluation {
  split: Split;
  training_samples: number;
  test_samples: number;
  threshold: number;
  metrics?: Maybe<Metrics>;
  reason?: Maybe<string>;
}

export interface Metrics {
  samples: number;
  positives?: Maybe<number>;
  average?: string;
  accuracy?: Maybe<number>;
  precision?: Maybe<number>;
  recall?: Maybe<number>;
  f1_score?: Maybe<number>;
  roc_auc?: Maybe<number>;
  average_precision?: Maybe<number>;
  log_loss?: Maybe<number>;
  intervals?: Record<string, Interval>;
  bootstrap_resamples?: number;
  confusion_matrix?: Maybe<ConfusionMatrix>;
  class_report?: ClassReport[];
  averages?: Maybe<{ macro: Scores; weighted: Scores }>;
  roc_curve?: Maybe<Curve>;
  precision_recall_curve?: Maybe<Curve>;
  calibration_curve?: Maybe<Curve>;
}

export interface Interval {
  low: number;
  high: number;
}

export interface ConfusionMatrix {
  classes: string[];
  counts: number[][];
}

export interface ClassReport {
  class: string;
  precision?: Maybe<number>;
  recall?: Maybe<number>;
  f1_score?: Maybe<number>;
  support: number;
}

export interface Scores {
  precision: number;
  recall: number;
  f1_score: number;
}

export interface Curve {
  points: CurvePoint[];
}

export interface CurvePoint {
  x: number;
  y: number;
  threshold?: Maybe<number>;
  samples?: Maybe<number>;
}

export type FoldKind = "time_series" | "stratified" | "grouped" | "shuffled";

export interface CrossValidation {
  kind: FoldKind;
  mode: string;
  metric: string;
  score?: Maybe<number>;
  folds: Fold[];
  mean: Record<string, number>;
  standard_deviation: Record<string, number>;
}

export interface Fold {
  training_samples: number;
  test_samples: number;
  metrics: Record<string, number>;
  reason?: Maybe<string>;
}

export interface Injection {
  normal_samples: number;
  injected_samples: number;
  seed: number;
  kinds: InjectedKind[];
}

export interface InjectedKind {
  kind: string;
  description: string;
  samples: number;
  recall: number;
  roc_auc: number;
  average_precision: number;
}

export interface Histogram {
  edges: number[];
  training: number[];
  test?: number[];
}

export interface Agreement {
  seeds: number[];
  mean_jaccard: number;
  minimum_jaccard: number;
  samples: number;
}

export interface Importance {
  metric: string;
  measured_on: string;
  samples: number;
  repeats: number;
  features: { feature: string; mean: number; standard_deviation: number }[];
}

export interface Leaderboard {
  strategy: string;
  metric: string;
  higher_is_better: boolean;
  mode: string;
  fold_kind: FoldKind;
  planned: number;
  complete: boolean;
  seconds: number;
  rows: LeaderboardRow[];
}

export interface LeaderboardRow {
  rank: number;
  parameters: Record<string, unknown>;
  scaler: ScalerSpecification;
  mean?: Maybe<number>;
  standard_deviation?: Maybe<number>;
  folds: number[];
  seconds: number;
  resource: number;
  error?: Maybe<string>;
}
