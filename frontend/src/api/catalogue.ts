/** What the server can train with: it changes only with the server's version. */
import { queryOptions } from "@tanstack/react-query";
import { client, data } from "./client";

const staleTime = Number.POSITIVE_INFINITY;

export const algorithmsQuery = () =>
  queryOptions({
    queryKey: ["algorithms"],
    queryFn: ({ signal }) => data(client.GET("/api/v1/algorithms", { signal })),
    staleTime,
  });

export const featureSetsQuery = () =>
  queryOptions({
    queryKey: ["feature-sets"],
    queryFn: ({ signal }) => data(client.GET("/api/v1/feature-sets", { signal })),
    staleTime,
  });

export const formatsQuery = () =>
  queryOptions({
    queryKey: ["formats"],
    queryFn: ({ signal }) => data(client.GET("/api/v1/formats", { signal })),
    staleTime,
  });

export const targetsQuery = () =>
  queryOptions({
    queryKey: ["targets"],
    queryFn: ({ signal }) => data(client.GET("/api/v1/targets", { signal })),
    staleTime,
  });
