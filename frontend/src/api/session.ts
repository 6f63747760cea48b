import { queryOptions } from "@tanstack/react-query";
import { client, data } from "./client";

/** Who is signed in. Fails with status 401 when nobody is. */
export const meQuery = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => data(client.GET("/api/v1/me", { signal })),
    staleTime: 5 * 60_000,
  });

/** Trades a token for a session cookie. */
export const signIn = (token: string) => data(client.POST("/api/v1/session", { body: { token } }));

export const signOut = () => data(client.DELETE("/api/v1/session"));
