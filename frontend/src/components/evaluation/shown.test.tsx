import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import type { AnomalousSample, Evaluation, ScoreStatistics } from "../../api/types";
import { formatTime } from "../../lib/format";
import { ShownSamples } from "./shown-samples";
import { Summary } from "./summary";

const draw = (children: ReactNode) => render(<MantineProvider env="test">{children}</MantineProvider>);

const SAMPLE: AnomalousSample = {
  timestamp: "2025-07-01T15:50:20Z",
  key: "blk_7",
  file: "router.log",
  line: 1204,
  records: 3,
  messages: ["link down on eth0", "link up on eth0"],
  score: 4.5,
  flagged: true,
  held_out: true,
  reasons: [
    { feature: "new", text: "a statement that was never seen", value: 1, usual: 0, share: 0.62 },
    { feature: "rate", text: "Records: 17 (usually 2.50)", value: 17, usual: 2.5, share: 0.3 },
  ],
};

const EVALUATION: Evaluation = {
  mode: "injected",
  split: "time",
  threshold: 0.5,
  training_scores: {} as ScoreStatistics,
  alarms: { measured_on: "test", samples: 100, alarms: 5, per_thousand: 50 },
  metrics: { samples: 100, recall: 0.8, precision: 0.5 },
  injection: {
    normal_samples: 90,
    doubted_samples: 4,
    injected_samples: 10,
    training_share: 0.02,
    seed: 1,
    kinds: [],
  },
};

describe("the most anomalous samples", () => {
  const list = () => screen.getByRole("list", { name: "Most anomalous samples" });
  const items = () => within(list()).getAllByText(/^Score/);

  it("have time, place, messages, score, and the reasons in words", () => {
    const plain = { ...SAMPLE, key: null, timestamp: null, records: 1, flagged: false, held_out: false };
    draw(<ShownSamples shown={{ most_anomalous: [SAMPLE, { ...plain, line: 7, reasons: [] }] }} />);
    const [first, second] = [...list().children] as HTMLElement[];
    if (!first || !second) throw new Error("two samples are listed");
    const time = within(first).getByText(formatTime("2025-07-01T15:50:20Z"));
    expect([time.tagName, time.getAttribute("datetime")]).toEqual(["TIME", "2025-07-01T15:50:20Z"]);
    for (const text of ["Score 4.500", "flagged", "blk_7", "router.log, line 1,204, 3 records", "held out"]) {
      expect(within(first).getByText(text)).toBeTruthy();
    }
    expect(within(first).getByText("link down on eth0").tagName).toBe("CODE");
    expect(within(first).getByText("link up on eth0")).toBeTruthy();
    const reasons = within(within(first).getByRole("list", { name: "Reasons" })).getAllByRole("listitem");
    expect(reasons.map((reason) => reason.textContent)).toEqual([
      "a statement that was never seen (62 %)",
      "Records: 17 (usually 2.50) (30 %)",
    ]);
    expect(within(second).getByText("router.log, line 7")).toBeTruthy();
    expect(within(second).queryByText("flagged")).toBeNull();
    expect(second.querySelector("time")).toBeNull();
    expect(within(second).queryByRole("list")).toBeNull();
  });

  it("say their time once where it is the key, too", () => {
    draw(<ShownSamples shown={{ most_anomalous: [{ ...SAMPLE, key: "2025-07-01T15:50:20+00:00" }] }} />);
    expect(screen.queryByText("2025-07-01T15:50:20+00:00")).toBeNull();
  });

  it("are five until all are asked for", async () => {
    const most_anomalous = Array.from({ length: 20 }, (_, at) => ({
      ...SAMPLE,
      line: at + 1,
      score: 20 - at,
    }));
    draw(<ShownSamples shown={{ most_anomalous }} />);
    expect(items()).toHaveLength(5);
    expect(screen.queryByRole("region", { name: "Kinds of normal" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Show all 20 samples" }));
    expect(items()).toHaveLength(20);
  });
});

it("kinds of normal have their share and an example", () => {
  const example = { file: "router.log", line: 3, records: 1, messages: ["all is well"] };
  draw(<ShownSamples shown={{ most_anomalous: [], kinds_of_normal: [{ share: 0.71, example }] }} />);
  expect(screen.queryByRole("region", { name: "Most anomalous samples" })).toBeNull();
  const list = screen.getByRole("list", { name: "Kinds of normal" });
  for (const text of ["71 %", "all is well", "router.log, line 3"]) {
    expect(within(list).getByText(text)).toBeTruthy();
  }
});

describe("a model in short", () => {
  it("has the sentence, then what weakens it, then what staged incidents are", () => {
    const warnings = [
      { code: "few-test-samples", detail: "30 samples were held back" },
      { code: "many-alarms", detail: "40 % of the test samples are alarms" },
    ];
    draw(<Summary evaluation={{ ...EVALUATION, warnings }} />);
    const region = screen.getByRole("region", { name: "In short" });
    const note = within(region).getByRole("note", { name: "Before you rely on this" });
    expect(
      within(note)
        .getAllByRole("listitem")
        .map((item) => item.textContent),
    ).toEqual(["30 samples were held back.", "40 % of the test samples are alarms."]);
    const text = region.textContent ?? "";
    const places = ["Of 100 samples it had not seen", "30 samples were held back", "Staged incidents:"];
    const found = places.map((place) => text.indexOf(place));
    expect(found).toEqual([...found].sort((one, other) => one - other));
    expect(found).not.toContain(-1);
    expect(text).toMatch(/to see which of them are found; 4 samples that may be real troubles were left out/);
    expect(text).toMatch(
      /2 % of the samples belong to such incidents; the model that you get saw none of them/,
    );
  });

  it("tells of staged incidents only where there were some", () => {
    const none = { ...EVALUATION, mode: "none", metrics: null, injection: null };
    draw(<Summary evaluation={none} />);
    expect(screen.getByText(/it flags 5 \(50 in a thousand\)\.$/)).toBeTruthy();
    expect(screen.queryByText(/staged/i)).toBeNull();
    expect(screen.queryByRole("note")).toBeNull();
  });

  it("is not there where nothing was measured", () => {
    draw(<Summary evaluation={{ ...EVALUATION, mode: "none", metrics: null, alarms: null }} />);
    expect(screen.queryByRole("region")).toBeNull();
  });
});
