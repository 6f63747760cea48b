import type { TrainingSpecification } from "../api/types";
import { humanise } from "../lib/format";
import { display } from "../lib/json-schema";
import { Facts, Section } from "./facts";

/** An algorithm's parameters under their own names, as scikit-learn knows them. */
export function parameterFacts(parameters: Record<string, unknown>): [string, string][] {
  return Object.entries(parameters)
    .filter(([name]) => name !== "type")
    .map(([name, value]) => [name, display(value)]);
}

/** The whole recipe, with every default resolved. */
export function Parameters({ specification }: { specification: TrainingSpecification }) {
  const { algorithm, threshold, evaluation, feature_set, scaler, format } = specification;
  const parameters = (algorithm ?? {}) as Record<string, unknown>;
  return (
    <Section title="Model parameters">
      <Facts
        items={[
          ["Algorithm", humanise(String(parameters.type ?? ""))],
          ...parameterFacts(parameters),
          ["Threshold", threshold && `${threshold.policy} ${threshold.value}`],
          [
            "Evaluation split",
            evaluation &&
              (evaluation.split === "none"
                ? "none"
                : `${evaluation.split}, ${evaluation.test_fraction} held back`),
          ],
          ["Feature set", feature_set?.preset],
          ["Scaler", scaler?.type],
          ["Log format", format?.preset],
        ]}
      />
    </Section>
  );
}
