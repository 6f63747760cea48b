import { Card } from "@mantine/core";
import { IconBrain, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type JobFilter, jobsQuery } from "../../api/jobs";
import type { JobStatus } from "../../api/types";
import { ListFilter } from "../../components/list-filter";
import { LoadMore } from "../../components/load-more";
import { EmptyState, ErrorState, Loading } from "../../components/states";
import { JobTable } from "./job-table";

export const JOB_STATUSES: readonly JobStatus[] = ["pending", "running", "completed", "failed", "cancelled"];

interface Props {
  filter: JobFilter;
  onFilter: (filter: JobFilter) => void;
  newJob: ReactNode;
}

/** All training jobs with their live status. */
export function JobList({ filter, onFilter, newJob }: Props) {
  const query = useInfiniteQuery(jobsQuery(filter));
  const jobs = query.data?.pages.flatMap((page) => page.items);
  const filtered = filter.status !== undefined || filter.q !== undefined;
  return (
    <>
      {(filtered || (jobs && jobs.length > 0)) && (
        <ListFilter statuses={JOB_STATUSES} value={filter} onChange={onFilter} />
      )}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading label="Loading the training jobs" lines={6} />}
      {jobs && (
        <Card padding={0}>
          {jobs.length > 0 && <JobTable jobs={jobs} />}
          {jobs.length === 0 && filtered && (
            <EmptyState icon={IconSearch} title="No training job matches">
              Choose another status or shorten the text.
            </EmptyState>
          )}
          {jobs.length === 0 && !filtered && (
            <EmptyState icon={IconBrain} title="No training jobs yet" action={newJob}>
              A training job takes your logs, learns what is usual in them, and makes a model that scores what
              is not. Start with New Training Job and a log file.
            </EmptyState>
          )}
        </Card>
      )}
      <LoadMore query={query} />
    </>
  );
}
