import { describe, expect, it } from "vitest";
import type { Evaluation, Metrics, ScoreStatistics } from "../api/types";
import {
  formatMetric,
  headline,
  inSentence,
  judgementsOf,
  metricRows,
  metricTitle,
  operatingPoints,
  rowShares,
} from "./evaluation";
import { pathOf, scale, ticks } from "./plot";

const SCORES = { count: 10, anomaly_count: 1, anomaly_ratio: 0.1 } as ScoreStatistics;
const METRICS: Metrics = {
  samples: 10,
  positives: 4,
  average: "binary",
  f1_score: 0.8,
  recall: 1,
  roc_auc: null,
  intervals: { f1_score: { low: 0.7, high: 0.9 } },
};
const EVALUATION: Evaluation = {
  mode: "labelled",
  split: "shuffled",
  threshold: 0.5,
  training_scores: SCORES,
  metrics: METRICS,
  other_split: {
    split: "time",
    training_samples: 30,
    test_samples: 10,
    threshold: 0.6,
    metrics: { samples: 10, f1_score: 0.6, log_loss: 0.4, brier_score: 0.1 },
  },
};

describe("the judgements of an evaluation", () => {
  it("have the time-ordered split first, whichever is the model's own", () => {
    expect(judgementsOf(EVALUATION).map(({ title, own, threshold }) => [title, own, threshold])).toEqual([
      ["Time-ordered split", false, 0.6],
      ["Shuffled split", true, 0.5],
    ]);
  });

  it("of injected anomalies say so in their titles", () => {
    const injected = { ...EVALUATION, mode: "injected", split: "time" as const, other_split: null };
    expect(judgementsOf(injected).map(({ title }) => title)).toEqual(["Time-ordered split, injected"]);
    expect(headline(injected)).toEqual({ title: "F1 score", value: 0.8, mode: "injected" });
  });

  it("are none when nothing was measured", () => {
    const nothing = { ...EVALUATION, mode: "none", metrics: null, other_split: null };
    expect(judgementsOf(nothing)).toEqual([]);
    expect(headline(nothing)).toBeUndefined();
  });

  it("keep the reason when the other split could not be measured", () => {
    const other = { ...EVALUATION.other_split, split: "time" as const, metrics: null, reason: "one class" };
    const found = judgementsOf({ ...EVALUATION, other_split: other as Evaluation["other_split"] });
    expect(found[0]).toMatchObject({ title: "Time-ordered split", metrics: undefined, reason: "one class" });
  });
});

describe("the rows of metrics", () => {
  const rows = metricRows(judgementsOf(EVALUATION));

  it("are those that were measured at least once", () => {
    expect(rows.map(({ title }) => title)).toEqual(["F1 score", "Recall", "Log loss", "Brier score"]);
  });

  it("leave what was not measured absent, and have intervals where there are some", () => {
    expect(rows[0]?.cells).toEqual([
      { value: 0.6, interval: undefined },
      { value: 0.8, interval: { low: 0.7, high: 0.9 } },
    ]);
    expect(rows[1]?.cells).toEqual([undefined, { value: 1, interval: undefined }]);
  });
});

describe("the threshold on the curves", () => {
  // scikit-learn's layout: rows are true classes, the anomaly is the second.
  const matrix = {
    classes: ["normal", "anomaly"],
    counts: [
      [90, 10],
      [5, 15],
    ],
  };

  it("follows from the counts", () => {
    expect(operatingPoints(matrix)).toEqual({
      roc: { x: 0.1, y: 0.75 },
      precisionRecall: { x: 0.75, y: 0.6 },
    });
  });

  it("has no precision when nothing was flagged, and no place without both classes", () => {
    const silent = { ...matrix, counts: [[100, 0], [20, 0]] }; // biome-ignore format: a matrix
    expect(operatingPoints(silent)?.precisionRecall).toBeUndefined();
    expect(operatingPoints({ ...matrix, counts: [[100, 0], [0, 0]] })).toBeUndefined(); // biome-ignore format: a matrix
    expect(operatingPoints({ classes: ["a", "b", "c"], counts: [] })).toBeUndefined();
    expect(operatingPoints(null)).toBeUndefined();
  });
});

it("a row of a confusion matrix is shared out, an empty one too", () => {
  expect(rowShares([3, 1])).toEqual([0.75, 0.25]);
  expect(rowShares([0, 0])).toEqual([0, 0]);
});

it.each([
  [0.99414, "0.994"],
  [1, "1.000"],
  [0.99987, "0.99987"],
  [0, "0.000"],
])("%d is written %s: nearly perfect is not perfect", (value, text) => {
  expect(formatMetric(value)).toBe(text);
});

it("metrics have names for people", () => {
  expect(metricTitle("roc_auc")).toBe("ROC AUC");
  expect(metricTitle("mean_absolute_score_change")).toBe("Mean absolute score change");
  expect(["Average precision", "ROC AUC", "F1 score"].map(inSentence)).toEqual([
    "average precision",
    "ROC AUC",
    "F1 score",
  ]);
});

describe("a chart", () => {
  it("has round numbers along its axis", () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0.37, 0.71, 6)).toEqual([0.4, 0.5, 0.6, 0.7]);
    expect(ticks(-3, 12, 3)).toEqual([0, 5, 10]);
    expect(ticks(5, 5, 3)).toEqual([5]);
  });

  it("puts points where they belong, upside down", () => {
    const points = [
      { x: 0, y: 0 },
      { x: 0.5, y: 1 },
    ];
    expect(pathOf(points, scale(0, 1, 10, 110), scale(0, 1, 100, 0))).toBe("M10 100L60 0");
  });
});
