import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type {
  Algorithm,
  DatasetProfile,
  FeatureSetPreset,
  SampleSpecification,
  Suits,
  TrainingSpecification,
} from "../../api/types";
import { type Entry, fieldsOf } from "../../lib/json-schema";
import { initialEntry } from "../../lib/schema-values";
import { readSpace } from "./form-search";
import {
  controlsOf,
  type JobForm,
  prepare,
  type Setting,
  START,
  suitsOf,
  withDefaults,
} from "./job-form-state";
import { groupsOf } from "./model-fields";
import { SchemaField } from "./schema-field";

const ALGORITHM: Algorithm = {
  id: "isolation_forest",
  title: "Isolation forest",
  description: "Isolates samples with random splits.",
  task: "anomaly",
  parameters: {
    properties: {
      n_estimators: {
        type: "integer",
        title: "Trees",
        description: "How many.",
        default: 100,
        minimum: 1,
      },
      max_samples: {
        title: "Samples per tree",
        default: "auto",
        oneOf: [{ const: "auto" }, { type: "integer", title: "Count", minimum: 1 }],
      },
    },
  },
};

const CLASSIFIER: Algorithm = {
  id: "logistic_regression",
  title: "Logistic regression",
  description: "Draws a line between classes.",
  task: "classification",
  parameters: { properties: { C: { type: "number", default: 1, exclusiveMinimum: 0 } } },
};

const AUTOMATIC: Algorithm = {
  id: "auto",
  title: "Automatic",
  description: "Tries a few.",
  task: "any",
  parameters: { properties: { budget_seconds: { type: "number", default: 20, minimum: 0 } } },
};

const preset = (name: string, sample: SampleSpecification): FeatureSetPreset => ({
  preset: name,
  title: name,
  description: "",
  features: [],
  sample,
});

const SETTING: Setting = {
  datasetId: "a-dataset",
  algorithm: ALGORITHM,
  presets: [
    preset("record", { kind: "record" }),
    preset("syslog", { kind: "window", seconds: 120 }),
    preset("hdfs-session", { kind: "session", key: { regex: "blk_-?\\d+" } }),
    preset("table", { kind: "row" }),
  ],
};

const PROFILE: DatasetProfile = {
  format: { preset: "hdfs", confidence: 1 },
  records: { read: 2, parsed: 2, rejected: 0, duplicates: 0 },
  content_bytes: 2,
  levels: {},
  processes: [],
  hosts: [],
  columns: [],
  preview: [],
  suggestion: {
    sample_kind: "session",
    preset: "hdfs-session",
    session_key: { regex: "blk_-?\\d+", keys: 7 },
    reason: "messages name 7 blocks",
  },
};

/** A table with these values in its last column. */
const table = (column: string, values: string[]): DatasetProfile => ({
  ...PROFILE,
  format: { preset: "table", confidence: 1 },
  columns: ["size", column],
  preview: values.map((value, at) => ({
    file: "f",
    line: at,
    message: "",
    attributes: { size: "1", [column]: value },
  })),
  suggestion: { sample_kind: "row", preset: "table", session_key: null, reason: "a header" },
});

const meant = (form: JobForm, setting: Setting): TrainingSpecification => {
  const { specification, errors } = prepare(form, "x", setting);
  expect(errors).toEqual({});
  return specification as TrainingSpecification;
};

describe("the specification a form means", () => {
  it("is the defaults, with only what was changed of the algorithm", () => {
    const form = { ...START, parameters: { isolation_forest: { n_estimators: { choice: 0, text: "10" } } } };
    expect(prepare(form, "router", SETTING)).toEqual({
      errors: {},
      specification: {
        name: "router",
        dataset_id: "a-dataset",
        format: { preset: "auto", drop_duplicates: true },
        feature_set: { preset: "surprise" },
        scaler: { type: "standard" },
        algorithm: { type: "isolation_forest", n_estimators: 10 },
        threshold: { policy: "contamination", value: 0.1 },
        evaluation: { split: "time", test_fraction: 0.2 },
      },
    });
  });

  it("is the recipe that suits the samples, where nobody chose another", () => {
    const nearest: Algorithm = {
      ...ALGORITHM,
      id: "nearest_normal",
      parameters: { properties: { n_neighbors: { type: "integer", default: 1, minimum: 1 } } },
    };
    const suits: Suits = {
      algorithm: { type: "nearest_normal", n_neighbors: 100 },
      scaler: { type: "none" },
      threshold: { policy: "gap", value: 0.1 },
    };
    const surprise = { ...preset("surprise", { kind: "record" }), suits };
    const setting = { ...SETTING, presets: [...SETTING.presets, surprise] };
    const form = { ...START, samples: { ...START.samples, featureSet: "surprise" } };
    const plain = { ...START, samples: { ...START.samples, featureSet: "record" } };
    expect(suitsOf(plain, setting)).toBeUndefined();
    expect(suitsOf(START, setting)).toBe(suits);
    expect(suitsOf(form, setting)).toBe(suits);
    expect(suitsOf({ ...form, algorithm: "isolation_forest" }, setting)).toBeUndefined();
    const suiting = withDefaults(nearest, suits.algorithm);
    expect(suiting.parameters).toMatchObject({ properties: { n_neighbors: { default: 100, minimum: 1 } } });
    expect(meant(form, { ...setting, algorithm: suiting, suits })).toMatchObject({
      feature_set: { preset: "surprise" },
      scaler: { type: "none" },
      algorithm: { type: "nearest_normal", n_neighbors: 100 },
      threshold: { policy: "gap", value: 0.1 },
    });
    const own = {
      ...form,
      scaler: "robust" as const,
      judging: { ...form.judging, policy: "percentile" as const },
    };
    expect(meant(own, { ...setting, algorithm: suiting, suits })).toMatchObject({
      scaler: { type: "robust" },
      threshold: { policy: "percentile", value: 90 },
    });
  });

  describe("of an algorithm that is chosen by trial", () => {
    const automatic = { ...SETTING, algorithm: AUTOMATIC };
    const others: JobForm = { ...START, scaler: "robust", search: { ...START.search, strategy: "grid" } };

    it("has no scaler and no search, whatever was chosen for another algorithm", () => {
      const specification = meant(others, automatic);
      expect(specification).toMatchObject({ algorithm: { type: "auto" } });
      expect(Object.keys(specification)).not.toContain("scaler");
      expect(Object.keys(specification)).not.toContain("search");
      const ofAnother = meant(others, SETTING);
      expect(ofAnother).toMatchObject({ scaler: { type: "robust" }, search: { strategy: "grid" } });
      const controls = controlsOf(others, automatic);
      expect(controls.filter((pointer) => /^\/(scaler|search)/.test(pointer))).toEqual([]);
    });

    it("has the threshold of what is tried: detectors without labels, classifiers with them", () => {
      expect(meant(START, automatic).threshold).toEqual({ policy: "gap", value: 0.1 });
      const labels = { ...START.labels, kind: "patterns" as const, patterns: "panic" };
      expect(meant({ ...START, labels }, automatic)).toMatchObject({
        labels: { kind: "patterns" },
        threshold: { policy: "best_f1" },
      });
      const judging = { ...START.judging, policy: "percentile" as const };
      expect(meant({ ...START, judging }, automatic).threshold).toEqual({ policy: "percentile", value: 90 });
    });

    it("has its parameters where they were changed, and no scaler of what suits the samples", () => {
      const suits: Suits = {
        algorithm: { type: "auto" },
        scaler: { type: "none" },
        threshold: { policy: "gap", value: 0.1 },
      };
      const parameters = { auto: { budget_seconds: { choice: 0, text: "60" } } };
      const specification = meant({ ...START, parameters }, { ...automatic, suits });
      expect(specification.algorithm).toEqual({ type: "auto", budget_seconds: 60 });
      expect(specification.scaler).toBeUndefined();
    });
  });

  it("has its probabilities calibrated where there can be some", () => {
    const form: JobForm = { ...START, calibration: "sigmoid" };
    const labels = { ...START.labels, kind: "patterns" as const, patterns: "panic" };
    const classifier = { ...SETTING, algorithm: CLASSIFIER };
    const automatic = { ...SETTING, algorithm: AUTOMATIC };
    const asked = { calibration: { method: "sigmoid" } };
    expect(meant({ ...form, labels }, classifier)).toMatchObject(asked);
    expect(meant({ ...form, labels }, automatic)).toMatchObject(asked);
    expect(controlsOf({ ...form, labels }, automatic)).toContain("/calibration");
    for (const specification of [meant(form, automatic), meant(form, SETTING), meant(START, automatic)]) {
      expect(Object.keys(specification)).not.toContain("calibration");
    }
    expect(controlsOf(form, SETTING)).not.toContain("/calibration");
  });

  it("is withheld with every error at the pointer of a control", () => {
    const form: JobForm = {
      ...START,
      parameters: { isolation_forest: { n_estimators: { choice: 0, text: "0" } } },
      format: { ...START.format, preset: "pattern", maxRejected: "2" },
      samples: { ...START.samples, kind: "window", seconds: "", step: "0" },
      labels: { ...START.labels, kind: "file" },
      missing: "constant",
      missingValue: "",
      judging: {
        ...START.judging,
        thresholds: { ...START.judging.thresholds, contamination: "0.6" },
        testFraction: "",
        folds: "1",
      },
      search: { ...START.search, strategy: "grid", budget: "0", space: "nope = 1" },
    };
    const setting = { ...SETTING, datasetId: undefined };
    const { specification, errors } = prepare(form, "", setting);
    expect(specification).toBeUndefined();
    expect(Object.keys(errors).sort()).toEqual([
      "/algorithm/n_estimators",
      "/dataset_id",
      "/evaluation/folds",
      "/evaluation/test_fraction",
      "/feature_set/sample/seconds",
      "/feature_set/sample/step_seconds",
      "/format/max_rejected_share",
      "/format/pattern",
      "/labels/column",
      "/labels/dataset_id",
      "/labels/key",
      "/labels/positive",
      "/missing/value",
      "/name",
      "/search/budget_seconds",
      "/search/parameters",
      "/threshold/value",
    ]);
    for (const pointer of Object.keys(errors)) expect(controlsOf(form, setting)).toContain(pointer);
  });

  it.each([
    ["contamination", "0", false],
    ["contamination", "0.5", true],
    ["percentile", "49.9", false],
    ["percentile", "50", true],
    ["percentile", "100", false],
    ["alarms_per_day", "0", false],
    ["alarms_per_day", "1000", true],
    ["best_f1", "whatever", false], // without labels
  ] as const)("threshold %s %s: accepted %s", (policy, value, accepted) => {
    const thresholds = { ...START.judging.thresholds, [policy]: value };
    const form = { ...START, judging: { ...START.judging, policy, thresholds } };
    expect(prepare(form, "x", SETTING).specification !== undefined).toBe(accepted);
  });

  it("does not ask for a share when nothing is held back", () => {
    const judging = { ...START.judging, split: "none" as const, testFraction: "nonsense" };
    expect(meant({ ...START, judging }, SETTING).evaluation).toEqual({ split: "none" });
  });

  it("has what was asked for beside the defaults", () => {
    const specification = meant(
      {
        ...START,
        missing: "median",
        scaler: "robust",
        judging: { ...START.judging, folds: "5", resamples: "0" },
        search: { ...START.search, strategy: "auto", budget: "60", scalers: ["none", "min_max"] },
      },
      SETTING,
    );
    expect(specification).toMatchObject({
      missing: { type: "median" },
      scaler: { type: "robust" },
      evaluation: { split: "time", test_fraction: 0.2, folds: 5, bootstrap_resamples: 0 },
      search: { strategy: "auto", budget_seconds: 60, scalers: [{ type: "none" }, { type: "min_max" }] },
    });
  });
});

describe("samples", () => {
  const setting = { ...SETTING, profile: PROFILE };

  it("are what the dataset suggests, by its key", () => {
    expect(meant(START, setting).feature_set).toEqual({
      preset: "hdfs-session",
      sample: { kind: "session", key: { regex: "blk_-?\\d+" } },
    });
  });

  it("are not what the server has no feature set for", () => {
    expect(meant(START, { ...setting, presets: SETTING.presets.slice(0, 1) }).feature_set).toEqual({
      preset: "surprise",
    });
  });

  it("are of the suggested kind where the feature set's own is another", () => {
    const suggestion = { sample_kind: "record", preset: "syslog", session_key: null, reason: "few lines" };
    const profile = { ...PROFILE, suggestion };
    expect(meant(START, { ...SETTING, profile }).feature_set).toEqual({
      preset: "syslog",
      sample: { kind: "record" },
    });
    const windows = { ...PROFILE, suggestion: { ...suggestion, sample_kind: "window" } };
    expect(meant(START, { ...SETTING, profile: windows }).feature_set).toEqual({ preset: "syslog" });
  });

  it("are what was chosen rather than what is suggested", () => {
    const samples = { ...START.samples, featureSet: "record" };
    expect(meant({ ...START, samples }, setting).feature_set).toEqual({ preset: "record" });
  });

  it("are windows as long as the feature set's, with its templates, until told otherwise", () => {
    const samples: JobForm["samples"] = { ...START.samples, featureSet: "syslog", templatesMax: "10" };
    expect(meant({ ...START, samples }, SETTING).feature_set).toEqual({
      preset: "syslog",
      templates: { max: 10, min_count: 1, weight: "raw" },
    });
    expect(meant({ ...START, samples: { ...samples, kind: "window" } }, SETTING).feature_set).toMatchObject({
      sample: { kind: "window", seconds: 120 },
    });
  });

  it("are windows for each host, with the templates that were asked for", () => {
    const samples: JobForm["samples"] = {
      ...START.samples,
      featureSet: "record",
      kind: "window",
      seconds: "60",
      step: "30",
      by: "host",
      templatesMax: "50",
      weight: "tf-idf",
    };
    expect(meant({ ...START, samples }, SETTING).feature_set).toEqual({
      preset: "record",
      sample: { kind: "window", seconds: 60, step_seconds: 30, by: "host" },
      templates: { max: 50, min_count: 1, weight: "tf-idf" },
    });
  });

  it("are told by surprise until sessions are asked for, which are not", () => {
    const presets = [...SETTING.presets, preset("surprise", { kind: "record" })];
    const samples: JobForm["samples"] = { ...START.samples, kind: "window", seconds: "60" };
    expect(meant({ ...START, samples }, { ...SETTING, presets }).feature_set).toEqual({
      preset: "surprise",
      sample: { kind: "window", seconds: 60 },
    });
    const sessions: JobForm["samples"] = { ...START.samples, kind: "session", regex: "id=\\d+" };
    expect(meant({ ...START, samples: sessions }, { ...SETTING, presets }).feature_set).toEqual({
      preset: "syslog",
      sample: { kind: "session", key: { regex: "id=\\d+" } },
    });
  });
});

describe("labels", () => {
  const classifying = { ...SETTING, algorithm: CLASSIFIER };

  it("are needed by a classifier, whose threshold is a probability", () => {
    expect(Object.keys(prepare(START, "x", classifying).errors)).toEqual(["/labels"]);
    const labels = { ...START.labels, kind: "patterns" as const, patterns: "panic\n\n segfault " };
    expect(meant({ ...START, labels }, classifying)).toMatchObject({
      labels: { kind: "patterns", patterns: ["panic", "segfault"] },
      threshold: { policy: "probability", value: 0.5 },
    });
  });

  it("are taken by a classifier from a column that is called so", () => {
    const profile = table("Class", ["setosa", "virginica"]);
    expect(meant(START, { ...classifying, profile }).labels).toEqual({ kind: "field", name: "Class" });
    // Classes that are neither yes nor no tell an anomaly detector nothing.
    expect(meant(START, { ...SETTING, profile }).labels).toBeUndefined();
  });

  it("are taken by anomaly detection when they say yes or no", () => {
    const profile = table("label", ["0", "1", "0"]);
    expect(meant(START, { ...SETTING, profile }).labels).toEqual({ kind: "field", name: "label" });
    const labels = { ...START.labels, kind: "none" as const };
    expect(meant({ ...START, labels }, { ...SETTING, profile }).labels).toBeUndefined();
  });

  it("of BGL are normal where they are a dash", () => {
    const profile = { ...table("label", ["-", "KERNDTLB"]), format: { preset: "bgl", confidence: 1 } };
    expect(meant(START, { ...SETTING, profile }).labels).toEqual({
      kind: "field",
      name: "label",
      negative: ["-"],
    });
  });

  it("of a file are found in its columns", () => {
    const labelProfile = {
      ...table("Label", ["Normal", "Anomaly"]),
      columns: ["BlockId", "Label"],
    };
    const labels = { ...START.labels, kind: "file" as const, file: "another" };
    expect(meant({ ...START, labels }, { ...classifying, labelProfile }).labels).toEqual({
      kind: "file",
      dataset_id: "another",
      key: "BlockId",
      column: "Label",
      positive: ["Anomaly"],
    });
  });
});

describe("the values a search tries", () => {
  const SEARCHED = {
    properties: {
      C: { type: "number" },
      penalty: { enum: ["l1", "l2"] },
      max_depth: { oneOf: [{ const: null }, { type: "integer", minimum: 1 }] },
    },
  };
  const read = (text: string) => {
    const errors: Record<string, string> = {};
    const space = readSpace(text, fieldsOf(SEARCHED), (pointer, problem) => {
      errors[pointer] = problem;
    });
    return { space, errors };
  };

  it("are lists with JSON's types, and ranges", () => {
    expect(read("C = 0.01 to 100 log\npenalty = l1, l2, none").space).toEqual({
      C: { low: 0.01, high: 100, log: true },
      penalty: ["l1", "l2", null],
    });
    expect(read("max_depth = 2 to 20\nC = 1 to 20").space).toEqual({
      max_depth: { low: 2, high: 20, whole: true },
      C: { low: 1, high: 20 },
    });
    expect(read("C = 1, 2.5").space).toEqual({ C: [1, 2.5] });
  });

  it.each([
    ["C", 'Write "C" as name = values.'],
    ["Q = 1", "Q is no parameter of this algorithm."],
    ["C = 3 to 1", "C: write numbers, the lower one first, as 0.01 to 100."],
  ])("%s: %s", (text, problem) => {
    expect(read(text).errors).toEqual({ "/search/parameters": problem });
  });
});

it("algorithms are listed by what they need", () => {
  expect(groupsOf([CLASSIFIER, AUTOMATIC, ALGORITHM])).toEqual([
    { group: "With or without labels", items: [{ value: "auto", label: "Automatic" }] },
    {
      group: "Anomaly detection, without labels",
      items: [{ value: "isolation_forest", label: "Isolation forest" }],
    },
    {
      group: "Classification, with labels",
      items: [{ value: "logistic_regression", label: "Logistic regression" }],
    },
  ]);
});

/** The field as the form holds it; what was entered is in the `output`. */
function Harness({ name, error }: { name: string; error?: string }) {
  const field = fieldsOf(ALGORITHM.parameters).find((candidate) => candidate.name === name);
  if (!field) throw new Error(name);
  const [entry, setEntry] = useState<Entry>(initialEntry(field));
  return (
    <MantineProvider env="test">
      <SchemaField field={field} entry={entry} error={error} onChange={setEntry} />
      <output>{JSON.stringify(entry)}</output>
    </MantineProvider>
  );
}

describe("a parameter's field", () => {
  it("has the schema's title, description, limits and default", async () => {
    render(<Harness name="n_estimators" />);
    const input = screen.getByLabelText<HTMLInputElement>("Trees");
    expect(input.value).toBe("100");
    expect(screen.getByText("How many. At least 1.")).toBeTruthy();
    await userEvent.clear(input);
    await userEvent.type(input, "7");
    expect(screen.getByRole("status").textContent).toBe('{"choice":0,"text":"7"}');
  });

  it("shows its error at the control", () => {
    render(<Harness name="n_estimators" error="must be at least 1" />);
    const input = screen.getByLabelText("Trees");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ");
    expect(described.map((id) => document.getElementById(id)?.textContent)).toContain("must be at least 1");
  });

  it("of several forms asks for a number only in the form that has one", async () => {
    render(<Harness name="max_samples" />);
    expect(screen.queryByLabelText("Samples per tree: Count")).toBeNull();
    await userEvent.click(screen.getByRole("combobox", { name: "Samples per tree" }));
    await userEvent.click(screen.getByRole("option", { name: "Count" }));
    await userEvent.type(screen.getByLabelText("Samples per tree: Count"), "64");
    expect(screen.getByRole("status").textContent).toBe('{"choice":1,"text":"64"}');
  });
});
