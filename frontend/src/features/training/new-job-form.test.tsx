import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Dataset, Job } from "../../api/types";
import { createQueryClient } from "../../lib/query-client";
import { NewJobForm } from "./new-job-form";

const DATASET: Dataset = {
  id: "d",
  name: "blocks.log",
  status: "ready",
  files: [],
  sha256: "",
  size_bytes: 1,
  created_at: "2026-01-01T00:00:00Z",
  created_by: "me",
};

const PROFILE = {
  format: { preset: "hdfs", confidence: 1 },
  records: { read: 1, parsed: 1, rejected: 0, duplicates: 0 },
  content_bytes: 1,
  levels: {},
  processes: [],
  hosts: [],
  columns: [],
  preview: [],
  suggestion: {
    sample_kind: "session",
    preset: "hdfs-session",
    session_key: { regex: "blk_-?\\d+", keys: 7 },
    reason: "all records name a block",
  },
};

const AUTOMATIC = {
  id: "auto",
  title: "Automatic",
  description: "Tries a few.",
  task: "any",
  parameters: {
    properties: { thorough: { type: "boolean", title: "Thorough", default: false } },
  },
};

const ALGORITHMS = [
  { id: "isolation_forest", title: "Isolation forest", description: "", task: "anomaly", parameters: {} },
  {
    id: "logistic_regression",
    title: "Logistic regression",
    description: "",
    task: "classification",
    parameters: {
      properties: { C: { type: "number", title: "Inverse of the penalty", default: 1 } },
    },
  },
];

const PRESETS = ["record", "hdfs-session"].map((preset) => ({
  preset,
  title: preset,
  description: `The ${preset} preset.`,
  features: [],
}));

const FORMATS = [{ name: "auto", description: "As detected" }];

/** The form before a server that answers `POST /jobs` with this; what was sent is in the list. */
function show(answer: () => Response, algorithms: object[] = ALGORITHMS) {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (request.method === "POST") {
      sent.push(await request.json());
      return answer();
    }
    if (pathname.endsWith("/profile")) return Response.json(PROFILE);
    if (pathname.endsWith("/algorithms")) return Response.json({ items: algorithms });
    if (pathname.endsWith("/formats")) return Response.json({ presets: FORMATS });
    if (pathname.endsWith("/feature-sets")) return Response.json({ items: PRESETS });
    return Response.json({ items: [], next_cursor: null });
  });
  const started: Job[] = [];
  render(
    <QueryClientProvider client={createQueryClient({ onSignedOut: () => {}, onFailure: () => {} })}>
      <MantineProvider env="test">
        <NewJobForm
          dataset={DATASET}
          dataSource={null}
          onStarted={(job) => started.push(job)}
          onCancel={() => {}}
        />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { sent, started };
}

const start = () => {
  const button = screen.getByText("Start training").closest("button");
  if (!button) throw new Error("no button");
  fireEvent.click(button);
};

/** By label and text: to work out every role of a form of this size takes seconds. */
const control = (label: string) => {
  const [found] = screen.getAllByLabelText(label, { selector: "input, textarea" });
  if (!found) throw new Error(label);
  return found;
};

const choose = async (label: string, option: string) => {
  fireEvent.click(control(label));
  fireEvent.click(await screen.findByText(option, { selector: "[role=option] *" }));
};

const type = (label: string, text: string) => fireEvent.change(control(label), { target: { value: text } });

afterEach(() => vi.unstubAllGlobals());

describe("New Training Job", () => {
  it("needs nothing but data: the rest is what the dataset suggests, and defaults", async () => {
    const { sent, started } = show(() => Response.json({ id: "j" }, { status: 202 }));
    expect(await screen.findByText(/Suggested for this dataset: all records name a block/)).toBeTruthy();
    start();
    await waitFor(() => expect(started).toHaveLength(1));
    expect(sent).toEqual([
      {
        name: "blocks",
        dataset_id: "d",
        format: { preset: "auto", drop_duplicates: true },
        feature_set: {
          preset: "hdfs-session",
          sample: { kind: "session", key: { regex: "blk_-?\\d+" } },
        },
        scaler: { type: "standard" },
        algorithm: { type: "isolation_forest" },
        threshold: { policy: "contamination", value: 0.1 },
        evaluation: { split: "time", test_fraction: 0.2 },
      },
    ]);
  });

  it("chooses the algorithm by trial where nobody does, and with it scaling and parameters", async () => {
    const { sent } = show(() => Response.json({ id: "j" }, { status: 202 }), [AUTOMATIC, ...ALGORITHMS]);
    await screen.findByText(/Suggested for this dataset/);
    await screen.findByLabelText("Thorough");
    expect((control("Algorithm") as HTMLInputElement).value).toBe("Automatic");
    expect(screen.getByText(/Scaling and parameters are chosen with the algorithm/)).toBeTruthy();
    for (const absent of ["Scaling", "Search"]) {
      expect(screen.queryAllByLabelText(absent, { selector: "input" })).toEqual([]);
    }
    start();
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({ algorithm: { type: "auto" }, threshold: { policy: "gap", value: 0.1 } });
    expect(Object.keys(sent[0] as object)).not.toContain("scaler");

    await choose("Algorithm", "Isolation forest");
    expect(control("Scaling")).toBeTruthy();
    expect(control("Search")).toBeTruthy();
    expect(screen.queryByText(/Scaling and parameters are chosen/)).toBeNull();
  });

  it("asks a classifier for labels before the server does", async () => {
    const { sent } = show(() => Response.json({ id: "j" }, { status: 202 }));
    await screen.findByText(/Suggested for this dataset/);
    expect(screen.queryAllByLabelText("Probabilities", { selector: "input" })).toEqual([]);
    await choose("Algorithm", "Logistic regression");
    expect(screen.getByLabelText<HTMLInputElement>("Probability").value).toBe("0.5");
    expect((control("Probabilities") as HTMLInputElement).value).toBe("As the algorithm gives them");
    start();
    const labels = control("Labels");
    expect(labels.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("This algorithm learns from labels: say where they are.")).toBeTruthy();
    expect(sent).toEqual([]);

    await choose("Labels", "Patterns in the messages (weak labels)");
    expect(screen.queryByText("This algorithm learns from labels: say where they are.")).toBeNull();
    type("Patterns", "exception");
    start();
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({
      labels: { kind: "patterns", patterns: ["exception"] },
      threshold: { policy: "probability", value: 0.5 },
    });
  });

  it("shows each of the server's errors at its field, opening what hides it, and the rest above", async () => {
    const problem = {
      title: "Invalid",
      status: 422,
      detail: "5 fields are invalid",
      code: "invalid",
      errors: [
        { pointer: "/algorithm/C", detail: "must be more than 0" },
        { pointer: "/labels/patterns/0", detail: "unclosed group" },
        { pointer: "/feature_set/sample/key/regex", detail: "is no regular expression" },
        { pointer: "/format/utc_offset_minutes", detail: "is out of range" },
        { pointer: "/elsewhere", detail: "is unknown" },
      ],
    };
    show(() => Response.json(problem, { status: 422 }));
    await screen.findByText(/Suggested for this dataset/);
    await choose("Algorithm", "Logistic regression");
    await choose("Labels", "Patterns in the messages (weak labels)");
    type("Patterns", "(");
    start();

    await screen.findByText("/elsewhere");
    const described = (label: string) => {
      expect(control(label).getAttribute("aria-invalid")).toBe("true");
      const ids = (control(label).getAttribute("aria-describedby") ?? "").split(" ");
      return ids.map((id) => document.getElementById(id)?.textContent);
    };
    expect(described("Inverse of the penalty")).toContain("must be more than 0");
    expect(described("Patterns")).toContain("unclosed group");
    expect(described("Session key, regular expression")).toContain("is no regular expression");
    expect(described("Offset from UTC, minutes")).toContain("is out of range");
    expect(screen.getByLabelText("Offset from UTC, minutes").closest("details")?.open).toBe(true);
  });
});
