import { Anchor, Button, Group, Progress, Stack, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { isLive } from "../../api/jobs";
import type { Job } from "../../api/types";
import { Headline } from "../../components/headline";
import { StatusBadge } from "../../components/status-badge";
import { ABSENT, formatAge, formatCount, formatSeconds, formatTime, humanise } from "../../lib/format";

/** The Training Jobs list. */
export function JobTable({ jobs }: { jobs: Job[] }) {
  return (
    <Table.ScrollContainer type="native" minWidth={940} tabIndex={0}>
      <Table verticalSpacing="xs" highlightOnHover aria-label="Training Jobs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th w={190}>Progress</Table.Th>
            <Table.Th>Algorithm</Table.Th>
            <Table.Th ta="right">Samples</Table.Th>
            <Table.Th ta="right">Judged</Table.Th>
            <Table.Th>Created</Table.Th>
            <Table.Th ta="right">Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function JobRow({ job }: { job: Job }) {
  const samples = job.statistics && job.statistics.training_samples + job.statistics.test_samples;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          size="sm"
          fw={500}
          renderRoot={(props) => <Link to="/training/$jobId" params={{ jobId: job.id }} {...props} />}
        >
          {job.name}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={job.status} />
      </Table.Td>
      <Table.Td>
        <Outcome job={job} />
      </Table.Td>
      <Table.Td>{humanise(String(job.specification.algorithm?.type ?? ABSENT))}</Table.Td>
      <Table.Td ta="right">{formatCount(samples)}</Table.Td>
      <Table.Td ta="right">
        <Headline metrics={job.metrics} />
      </Table.Td>
      <Table.Td>
        <Text size="sm" title={formatTime(job.created_at)}>
          {formatAge(job.created_at)}
        </Text>
        <Text size="xs" c="dimmed">
          {job.created_by}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group justify="flex-end">
          <Button
            size="xs"
            variant="default"
            aria-label={`View Details of ${job.name}`}
            renderRoot={(props) => <Link to="/training/$jobId" params={{ jobId: job.id }} {...props} />}
          >
            View Details
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** How far, how long, or why not. */
function Outcome({ job }: { job: Job }) {
  if (isLive(job)) {
    const percent = Math.round(job.progress * 100);
    return (
      <Stack gap={4}>
        <Progress.Root size="sm">
          <Progress.Section value={percent} aria-label={`Progress of ${job.name}`} />
        </Progress.Root>
        <Text size="xs" c="dimmed">
          {job.stage ?? "waiting"}, {percent} %
        </Text>
      </Stack>
    );
  }
  if (job.status === "failed") {
    return (
      <Text size="xs" lineClamp={2} title={job.error?.detail}>
        {job.error?.detail ?? "No reason was recorded."}
      </Text>
    );
  }
  return (
    <Text size="sm" c="dimmed">
      {job.status === "completed" ? `in ${formatSeconds(job.statistics?.duration_seconds)}` : ABSENT}
    </Text>
  );
}
