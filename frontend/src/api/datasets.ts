import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { unzipped } from "../lib/sample";
import { client, data } from "./client";
import type { DatasetProfile, Proposal, TemplateOrder } from "./types";

const PROFILING_POLL_MS = 400;
const TEMPLATES_A_PAGE = 50;
/** Of a file's beginning: more records than anyone looks at, and soon read. */
const SAMPLE_BYTES = 128 * 1024;

/** Has the server fetch what lies at these addresses as one dataset. Answers once all of it is stored. */
export const fetchDataset = (sources: string[], signal: AbortSignal) =>
  data(client.POST("/api/v1/datasets", { body: { sources }, signal }));

/** One dataset; asked for again until its profile is made. */
export const datasetQuery = (id: string) =>
  queryOptions({
    queryKey: ["datasets", "one", id],
    queryFn: ({ signal }) => data(client.GET("/api/v1/datasets/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === "profiling" ? PROFILING_POLL_MS : false),
  });

/** What was found in a dataset. It never changes once made. */
export const profileQuery = (id: string) =>
  queryOptions({
    queryKey: ["datasets", "profile", id],
    queryFn: ({ signal }): Promise<DatasetProfile> =>
      data(client.GET("/api/v1/datasets/{id}/profile", { params: { path: { id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The beginning of one of a dataset's files as text; null when it is packed so that no browser opens it. */
export const sampleQuery = (id: string, file: string) =>
  queryOptions({
    queryKey: ["datasets", "sample", id, file],
    queryFn: async ({ signal }): Promise<Blob | null> => {
      const beginning = await data(
        client.GET("/api/v1/datasets/{id}/content", {
          params: { path: { id }, query: { file } },
          headers: { Range: `bytes=0-${SAMPLE_BYTES - 1}` },
          parseAs: "blob",
          signal,
        }),
      );
      return unzipped(beginning as unknown as Blob, SAMPLE_BYTES);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** How the server reads a sample when it is told this `format`, a specification as JSON. */
export const proposalQuery = (id: string, file: string, sample: Blob, format: string) =>
  queryOptions({
    queryKey: ["datasets", "proposal", id, file, format],
    queryFn: ({ signal }): Promise<Proposal> =>
      data(
        client.POST("/api/v1/datasets/detect", {
          params: { query: { format } },
          headers: { "Content-Type": "application/octet-stream" },
          // The document knows a body of bytes only as a list of numbers.
          body: sample as unknown as string,
          bodySerializer: (body: unknown) => body as Blob,
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The first lines that could not be parsed. */
export const rejectsQuery = (id: string) =>
  queryOptions({
    queryKey: ["datasets", "rejects", id],
    queryFn: ({ signal }) =>
      data(
        client.GET("/api/v1/datasets/{id}/rejects", {
          params: { path: { id }, query: { limit: 20 } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

export interface TemplateFilter {
  order: TemplateOrder;
  /** Only templates with this in their text. */
  q?: string;
}

/** A dataset's templates, page by page. */
export const templatesQuery = (id: string, { order, q }: TemplateFilter) =>
  infiniteQueryOptions({
    queryKey: ["datasets", "templates", id, order, q],
    queryFn: ({ signal, pageParam }) =>
      data(
        client.GET("/api/v1/datasets/{id}/templates", {
          params: { path: { id }, query: { order, q, offset: pageParam, limit: TEMPLATES_A_PAGE } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page, _, offset) => {
      const next = offset + page.items.length;
      return page.items.length > 0 && next < page.total ? next : undefined;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** All datasets, newest first, page by page. */
export const datasetsQuery = () =>
  infiniteQueryOptions({
    queryKey: ["datasets", "list"],
    queryFn: ({ signal, pageParam }) =>
      data(client.GET("/api/v1/datasets", { params: { query: { cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
