import { describe, expect, it } from "vitest";
import type { Alarms, Evaluation, Metrics, ScoreStatistics } from "../api/types";
import { percent, summaryOf } from "./summary";

const ALARMS: Alarms = {
  measured_on: "test",
  samples: 2104,
  alarms: 31,
  per_thousand: 14.73,
  per_day: 11.8,
  days: 2.6,
};

const matrix = (counts: number[][]): Metrics["confusion_matrix"] => ({
  classes: ["normal", "anomaly"],
  counts,
});

const INJECTED: Evaluation = {
  mode: "injected",
  split: "time",
  threshold: 0.5,
  training_scores: {} as ScoreStatistics,
  alarms: ALARMS,
  metrics: { samples: 2200, positives: 100, recall: 0.84, precision: 0.91 },
  injection: { normal_samples: 2100, injected_samples: 100, training_share: 0.02, seed: 1, kinds: [] },
};

const labelled = (metrics: Metrics): Evaluation => ({
  ...INJECTED,
  mode: "labelled",
  metrics,
  injection: null,
});

describe("the summary without labels", () => {
  it("says how many alarms there are, and how many of the staged incidents are found", () => {
    expect(summaryOf(INJECTED)).toBe(
      "Of 2,104 samples it had not seen, it flags 31 (15 in a thousand, about 12 a day). " +
        "Of incidents that were staged in this data, it finds 84 %; of its alarms, 91 % were such incidents.",
    );
  });

  it("says nothing of a day, of precision or of recall where they were not measured", () => {
    const rare = { ...ALARMS, alarms: 1, per_thousand: 0.4753, per_day: null };
    expect(summaryOf({ ...INJECTED, alarms: rare, metrics: { samples: 2200, recall: 0 } })).toBe(
      "Of 2,104 samples it had not seen, it flags 1 (0.48 in a thousand). " +
        "Of incidents that were staged in this data, it finds 0 %.",
    );
    expect(summaryOf({ ...INJECTED, metrics: null })).toMatch(/about 12 a day\)\.$/);
    expect(summaryOf({ ...INJECTED, alarms: null, metrics: null })).toBeUndefined();
  });

  it("has no share of right alarms where there is no alarm", () => {
    const silent = {
      samples: 2200,
      recall: 0,
      precision: 0,
      confusion_matrix: matrix([
        [2100, 0],
        [100, 0],
      ]),
    };
    const none = { ...ALARMS, alarms: 0, per_thousand: 0, per_day: 0 };
    expect(summaryOf({ ...INJECTED, alarms: none, metrics: silent })).toBe(
      "Of 2,104 samples it had not seen, it flags none. Of incidents that were staged in this data, it finds 0 %.",
    );
  });

  it("calls what was mixed in, and not staged, by its name", () => {
    const injection = { normal_samples: 100, injected_samples: 20, seed: 1, kinds: [] };
    expect(summaryOf({ ...INJECTED, alarms: null, injection })).toBe(
      "Of synthetic anomalies that were mixed in, it finds 84 %; of its alarms, 91 % were such anomalies.",
    );
  });

  it("says so where nothing was held back", () => {
    const alarms = { ...ALARMS, measured_on: "training", per_day: 0.02 };
    expect(
      summaryOf({ ...INJECTED, mode: "none", split: "none", alarms, metrics: null, injection: null }),
    ).toBe(
      "Of the 2,104 samples that it was trained on, it flags 31 (15 in a thousand, fewer than one in ten days).",
    );
  });
});

describe("the summary with labels", () => {
  it("counts the known anomalies that are found, and the false alarms", () => {
    const counts = matrix([
      [4793, 7],
      [14, 198],
    ]);
    expect(summaryOf(labelled({ samples: 5012, positives: 212, confusion_matrix: counts }))).toBe(
      "Of 212 known anomalies among 5,012 held-out samples it finds 198 and raises 7 false alarms.",
    );
    const one = matrix([
      [5011, 0],
      [0, 1],
    ]);
    expect(summaryOf(labelled({ samples: 5012, positives: 1, confusion_matrix: one }))).toBe(
      "Of 1 known anomaly among 5,012 held-out samples it finds 1 and raises no false alarm.",
    );
  });

  it("claims no find where there was nothing to be found", () => {
    const counts = matrix([
      [4999, 1],
      [0, 0],
    ]);
    expect(summaryOf(labelled({ samples: 5000, positives: 0, confusion_matrix: counts }))).toBe(
      "Among 5,000 held-out samples there is no known anomaly; it raises 1 false alarm.",
    );
  });

  it("of several classes is the share that is put into the right one", () => {
    expect(summaryOf(labelled({ samples: 30, accuracy: 0.9667 }))).toBe(
      "Of 30 held-out samples, it puts 97 % into the right class.",
    );
    expect(summaryOf(labelled({ samples: 30 }))).toBeUndefined();
  });
});

it.each([
  [0, "0 %"],
  [0.001, "less than 1 %"],
  [0.845, "85 %"],
  [0.999, "more than 99 %"],
  [1, "100 %"],
])("a share of %s is %s", (share, text) => {
  expect(percent(share)).toBe(text);
});
