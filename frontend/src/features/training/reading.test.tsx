import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Dataset, Finding, Proposal, TrainingSpecification } from "../../api/types";
import { createQueryClient } from "../../lib/query-client";
import { FORMAT_START } from "./form-records";
import { RecordFields } from "./record-fields";

type Format = NonNullable<TrainingSpecification["format"]>;

const LINE = "2024-05-01 10:00:00 | WARN | pump-3 | pressure 12 low";

const DATASET: Dataset = {
  id: "d",
  name: "pumps.log",
  status: "ready",
  files: [{ name: "pumps.log", sha256: "", size_bytes: LINE.length }],
  sha256: "",
  size_bytes: LINE.length,
  created_at: "2026-01-01T00:00:00Z",
  created_by: "me",
};

const assumed: Finding = {
  kind: "zone_assumed",
  records: 1,
  of: 1,
  detail: "1 of 1 sampled times say no zone: they are taken for UTC",
  remedy: "say the zone of the logs, such as `Europe/Berlin`",
  setting: "time_zone",
};

/** What a server would answer that reads the line so. */
const proposal = (format: Format): Proposal => ({
  format: { preset: "found", layout: "<timestamp> <level> <process> <message>", confidence: 1 },
  grammar: { version: 1, name: "found", readers: [] },
  columns: ["unit"],
  findings: format.time_zone ? [] : [assumed],
  accounting: { read: 1, parsed: 1, rejected: 0, duplicates: 0, outside: 0 },
  timed: 1,
  leveled: 0,
  records: [
    {
      file: "pumps.log",
      line: 1,
      timestamp: "2024-05-01T10:00:00Z",
      level: "warning",
      process: format.fields?.process === "" ? null : "pump-3",
      message: "pressure 12 low",
    },
  ],
  raw: [LINE],
  rejects: [],
});

const FORMATS = [
  { name: "auto", description: "As detected" },
  { name: "pattern", description: "A pattern of one's own" },
];

/** The settings of a file before a server; the formats that it was asked to try are in the list. */
function show(content: BodyInit = LINE) {
  const asked: Format[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    if (url.pathname.endsWith("/content")) return new Response(content, { status: 206 });
    if (url.pathname.endsWith("/formats")) return Response.json({ presets: FORMATS });
    const format = JSON.parse(url.searchParams.get("format") ?? "") as Format;
    asked.push(format);
    return Response.json(proposal(format));
  });
  function Form() {
    const [form, setForm] = useState(FORMAT_START);
    return (
      <RecordFields
        dataset={DATASET}
        form={form}
        errors={{}}
        change={(part) => setForm((current) => ({ ...current, ...part }))}
      />
    );
  }
  render(
    <QueryClientProvider client={createQueryClient({ onSignedOut: () => {}, onFailure: () => {} })}>
      <MantineProvider env="test">
        <Form />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return asked;
}

const records = () => screen.getByRole("region", { name: "Records beside their lines" });

afterEach(() => vi.unstubAllGlobals());

describe("how records are read", () => {
  it("is shown beside the lines as they are written, with what is missing", async () => {
    const asked = show();
    expect(await screen.findByText(LINE)).toBeTruthy();
    expect(within(records()).getByText("2024-05-01 10:00:00 UTC")).toBeTruthy();
    expect(within(records()).getByText("pump-3")).toBeTruthy();
    expect(screen.getByText("<timestamp> <level> <process> <message>")).toBeTruthy();
    expect(screen.getByText("0.0 % of 1 record")).toBeTruthy();
    expect(asked).toEqual([{ preset: "auto", drop_duplicates: true }]);
  });

  it("is tried again when a field is corrected, without a pattern", async () => {
    const asked = show();
    await screen.findByText(LINE);
    fireEvent.click(screen.getByLabelText("The process is", { selector: "input" }));
    fireEvent.click(await screen.findByText("Nothing is the process", { selector: "[role=option] *" }));
    await waitFor(() => expect(within(records()).queryByText("pump-3")).toBeNull());
    expect(asked.at(-1)?.fields).toEqual({ process: "" });
    fireEvent.click(screen.getByLabelText("The level is", { selector: "input" }));
    await screen.findByText("Nothing is the level", { selector: "[role=option] *" });
    const options = screen.getAllByText("unit", { selector: "[role=option] *" });
    fireEvent.click(
      options.find((option) => option.closest("[role=listbox]")?.textContent?.includes("level")) ??
        document.body,
    );
    await waitFor(() => expect(asked.at(-1)?.fields).toEqual({ process: "", level: "unit" }));
  });

  it("leads from a finding to the setting that mends it", async () => {
    show();
    fireEvent.click(await screen.findByText("Say the zone of the logs, such as Europe/Berlin."));
    const zone = screen.getByLabelText("Time zone", { selector: "input" });
    await waitFor(() => expect(document.activeElement).toBe(zone));
  });

  it("is not asked for what only the server can open", async () => {
    const asked = show(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]));
    expect(await screen.findByText(/The lines of this file are packed/)).toBeTruthy();
    expect(asked).toEqual([]);
  });
});
