import type {
  CalibrationSpecification,
  LabelsSpecification,
  LeaderboardRow,
  SearchSpecification,
  TrainingSpecification,
} from "../api/types";
import { formatSeconds, humanise } from "../lib/format";
import { display } from "../lib/json-schema";
import { describeSample } from "../lib/samples";
import { Facts, Section } from "./facts";

/** An algorithm's parameters under their own names, as scikit-learn knows them. */
export function parameterFacts(parameters: Record<string, unknown>): [string, string][] {
  return Object.entries(parameters)
    .filter(([name]) => name !== "type")
    .map(([name, value]) => [name, display(value)]);
}

interface ParametersProps {
  specification: TrainingSpecification;
  /** What a search chose in place of what was asked for. */
  chosen?: LeaderboardRow;
}

/** The whole recipe as it was fitted: with every default resolved, or what was chosen in its place. */
export function Parameters({ specification, chosen }: ParametersProps) {
  const { algorithm, calibration, threshold, evaluation, feature_set, format, missing, labels, search } =
    specification;
  const automatic = algorithm?.type === "auto";
  const scaler = chosen?.scaler ?? (automatic ? undefined : specification.scaler);
  // What an algorithm is chosen by are no parameters of it.
  const asked = automatic && chosen ? {} : algorithm;
  const parameters: Record<string, unknown> = { ...asked, ...chosen?.parameters };
  const named = automatic && !chosen ? "Automatic" : humanise(String(parameters.type ?? ""));
  return (
    <Section title="Model parameters">
      <Facts
        items={[
          ["Algorithm", automatic && chosen ? `${named}, chosen automatically` : named],
          ...parameterFacts(parameters),
          [
            "Threshold",
            threshold &&
              (threshold.policy === "best_f1" ? threshold.policy : `${threshold.policy} ${threshold.value}`),
          ],
          [
            "Evaluation split",
            evaluation &&
              (evaluation.split === "none"
                ? "none"
                : `${evaluation.split}, ${evaluation.test_fraction} held back`),
          ],
          ["Cross-validation", (evaluation?.folds ?? 0) > 0 && `${evaluation?.folds} folds`],
          ["Feature set", feature_set?.preset],
          ["Samples", feature_set?.sample && describeSample(feature_set.sample)],
          ["Labels", labels && labelsOf(labels)],
          [
            "Missing values",
            missing &&
              missing.type !== "refuse" &&
              (missing.type === "constant" ? `constant ${missing.value}` : missing.type),
          ],
          ["Scaler", scaler?.type],
          ["Calibration", calibration && calibrationOf(calibration, automatic)],
          ["Search", search && searchOf(search)],
          ["Log format", format?.preset],
        ]}
      />
    </Section>
  );
}

function labelsOf(labels: LabelsSpecification): string {
  switch (labels.kind) {
    case "field": {
      const { name, positive, negative } = labels;
      if (positive) return `field ${name}, anomalies: ${positive.join(", ")}`;
      return `field ${name}${negative ? `, normal: ${negative.join(", ")}` : ""}`;
    }
    case "file":
      return `file, ${labels.column} by ${labels.key}, anomalies: ${labels.positive.join(", ")}`;
    case "patterns":
      return `patterns (weak): ${labels.patterns.join(", ")}`;
  }
}

/** "sigmoid, by 5 folds". Of what is chosen by trial, a detector has no probabilities to calibrate. */
export const calibrationOf = ({ method, folds }: CalibrationSpecification, automatic = false): string =>
  `${method}${folds ? `, by ${folds} folds` : ""}${automatic ? ", of classifiers" : ""}`;

const searchOf = ({ strategy, budget_seconds }: SearchSpecification): string =>
  `${strategy ?? "auto"}, within ${formatSeconds(budget_seconds)}`;
