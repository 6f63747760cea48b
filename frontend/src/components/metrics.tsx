import { Alert, Grid, Stack, Table, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { Evaluation, ScoreStatistics } from "../api/types";
import { formatCount, formatNumber, formatShare } from "../lib/format";
import { Facts, Section } from "./facts";
import { ScorePlot } from "./score-plot";

const ROWS: [string, (scores: ScoreStatistics) => string][] = [
  ["Samples", (s) => formatCount(s.count)],
  ["Anomalies", (s) => formatCount(s.anomaly_count)],
  ["Anomaly ratio", (s) => formatShare(s.anomaly_ratio)],
  ["Mean", (s) => formatNumber(s.mean)],
  ["Standard deviation", (s) => formatNumber(s.standard_deviation)],
  ["Minimum", (s) => formatNumber(s.minimum)],
  ["25th percentile", (s) => formatNumber(s.percentile_25)],
  ["Median", (s) => formatNumber(s.median)],
  ["75th percentile", (s) => formatNumber(s.percentile_75)],
  ["95th percentile", (s) => formatNumber(s.percentile_95)],
  ["99th percentile", (s) => formatNumber(s.percentile_99)],
  ["Maximum", (s) => formatNumber(s.maximum)],
];

const SPLITS: Record<string, string> = {
  time: "time: the latest samples were held back",
  shuffled: "shuffled: samples drawn at random were held back",
  none: "none: trained on everything",
};

/** How the model was judged; says plainly what was not measured. */
export function Metrics({ metrics }: { metrics: Evaluation }) {
  return (
    <Section title="Evaluation metrics">
      <Stack gap="md">
        {metrics.mode === "none" && (
          <Alert variant="default" icon={<IconInfoCircle size={18} />} p="xs">
            <Text size="sm">
              The data has no labels, so accuracy, precision and recall were not measured. What follows is the
              distribution of the anomaly scores.
            </Text>
          </Alert>
        )}
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Stack gap="md">
              <Facts
                items={[
                  ["Split", SPLITS[metrics.split] ?? metrics.split],
                  ["Threshold", `${formatNumber(metrics.threshold)} (a higher score is an anomaly)`],
                ]}
              />
              <ScorePlot
                training={metrics.training_scores}
                test={metrics.test_scores ?? undefined}
                threshold={metrics.threshold}
              />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <ScoreTable training={metrics.training_scores} test={metrics.test_scores ?? undefined} />
          </Grid.Col>
        </Grid>
      </Stack>
    </Section>
  );
}

function ScoreTable({ training, test }: { training: ScoreStatistics; test?: ScoreStatistics }) {
  return (
    <Table verticalSpacing={3} aria-label="Score statistics">
      <Table.Thead>
        <Table.Tr>
          <Table.Th pl={0}>Anomaly score</Table.Th>
          <Table.Th ta="right">Training</Table.Th>
          {test && <Table.Th ta="right">Test</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {ROWS.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th fw={400} pl={0}>
              {name}
            </Table.Th>
            <Table.Td ta="right">{value(training)}</Table.Td>
            {test && <Table.Td ta="right">{value(test)}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
