import { Stack } from "@mantine/core";
import type { Split, ThresholdPolicy } from "../../api/types";
import { Section } from "../../components/facts";
import { More } from "../../components/more";
import { Line, type PartProps, Pick, Row } from "./controls";
import { type JudgingForm, POLICIES, policyOf } from "./form-judging";

interface Props extends PartProps<JudgingForm> {
  classifies: boolean;
  labelled: boolean;
  /** What suits the samples. */
  usual?: ThresholdPolicy;
}

const SPLITS: { value: Split; label: string }[] = [
  { value: "time", label: "Hold back the latest samples" },
  { value: "shuffled", label: "Hold back samples at random" },
  { value: "none", label: "Train on everything, evaluate nothing" },
];

/** Above which score a sample is an anomaly, and what the model is judged by. */
export function JudgingFields({ form, errors, change, classifies, labelled, usual }: Props) {
  const policy = policyOf(form, classifies, usual);
  const set = (part: Partial<JudgingForm>, name: string) => change(part, `/evaluation/${name}`);
  return (
    <Section title="Threshold and evaluation">
      <Stack gap="sm">
        <Row>
          <Pick
            label="Threshold"
            data={POLICIES.filter(({ classifiers }) => classifies || !classifiers).map(
              ({ value, label, needsLabels }) => ({
                value,
                label: needsLabels && !labelled ? `${label} (needs labels)` : label,
                disabled: needsLabels && !labelled,
              }),
            )}
            value={policy.value}
            error={errors["/threshold/policy"]}
            description={policy.hint}
            onChange={(value) => change({ policy: value }, "/threshold")}
          />
          {policy.quantity && (
            <Line
              label={policy.quantity}
              numeric
              value={form.thresholds[policy.value]}
              error={errors["/threshold/value"]}
              onChange={(text) =>
                change({ thresholds: { ...form.thresholds, [policy.value]: text } }, "/threshold/value")
              }
            />
          )}
        </Row>
        <Row>
          <Pick
            label="Evaluation split"
            data={SPLITS}
            value={form.split}
            error={errors["/evaluation/split"]}
            onChange={(split) => change({ split }, "/evaluation")}
          />
          {form.split !== "none" && (
            <Line
              label="Share held back"
              numeric
              value={form.testFraction}
              error={errors["/evaluation/test_fraction"]}
              onChange={(testFraction) => set({ testFraction }, "test_fraction")}
            />
          )}
        </Row>
        <More
          title="Cross-validation, intervals, importance"
          wrong={Object.keys(errors).some((pointer) => /^\/evaluation\/(folds|seed|boot|imp)/.test(pointer))}
        >
          <Row>
            <Line
              label="Folds"
              description="Of a cross-validation beside the split; 0 for none."
              numeric
              value={form.folds}
              error={errors["/evaluation/folds"]}
              onChange={(folds) => set({ folds }, "folds")}
            />
            <Line
              label="Seed"
              description="Of all that is drawn at random."
              numeric
              value={form.seed}
              error={errors["/evaluation/seed"]}
              onChange={(seed) => set({ seed }, "seed")}
            />
          </Row>
          <Row>
            <Line
              label="Resamples"
              description="Behind the 95 % intervals; 0 for none."
              numeric
              value={form.resamples}
              error={errors["/evaluation/bootstrap_resamples"]}
              onChange={(resamples) => set({ resamples }, "bootstrap_resamples")}
            />
            <Line
              label="Permutations"
              description="Of each feature, for its importance; 0 for none."
              numeric
              value={form.repeats}
              error={errors["/evaluation/importance_repeats"]}
              onChange={(repeats) => set({ repeats }, "importance_repeats")}
            />
          </Row>
        </More>
      </Stack>
    </Section>
  );
}
