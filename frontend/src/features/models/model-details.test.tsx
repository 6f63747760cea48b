import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { Model } from "../../api/types";
import { createQueryClient } from "../../lib/query-client";
import { ModelDetails } from "./model-details";

vi.mock("@tanstack/react-router", () => ({ Link: () => null }));

const SCORES = {
  count: 40,
  anomaly_count: 2,
  anomaly_ratio: 0.05,
  mean: 0.5,
  standard_deviation: 0.1,
  minimum: 0,
  percentile_25: 0.4,
  median: 0.5,
  percentile_75: 0.6,
  percentile_95: 0.8,
  percentile_99: 0.9,
  maximum: 2,
};

const MODEL = {
  id: "m",
  name: "router",
  version: "1.0.0",
  status: "ready",
  algorithm: "nearest_normal",
  parameters: {},
  calibration: { method: "sigmoid", folds: 5 },
  feature_names: ["size"],
  tags: [],
  created_at: "2026-01-01T00:00:00Z",
  created_by: "me",
  statistics: {
    constant_features: [],
    stage_seconds: [],
    records: { read: 1, parsed: 1, rejected: 0, duplicates: 0 },
  },
  metrics: {
    mode: "none",
    split: "none",
    threshold: 1,
    training_scores: SCORES,
    alarms: { measured_on: "training", samples: 40, alarms: 2, per_thousand: 50 },
    warnings: [{ code: "few-training-samples", detail: "the model has learned from 40 samples only" }],
    shown: {
      most_anomalous: [{ file: "a.log", line: 1, records: 1, score: 2, flagged: true, held_out: false }],
    },
  },
} as unknown as Model;

afterEach(() => vi.unstubAllGlobals());

it("a model's page begins with what the model does, and shows what it finds before the figures", async () => {
  vi.stubGlobal("fetch", async (request: Request) =>
    Response.json(new URL(request.url).pathname.endsWith("/models/m") ? MODEL : { role: "viewer" }),
  );
  render(
    <QueryClientProvider client={createQueryClient({ onSignedOut: () => {}, onFailure: () => {} })}>
      <MantineProvider env="test">
        <ModelDetails id="m" onDeleted={() => {}} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  expect(await screen.findByText(/^Of the 40 samples that it was trained on, it flags 2/)).toBeTruthy();
  expect(screen.getByText("The model has learned from 40 samples only.")).toBeTruthy();
  expect(screen.getByText("sigmoid, by 5 folds")).toBeTruthy();
  const titles = screen.getAllByRole("heading", { level: 2 }).map((title) => title.textContent);
  expect(titles[0]).toBe("In short");
  expect(titles.indexOf("Most anomalous samples")).toBeGreaterThan(0);
  expect(titles.indexOf("Most anomalous samples")).toBeLessThan(titles.indexOf("Evaluation metrics"));
});
