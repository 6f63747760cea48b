import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Leaderboard as Board, Evaluation, Metrics as Measured, ScoreStatistics } from "../../api/types";
import { FeatureTexts } from "../feature-texts";
import { Metrics } from "../metrics";
import { Leaderboard } from "./leaderboard";

const SCORES: ScoreStatistics = {
  count: 120,
  mean: 0.4,
  standard_deviation: 0.1,
  minimum: 0.1,
  percentile_25: 0.3,
  median: 0.4,
  percentile_75: 0.5,
  percentile_95: 0.6,
  percentile_99: 0.7,
  maximum: 0.9,
  anomaly_count: 12,
  anomaly_ratio: 0.1,
};

const MEASURED: Measured = {
  samples: 120,
  positives: 20,
  average: "binary",
  precision: 0.6,
  recall: 0.75,
  f1_score: 0.667,
  roc_auc: 0.91,
  intervals: { recall: { low: 0.55, high: 0.91 } },
  bootstrap_resamples: 1000,
  confusion_matrix: {
    classes: ["normal", "anomaly"],
    counts: [
      [90, 10],
      [5, 15],
    ],
  },
  class_report: [
    { class: "normal", precision: 0.947, recall: 0.9, f1_score: 0.923, support: 100 },
    { class: "anomaly", precision: 0.6, recall: 0.75, f1_score: 0.667, support: 20 },
  ],
  roc_curve: {
    points: [
      { x: 0, y: 0 },
      { x: 0.1, y: 0.75, threshold: 0.5 },
      { x: 1, y: 1 },
    ],
  },
};

const LABELLED: Evaluation = {
  mode: "labelled",
  split: "time",
  threshold: 0.5,
  training_scores: SCORES,
  test_scores: SCORES,
  metrics: MEASURED,
  other_split: {
    split: "shuffled",
    training_samples: 480,
    test_samples: 120,
    threshold: 0.45,
    metrics: { ...MEASURED, recall: 0.8, intervals: {}, roc_curve: null },
  },
};

const show = (metrics: Evaluation) =>
  render(
    <MantineProvider env="test">
      <Metrics metrics={metrics} />
    </MantineProvider>,
  );

describe("an evaluation with labels", () => {
  it("has both splits side by side, with intervals where they were measured", () => {
    show(LABELLED);
    const table = screen.getByRole("table", { name: "Metrics" });
    const headers = within(table)
      .getAllByRole("columnheader")
      .map((header) => header.textContent);
    expect(headers).toEqual(["Metric", "Time-ordered split", "Shuffled splitthe same recipe, fitted again"]);
    expect(
      within(table).getByRole("row", { name: /^Recall 0\.750 95 % interval 0\.550 to 0\.910 0\.800$/ }),
    ).toBeTruthy();
    expect(within(table).queryByRole("row", { name: /^Log loss/ })).toBeNull();
  });

  it("counts who was taken for whom", () => {
    show(LABELLED);
    const matrix = screen.getByRole("table", { name: "Confusion matrix, time-ordered split" });
    expect(within(matrix).getByRole("row", { name: "anomaly 5 25.0 % 15 75.0 %" })).toBeTruthy();
  });

  it("draws a curve with the threshold on it, in words too, and its points on demand", async () => {
    show(LABELLED);
    const curve = screen.getByRole("img", { name: "ROC curve" });
    const words = document.getElementById(curve.getAttribute("aria-describedby") ?? "");
    expect(words?.textContent).toContain(
      "Time-ordered split: area 0.910; at the threshold (dot) false alarm rate 0.100, recall 0.750",
    );
    expect(words?.textContent).not.toContain("Shuffled");
    expect(screen.queryByRole("table", { name: "Points of: ROC curve" })).toBeNull();
    await userEvent.click(screen.getByText("Points as a table"));
    expect(
      within(screen.getByRole("table", { name: "Points of: ROC curve" })).getByRole("row", {
        name: "Time-ordered split 0.100 0.750 0.5000",
      }),
    ).toBeTruthy();
  });

  it("shows nothing of what was not measured", () => {
    show(LABELLED);
    for (const absent of [/Precision-recall curve/, /Calibration/]) {
      expect(screen.queryByRole("img", { name: absent })).toBeNull();
    }
    for (const absent of [/leaderboard/i, /Cross-validation/, /importance/i]) {
      expect(screen.queryByRole("region", { name: absent })).toBeNull();
    }
    expect(screen.queryByText(/injected/i)).toBeNull();
  });

  it("says why the other split has no figures", () => {
    const other = { ...LABELLED.other_split, metrics: null, reason: "The test part has one class." };
    show({ ...LABELLED, other_split: other as Evaluation["other_split"] });
    expect(screen.getByText("Shuffled split: The test part has one class.")).toBeTruthy();
  });
});

describe("an evaluation without labels", () => {
  it("calls injected what was injected, everywhere", () => {
    show({
      ...LABELLED,
      mode: "injected",
      other_split: null,
      injection: {
        normal_samples: 100,
        injected_samples: 20,
        seed: 42,
        kinds: [
          {
            kind: "extreme_value",
            description: "One feature far out.",
            samples: 20,
            recall: 0.75,
            roc_auc: 0.9,
            average_precision: 0.8,
          },
        ],
      },
      cross_validation: {
        kind: "time_series",
        mode: "injected",
        metric: "average_precision",
        folds: [{ training_samples: 100, test_samples: 50, metrics: { average_precision: 0.8 } }],
        mean: { average_precision: 0.8 },
        standard_deviation: { average_precision: 0 },
      },
    });
    const region = screen.getByRole("region", { name: "Evaluation metrics, injected" });
    expect(within(region).getByText(/How well real anomalies are found was not measured/)).toBeTruthy();
    expect(within(region).getByRole("columnheader", { name: "Time-ordered split, injected" })).toBeTruthy();
    expect(
      within(region).getByRole("table", { name: "Confusion matrix, time-ordered split, injected" }),
    ).toBeTruthy();
    expect(within(region).getByRole("img", { name: "ROC curve, injected" })).toBeTruthy();
    expect(within(region).getByRole("row", { name: "Test samples 120 (20 injected)" })).toBeTruthy();
    expect(
      within(region).getByRole("row", { name: /^Extreme value.* 20 0\.750 0\.900 0\.800$/ }),
    ).toBeTruthy();
    expect(screen.getByRole("region", { name: "Cross-validation, injected" })).toBeTruthy();
    expect(screen.queryByText(/staged/i)).toBeNull();
  });

  it("says what a feature means wherever it is named", () => {
    const kind = { kind: "new_statement", description: "a statement that was never seen", samples: 20 };
    const evaluation: Evaluation = {
      ...LABELLED,
      mode: "injected",
      injection: {
        normal_samples: 100,
        injected_samples: 20,
        seed: 42,
        kinds: [
          {
            ...kind,
            recall: 0.75,
            roc_auc: 0.9,
            average_precision: 0.8,
            features: ["template_1f2e3d4c5b6a", "length"],
          },
        ],
      },
      importance: {
        metric: "average_precision",
        measured_on: "test",
        samples: 120,
        repeats: 5,
        features: [{ feature: "template_1f2e3d4c5b6a", mean: 0.2, standard_deviation: 0.01 }],
      },
    };
    render(
      <MantineProvider>
        <FeatureTexts
          names={["template_1f2e3d4c5b6a", "length"]}
          texts={["Weighted count of the template: link <*> down", ""]}
        >
          <Metrics metrics={evaluation} />
        </FeatureTexts>
      </MantineProvider>,
    );
    expect(
      screen.getByText(
        (_, element) =>
          element?.textContent ===
          "A statement that was never seen. Seen by template_1f2e3d4c5b6a (Weighted count of the template: link <*> down), length.",
      ),
    ).toBeTruthy();
    expect(
      screen.getByRole("rowheader", {
        name: "template_1f2e3d4c5b6a Weighted count of the template: link <*> down",
      }),
    ).toBeTruthy();
  });

  it("has what was found of staged incidents, by kind and over the draws", () => {
    const kind = { kind: "new_statement", description: "a statement that was never seen", samples: 20 };
    show({
      ...LABELLED,
      mode: "injected",
      other_split: null,
      metrics: { ...MEASURED, average_precision: 0.91 },
      injection: {
        normal_samples: 300,
        injected_samples: 60,
        training_share: 0.02,
        seed: 42,
        kinds: [{ ...kind, recall: 0.75, roc_auc: 0.9, average_precision: 0.8 }],
        draws: [
          { average_precision: 0.9 },
          { average_precision: 0.88, recall: 1 },
          { average_precision: 0.95 },
        ],
      },
      cross_validation: {
        kind: "incidents",
        mode: "injected",
        metric: "average_precision",
        folds: [{ training_samples: 100, test_samples: 50, metrics: { average_precision: 0.8 } }],
        mean: { average_precision: 0.8 },
        standard_deviation: { average_precision: 0 },
      },
    });
    const table = screen.getByRole("table", { name: "Staged incidents" });
    expect(
      within(table).getByRole("row", {
        name: "New statement A statement that was never seen. 20 0.750 0.900 0.800",
      }),
    ).toBeTruthy();
    expect(screen.getByText("Average precision: 0.910 (0.880 to 0.950 over 3 draws)")).toBeTruthy();
    expect(screen.getByText(/60 samples of staged incidents among 300 held-out samples/)).toBeTruthy();
    expect(screen.getByText("1 fold: other incidents staged in each part.")).toBeTruthy();
    expect(
      screen.getByText(/Incidents were staged in it.*real anomalies are found was not measured/),
    ).toBeTruthy();
  });

  it("says that nothing but scores was measured", () => {
    show({ ...LABELLED, mode: "none", metrics: null, other_split: null });
    expect(screen.getByText(/precision and recall were not measured/)).toBeTruthy();
    expect(screen.queryByRole("table", { name: "Metrics" })).toBeNull();
    expect(screen.getByRole("table", { name: "Score statistics" })).toBeTruthy();
  });
});

describe("what a search tried", () => {
  const row = (rank: number, mean: number | null, error?: string) => ({
    rank,
    parameters: { C: 10 ** -rank, class_weight: null },
    scaler: { type: "min_max" as const },
    mean,
    standard_deviation: mean === null ? null : 0.01,
    folds: [],
    seconds: 1,
    resource: 400,
    error,
  });

  it("is listed best first, with what failed and why, ten at a time", async () => {
    const rows = Array.from({ length: 11 }, (_, at) => row(at + 1, 0.9 - at / 100));
    const board: Board = {
      strategy: "halving",
      metric: "average_precision",
      higher_is_better: true,
      mode: "labelled",
      fold_kind: "stratified",
      planned: 30,
      complete: false,
      seconds: 60,
      rows: [...rows, row(12, null, "did not converge")],
    };
    render(
      <MantineProvider env="test">
        <Leaderboard board={board} />
      </MantineProvider>,
    );
    const region = screen.getByRole("region", { name: "Search leaderboard" });
    expect(
      within(region).getByText(/12 candidates of 30 in 1 min 0 s, when the time budget was spent/),
    ).toBeTruthy();
    expect(within(region).getAllByRole("row")).toHaveLength(11);
    expect(
      within(region).getByRole("row", { name: "1 chosen 0.900 ± 0.010 0.1 none Min max 400 1 s" }),
    ).toBeTruthy();
    await userEvent.click(within(region).getByRole("button", { name: "Show all 12 candidates" }));
    expect(within(region).getByRole("row", { name: /^12 did not converge/ })).toBeTruthy();
  });

  it("names each algorithm where one was chosen of several", () => {
    const board: Board = {
      strategy: "grid",
      metric: "average_precision",
      higher_is_better: true,
      mode: "injected",
      fold_kind: "incidents",
      planned: 1,
      complete: true,
      seconds: 2,
      rows: [{ ...row(1, 0.9), parameters: { type: "nearest_normal", metric: "manhattan" } }],
    };
    render(
      <MantineProvider env="test">
        <Leaderboard board={board} />
      </MantineProvider>,
    );
    expect(
      screen.getByText(
        "Choice of algorithm by average precision (injected), other incidents staged in each part: 1 candidate of 1 in 2 s.",
      ),
    ).toBeTruthy();
    expect(screen.getByRole("columnheader", { name: "Algorithm" })).toBeTruthy();
    expect(screen.getByRole("row", { name: /Nearest normal manhattan/ })).toBeTruthy();
  });
});

it("a distribution is drawn with its threshold in words", () => {
  show({
    ...LABELLED,
    histogram: { edges: [0, 0.5, 1], training: [90, 30], test: [10, 0] },
  });
  const picture = screen.getByRole("img", { name: "Score distribution" });
  const words = document.getElementById(picture.getAttribute("aria-describedby") ?? "");
  expect(words?.textContent).toContain("Training: share of 120 samples per bin");
  expect(words?.textContent).toContain("Threshold 0.5000; scores from 0 to 1");
});
