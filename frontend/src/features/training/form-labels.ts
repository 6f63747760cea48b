/** What tells whether a sample is an anomaly: what a person entered, and the specification it means. */
import type { DatasetProfile, LabelsSpecification } from "../../api/types";
import { linesOf } from "../../lib/lines";
import type { Put } from "./form-reading";

export type LabelsKind = "none" | LabelsSpecification["kind"];

/** What is `undefined` was not chosen yet: the guess stands. */
export interface LabelsForm {
  kind?: LabelsKind;
  name?: string;
  positive?: string[];
  negative?: string[];
  /** The dataset that holds the label file. */
  file?: string;
  key?: string;
  column?: string;
  filePositive?: string[];
  /** One regular expression a line. */
  patterns: string;
}

export const LABELS_START: LabelsForm = { patterns: "" };

export interface Labels extends Required<Omit<LabelsForm, "file">> {
  file?: string;
  /** Whether the dataset suggests the kind. */
  suggested: boolean;
}

const LABEL_COLUMN = /^(label|labels|class|target|anomaly|is_anomaly|is_attack|attack)$/i;
const BINARY_VALUES = /^(0|1|true|false|normal|anomaly|anomalous|-)$/i;
const POSITIVE_VALUES = /^(1|true|anomaly|anomalous|anomalies|attack|abnormal)$/i;
const TAGGED_FORMATS = ["bgl", "thunderbird"];

/** The values of a column among the first records, in the order of their first appearance. */
export function valuesOf(profile: DatasetProfile | undefined, column: string): string[] {
  const values = (profile?.preview ?? []).map((record) => record.attributes?.[column]);
  return [...new Set(values.filter((value) => value != null).map(String))];
}

/**
 * The labels' form with guesses where nothing was chosen. A column that is called like a label is taken for
 * one by classifiers, which need it; for anomaly detection, only when it says yes or no.
 */
export function withGuess(
  form: LabelsForm,
  classifies: boolean,
  profile: DatasetProfile | undefined,
  fileProfile: DatasetProfile | undefined,
): Labels {
  const column = profile?.columns.find((name) => LABEL_COLUMN.test(name));
  const tagged = column !== undefined && TAGGED_FORMATS.includes(profile?.format.preset ?? "");
  const values = column === undefined ? [] : valuesOf(profile, column);
  const binary = values.length > 0 && values.every((value) => BINARY_VALUES.test(value));
  const guessed: LabelsKind = column !== undefined && (classifies || tagged || binary) ? "field" : "none";
  const name = form.name ?? column ?? "";
  const fileColumns = fileProfile?.columns ?? [];
  const labelColumn = form.column ?? fileColumns.find((one) => LABEL_COLUMN.test(one)) ?? "";
  return {
    kind: form.kind ?? guessed,
    name,
    positive: form.positive ?? [],
    negative: form.negative ?? (tagged && name === column ? ["-"] : []),
    file: form.file,
    key: form.key ?? fileColumns.find((one) => one !== labelColumn) ?? "",
    column: labelColumn,
    filePositive: form.filePositive ?? positiveOf(valuesOf(fileProfile, labelColumn)),
    patterns: form.patterns,
    suggested: form.kind === undefined && guessed !== "none",
  };
}

/** The values that mean an anomaly. Where the first rows are all `Normal`, its usual counterpart. */
function positiveOf(values: string[]): string[] {
  const positive = values.filter((value) => POSITIVE_VALUES.test(value));
  return positive.length === 0 && values.length === 1 && values[0] === "Normal" ? ["Anomaly"] : positive;
}

/** The labels that are meant; problems go to `put`, by JSON pointer. */
export function readLabels(labels: Labels, needed: boolean, put: Put): LabelsSpecification | undefined {
  const text = (value: string, pointer: string, problem: string) => {
    if (value.trim() === "") put(pointer, problem);
    return value.trim();
  };
  switch (labels.kind) {
    case "none":
      if (needed) put("/labels", "This algorithm learns from labels: say where they are.");
      return undefined;
    case "field":
      return {
        kind: "field",
        name: text(labels.name, "/labels/name", "Name the field that holds the label."),
        ...(labels.positive.length > 0 && { positive: labels.positive }),
        ...(labels.negative.length > 0 && { negative: labels.negative }),
      };
    case "file":
      if (labels.filePositive.length === 0) {
        put("/labels/positive", "List at least one value that means an anomaly.");
      }
      if (!labels.file) put("/labels/dataset_id", "Choose or upload the label file.");
      return {
        kind: "file",
        ...(labels.file && { dataset_id: labels.file }),
        key: text(labels.key, "/labels/key", "Name the column that holds the key."),
        column: text(labels.column, "/labels/column", "Name the column that holds the label."),
        positive: labels.filePositive,
      };
    case "patterns": {
      const patterns = linesOf(labels.patterns);
      if (patterns.length === 0) put("/labels/patterns", "List at least one regular expression.");
      return { kind: "patterns", patterns };
    }
  }
}

/** The controls of the labels that can show an error, as JSON pointers. */
export function labelPointers({ kind }: Labels): string[] {
  const of: Record<LabelsKind, string[]> = {
    none: [],
    field: ["name", "positive", "negative"],
    file: ["dataset_id", "key", "column", "positive"],
    patterns: ["patterns"],
  };
  return ["/labels", ...of[kind].map((name) => `/labels/${name}`)];
}
