import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, data } from "./client";
import type { ModelStatus } from "./types";

export interface ModelFilter {
  status?: ModelStatus;
  q?: string;
}

/** Models, newest first, page by page. */
export const modelsQuery = (filter: ModelFilter) =>
  infiniteQueryOptions({
    queryKey: ["models", "list", filter],
    queryFn: ({ signal, pageParam }) =>
      data(
        client.GET("/api/v1/models", {
          params: { query: { cursor: pageParam, status: filter.status, q: filter.q } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: ["models", "one", id],
    queryFn: ({ signal }) => data(client.GET("/api/v1/models/{id}", { params: { path: { id } }, signal })),
  });

const byId = (id: string) => ({ params: { path: { id } } });

export const deployModel = (id: string, body: { target?: string; note?: string }) =>
  data(client.POST("/api/v1/models/{id}/deploy", { ...byId(id), body }));
export const undeployModel = (id: string) => data(client.POST("/api/v1/models/{id}/undeploy", byId(id)));
export const deleteModel = (id: string) => data(client.DELETE("/api/v1/models/{id}", byId(id)));

/** Where the browser downloads the raw `model.joblib` from. */
export const modelFileUrl = (id: string) => `/api/v1/models/${encodeURIComponent(id)}/file`;
/** Where the browser downloads the deployment package (ZIP) from. */
export const packageUrl = (id: string) => `/api/v1/models/${encodeURIComponent(id)}/package`;
