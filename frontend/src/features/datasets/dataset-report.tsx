import { Alert, Badge, Group, Loader, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { profileQuery } from "../../api/datasets";
import type { Dataset } from "../../api/types";
import { Facts } from "../../components/facts";
import { Findings } from "../../components/findings";
import { QueryState } from "../../components/states";
import { accountingFacts } from "../../components/statistics";
import { formatBytes, formatCount, formatShare, formatTime } from "../../lib/format";
import { Preview } from "./preview";
import { RateChart } from "./rate-chart";
import { Rejects } from "./rejects";
import { Suggestion } from "./suggestion";
import { Templates } from "./templates";

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
              ["Layout", profile.format.layout && <code className="template">{profile.format.layout}</code>],
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
                  .map(([level, count]) => `${level} ${formatCount(count)}`)
                  .join(", "),
              ],
            ]}
          />
          <Findings
            label="What to know"
            findings={profile.findings?.filter((found) => !found.setting) ?? []}
          />
          {profile.suggestion && <Suggestion suggestion={profile.suggestion} />}
          {profile.records.rejected > 0 && <Rejects dataset={dataset} count={profile.records.rejected} />}
          {profile.rate && <RateChart rate={profile.rate} />}
          {profile.templates && profile.templates.total > 0 && (
            <Templates datasetId={dataset.id} summary={profile.templates} />
          )}
          <Preview profile={profile} />
        </Stack>
      )}
    </QueryState>
  );
}
