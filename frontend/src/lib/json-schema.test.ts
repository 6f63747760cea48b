import { describe, expect, it } from "vitest";
import { describeRange, fieldsOf } from "./json-schema";
import { initialEntry, readEntry, readForm } from "./schema-values";

const SCHEMA = {
  type: "object",
  required: ["n_estimators"],
  properties: {
    type: { const: "isolation_forest" },
    n_estimators: { type: "integer", title: "Trees", default: 100, minimum: 1, maximum: 10_000 },
    max_samples: {
      title: "Samples per tree",
      default: "auto",
      oneOf: [
        { const: "auto" },
        { type: "integer", title: "Count", minimum: 2 },
        { type: "number", title: "Share", exclusiveMinimum: 0, maximum: 1 },
      ],
    },
    max_features: {
      default: 1.0,
      oneOf: [
        { type: "integer", title: "Count", minimum: 2 },
        { type: "number", title: "Share", exclusiveMinimum: 0, maximum: 1 },
      ],
    },
    bootstrap: { type: "boolean", default: false },
    criterion: { enum: ["gini", "entropy"], default: "gini" },
    max_depth: { type: ["integer", "null"], minimum: 1, default: null },
    weights: { $ref: "#/$defs/weights" },
  },
  $defs: { weights: { type: "array", title: "Weights" } },
};

const fields = fieldsOf(SCHEMA);
const field = (name: string) => {
  const found = fields.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
};

describe("the fields of a schema", () => {
  it("are all its properties but the algorithm's tag, in order", () => {
    expect(fields.map(({ name }) => name)).toEqual([
      "n_estimators",
      "max_samples",
      "max_features",
      "bootstrap",
      "criterion",
      "max_depth",
      "weights",
    ]);
    expect(field("n_estimators")).toMatchObject({ title: "Trees", required: true });
  });

  it("follow the schema's own order first", () => {
    const ordered = fieldsOf({ ...SCHEMA, "x-order": ["bootstrap", "n_estimators"] });
    expect(ordered.slice(0, 3).map(({ name }) => name)).toEqual(["bootstrap", "n_estimators", "max_samples"]);
  });

  it("offer each form that a value may have", () => {
    expect(field("max_samples").choices.map(({ kind, label }) => [kind, label])).toEqual([
      ["const", "auto"],
      ["integer", "Count"],
      ["number", "Share"],
    ]);
    expect(field("max_depth").choices.map(({ kind }) => kind)).toEqual(["integer", "const"]);
    expect(field("weights")).toMatchObject({ title: "Weights", choices: [{ kind: "json" }] });
  });

  it("start at their defaults", () => {
    expect(initialEntry(field("n_estimators"))).toEqual({ choice: 0, text: "100" });
    expect(initialEntry(field("max_samples"))).toEqual({ choice: 0, text: "auto" });
    expect(initialEntry(field("bootstrap")).text).toBe("false");
    expect(initialEntry(field("max_depth"))).toEqual({ choice: 1, text: "null" });
  });

  it("start in the first form that their default fits", () => {
    expect(field("max_features").choices[initialEntry(field("max_features")).choice]?.label).toBe("Share");
  });
});

describe("reading an entry", () => {
  const read = (name: string, text: string, choice = 0) => readEntry(field(name), { choice, text });

  it.each(["0", "-1", "1e9", "x", "", "1.5", "10001"])("refuses %j trees with the rule", (text) => {
    expect(read("n_estimators", text).error).toBe(
      "Trees must be a whole number, at least 1 and at most 10,000.",
    );
  });

  it("accepts the ends of a range and not beyond", () => {
    expect(read("n_estimators", "1").value).toBe(1);
    expect(read("n_estimators", " 10000 ").value).toBe(10_000);
    expect(read("max_samples", "0", 2).error).toContain("more than 0 and at most 1");
    expect(read("max_samples", "1", 2).value).toBe(1);
  });

  it("gives values their JSON types", () => {
    expect(read("max_samples", "auto").value).toBe("auto");
    expect(read("max_samples", "64", 1).value).toBe(64);
    expect(read("bootstrap", "true").value).toBe(true);
    expect(read("criterion", "entropy").value).toBe("entropy");
    expect(read("max_depth", "", 1).value).toBe(null);
    expect(read("weights", "[1, 2]").value).toEqual([1, 2]);
    expect(read("weights", "[1,").error).toContain("valid JSON");
  });
});

describe("reading the form", () => {
  it("leaves what nobody touched to the server", () => {
    expect(readForm(fields, {})).toEqual({ values: {}, errors: {} });
  });

  it("gives what was changed, and every error at once", () => {
    const { values, errors } = readForm(fields, {
      n_estimators: { choice: 0, text: "0" },
      max_samples: { choice: 2, text: "7" },
      bootstrap: { choice: 0, text: "true" },
      weights: { choice: 0, text: "[]" },
    });
    expect(values).toEqual({ bootstrap: true, weights: [] });
    expect(Object.keys(errors)).toEqual(["n_estimators", "max_samples"]);
  });
});

it("describes a range in words", () => {
  expect(describeRange({ exclusiveMinimum: 0, maximum: 0.5 })).toBe("more than 0 and at most 0.5");
  expect(describeRange({})).toBeUndefined();
});
