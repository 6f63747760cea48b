import { describe, expect, it } from "vitest";
import type { RecordRate } from "../api/types";
import { formatStep } from "./format";
import { barsOf, summaryOf } from "./rate";
import { partsOf } from "./template";

const RATE: RecordRate = { bucket_seconds: 600, start: "2025-07-01T23:50:00Z", counts: [50, 0, 200, 1] };

describe("records over time", () => {
  it("are bars in proportion, with nothing drawn for an empty bucket", () => {
    const bars = barsOf(RATE, 400, 100);
    expect(bars.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 75, 99, 25],
      [200, 0, 99, 100],
      [300, 98.5, 99, 1.5],
    ]);
    expect(bars.map(({ count }) => count)).toEqual([50, 200, 1]);
  });

  it("know when each bucket begins, over midnight too", () => {
    expect(barsOf(RATE, 400, 100).map(({ time }) => time)).toEqual([
      "2025-07-01T23:50:00.000Z",
      "2025-07-02T00:10:00.000Z",
      "2025-07-02T00:20:00.000Z",
    ]);
  });

  it("fill the width without a gap when there are many", () => {
    const counts = Array.from({ length: 240 }, (_, index) => index + 1);
    const bars = barsOf({ ...RATE, counts }, 720, 96);
    const last = bars.at(-1);
    expect(bars).toHaveLength(240);
    expect(bars[0]?.width).toBe(3);
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(720);
    expect(last?.height).toBe(96);
  });

  it("are summed up with the end of the last bucket", () => {
    expect(summaryOf(RATE)).toEqual({
      start: "2025-07-01T23:50:00Z",
      end: "2025-07-02T00:30:00.000Z",
      total: 251,
      peak: { count: 200, time: "2025-07-02T00:10:00.000Z" },
      empty: 1,
    });
  });

  it("are one bar when all are in one bucket", () => {
    expect(barsOf({ ...RATE, counts: [7] }, 720, 96)).toMatchObject([{ x: 0, y: 0, height: 96, count: 7 }]);
  });

  it.each([
    { bucket_seconds: 0, start: null, counts: [] },
    { bucket_seconds: 600, start: "2025-07-01T23:50:00Z", counts: [0, 0] },
  ])("are not drawn when no record has a time: %j", (rate) => {
    expect(barsOf(rate, 720, 96)).toEqual([]);
    expect(summaryOf(rate)).toBeUndefined();
  });

  it.each([
    [1, "1 s"],
    [60, "1 min"],
    [90, "90 s"],
    [600, "10 min"],
    [5400, "90 min"],
    [10_800, "3 h"],
    [86_400, "1 d"],
    [172_800, "2 d"],
  ])("in steps of %j seconds are a bar every %s", (seconds, text) => {
    expect(formatStep(seconds)).toBe(text);
  });
});

describe("the parts of a template", () => {
  const words = (text: string) => partsOf(text).map((part) => (part.wildcard ? ["*"] : part.text));

  it("are its fixed text and its wildcards, in order", () => {
    expect(words("Receiving block <*> src: <*>")).toEqual(["Receiving block ", ["*"], " src: ", ["*"]]);
    expect(words("<*> closed")).toEqual([["*"], " closed"]);
    expect(words("<*><*>:<*>")).toEqual([["*"], ["*"], ":", ["*"]]);
    expect(words("no part varies")).toEqual(["no part varies"]);
    expect(words("a <b> * <* >")).toEqual(["a <b> * <* >"]);
    expect(words("")).toEqual([]);
  });

  it.each(["/<*>:<*> ×<*>ms", "<*>", "plain", "<<*>>"])("are together the text again: %s", (text) => {
    const parts = partsOf(text);
    expect(parts.map((part) => part.text).join("")).toBe(text);
    for (const part of parts) expect(text.startsWith(part.text, part.at)).toBe(true);
  });
});
