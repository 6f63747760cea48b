import { Stack, Table, Text } from "@mantine/core";
import type { FoldKind, CrossValidation as Validation } from "../../api/types";
import { formatMetric, metricTitle } from "../../lib/evaluation";
import { ABSENT, formatCount, plural } from "../../lib/format";
import { Section } from "../facts";

export const FOLD_KINDS: Record<FoldKind, string> = {
  time_series: "folds in time order, each judged by a fit to what came before",
  stratified: "shuffled folds, of each class its share",
  grouped: "folds that keep groups together",
  shuffled: "shuffled folds",
  incidents: "other incidents staged in each part",
};

/** How the recipe fares on each of several parts of the samples. */
export function CrossValidation({ validation }: { validation: Validation }) {
  const { kind, mode, folds, mean, standard_deviation } = validation;
  const names = Object.keys(mean);
  const injected = mode === "injected";
  return (
    <Section title={injected ? "Cross-validation, injected" : "Cross-validation"}>
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {plural(folds.length, "fold")}: {FOLD_KINDS[kind] ?? kind}
          {injected && kind !== "incidents" && ", each with injected anomalies"}.
        </Text>
        <Table.ScrollContainer type="native" minWidth={260 + names.length * 90}>
          <Table verticalSpacing={4} aria-label="Cross-validation">
            <Table.Thead>
              <Table.Tr>
                <Table.Th pl={0}>Fold</Table.Th>
                <Table.Th ta="right">Training</Table.Th>
                <Table.Th ta="right">Test</Table.Th>
                {names.map((name) => (
                  <Table.Th key={name} ta="right">
                    {metricTitle(name)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {folds.map((fold, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a fold is known by its number
                <Table.Tr key={at}>
                  <Table.Th scope="row" fw={400} pl={0}>
                    {at + 1}
                  </Table.Th>
                  <Table.Td ta="right">{formatCount(fold.training_samples)}</Table.Td>
                  <Table.Td ta="right">{formatCount(fold.test_samples)}</Table.Td>
                  {fold.reason ? (
                    <Table.Td colSpan={names.length}>{fold.reason}</Table.Td>
                  ) : (
                    names.map((name) => (
                      <Table.Td key={name} ta="right">
                        {measured(fold.metrics[name])}
                      </Table.Td>
                    ))
                  )}
                </Table.Tr>
              ))}
              <Table.Tr>
                <Table.Th scope="row" pl={0} colSpan={3}>
                  Mean ± deviation
                </Table.Th>
                {names.map((name) => (
                  <Table.Td key={name} ta="right" fw={600}>
                    {measured(mean[name])}
                    <Text size="xs" c="dimmed" fw={400}>
                      ± {measured(standard_deviation[name])}
                    </Text>
                  </Table.Td>
                ))}
              </Table.Tr>
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Stack>
    </Section>
  );
}

const measured = (value: number | undefined): string => (value === undefined ? ABSENT : formatMetric(value));
