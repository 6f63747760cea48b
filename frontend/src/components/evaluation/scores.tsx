import { Grid, Stack, Table } from "@mantine/core";
import type { Evaluation, ScoreStatistics } from "../../api/types";
import { formatCount, formatNumber, formatShare, plural } from "../../lib/format";
import { Facts, Section } from "../facts";
import { ScorePlot } from "../score-plot";
import { Histogram } from "./histogram";

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

/** How the scores are distributed, and how far chance decides what is flagged. */
export function Scores({ evaluation }: { evaluation: Evaluation }) {
  const { training_scores, threshold, histogram, agreement } = evaluation;
  const test = evaluation.test_scores ?? undefined;
  return (
    <Section title="Scores">
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack gap="md">
            {histogram && <Histogram histogram={histogram} threshold={threshold} />}
            <ScorePlot training={training_scores} test={test} threshold={threshold} />
            {agreement && (
              <Facts
                items={[
                  [
                    "Agreement across seeds",
                    `${formatShare(agreement.mean_jaccard)} of what two of ${plural(agreement.seeds.length, "model")} from other seeds flag is the same, on average; at least ${formatShare(agreement.minimum_jaccard)}`,
                  ],
                ]}
              />
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <ScoreTable training={training_scores} test={test} />
        </Grid.Col>
      </Grid>
    </Section>
  );
}

function ScoreTable({ training, test }: { training: ScoreStatistics; test?: ScoreStatistics }) {
  return (
    <Table verticalSpacing={3} aria-label="Score statistics">
      <Table.Thead>
        <Table.Tr>
          <Table.Th pl={0}>Score</Table.Th>
          <Table.Th ta="right">Training</Table.Th>
          {test && <Table.Th ta="right">Test</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {ROWS.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={400} pl={0}>
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
