import { Alert, Anchor, Code, Grid, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconBan } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { mergeLogs } from "../../api/events";
import { isLive, jobLogsQuery, jobQuery } from "../../api/jobs";
import { modelQuery } from "../../api/models";
import type { Job } from "../../api/types";
import { Leaderboard } from "../../components/evaluation/leaderboard";
import { Summary } from "../../components/evaluation/summary";
import { Facts, Section } from "../../components/facts";
import { FeatureTexts } from "../../components/feature-texts";
import { Metrics } from "../../components/metrics";
import { PageHeading } from "../../components/page-heading";
import { Parameters } from "../../components/parameters";
import { QueryState } from "../../components/states";
import { StageTimes, Statistics } from "../../components/statistics";
import { StatusBadge } from "../../components/status-badge";
import { Version } from "../../components/version";
import { formatBytes, formatTime } from "../../lib/format";
import { JobActions } from "./job-actions";
import { LogLines } from "./log-lines";
import { StageTrack } from "./stage-track";
import { useLiveJob } from "./use-live-job";

interface Props {
  id: string;
  onRetried: (job: Job) => void;
  onDeleted: () => void;
}

/** View Details of one training job; live while it runs. */
export function JobDetails({ id, onRetried, onDeleted }: Props) {
  const cached = useQuery(jobQuery(id));
  const live = useLiveJob(id, cached.data !== undefined && isLive(cached.data));
  // Without its event stream the job is asked for again and again.
  const query = useQuery(jobQuery(id, live.connection === "lost"));
  const logs = useQuery(jobLogsQuery(id)).data ?? [];
  const lines = mergeLogs(logs, live.logs);
  const job = query.data;
  return (
    <>
      <PageHeading
        title={job?.name ?? "Training job"}
        aside={job && <StatusBadge status={job.status} size="lg" />}
        description={job && `Started by ${job.created_by}, ${formatTime(job.created_at)}`}
        actions={job && <JobActions job={job} onRetried={onRetried} onDeleted={onDeleted} />}
      />
      <QueryState query={query} label="Loading the training job" lines={10}>
        {(job) => (
          <Stack gap="md">
            {isLive(job) && (
              <Section title="Progress">
                <StageTrack
                  stage={live.stage ?? job.stage ?? null}
                  progress={live.progress ?? job.progress}
                />
              </Section>
            )}
            <Failure job={job} />
            {job.status !== "completed" && (
              <LogLines title={job.status === "failed" ? "Error log" : "Log"} lines={lines} />
            )}
            {job.metrics && <Summary evaluation={job.metrics} />}
            <OfModel id={job.model_id}>
              <Results job={job} />
            </OfModel>
            {job.status === "completed" && <LogLines title="Log" lines={lines} />}
          </Stack>
        )}
      </QueryState>
    </>
  );
}

function Failure({ job }: { job: Job }) {
  if (job.status === "cancelled") {
    return (
      <Alert color="yellow" variant="outline" icon={<IconBan />} title="Cancelled">
        This training job was stopped before it was done. Retry runs the same specification again.
      </Alert>
    );
  }
  if (job.status !== "failed") return null;
  return (
    <Alert role="alert" color="red" variant="outline" icon={<IconAlertTriangle />} title="Training failed">
      <Text size="sm">{job.error?.detail ?? "No reason was recorded."}</Text>
      {job.error && (
        <Text size="xs" c="dimmed" mt={4}>
          <Code>{job.error.code}</Code>
        </Text>
      )}
    </Alert>
  );
}

/** With what the features of the job's model mean, once there is one. */
function OfModel({ id, children }: { id?: string | null; children: ReactNode }) {
  const model = useQuery({ ...modelQuery(id ?? ""), enabled: !!id }).data;
  return (
    <FeatureTexts names={model?.feature_names} texts={model?.feature_descriptions}>
      {children}
    </FeatureTexts>
  );
}

function Results({ job }: { job: Job }) {
  const half = { base: 12, md: 6 };
  return (
    <Grid gap="md">
      {job.statistics && (
        <Grid.Col span={half}>
          <Stack gap="md">
            <Statistics statistics={job.statistics} />
            <StageTimes statistics={job.statistics} />
          </Stack>
        </Grid.Col>
      )}
      <Grid.Col span={half}>
        <Stack gap="md">
          {job.model_id && <Export modelId={job.model_id} />}
          <Parameters specification={job.specification} chosen={job.leaderboard?.rows[0]} />
        </Stack>
      </Grid.Col>
      {job.leaderboard && (
        <Grid.Col span={12}>
          <Leaderboard board={job.leaderboard} />
        </Grid.Col>
      )}
      {job.metrics && (
        <Grid.Col span={12}>
          <Metrics metrics={job.metrics} />
        </Grid.Col>
      )}
      <Grid.Col span={job.statistics ? 12 : half}>
        <Section title="Run">
          <Facts
            columns={job.statistics ? 2 : undefined}
            items={[
              ["Job", <Code key="id">{job.id}</Code>],
              ["Dataset", <Code key="dataset">{job.dataset_id}</Code>],
              ["Started", formatTime(job.started_at)],
              ["Finished", formatTime(job.finished_at)],
              ["Attempt", job.attempt],
              ["Retry of", job.retry_of && <Code key="retry">{job.retry_of}</Code>],
            ]}
          />
        </Section>
      </Grid.Col>
    </Grid>
  );
}

function Export({ modelId }: { modelId: string }) {
  const query = useQuery(modelQuery(modelId));
  return (
    <Section title="Model">
      {/* A model can be deleted while its job stays on record. */}
      <QueryState query={query} label="Loading the model" lines={3}>
        {(model) => (
          <Facts
            items={[
              [
                "Model",
                <Anchor
                  key="model"
                  size="sm"
                  renderRoot={(props) => <Link to="/models/$modelId" params={{ modelId }} {...props} />}
                >
                  {model.name}
                </Anchor>,
              ],
              ["Version", <Version key="version" version={model.version} />],
              ["Status", <StatusBadge key="status" status={model.status} />],
              ["Export file size", formatBytes(model.size_bytes)],
              ["Features", model.feature_names.length],
            ]}
          />
        )}
      </QueryState>
    </Section>
  );
}
