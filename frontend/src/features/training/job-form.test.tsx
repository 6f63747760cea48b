import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type { Algorithm } from "../../api/types";
import { type Entry, fieldsOf } from "../../lib/json-schema";
import { initialEntry } from "../../lib/schema-values";
import { controlsOf, prepare, START } from "./job-form-state";
import { SchemaField } from "./schema-field";

const ALGORITHM: Algorithm = {
  id: "isolation_forest",
  title: "Isolation forest",
  description: "Isolates samples with random splits.",
  task: "anomaly",
  parameters: {
    properties: {
      n_estimators: {
        type: "integer",
        title: "Trees",
        description: "How many.",
        default: 100,
        minimum: 1,
      },
      max_samples: {
        title: "Samples per tree",
        default: "auto",
        oneOf: [{ const: "auto" }, { type: "integer", title: "Count", minimum: 1 }],
      },
    },
  },
};

/** The field as the form holds it; what was entered is in the `output`. */
function Harness({ name, error }: { name: string; error?: string }) {
  const field = fieldsOf(ALGORITHM.parameters).find((candidate) => candidate.name === name);
  if (!field) throw new Error(name);
  const [entry, setEntry] = useState<Entry>(initialEntry(field));
  return (
    <MantineProvider env="test">
      <SchemaField field={field} entry={entry} error={error} onChange={setEntry} />
      <output>{JSON.stringify(entry)}</output>
    </MantineProvider>
  );
}

describe("the specification a form means", () => {
  it("is the defaults, with only what was changed of the algorithm", () => {
    const form = { ...START, parameters: { isolation_forest: { n_estimators: { choice: 0, text: "10" } } } };
    const { specification, errors } = prepare(form, "router", "a-dataset", ALGORITHM);
    expect(errors).toEqual({});
    expect(specification).toEqual({
      name: "router",
      dataset_id: "a-dataset",
      format: { preset: "auto", drop_duplicates: true },
      feature_set: { preset: "record" },
      scaler: { type: "standard" },
      algorithm: { type: "isolation_forest", n_estimators: 10 },
      threshold: { policy: "contamination", value: 0.1 },
      evaluation: { split: "time", test_fraction: 0.2 },
    });
  });

  it("is withheld with every error at its pointer", () => {
    const form = {
      ...START,
      parameters: { isolation_forest: { n_estimators: { choice: 0, text: "0" } } },
      thresholds: { contamination: "0.6", percentile: "90" },
      testFraction: "",
    };
    const { specification, errors } = prepare(form, "", undefined, ALGORITHM);
    expect(specification).toBeUndefined();
    expect(Object.keys(errors).sort()).toEqual([
      "/algorithm/n_estimators",
      "/dataset_id",
      "/evaluation/test_fraction",
      "/name",
      "/threshold/value",
    ]);
    for (const pointer of Object.keys(errors)) expect(controlsOf(ALGORITHM)).toContain(pointer);
  });

  it.each([
    ["contamination", "0", false],
    ["contamination", "0.5", true],
    ["percentile", "49.9", false],
    ["percentile", "50", true],
    ["percentile", "100", false],
  ] as const)("threshold %s %s: accepted %s", (policy, value, accepted) => {
    const form = { ...START, policy, thresholds: { ...START.thresholds, [policy]: value } };
    expect(prepare(form, "x", "d", ALGORITHM).specification !== undefined).toBe(accepted);
  });

  it("does not ask for a share when nothing is held back", () => {
    const form = { ...START, split: "none" as const, testFraction: "nonsense" };
    expect(prepare(form, "x", "d", ALGORITHM).specification?.evaluation).toEqual({ split: "none" });
  });
});

describe("a parameter's field", () => {
  it("has the schema's title, description, limits and default", async () => {
    render(<Harness name="n_estimators" />);
    const input = screen.getByLabelText<HTMLInputElement>("Trees");
    expect(input.value).toBe("100");
    expect(screen.getByText("How many. At least 1.")).toBeTruthy();
    await userEvent.clear(input);
    await userEvent.type(input, "7");
    expect(screen.getByRole("status").textContent).toBe('{"choice":0,"text":"7"}');
  });

  it("shows its error at the control", () => {
    render(<Harness name="n_estimators" error="must be at least 1" />);
    const input = screen.getByLabelText("Trees");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ");
    expect(described.map((id) => document.getElementById(id)?.textContent)).toContain("must be at least 1");
  });

  it("of several forms asks for a number only in the form that has one", async () => {
    render(<Harness name="max_samples" />);
    expect(screen.queryByLabelText("Samples per tree: Count")).toBeNull();
    await userEvent.click(screen.getByRole("combobox", { name: "Samples per tree" }));
    await userEvent.click(screen.getByRole("option", { name: "Count" }));
    await userEvent.type(screen.getByLabelText("Samples per tree: Count"), "64");
    expect(screen.getByRole("status").textContent).toBe('{"choice":1,"text":"64"}');
  });
});
