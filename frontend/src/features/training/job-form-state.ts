/** What a person has entered in New Training Job, and the specification it means. No React here. */
import type {
  Algorithm,
  CalibrationMethod,
  DatasetProfile,
  FeatureSetPreset,
  MissingSpecification,
  Suits,
  ThresholdPolicy,
  TrainingSpecification,
} from "../../api/types";
import { type Entry, fieldsOf } from "../../lib/json-schema";
import { nameProblem } from "../../lib/names";
import { readForm } from "../../lib/schema-values";
import {
  JUDGING_START,
  type JudgingForm,
  judgingPointers,
  readEvaluation,
  readThreshold,
} from "./form-judging";
import {
  LABELS_START,
  type Labels,
  type LabelsForm,
  labelPointers,
  readLabels,
  withGuess,
} from "./form-labels";
import { numberOf, type Put } from "./form-reading";
import { FORMAT_START, type FormatForm, formatPointers, readFormat } from "./form-records";
import {
  readSamples,
  SAMPLES_START,
  type SampleForm,
  type Samples,
  samplePointers,
  withSuggestion,
} from "./form-samples";
import { readSearch, type Scaler, SEARCH_START, type SearchForm, searchPointers } from "./form-search";

export interface JobForm {
  /** `undefined` until typed: the dataset's name is offered. */
  name?: string;
  algorithm?: string;
  /** Per algorithm, so that looking at another one loses nothing. */
  parameters: Record<string, Record<string, Entry>>;
  format: FormatForm;
  samples: SampleForm;
  labels: LabelsForm;
  missing: MissingSpecification["type"];
  missingValue: string;
  /** `undefined` until chosen: what suits the samples. */
  scaler?: Scaler;
  calibration: "none" | CalibrationMethod;
  judging: JudgingForm;
  search: SearchForm;
}

export const START: JobForm = {
  parameters: {},
  format: FORMAT_START,
  samples: SAMPLES_START,
  labels: LABELS_START,
  missing: "refuse",
  missingValue: "0",
  calibration: "none",
  judging: JUDGING_START,
  search: SEARCH_START,
};

/** What the form is about: the data and what the server offers. */
export interface Setting {
  datasetId?: string;
  profile?: DatasetProfile;
  /** Of the dataset that holds the label file. */
  labelProfile?: DatasetProfile;
  algorithm?: Algorithm;
  /** The recipe that suits the samples, where nobody chose an algorithm. */
  suits?: Suits;
  /** The feature sets of the server. */
  presets: readonly FeatureSetPreset[];
}

/** The form with defaults from the data where nothing was chosen. */
export interface Resolved {
  samples: Samples;
  labels: Labels;
  classifies: boolean;
  /** Whether the algorithm is chosen by trial, and its scaling with it. */
  automatic: boolean;
  /** Whether there can be probabilities to calibrate. */
  calibrates: boolean;
  scaler: Scaler;
  /** The threshold that suits, where nobody chose one. */
  usual?: ThresholdPolicy;
}

/** What `GET /algorithms` calls the choice by trial. */
const AUTO = "auto";

export function resolve(form: JobForm, setting: Setting): Resolved {
  const classifies = setting.algorithm?.task === "classification";
  const automatic = setting.algorithm?.id === AUTO;
  const labels = withGuess(form.labels, classifies, setting.profile, setting.labelProfile);
  const tried = labels.kind === "none" ? "gap" : "best_f1";
  return {
    classifies,
    automatic,
    calibrates: classifies || (automatic && labels.kind !== "none"),
    usual: setting.suits?.threshold.policy ?? (automatic ? tried : undefined),
    scaler: form.scaler ?? setting.suits?.scaler.type ?? "standard",
    samples: withSuggestion(form.samples, setting.profile?.suggestion, setting.presets),
    labels,
  };
}

/** The recipe that suits the samples: where there are no labels, and nobody chose an algorithm or other samples. */
export function suitsOf(form: JobForm, setting: Omit<Setting, "algorithm" | "suits">): Suits | undefined {
  const { samples, labels } = resolve(form, setting);
  const own = samples.kind === "preset" && labels.kind === "none" && form.algorithm === undefined;
  return own
    ? (setting.presets.find(({ preset }) => preset === samples.featureSet)?.suits ?? undefined)
    : undefined;
}

/** The algorithm with these parameters for its defaults. */
export function withDefaults(algorithm: Algorithm, values: Record<string, unknown>): Algorithm {
  const schema = algorithm.parameters as { properties?: Record<string, object> };
  const own = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    name in values ? { ...property, default: values[name] } : property,
  ]);
  return { ...algorithm, parameters: { ...schema, properties: Object.fromEntries(own) } };
}

export interface Prepared {
  /** Absent when something is wrong. */
  specification?: TrainingSpecification;
  /** By JSON pointer. */
  errors: Record<string, string>;
}

/** The specification that the form means; every error at once. What nobody chose is left to the server. */
export function prepare(form: JobForm, name: string, setting: Setting): Prepared {
  const { datasetId, algorithm, suits } = setting;
  const errors: Record<string, string> = {};
  const put: Put = (pointer, problem) => {
    errors[pointer] = problem;
  };
  const unnamed = nameProblem(name);
  if (unnamed) put("/name", unnamed);
  if (!datasetId) put("/dataset_id", "Upload files or choose a dataset.");
  if (!algorithm) put("/algorithm", "Choose an algorithm.");

  const fields = fieldsOf(algorithm?.parameters);
  const parameters = readForm(fields, form.parameters[algorithm?.id ?? ""] ?? {});
  for (const [field, problem] of Object.entries(parameters.errors)) put(`/algorithm/${field}`, problem);

  const { samples, labels, classifies, automatic, calibrates, scaler, usual } = resolve(form, setting);
  const labelled = readLabels(labels, classifies, put);
  const missing = readMissing(form, put);
  const search = automatic ? undefined : readSearch(form.search, fields, put);
  const specification: TrainingSpecification = {
    name,
    dataset_id: datasetId ?? "",
    format: readFormat(form.format, put),
    feature_set: readSamples(samples, put),
    ...(labelled && { labels: labelled }),
    ...(missing.type !== "refuse" && { missing }),
    ...(!automatic && { scaler: { type: scaler } }),
    algorithm: { ...suits?.algorithm, type: algorithm?.id, ...parameters.values },
    ...(calibrates && form.calibration !== "none" && { calibration: { method: form.calibration } }),
    threshold: readThreshold(form.judging, classifies, labels.kind !== "none", put, usual),
    evaluation: readEvaluation(form.judging, put),
    ...(search && { search }),
  };
  return Object.keys(errors).length > 0 ? { errors } : { errors, specification };
}

function readMissing({ missing, missingValue }: JobForm, put: Put): MissingSpecification {
  if (missing !== "constant") return { type: missing };
  const value = numberOf(missingValue);
  if (!Number.isFinite(value)) put("/missing/value", "This must be a number.");
  return { type: "constant", value };
}

/** The controls that can show an error of the server, as JSON pointers. */
export function controlsOf(form: JobForm, setting: Setting): string[] {
  const { samples, labels, classifies, automatic, calibrates, usual } = resolve(form, setting);
  return [
    "/name",
    "/dataset_id",
    "/algorithm",
    ...fieldsOf(setting.algorithm?.parameters).map((field) => `/algorithm/${field.name}`),
    ...formatPointers(form.format),
    ...samplePointers(samples),
    ...labelPointers(labels),
    "/missing",
    ...(form.missing === "constant" ? ["/missing/value"] : []),
    ...(calibrates ? ["/calibration"] : []),
    ...judgingPointers(form.judging, classifies, usual),
    ...(automatic ? [] : ["/scaler", ...searchPointers(form.search)]),
  ];
}
