import { Alert, Badge, Group, Loader, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { profileQuery, rejectsQuery } from "../../api/datasets";
import type { Dataset, DatasetProfile } from "../../api/types";
import { Facts } from "../../components/facts";
import { QueryState } from "../../components/states";
import { accountingFacts } from "../../components/statistics";
import { formatBytes, formatShare, formatTime, plural } from "../../lib/format";

/** What was found in a dataset, or why it cannot be read. */
export function DatasetReport({ dataset }: { dataset: Dataset }) {
  if (dataset.status === "profiling") {
    return (
      <Group gap="sm" role="status">
        <Loader size="sm" aria-hidden />
        <Text size="sm">Reading the files: finding the format, counting records…</Text>
      </Group>
    );
  }
  if (dataset.status === "invalid") {
    return (
      <Alert
        role="alert"
        color="red"
        variant="outline"
        icon={<IconAlertTriangle />}
        title="These files cannot be trained on"
      >
        <Text size="sm">{dataset.error?.detail ?? "No records could be read."}</Text>
      </Alert>
    );
  }
  return <Ready dataset={dataset} />;
}

function Ready({ dataset }: { dataset: Dataset }) {
  const query = useQuery(profileQuery(dataset.id));
  return (
    <QueryState query={query} label="Loading the profile" lines={4}>
      {(profile) => (
        <Stack gap="md">
          <Facts
            columns={2}
            items={[
              [
                "Detected format",
                <Group key="format" gap="xs">
                  <Badge variant="default">{profile.format.preset}</Badge>
                  <Text span size="sm">
                    confidence {formatShare(profile.format.confidence)}
                  </Text>
                </Group>,
              ],
              ...accountingFacts(profile.records),
              ["Size", formatBytes(dataset.size_bytes)],
              [
                "Time range",
                profile.first_timestamp &&
                  `${formatTime(profile.first_timestamp)} to ${formatTime(profile.last_timestamp)}`,
              ],
              [
                "Levels",
                Object.entries(profile.levels)
                  .map(([level, count]) => `${level} ${count}`)
                  .join(", "),
              ],
            ]}
          />
          {profile.records.rejected > 0 && <Rejects dataset={dataset} count={profile.records.rejected} />}
          <Preview profile={profile} />
        </Stack>
      )}
    </QueryState>
  );
}

function Rejects({ dataset, count }: { dataset: Dataset; count: number }) {
  const query = useQuery(rejectsQuery(dataset.id));
  return (
    <Alert
      color="yellow"
      variant="outline"
      icon={<IconAlertTriangle />}
      title={`${plural(count, "record")} could not be parsed`}
    >
      <QueryState query={query} label="Loading the rejected records" lines={2}>
        {(page) => (
          <Stack gap={4}>
            {page.items.slice(0, 5).map((reject) => (
              <Text size="sm" key={`${reject.file} ${reject.line}`}>
                {reject.file}, line {reject.line}: {reject.reason}
              </Text>
            ))}
            {count > 5 && (
              <Text size="xs" c="dimmed">
                The first 5 of {count}; all are kept with the dataset.
              </Text>
            )}
          </Stack>
        )}
      </QueryState>
    </Alert>
  );
}

function Preview({ profile }: { profile: DatasetProfile }) {
  return (
    <ScrollArea.Autosize
      mah={260}
      type="auto"
      viewportProps={{ tabIndex: 0, role: "region", "aria-label": "First records" }}
    >
      <Table fz="xs" verticalSpacing={3} stickyHeader miw={720}>
        <Table.Caption>The first records, in time order</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            <Table.Th>Level</Table.Th>
            <Table.Th>Process</Table.Th>
            <Table.Th>Message</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {profile.preview.map((record) => (
            <Table.Tr key={`${record.file} ${record.line} ${record.timestamp}`}>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{formatTime(record.timestamp)}</Table.Td>
              <Table.Td>{record.level}</Table.Td>
              <Table.Td>{record.process}</Table.Td>
              <Table.Td ff="monospace" style={{ overflowWrap: "anywhere" }}>
                {record.message}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
