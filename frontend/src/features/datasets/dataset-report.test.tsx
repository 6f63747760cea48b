import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactElement } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TemplateList } from "../../api/types";
import { createQueryClient } from "../../lib/query-client";
import { RateChart } from "./rate-chart";
import { Suggestion } from "./suggestion";
import { TemplateText } from "./template-text";
import { Templates } from "./templates";

const show = (element: ReactElement) =>
  render(
    <QueryClientProvider client={createQueryClient({ onSignedOut: () => {}, onFailure: () => {} })}>
      <MantineProvider env="test">{element}</MantineProvider>
    </QueryClientProvider>,
  );

afterEach(() => vi.unstubAllGlobals());

describe("a template", () => {
  it("has its wildcards set apart and reads as written", () => {
    const text = "Received block <*> of size <*> from /<*>";
    const { container } = show(<TemplateText text={text} />);
    const code = container.querySelector("code");
    expect(code?.textContent).toBe(text);
    expect([...(code?.querySelectorAll(".wildcard") ?? [])].map((part) => part.textContent)).toEqual([
      "<*>",
      "<*>",
      "<*>",
    ]);
  });

  it("is text, whatever is in it", () => {
    const { container } = show(<TemplateText text="<b>bold</b> <*>" />);
    expect(container.querySelector("b")).toBeNull();
    expect(container.querySelector("code")?.textContent).toBe("<b>bold</b> <*>");
  });
});

describe("the templates of a dataset", () => {
  const summary = {
    total: 3,
    top: [{ id: "a", text: "Receiving block <*>", count: 1200 }],
    rare: [{ id: "c", text: "Exception in <*>", count: 1 }],
  };
  /** Answers with what it was asked for. */
  const answer = (list: (query: URLSearchParams) => TemplateList) => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (request: Request) => {
      const url = new URL(request.url);
      asked.push(url.pathname + url.search);
      return Response.json(list(url.searchParams));
    });
    return asked;
  };
  const found = (text: string, total: number): TemplateList => ({
    items: [{ id: text, text, count: 5, examples: [`${text} 17`] }],
    total,
  });

  it("are the most frequent and the rarest, without asking the server", async () => {
    const asked = answer(() => found("none", 1));
    show(<Templates datasetId="d" summary={summary} />);
    const top = screen.getByRole("region", { name: "Most frequent templates" });
    expect(within(top).getByRole("row", { name: "1,200 Receiving block <*>" })).toBeTruthy();
    await userEvent.click(screen.getByRole("tab", { name: "Rarest" }));
    const rare = screen.getByRole("region", { name: "Rarest templates" });
    expect(within(rare).getByRole("row", { name: "1 Exception in <*>" })).toBeTruthy();
    expect(asked).toEqual([]);
  });

  it("are searched by the server, in the chosen order, and clear again", async () => {
    const asked = answer((query) => found(`matches ${query.get("q")}`, 1));
    show(<Templates datasetId="d" summary={summary} />);
    await userEvent.click(screen.getByRole("tab", { name: "Rarest" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Search the templates" }), "a&b ");
    await screen.findByText("matches a&b");
    expect(screen.getByRole("status").textContent).toBe("1 template found");
    expect(asked).toEqual(["/api/v1/datasets/d/templates?order=rare&q=a%26b&offset=0&limit=50"]);
    await userEvent.click(screen.getByRole("button", { name: "Clear the search" }));
    expect(screen.getByText("Exception in", { exact: false })).toBeTruthy();
  });

  it("come page by page when all are asked for", async () => {
    const asked = answer((query) => found(`template ${query.get("offset")}`, 2));
    show(<Templates datasetId="d" summary={summary} />);
    await userEvent.click(screen.getByRole("button", { name: "Show all 3" }));
    await screen.findByText("template 0");
    await userEvent.click(screen.getByRole("button", { name: "Show more" }));
    await screen.findByText("template 1");
    expect(screen.getByText("template 0")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
    expect(asked.map((address) => new URLSearchParams(address.split("?")[1]).get("offset"))).toEqual([
      "0",
      "1",
    ]);
  });

  it("that no text matches are told", async () => {
    answer(() => ({ items: [], total: 0 }));
    show(<Templates datasetId="d" summary={summary} />);
    await userEvent.type(screen.getByRole("textbox", { name: "Search the templates" }), "nowhere");
    await screen.findByText("No template has this text.");
  });
});

describe("the suggested samples", () => {
  it("name the key and how many there are", () => {
    const { container } = show(
      <Suggestion
        suggestion={{
          sample_kind: "session",
          preset: "hdfs-session",
          session_key: { regex: "blk_-?\\d+", keys: 1994 },
          reason: "100 % of the records name one of 1994 keys",
        }}
      />,
    );
    expect(container.querySelector("p")?.textContent).toBe(
      "Suggested samples: session by blk_-?\\d+ (1,994 keys), feature set hdfs-session " +
        "(100 % of the records name one of 1994 keys)",
    );
  });

  it("may have no key", () => {
    const { container } = show(
      <Suggestion suggestion={{ sample_kind: "record", preset: "record", reason: "no key is shared" }} />,
    );
    expect(container.querySelector("p")?.textContent).toBe(
      "Suggested samples: record, feature set record (no key is shared)",
    );
  });
});

describe("the ways to make samples", () => {
  it("say how many samples there are, which are too few, and what they tell", () => {
    const way = { preset: "surprise", too_few: false };
    show(
      <Suggestion
        suggestion={{
          sample_kind: "record",
          preset: "surprise",
          reason: "no key is shared",
          ways: [
            { ...way, sample_kind: "record", samples: 2000, average_precision: 0.8712 },
            { ...way, sample_kind: "window", preset: "syslog", samples: 28, too_few: true },
            { ...way, sample_kind: "session", samples: 900, weight: "tf-idf", average_precision: 0.4 },
          ],
        }}
      />,
    );
    const table = screen.getByRole("table", { name: "Ways to make samples" });
    const row = (name: string) => within(table).getByRole("row", { name });
    expect(row("2,000 records surprise 0.871")).toBeTruthy();
    expect(row("28 windows of 5 minutes (too few) syslog not tried")).toBeTruthy();
    expect(
      within(table).getByRole("row", { name: /^900 sessions surprise ?, weight tf-idf 0\.400$/ }),
    ).toBeTruthy();
    expect(screen.getByText(/what is found of real anomalies was not measured/)).toBeTruthy();
  });
});

describe("the chart of records over time", () => {
  it("has a bar for each bucket with records, and says the same in words", () => {
    show(<RateChart rate={{ bucket_seconds: 600, start: "2025-07-01T12:00:00Z", counts: [5, 0, 1200] }} />);
    const chart = screen.getByRole("img", { name: "Records over time" });
    expect(chart.querySelectorAll("rect")).toHaveLength(2);
    const words = document.getElementById(chart.getAttribute("aria-describedby") ?? "")?.textContent;
    expect(words).toContain("1,205 records from");
    expect(words).toContain("a bar every 10 min. Most: 1,200 at");
    expect(words).toContain("Without a record: 1 of 3.");
  });

  it("is left out when no record has a time", () => {
    show(<RateChart rate={{ bucket_seconds: 0, start: null, counts: [] }} />);
    expect(screen.queryByRole("img")).toBeNull();
  });
});
