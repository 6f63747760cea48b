import { Alert, Grid, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { Evaluation } from "../api/types";
import { judgementsOf } from "../lib/evaluation";
import { formatNumber, humanise } from "../lib/format";
import { isStaged } from "../lib/summary";
import { ClassReport } from "./evaluation/class-report";
import { ConfusionMatrix } from "./evaluation/confusion-matrix";
import { CrossValidation } from "./evaluation/cross-validation";
import { Curves } from "./evaluation/curves";
import { Importance } from "./evaluation/importance";
import { InjectedKinds } from "./evaluation/injected-kinds";
import { MetricTable } from "./evaluation/metric-table";
import { Scores } from "./evaluation/scores";
import { ShownSamples } from "./evaluation/shown-samples";
import { Facts, Section } from "./facts";

const SPLITS: Record<string, string> = {
  time: "time: the latest samples were held back",
  shuffled: "shuffled: samples drawn at random were held back",
  none: "none: trained on everything",
};

/** How the model was judged; says plainly what was not measured. */
export function Metrics({ metrics: evaluation }: { metrics: Evaluation }) {
  const judgements = judgementsOf(evaluation);
  const injected = evaluation.mode === "injected";
  const { threshold_policy: policy, injection, cross_validation, importance } = evaluation;
  return (
    <Stack gap="md">
      {evaluation.shown && <ShownSamples shown={evaluation.shown} />}
      <Section title={injected ? "Evaluation metrics, injected" : "Evaluation metrics"}>
        <Stack gap="md">
          <Meaning mode={evaluation.mode} staged={isStaged(injection)} measured={judgements.length > 0} />
          <Grid gap="lg">
            <Grid.Col span={{ base: 12, md: judgements.length > 0 ? 5 : 12 }}>
              <Stack gap="md">
                <Facts
                  items={[
                    ["Evaluation", evaluation.mode !== "none" && evaluation.mode],
                    ["Split", SPLITS[evaluation.split] ?? evaluation.split],
                    ["Threshold", `${formatNumber(evaluation.threshold)} (a higher score is an anomaly)`],
                    [
                      "Threshold policy",
                      policy &&
                        (policy.policy === "best_f1"
                          ? "best F1"
                          : `${humanise(policy.policy).toLowerCase()} ${policy.value ?? ""}`),
                    ],
                  ]}
                />
                {judgements.map(
                  ({ split, title, metrics }) =>
                    metrics?.confusion_matrix && (
                      <ConfusionMatrix key={split} title={title} matrix={metrics.confusion_matrix} />
                    ),
                )}
              </Stack>
            </Grid.Col>
            {judgements.length > 0 && (
              <Grid.Col span={{ base: 12, md: 7 }}>
                <MetricTable judgements={judgements} injected={injected} />
              </Grid.Col>
            )}
          </Grid>
          {injection && <InjectedKinds injection={injection} metrics={evaluation.metrics} />}
          {judgements.length > 0 && (
            <>
              <Curves judgements={judgements} injected={injected} />
              <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
                {judgements.map(
                  ({ split, title, metrics }) =>
                    metrics &&
                    (metrics.class_report ?? []).length > 0 && (
                      <ClassReport key={split} title={title} metrics={metrics} />
                    ),
                )}
              </SimpleGrid>
            </>
          )}
        </Stack>
      </Section>
      {cross_validation && <CrossValidation validation={cross_validation} />}
      <Scores evaluation={evaluation} />
      {importance && <Importance importance={importance} injected={injected} />}
    </Stack>
  );
}

/** What the figures below are, and what they are not. */
function Meaning({ mode, staged, measured }: { mode: string; staged: boolean; measured: boolean }) {
  const words =
    mode === "none"
      ? "The data has no labels, so accuracy, precision and recall were not measured. What follows is the distribution of the scores."
      : mode === "injected"
        ? `Injected: the data has no labels. ${staged ? "Incidents were staged in it" : "Known synthetic anomalies were mixed into held-out samples"}, and the figures say how well those are found. How well real anomalies are found was not measured.`
        : measured
          ? undefined
          : "Nothing could be measured on held-out samples.";
  if (!words) return null;
  return (
    <Alert variant="default" icon={<IconInfoCircle size={18} />} p="xs">
      <Text size="sm">{words}</Text>
    </Alert>
  );
}
