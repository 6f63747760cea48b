import { Progress, Stack, Table, Text } from "@mantine/core";
import type { Accounting, TrainingStatistics } from "../api/types";
import { formatBytes, formatCount, formatSeconds } from "../lib/format";
import { Facts, Section } from "./facts";
import { FeatureNames } from "./feature-texts";
import { labelFacts } from "./label-facts";

/** What became of the records that were read. */
export const accountingFacts = (records: Accounting): [string, string | false][] => [
  ["Records read", formatCount(records.read)],
  ["Parsed", formatCount(records.parsed)],
  ["Rejected", formatCount(records.rejected)],
  ["Duplicates", formatCount(records.duplicates)],
  ["Lines outside records", !!records.outside && formatCount(records.outside)],
];

/** Sizes and durations of a training run. */
export function Statistics({ statistics }: { statistics: TrainingStatistics }) {
  const { constant_features: constant, duplicate_features: duplicates = [] } = statistics;
  const { unused_samples: unused = 0, incomplete_samples: incomplete = 0 } = statistics;
  return (
    <Section title="Training statistics">
      <Facts
        items={[
          ["Training samples", formatCount(statistics.training_samples)],
          ["Test samples", formatCount(statistics.test_samples)],
          ["Samples without a label", unused > 0 && `${formatCount(unused)}, not used`],
          ["Incomplete samples", incomplete > 0 && `${formatCount(incomplete)}, cut off by the input`],
          ["Features", formatCount(statistics.feature_count)],
          ["Duration", formatSeconds(statistics.duration_seconds)],
          ["Peak memory", formatBytes(statistics.peak_memory_bytes)],
          ...accountingFacts(statistics.records),
          ...labelFacts(statistics.labels),
          ["Constant features", constant.length > 0 && <Names key="constant" names={constant} />],
          ["Duplicate features", duplicates.length > 0 && <Names key="duplicate" names={duplicates} />],
        ]}
      />
    </Section>
  );
}

/** Features that tell nothing, or nothing new: how many, and on demand which. */
function Names({ names }: { names: string[] }) {
  return (
    <details>
      <summary>{names.length}</summary>
      <Text size="xs" mt={4}>
        <FeatureNames names={names} />
      </Text>
    </details>
  );
}

/** Where the time went. */
export function StageTimes({ statistics }: { statistics: TrainingStatistics }) {
  const longest = Math.max(...statistics.stage_seconds.map((s) => s.seconds), Number.MIN_VALUE);
  return (
    <Section title="Stage times">
      <Stack gap={0}>
        <Table withRowBorders={false} verticalSpacing={4} aria-label="Stage times">
          <Table.Tbody>
            {statistics.stage_seconds.map(({ stage, seconds }) => (
              <Table.Tr key={stage}>
                <Table.Th fw={400} w="6.5rem" pl={0}>
                  <Text size="sm" c="dimmed">
                    {stage}
                  </Text>
                </Table.Th>
                <Table.Td aria-hidden>
                  <Progress value={(100 * seconds) / longest} size="sm" role="presentation" />
                </Table.Td>
                <Table.Td ta="right" w="6rem" pr={0}>
                  {formatSeconds(seconds)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Section>
  );
}
