import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, data } from "./client";
import type { Job, JobStatus, LogLine, TrainingSpecification } from "./types";

const LIVE_POLL_MS = 1000;
const IDLE_POLL_MS = 15_000;

/** Whether a job can still change. */
export const isLive = (job: Pick<Job, "status">) => job.status === "pending" || job.status === "running";

export interface JobFilter {
  status?: JobStatus;
  q?: string;
}

/** Training jobs, newest first, page by page. Asked for often while one of them is live. */
export const jobsQuery = (filter: JobFilter) =>
  infiniteQueryOptions({
    queryKey: ["jobs", "list", filter],
    queryFn: ({ signal, pageParam }) =>
      data(
        client.GET("/api/v1/jobs", {
          params: { query: { cursor: pageParam, status: filter.status, q: filter.q } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isLive)) ? LIVE_POLL_MS : IDLE_POLL_MS,
  });

/** One job. `poll` is for when its event stream is not to be had. */
export const jobQuery = (id: string, poll = false) =>
  queryOptions({
    queryKey: ["jobs", "one", id],
    queryFn: ({ signal }) => data(client.GET("/api/v1/jobs/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (poll && state.data && isLive(state.data) ? LIVE_POLL_MS : false),
  });

const LOG_PAGES = 20;

/** All log lines of a job, oldest first (of a job that writes without end, the first pages). */
export const jobLogsQuery = (id: string) =>
  queryOptions({
    queryKey: ["jobs", "logs", id],
    queryFn: async ({ signal }) => {
      const lines: LogLine[] = [];
      let cursor: number | null = null;
      for (let page = 0; page < LOG_PAGES && (page === 0 || cursor !== null); page += 1) {
        const query: { cursor?: number } = cursor === null ? {} : { cursor };
        const answer = await data(
          client.GET("/api/v1/jobs/{id}/logs", { params: { path: { id }, query }, signal }),
        );
        lines.push(...answer.items);
        cursor = answer.next_cursor == null ? null : Number(answer.next_cursor);
      }
      return lines;
    },
  });

/** Starts training. */
export const createJob = (body: TrainingSpecification) => data(client.POST("/api/v1/jobs", { body }));

const byId = (id: string) => ({ params: { path: { id } } });

export const cancelJob = (id: string) => data(client.POST("/api/v1/jobs/{id}/cancel", byId(id)));
/** Runs the same specification again, as a new job. */
export const retryJob = (id: string) => data(client.POST("/api/v1/jobs/{id}/retry", byId(id)));
export const deleteJob = (id: string) => data(client.DELETE("/api/v1/jobs/{id}", byId(id)));
