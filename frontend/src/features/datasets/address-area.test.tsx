import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Dataset } from "../../api/types";
import { createQueryClient } from "../../lib/query-client";
import { AddressArea } from "./address-area";

const DATASET: Dataset = {
  id: "d",
  name: "router.log",
  status: "profiling",
  files: [],
  sha256: "",
  size_bytes: 1,
  created_at: "2026-01-01T00:00:00Z",
  created_by: "me",
};

const stored = () => Response.json(DATASET, { status: 201 });

const refused = (errors: { pointer: string; detail: string }[], detail = "1 field is invalid") =>
  Response.json(
    { title: "Invalid content", status: 422, detail, code: "invalid", request_id: "req-1", errors },
    { status: 422 },
  );

/** The area before a server that answers with this; what was sent and what came of it is in the lists. */
function show(answer: (request: Request) => Response | Promise<Response>, reason?: string) {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    sent.push([request.method, pathname + search, await request.clone().json()]);
    return answer(request);
  });
  const fetched: Dataset[] = [];
  const { unmount } = render(
    <QueryClientProvider client={createQueryClient({ onSignedOut: () => {}, onFailure: () => {} })}>
      <MantineProvider env="test">
        <AddressArea reason={reason} onFetched={(dataset) => fetched.push(dataset)} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { sent, fetched, unmount };
}

/** An answer that does not come before the request is given up. */
const never = (request: Request) =>
  new Promise<Response>((_, reject) => {
    request.signal.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
  });

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Addresses" });
const button = () => screen.getByRole<HTMLButtonElement>("button", { name: "Fetch files" });
const described = () =>
  (field().getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent);

const ask = async (text: string) => {
  await userEvent.type(field(), text);
  await userEvent.click(button());
};

const posted = (...sources: string[]) => ["POST", "/api/v1/datasets", { sources }];

afterEach(() => vi.unstubAllGlobals());

describe("addresses", () => {
  it("are asked for before anything can be fetched", async () => {
    const { sent } = show(stored);
    expect(button().disabled).toBe(true);
    await userEvent.type(field(), " {Enter}");
    expect(button().disabled).toBe(true);
    expect(sent).toEqual([]);
  });

  it("of one place become a dataset", async () => {
    const { sent, fetched } = show(stored);
    await ask("s3://logs/router/2025-07/");
    await waitFor(() => expect(fetched).toEqual([DATASET]));
    expect(sent).toEqual([posted("s3://logs/router/2025-07/")]);
  });

  it("of several places become one dataset, without blank lines and the space around them", async () => {
    const { sent, fetched } = show(stored);
    await ask("{Enter}  https://example.org/a.log {Enter}{Enter}   {Enter}/srv/logs{Enter}");
    await waitFor(() => expect(fetched).toEqual([DATASET]));
    expect(sent).toEqual([posted("https://example.org/a.log", "/srv/logs")]);
  });

  it("that the server refuses are told at the field, and stay to be mended", async () => {
    const detail = "s3://other/ is refused as a source: it is not on the list of allowed sources";
    const { fetched } = show(() => refused([{ pointer: "/sources/1", detail }]));
    await ask("s3://logs/{Enter}s3://other/");
    expect((await screen.findByRole("alert")).textContent).toBe(detail);
    expect(field().getAttribute("aria-invalid")).toBe("true");
    expect(described()).toContain(detail);
    expect(field().value).toBe("s3://logs/\ns3://other/");
    expect(button().disabled).toBe(false);
    expect(fetched).toEqual([]);

    await userEvent.type(field(), "mine/");
    expect(screen.queryByRole("alert")).toBeNull();
    expect(field().getAttribute("aria-invalid")).not.toBe("true");
  });

  it("whose files are the trouble show the server's problem", async () => {
    show(() => refused([{ pointer: "/file", detail: "`a.log` is empty: it holds no log records" }]));
    await ask("s3://logs/");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("`a.log` is empty");
    expect(alert.textContent).toContain("req-1");
    expect(field().getAttribute("aria-invalid")).not.toBe("true");
  });

  it("that break off show the server's words", async () => {
    show(() => refused([], "s3://logs/ broke off"));
    await ask("s3://logs/");
    expect((await screen.findByRole("alert")).textContent).toContain("s3://logs/ broke off");
  });

  it("are fetched once at a time, and that can be stopped", async () => {
    const { sent, fetched } = show(never);
    await ask("s3://logs/{Enter}s3://other/");
    expect((await screen.findByRole("status")).textContent).toBe("Fetching from 2 addresses");
    expect(screen.getByRole("progressbar", { name: "Fetching" }).hasAttribute("aria-valuenow")).toBe(false);
    expect(button().disabled).toBe(true);
    expect(field().readOnly).toBe(true);
    await userEvent.click(button());
    expect(sent).toHaveLength(1);

    await userEvent.click(screen.getByRole("button", { name: "Stop" }));
    await waitFor(() => expect(button().disabled).toBe(false));
    expect(screen.queryByRole("status")).toBeNull();
    expect(screen.queryByRole("alert")).toBeNull();
    expect(document.activeElement).toBe(field());
    expect(fetched).toEqual([]);
  });

  it("are no longer fetched when the page is left", async () => {
    const signals: AbortSignal[] = [];
    const { unmount } = show((request) => {
      signals.push(request.signal);
      return never(request);
    });
    await ask("s3://logs/");
    await waitFor(() => expect(signals).toHaveLength(1));
    unmount();
    expect(signals[0]?.aborted).toBe(true);
  });

  it("may not be given by everyone, and the reason is told", async () => {
    const reason = "Needs the role trainer; you are signed in as viewer.";
    const { sent } = show(stored, reason);
    await ask("s3://logs/");
    expect(button().getAttribute("aria-disabled")).toBe("true");
    expect(document.getElementById(button().getAttribute("aria-describedby") ?? "")?.textContent).toBe(
      reason,
    );
    expect(sent).toEqual([]);
  });
});
