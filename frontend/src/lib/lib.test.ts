import { describe, expect, it } from "vitest";
import {
  formatAge,
  formatBytes,
  formatNumber,
  formatSeconds,
  formatShare,
  humanise,
  plural,
  sentence,
} from "./format";
import { nameFromFile, nameProblem } from "./names";
import { safeNext, tokenFromFragment } from "./next";
import { assignErrors, without } from "./pointer-errors";
import { refusal } from "./roles";
import { oneOf, textOf } from "./search";

describe("the page after signing in", () => {
  it.each(["/models", "/models?status=ready", "/training/42#log"])("may be %s", (next) => {
    expect(safeNext(next)).toBe(next);
  });

  it.each([
    undefined,
    42,
    "",
    "models",
    "//example.org",
    "/\\example.org",
    "\\\\example.org",
    "/\t/example.org",
    "https://example.org/",
    "javascript:alert(1)",
    "/..//example.org",
    "/sign-in?next=/models",
    "/api/v1/session",
    "/",
  ])("is never %j", (next) => {
    expect(safeNext(next)).toBe("/training");
  });

  it("takes the token from a sign-in link's fragment", () => {
    expect(tokenFromFragment("#token=ty_0a1b")).toBe("ty_0a1b");
    expect(tokenFromFragment("#log")).toBeUndefined();
    expect(tokenFromFragment("")).toBeUndefined();
  });
});

describe("errors by pointer", () => {
  const controls = ["/name", "/algorithm", "/algorithm/max_samples"];

  it("go to their control, or the nearest one above", () => {
    const { fields, rest } = assignErrors(
      [
        { pointer: "/algorithm/max_samples", detail: "is too large." },
        { pointer: "/algorithm/unheard_of", detail: "is not known." },
        { pointer: "/algorithm/type", detail: "is not a type." },
        { pointer: "/labels", detail: "is not known." },
        { pointer: "", detail: "is no object." },
      ],
      controls,
    );
    expect(fields).toEqual({
      "/algorithm/max_samples": "is too large.",
      "/algorithm": "is not known. is not a type.",
    });
    expect(rest.map(({ pointer }) => pointer)).toEqual(["/labels", ""]);
  });

  it("do not go to a control whose name merely begins alike", () => {
    expect(assignErrors([{ pointer: "/names", detail: "x" }], controls).fields).toEqual({});
  });
});

describe("numbers and times", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [1_048_575, "1.0 MiB"],
    [48_234_496, "46.0 MiB"],
    [null, "–"],
  ])("%j bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0.0001, "< 1 ms"],
    [0.412, "412 ms"],
    [2.345, "2.35 s"],
    [59.97, "1 min 0 s"],
    [75, "1 min 15 s"],
    [3725, "1 h 2 min"],
    [undefined, "–"],
  ])("%j seconds are %s", (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it("shares, values and counts", () => {
    expect(formatShare(0.1)).toBe("10.0 %");
    expect(sentence("`x` is odd")).toBe("X is odd.");
    expect(sentence("Ends so.")).toBe("Ends so.");
    expect(formatNumber(0.4231456)).toBe("0.4231");
    expect(formatNumber(222_579)).toBe("222,579");
    expect(plural(1, "record")).toBe("1 record");
    expect(plural(2000, "record")).toBe("2,000 records");
  });

  it("ages", () => {
    const now = Date.parse("2025-07-01T12:00:00Z");
    expect(formatAge("2025-07-01T11:59:30Z", now)).toBe("just now");
    expect(formatAge("2025-07-01T11:54:00Z", now)).toBe("6 min ago");
    expect(formatAge("2025-07-01T09:00:00Z", now)).toBe("3 h ago");
    expect(formatAge("nonsense", now)).toBe("–");
  });

  it("words", () => expect(humanise("isolation_forest")).toBe("Isolation forest"));
});

describe("names", () => {
  it.each([
    ["events.parquet", "events"],
    ["logs.tar.gz", "logs"],
    ["export_20250701.json", "export_20250701"],
    ["HDFS_2pct.log.gz", "HDFS_2pct"],
    ["my logs (1).txt", "my-logs-1"],
    ["Überwachung.log", "Uberwachung"],
    ["...", "logs"],
  ])("%s offers %s", (file, name) => {
    expect(nameFromFile(file)).toBe(name);
    expect(nameProblem(name)).toBeUndefined();
  });

  it("are needed", () => {
    expect(nameProblem("  ")).toContain("name");
    expect(nameProblem("router logs")).toBeUndefined();
  });
});

describe("roles", () => {
  it("add up", () => {
    expect(refusal("admin", "deployer")).toBeUndefined();
    expect(refusal("deployer", "trainer")).toBeUndefined();
    expect(refusal("trainer", "deployer")).toBe("Needs the role deployer; you are signed in as trainer.");
  });
});

describe("search parameters", () => {
  it("leave out what does not fit", () => {
    expect(oneOf(["ready", "deployed"], "deployed")).toBe("deployed");
    expect(oneOf(["ready", "deployed"], "gone")).toBeUndefined();
    expect(textOf(42)).toBe("42");
    expect(textOf("  ")).toBeUndefined();
    expect(textOf({})).toBeUndefined();
  });
});

it("what changes takes back its own errors and those below it", () => {
  const errors = { "/labels": "a", "/labels/name": "b", "/labels2": "c", "/name": "d" };
  expect(without(errors, "/labels")).toEqual({ "/labels2": "c", "/name": "d" });
});
