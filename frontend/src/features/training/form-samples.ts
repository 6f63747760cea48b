/** How records become samples: what a person entered, and the specification it means. No React here. */
import type {
  FeatureSetPreset,
  FeatureSetSpecification,
  SampleSpecification,
  SampleSuggestion,
} from "../../api/types";
import { type Put, readCount } from "./form-reading";

/** `preset`: as the feature set says. */
export type SampleKind = "preset" | SampleSpecification["kind"];
type Weight = NonNullable<NonNullable<FeatureSetSpecification["templates"]>["weight"]>;

export interface SampleForm {
  /** `undefined` until chosen: the dataset's suggestion. */
  featureSet?: string;
  /** `undefined` until chosen: what the dataset suggests, where that is not the preset's own. */
  kind?: SampleKind;
  /** `undefined` until typed: the feature set's. */
  seconds?: string;
  step: string;
  by: "none" | "host" | "process";
  keyIn: "regex" | "field";
  /** `undefined` until typed: the suggested key. */
  regex?: string;
  field: string;
  idle: string;
  columns: string[];
  exclude: string[];
  encoding: "one_hot" | "ordinal";
  minFrequency: string;
  /** Names of features; all when empty. */
  features: string[];
  templatesMax: string;
  templatesMinCount: string;
  weight: Weight;
}

export const SAMPLES_START: SampleForm = {
  step: "",
  by: "none",
  keyIn: "regex",
  field: "",
  idle: "",
  columns: [],
  exclude: [],
  encoding: "one_hot",
  minFrequency: "1",
  features: [],
  templatesMax: "200",
  templatesMinCount: "1",
  weight: "raw",
};

const DEFAULT_PRESET = "surprise";
/** Told by surprise, which rows are not; sessions are told by counts unless this is asked for. */
const SURPRISE = ["surprise", "surprise-window"];
const OTHERWISE: Partial<Record<SampleKind, string>> = { session: "syslog", row: "table" };
const DEFAULT_SECONDS = 300;

/** The samples' form with the suggestion where nothing was chosen. */
export interface Samples extends SampleForm {
  featureSet: string;
  kind: SampleKind;
  seconds: string;
  regex: string;
  /** What the feature set's own samples are. */
  own?: SampleSpecification;
  /** Whether the feature set is the dataset's suggestion. */
  suggested: boolean;
}

/** Applies what the dataset suggests, where the server has such a feature set, to what nobody chose. */
export function withSuggestion(
  form: SampleForm,
  suggestion: SampleSuggestion | null | undefined,
  presets: readonly FeatureSetPreset[],
): Samples {
  const named = (name: string | undefined) => presets.find(({ preset }) => preset === name);
  const usable = named(suggestion?.preset) && suggestion;
  const likely = usable?.preset ?? DEFAULT_PRESET;
  const instead = form.kind && SURPRISE.includes(likely) ? named(OTHERWISE[form.kind])?.preset : undefined;
  const featureSet = form.featureSet ?? instead ?? likely;
  const own = named(featureSet)?.sample;
  const suggested = usable?.preset === featureSet;
  const key = suggested ? usable?.session_key?.regex : undefined;
  return {
    ...form,
    featureSet,
    kind: form.kind ?? (key ? "session" : (suggested && kindBeside(own, usable)) || "preset"),
    seconds: form.seconds ?? String(own?.kind === "window" ? own.seconds : DEFAULT_SECONDS),
    regex: form.regex ?? key ?? (own?.kind === "session" && "regex" in own.key ? own.key.regex : ""),
    own,
    suggested,
  };
}

/** The suggested kind of sample, where it is not the feature set's own. */
function kindBeside(
  own: SampleSpecification | undefined,
  suggestion: SampleSuggestion,
): SampleKind | undefined {
  const kinds: SampleKind[] = ["record", "window", "row"];
  return own?.kind === suggestion.sample_kind
    ? undefined
    : kinds.find((kind) => kind === suggestion.sample_kind);
}

/** Whether these samples count templates. */
export const countsTemplates = ({ kind, own, featureSet }: Samples): boolean =>
  !SURPRISE.includes(featureSet) &&
  ["window", "session"].includes(kind === "preset" ? (own?.kind ?? "record") : kind);

/** The feature set that is meant; problems go to `put`, by JSON pointer. */
export function readSamples(form: Samples, put: Put): FeatureSetSpecification {
  const specification: FeatureSetSpecification = { preset: form.featureSet };
  const sample = readSample(form, put);
  if (sample) specification.sample = sample;
  if (form.features.length > 0) specification.features = form.features;
  if (countsTemplates(form)) {
    const templates = {
      max: readCount(form.templatesMax, 0, "/feature_set/templates/max", put) ?? 0,
      min_count: readCount(form.templatesMinCount, 1, "/feature_set/templates/min_count", put) ?? 1,
      weight: form.weight,
    };
    const standard = templates.max === 200 && templates.min_count === 1 && templates.weight === "raw";
    if (!standard) specification.templates = templates;
  }
  return specification;
}

function readSample(form: Samples, put: Put): SampleSpecification | undefined {
  const optional = (text: string, pointer: string) =>
    text.trim() === "" ? undefined : readCount(text, 1, pointer, put);
  switch (form.kind) {
    case "preset":
      return undefined;
    case "record":
      return { kind: "record" };
    case "window": {
      const step = optional(form.step, "/feature_set/sample/step_seconds");
      return {
        kind: "window",
        seconds: readCount(form.seconds, 1, "/feature_set/sample/seconds", put) ?? 0,
        ...(step !== undefined && { step_seconds: step }),
        ...(form.by !== "none" && { by: form.by }),
      };
    }
    case "session": {
      const idle = optional(form.idle, "/feature_set/sample/idle_seconds");
      const text = (form.keyIn === "regex" ? form.regex : form.field).trim();
      if (text === "") put(`/feature_set/sample/key/${form.keyIn}`, "Say what ties records into a session.");
      return {
        kind: "session",
        key: form.keyIn === "regex" ? { regex: text } : { field: text },
        ...(idle !== undefined && { idle_seconds: idle }),
      };
    }
    case "row":
      return {
        kind: "row",
        ...(form.columns.length > 0 && { columns: form.columns }),
        ...(form.exclude.length > 0 && { exclude: form.exclude }),
        encoding: form.encoding,
        min_frequency: readCount(form.minFrequency, 1, "/feature_set/sample/min_frequency", put) ?? 1,
      };
  }
}

/** The controls of the samples that can show an error, as JSON pointers. */
export function samplePointers(form: Samples): string[] {
  const of: Record<SampleKind, string[]> = {
    preset: [],
    record: [],
    window: ["seconds", "step_seconds", "by"],
    session: [`key/${form.keyIn}`, "idle_seconds"],
    row: ["columns", "exclude", "encoding", "min_frequency"],
  };
  return [
    "/feature_set",
    "/feature_set/sample",
    ...of[form.kind].map((name) => `/feature_set/sample/${name}`),
    "/feature_set/features",
    ...(countsTemplates(form)
      ? ["/feature_set/templates/max", "/feature_set/templates/min_count", "/feature_set/templates/weight"]
      : []),
  ];
}
