import { afterEach, describe, expect, it, vi } from "vitest";
import { createQueryClient } from "../lib/query-client";
import { client, data } from "./client";
import { type JobEvent, LIVE_START, mergeLogs, reduceLive } from "./events";
import { asProblem, ProblemError, problemFrom } from "./problem";

const answer = (status: number, body: unknown, type = "application/json") =>
  vi.stubGlobal(
    "fetch",
    async () =>
      new Response(typeof body === "string" ? body : JSON.stringify(body), {
        status,
        headers: { "Content-Type": type },
      }),
  );

afterEach(() => vi.unstubAllGlobals());

describe("problems", () => {
  it("carry the server's words, code, request and field errors", async () => {
    answer(
      422,
      {
        type: "/problems/invalid",
        title: "Invalid content",
        status: 422,
        detail: "2 fields are invalid",
        code: "invalid",
        request_id: "req-1",
        errors: [{ pointer: "/name", detail: "is too long" }],
      },
      "application/problem+json",
    );
    const problem = await data(client.GET("/api/v1/me")).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ProblemError);
    expect(problem).toMatchObject({
      status: 422,
      detail: "2 fields are invalid",
      code: "invalid",
      request_id: "req-1",
      errors: [{ pointer: "/name", detail: "is too long" }],
    });
  });

  it("are made of any other answer too", async () => {
    answer(502, "<html>Bad gateway</html>", "text/html");
    await expect(data(client.GET("/api/v1/me"))).rejects.toMatchObject({
      status: 502,
      title: "The server failed",
    });
    expect(problemFrom(404, null).detail).toContain("404");
    expect(problemFrom(422, { errors: [null, { pointer: 1 }] }).errors).toEqual([
      { pointer: "", detail: "is invalid" },
    ]);
  });

  it("tell when there was no answer", async () => {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(data(client.GET("/api/v1/me"))).rejects.toMatchObject({ status: 0, code: "unreachable" });
  });

  it("can be made of whatever was thrown", () => {
    expect(asProblem(new Error("boom")).detail).toBe("boom");
    expect(asProblem("boom").detail).toBe("boom");
  });
});

describe("failures seen in one place", () => {
  const handlers = () => ({ onSignedOut: vi.fn(), onFailure: vi.fn() });
  const fail = (status: number) => () => Promise.reject(problemFrom(status, {}));

  it("a 401 of any query or action ends the session, but not the question who is signed in", async () => {
    const seen = handlers();
    const queries = createQueryClient(seen);
    await queries.fetchQuery({ queryKey: ["me"], queryFn: fail(401) }).catch(() => {});
    expect(seen.onSignedOut).not.toHaveBeenCalled();
    await queries.fetchQuery({ queryKey: ["jobs"], queryFn: fail(401) }).catch(() => {});
    expect(seen.onSignedOut).toHaveBeenCalledTimes(1);
    const act = (meta?: { shown?: boolean; signsIn?: boolean }) =>
      queries
        .getMutationCache()
        .build(queries, { mutationFn: fail(401), meta })
        .execute(undefined)
        .catch(() => {});
    await act({ shown: true });
    expect(seen.onSignedOut).toHaveBeenCalledTimes(2);
    await act({ shown: true, signsIn: true });
    expect(seen.onSignedOut).toHaveBeenCalledTimes(2);
  });

  it("an action's failure is told unless its page shows it", async () => {
    const seen = handlers();
    const queries = createQueryClient(seen);
    const act = (meta?: { shown: boolean }) =>
      queries
        .getMutationCache()
        .build(queries, { mutationFn: fail(409), meta })
        .execute(undefined)
        .catch(() => {});
    await act({ shown: true });
    expect(seen.onFailure).not.toHaveBeenCalled();
    await act();
    expect(seen.onFailure).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ status: 409 }));
  });
});

describe("a job's events", () => {
  const line = (n: number) => ({ at: `2025-07-01T00:00:0${n}Z`, level: "info", message: `line ${n}` });
  const fold = (...events: JobEvent[]) => events.reduce(reduceLive, LIVE_START);

  it("are folded into the present state", () => {
    const state = fold(
      { type: "open" },
      { type: "status", status: "running" },
      { type: "progress", stage: "parsing", progress: 0.25 },
      { type: "log", ...line(1) },
      { type: "progress", progress: 0.3 },
    );
    expect(state).toEqual({
      connection: "open",
      status: "running",
      stage: "parsing",
      progress: 0.3,
      logs: [line(1)],
    });
  });

  it("that come again after a reconnection change nothing", () => {
    const once = fold({ type: "log", ...line(1) }, { type: "log", ...line(2) });
    const again = [1, 2, 3].reduce((state, n) => reduceLive(state, { type: "log", ...line(n) }), once);
    expect(again.logs).toEqual([line(1), line(2), line(3)]);
  });

  it("end for good: a closing connection is not a lost one", () => {
    expect(fold({ type: "open" }, { type: "end" }, { type: "lost" }).connection).toBe("ended");
    expect(fold({ type: "open" }, { type: "lost" }).connection).toBe("lost");
    expect(fold({ type: "lost" }, { type: "open" }).connection).toBe("open");
  });

  it("follow the lines that were read before", () => {
    expect(mergeLogs([line(1), line(2)], [line(2), line(3)])).toEqual([line(1), line(2), line(3)]);
  });
});
