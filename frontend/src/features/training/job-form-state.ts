/** What a person has entered in New Training Job, and the specification it means. No React here. */
import type { Algorithm, Split, ThresholdPolicy, TrainingSpecification } from "../../api/types";
import { type Entry, fieldsOf } from "../../lib/json-schema";
import { nameProblem } from "../../lib/names";
import { readForm } from "../../lib/schema-values";

export interface JobForm {
  /** `undefined` until typed: the dataset's name is offered. */
  name?: string;
  algorithm?: string;
  /** Per algorithm, so that looking at another one loses nothing. */
  parameters: Record<string, Record<string, Entry>>;
  featureSet: string;
  scaler: "standard" | "none";
  format: string;
  dropDuplicates: boolean;
  policy: ThresholdPolicy;
  thresholds: Record<ThresholdPolicy, string>;
  split: Split;
  testFraction: string;
}

export const START: JobForm = {
  parameters: {},
  featureSet: "record",
  scaler: "standard",
  format: "auto",
  dropDuplicates: true,
  policy: "contamination",
  thresholds: { contamination: "0.1", percentile: "90" },
  split: "time",
  testFraction: "0.2",
};

export interface Prepared {
  /** Absent when something is wrong. */
  specification?: TrainingSpecification;
  /** By JSON pointer. */
  errors: Record<string, string>;
}

/** The specification that the form means; every error at once. */
export function prepare(
  form: JobForm,
  name: string,
  datasetId: string | undefined,
  algorithm: Algorithm | undefined,
): Prepared {
  const errors: Record<string, string> = {};
  const put = (pointer: string, problem: string | undefined) => {
    if (problem) errors[pointer] = problem;
  };
  put("/name", nameProblem(name));
  if (!datasetId) errors["/dataset_id"] = "Upload files or choose a dataset.";
  if (!algorithm) errors["/algorithm"] = "Choose an algorithm.";

  const parameters = readForm(fieldsOf(algorithm?.parameters), form.parameters[algorithm?.id ?? ""] ?? {});
  for (const [field, problem] of Object.entries(parameters.errors)) errors[`/algorithm/${field}`] = problem;

  const threshold = number(form.thresholds[form.policy]);
  put("/threshold/value", thresholdProblem(form.policy, threshold));
  const fraction = number(form.testFraction);
  if (form.split !== "none") put("/evaluation/test_fraction", fractionProblem(fraction));

  if (Object.keys(errors).length > 0 || !datasetId || !algorithm) return { errors };
  return {
    errors,
    specification: {
      name,
      dataset_id: datasetId,
      format: { preset: form.format, drop_duplicates: form.dropDuplicates },
      feature_set: { preset: form.featureSet },
      scaler: { type: form.scaler },
      algorithm: { type: algorithm.id, ...parameters.values },
      threshold: { policy: form.policy, value: threshold },
      evaluation: form.split === "none" ? { split: "none" } : { split: form.split, test_fraction: fraction },
    },
  };
}

const number = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));

function thresholdProblem(policy: ThresholdPolicy, value: number): string | undefined {
  if (policy === "contamination") {
    return value > 0 && value <= 0.5 ? undefined : "The share to flag must be more than 0 and at most 0.5.";
  }
  return value >= 50 && value < 100 ? undefined : "The percentile must be at least 50 and less than 100.";
}

function fractionProblem(value: number): string | undefined {
  return value > 0 && value <= 0.9 ? undefined : "The share held back must be more than 0 and at most 0.9.";
}

/** The controls that can show an error of the server, as JSON pointers. */
export const controlsOf = (algorithm: Algorithm | undefined): string[] => [
  "/name",
  "/dataset_id",
  "/algorithm",
  ...fieldsOf(algorithm?.parameters).map((field) => `/algorithm/${field.name}`),
  "/threshold/value",
  "/evaluation/test_fraction",
  "/feature_set",
  "/format",
];
