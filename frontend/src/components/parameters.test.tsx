import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { LeaderboardRow, TrainingSpecification } from "../api/types";
import { Parameters } from "./parameters";

const SPECIFICATION: TrainingSpecification = {
  name: "router",
  dataset_id: "d",
  algorithm: { type: "auto", budget_seconds: 20, thorough: false },
  scaler: { type: "standard" },
};

const CHOSEN: LeaderboardRow = {
  rank: 1,
  parameters: { type: "nearest_normal", metric: "manhattan" },
  scaler: { type: "none" },
  folds: [],
  seconds: 1,
  resource: 10,
};

const shownOf = (chosen?: LeaderboardRow, specification = SPECIFICATION) => {
  render(
    <MantineProvider env="test">
      <Parameters specification={specification} chosen={chosen} />
    </MantineProvider>,
  );
  const values = [...document.querySelectorAll("dt")].map((name) => [
    name.textContent,
    name.nextElementSibling?.textContent,
  ]);
  expect(screen.getByRole("region", { name: "Model parameters" })).toBeTruthy();
  return Object.fromEntries(values);
};

it("an automatic choice is what was chosen, and not what it was chosen by", () => {
  expect(shownOf(CHOSEN)).toEqual({
    Algorithm: "Nearest normal, chosen automatically",
    metric: "manhattan",
    Scaler: "none",
  });
});

it("a calibration says how, and of an automatic choice of what", () => {
  const calibration = { method: "isotonic" as const, folds: 5 };
  expect(shownOf(undefined, { ...SPECIFICATION, calibration }).Calibration).toBe(
    "isotonic, by 5 folds, of classifiers",
  );
});

it("an automatic choice that is still to be made has no scaler yet", () => {
  expect(shownOf()).toEqual({ Algorithm: "Automatic", budget_seconds: "20", thorough: "false" });
});
