import { Group, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { featureSetsQuery } from "../../api/catalogue";
import type { Split, ThresholdPolicy } from "../../api/types";
import { Section } from "../../components/facts";
import { plural } from "../../lib/format";
import type { JobForm } from "./job-form-state";

export interface FieldsProps {
  form: JobForm;
  /** By JSON pointer. */
  errors: Record<string, string>;
  /** Takes new values in, and takes back the error at `pointer`. */
  change: (part: Partial<JobForm>, pointer: string) => void;
}

const POLICIES: { value: ThresholdPolicy; label: string }[] = [
  { value: "contamination", label: "Share of samples to flag" },
  { value: "percentile", label: "Percentile of the scores" },
];

const SPLITS: { value: Split; label: string }[] = [
  { value: "time", label: "Hold back the latest samples" },
  { value: "shuffled", label: "Hold back samples at random" },
  { value: "none", label: "Train on everything, evaluate nothing" },
];

/** Above which score a sample is an anomaly, and what the model is judged by. */
export function EvaluationFields({ form, errors, change }: FieldsProps) {
  return (
    <Section title="Threshold and evaluation">
      <Stack gap="sm">
        <Group grow align="flex-start" gap="sm">
          <Select
            label="Threshold"
            data={POLICIES}
            value={form.policy}
            allowDeselect={false}
            onChange={(policy) => policy && change({ policy: policy as ThresholdPolicy }, "/threshold/value")}
          />
          <TextInput
            label={form.policy === "contamination" ? "Share" : "Percentile"}
            inputMode="decimal"
            value={form.thresholds[form.policy]}
            error={errors["/threshold/value"]}
            onChange={(event) =>
              change(
                { thresholds: { ...form.thresholds, [form.policy]: event.currentTarget.value } },
                "/threshold/value",
              )
            }
          />
        </Group>
        <Text size="xs" c="dimmed">
          {form.policy === "contamination"
            ? "0.1 flags the tenth of the training samples with the highest scores."
            : "90 puts the threshold at the score that 90 % of the training samples stay below."}
        </Text>
        <Group grow align="flex-start" gap="sm">
          <Select
            label="Evaluation split"
            data={SPLITS}
            value={form.split}
            allowDeselect={false}
            onChange={(split) => split && change({ split: split as Split }, "/evaluation/test_fraction")}
          />
          {form.split !== "none" && (
            <TextInput
              label="Share held back"
              inputMode="decimal"
              value={form.testFraction}
              error={errors["/evaluation/test_fraction"]}
              onChange={(event) =>
                change({ testFraction: event.currentTarget.value }, "/evaluation/test_fraction")
              }
            />
          )}
        </Group>
      </Stack>
    </Section>
  );
}

const FORMATS = [
  { value: "auto", label: "As detected" },
  { value: "json-export", label: "JSON export" },
  { value: "json-lines", label: "JSON Lines" },
  { value: "csv", label: "CSV" },
  { value: "syslog", label: "syslog" },
  { value: "hdfs", label: "HDFS" },
];

/** How records become rows of numbers. */
export function FeatureFields({ form, errors, change }: FieldsProps) {
  const sets = useQuery(featureSetsQuery()).data?.items ?? [];
  const chosen = sets.find(({ preset }) => preset === form.featureSet);
  return (
    <Section title="Records and features">
      <Stack gap="sm">
        <Group grow align="flex-start" gap="sm">
          <Select
            label="Log format"
            data={FORMATS}
            value={form.format}
            error={errors["/format"]}
            allowDeselect={false}
            onChange={(format) => format && change({ format }, "/format")}
          />
          <Select
            label="Scaling"
            data={[
              { value: "standard", label: "Standard: mean 0, deviation 1" },
              { value: "none", label: "None" },
            ]}
            value={form.scaler}
            allowDeselect={false}
            onChange={(scaler) => scaler && change({ scaler: scaler as JobForm["scaler"] }, "/scaler")}
          />
        </Group>
        <Select
          label="Feature set"
          description={chosen && `${chosen.description} ${plural(chosen.features.length, "feature")}.`}
          inputWrapperOrder={["label", "input", "description", "error"]}
          data={
            sets.length > 0
              ? sets.map(({ preset, title }) => ({ value: preset, label: title }))
              : [{ value: form.featureSet, label: form.featureSet }]
          }
          value={form.featureSet}
          error={errors["/feature_set"]}
          allowDeselect={false}
          onChange={(featureSet) => featureSet && change({ featureSet }, "/feature_set")}
        />
        <Switch
          label="Drop duplicates"
          description="Records equal to another one in every field are counted and left out."
          checked={form.dropDuplicates}
          onChange={(event) => change({ dropDuplicates: event.currentTarget.checked }, "/format")}
        />
      </Stack>
    </Section>
  );
}
