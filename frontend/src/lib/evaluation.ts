/** What an evaluation says, arranged for people. No React here. */
import type { ConfusionMatrix, CurvePoint, Evaluation, Interval, Metrics, Split } from "../api/types";
import { formatCount, formatNumber } from "./format";

/** The model judged on the held-out part of one split. */
export interface Judgement {
  split: Split;
  /** "Time-ordered split", with what is not plain measurement said in the name. */
  title: string;
  /** Whether this is the split that the model itself was fitted and judged on. */
  own: boolean;
  threshold: number;
  metrics?: Metrics;
  /** Why there are no metrics. */
  reason?: string;
}

const SPLIT_TITLES: Record<Split, string> = {
  time: "Time-ordered split",
  shuffled: "Shuffled split",
  none: "No split",
};

/** The judgements side by side: the time-ordered split first, since it is how the model meets production. */
export function judgementsOf(evaluation: Evaluation): Judgement[] {
  const injected = evaluation.mode === "injected";
  const found: Judgement[] = [];
  const title = (split: Split) => (injected ? `${SPLIT_TITLES[split]}, injected` : SPLIT_TITLES[split]);
  if (evaluation.metrics) {
    const { split, threshold, metrics } = evaluation;
    found.push({ split, title: title(split), own: true, threshold, metrics });
  }
  const other = evaluation.other_split;
  if (other) {
    found.push({
      split: other.split,
      title: title(other.split),
      own: false,
      threshold: other.threshold,
      metrics: other.metrics ?? undefined,
      reason: other.reason ?? undefined,
    });
  }
  return found.sort((one, another) => Number(another.split === "time") - Number(one.split === "time"));
}

type MetricName = Extract<
  keyof Metrics,
  | "accuracy"
  | "precision"
  | "recall"
  | "f1_score"
  | "roc_auc"
  | "average_precision"
  | "log_loss"
  | "brier_score"
>;

const METRICS: [MetricName, string][] = [
  ["f1_score", "F1 score"],
  ["precision", "Precision"],
  ["recall", "Recall"],
  ["roc_auc", "ROC AUC"],
  ["average_precision", "Average precision"],
  ["accuracy", "Accuracy"],
  ["log_loss", "Log loss"],
  ["brier_score", "Brier score"],
];

/** A metric's name as people write it. */
export const metricTitle = (name: string): string =>
  METRICS.find(([known]) => known === name)?.[1] ??
  name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());

/** The same within a sentence: "average precision", "ROC AUC". */
export const inSentence = (title: string): string =>
  /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;

export interface Measured {
  value: number;
  interval?: Interval;
}

export interface MetricRow {
  name: MetricName;
  title: string;
  /** One per judgement; absent where it was not measured. */
  cells: (Measured | undefined)[];
}

/** The metrics that were measured at least once. */
export function metricRows(judgements: Judgement[]): MetricRow[] {
  return METRICS.map(([name, title]) => ({
    name,
    title,
    cells: judgements.map(({ metrics }): Measured | undefined => {
      const value = metrics?.[name];
      return value == null ? undefined : { value, interval: metrics?.intervals?.[name] };
    }),
  })).filter(({ cells }) => cells.some((cell) => cell !== undefined));
}

/** The one figure that a list has room for: the F1 score, where it was measured, and how. */
export function headline({
  mode,
  metrics,
}: Evaluation): { title: string; value: number; mode: string } | undefined {
  const name = (["f1_score", "roc_auc", "average_precision"] as const).find((one) => metrics?.[one] != null);
  const value = name && metrics?.[name];
  return name && value != null ? { title: metricTitle(name), value, mode } : undefined;
}

/** A score between 0 and 1 with three digits, one of which may tell .999 from 1. */
export const formatMetric = (value: number): string =>
  value !== 1 && value > 0.9995 ? value.toPrecision(5) : value.toFixed(3);

/** "0.981 to 0.992" */
export const formatInterval = ({ low, high }: Interval): string =>
  `${formatMetric(low)} to ${formatMetric(high)}`;

/** Where the threshold lies on the ROC and the precision-recall curve: from the counts, of two classes. */
export function operatingPoints(matrix: ConfusionMatrix | null | undefined) {
  if (matrix?.classes.length !== 2) return undefined;
  const [[tn, fp] = [], [fn, tp] = []] = matrix.counts;
  if (tn === undefined || fp === undefined || fn === undefined || tp === undefined) return undefined;
  if (tn + fp === 0 || tp + fn === 0) return undefined;
  const recall = tp / (tp + fn);
  return {
    roc: { x: fp / (tn + fp), y: recall },
    precisionRecall: tp + fp > 0 ? { x: recall, y: tp / (tp + fp) } : undefined,
  };
}

/** The share of a row's samples that each of its cells has. */
export function rowShares(counts: number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => (sum === 0 ? 0 : count / sum));
}

/** "x 0.010, y 0.950, from score 0.61": a point in words. */
export function describePoint(point: CurvePoint, x: string, y: string): string {
  const parts = [`${x} ${formatMetric(point.x)}`, `${y} ${formatMetric(point.y)}`];
  if (point.threshold != null) parts.push(`from score ${formatNumber(point.threshold)}`);
  if (point.samples != null) parts.push(`${formatCount(point.samples)} samples`);
  return parts.join(", ");
}
