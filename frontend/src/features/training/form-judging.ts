/** Threshold and evaluation: what a person entered, and the specification it means. No React here. */
import type {
  EvaluationSpecification,
  Split,
  ThresholdPolicy,
  ThresholdSpecification,
} from "../../api/types";
import { numberOf, type Put, readCount } from "./form-reading";

export interface JudgingForm {
  /** `undefined` until chosen: what suits the algorithm's task. */
  policy?: ThresholdPolicy;
  /** Per policy, so that looking at another one loses nothing. */
  thresholds: Record<ThresholdPolicy, string>;
  split: Split;
  testFraction: string;
  folds: string;
  seed: string;
  resamples: string;
  repeats: string;
}

export const JUDGING_START: JudgingForm = {
  thresholds: {
    contamination: "0.1",
    percentile: "90",
    best_f1: "",
    recall_at_precision: "0.95",
    alarms_per_day: "10",
    gap: "0.1",
    probability: "0.5",
  },
  split: "time",
  testFraction: "0.2",
  folds: "0",
  seed: "42",
  resamples: "1000",
  repeats: "3",
};

interface Policy {
  value: ThresholdPolicy;
  label: string;
  /** What its number is; absent when it has none. */
  quantity?: string;
  hint: string;
  needsLabels?: true;
  classifiers?: true;
  accepts: (value: number) => boolean;
  rule: string;
}

export const POLICIES: Policy[] = [
  {
    value: "probability",
    label: "Probability",
    quantity: "Probability",
    hint: "0.5 flags what the classifier thinks more likely an anomaly than not.",
    classifiers: true,
    accepts: (value) => value > 0 && value < 1,
    rule: "The probability must be more than 0 and less than 1.",
  },
  {
    value: "contamination",
    label: "Share of samples to flag",
    quantity: "Share",
    hint: "0.1 flags the tenth of the training samples with the highest scores.",
    accepts: (value) => value > 0 && value <= 0.5,
    rule: "The share to flag must be more than 0 and at most 0.5.",
  },
  {
    value: "percentile",
    label: "Percentile of the scores",
    quantity: "Percentile",
    hint: "90 puts the threshold at the score that 90 % of the training samples stay below.",
    accepts: (value) => value >= 50 && value < 100,
    rule: "The percentile must be at least 50 and less than 100.",
  },
  {
    value: "best_f1",
    label: "Best F1 score",
    hint: "The threshold with the best F1 score on labelled samples that the model was not fitted on.",
    needsLabels: true,
    accepts: () => true,
    rule: "",
  },
  {
    value: "recall_at_precision",
    label: "Recall at a precision",
    quantity: "Precision",
    hint: "The threshold that finds the most anomalies while at least this share of the alarms is right.",
    needsLabels: true,
    accepts: (value) => value > 0 && value <= 1,
    rule: "The precision to keep must be more than 0 and at most 1.",
  },
  {
    value: "alarms_per_day",
    label: "Alarms per day",
    quantity: "Alarms a day",
    hint: "The lowest threshold that raises no more alarms a day. The samples need times.",
    accepts: (value) => value > 0 && Number.isFinite(value),
    rule: "The budget must be more than 0 alarms a day.",
  },
  {
    value: "gap",
    label: "Gap between the scores",
    quantity: "Share at most",
    hint: "Between ordinary samples and those that stand out, without flagging more than this share.",
    accepts: (value) => value > 0 && value <= 0.5,
    rule: "The largest share to flag must be more than 0 and at most 0.5.",
  },
];

/** The policy that was chosen, or what is usual for the task, or for the samples. */
export const policyOf = (form: JudgingForm, classifies: boolean, usual?: ThresholdPolicy): Policy => {
  const name = form.policy ?? (classifies ? "probability" : (usual ?? "contamination"));
  const found = POLICIES.find(({ value }) => value === name) as Policy;
  return found.classifiers && !classifies
    ? policyOf({ ...form, policy: undefined }, classifies, usual)
    : found;
};

/** The threshold that is meant; problems go to `put`. */
export function readThreshold(
  form: JudgingForm,
  classifies: boolean,
  labelled: boolean,
  put: Put,
  usual?: ThresholdPolicy,
): ThresholdSpecification {
  const policy = policyOf(form, classifies, usual);
  if (policy.needsLabels && !labelled) put("/threshold/policy", "This needs labels: say where they are.");
  if (!policy.quantity) return { policy: policy.value };
  const value = numberOf(form.thresholds[policy.value]);
  if (!policy.accepts(value)) put("/threshold/value", policy.rule);
  return { policy: policy.value, value };
}

/** The evaluation that is meant, without what nobody changed; problems go to `put`. */
export function readEvaluation(form: JudgingForm, put: Put): EvaluationSpecification {
  const evaluation: EvaluationSpecification = { split: form.split };
  if (form.split !== "none") {
    const fraction = numberOf(form.testFraction);
    if (!(fraction > 0 && fraction <= 0.9)) {
      put("/evaluation/test_fraction", "The share held back must be more than 0 and at most 0.9.");
    }
    evaluation.test_fraction = fraction;
  }
  const count = (
    name: "folds" | "seed" | "bootstrap_resamples" | "importance_repeats",
    part: Part,
    most: number,
  ) => {
    if (form[part].trim() === JUDGING_START[part]) return;
    evaluation[name] = readCount(form[part], 0, `/evaluation/${name}`, put, most);
  };
  count("folds", "folds", 20);
  count("seed", "seed", 4_294_967_295);
  count("bootstrap_resamples", "resamples", 10_000);
  count("importance_repeats", "repeats", 50);
  if (evaluation.folds === 1) put("/evaluation/folds", "One fold judges nothing: 0 for none, or at least 2.");
  return evaluation;
}

type Part = "folds" | "seed" | "resamples" | "repeats";

/** The controls of threshold and evaluation that can show an error, as JSON pointers. */
export const judgingPointers = (
  form: JudgingForm,
  classifies: boolean,
  usual?: ThresholdPolicy,
): string[] => [
  "/threshold/policy",
  ...(policyOf(form, classifies, usual).quantity ? ["/threshold/value"] : []),
  "/evaluation/split",
  ...(form.split === "none" ? [] : ["/evaluation/test_fraction"]),
  "/evaluation/folds",
  "/evaluation/seed",
  "/evaluation/bootstrap_resamples",
  "/evaluation/importance_repeats",
];
