import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, data } from "./client";
import type { DatasetProfile, TemplateOrder } from "./types";

const PROFILING_POLL_MS = 400;
const TEMPLATES_A_PAGE = 50;

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
