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
    // As scikit-learn's trees have it.
    max_leaves: {
      default: "sqrt",
      oneOf: [{ enum: ["sqrt", "log2", null] }, { type: "integer", minimum: 1 }],
    },
    penalty: { type: ["string", "null"], enum: ["l2", null], default: "l2" },
    class_weight: {
      title: "Class weights",
      default: null,
      oneOf: [
        { type: "null" },
        { const: "balanced" },
        { type: "object", title: "By class", additionalProperties: { type: "number", exclusiveMinimum: 0 } },
      ],
    },
    layers: { title: "Layers", type: "array", items: { type: "integer", minimum: 1 }, default: [10, 5] },
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
      "max_leaves",
      "penalty",
      "class_weight",
      "layers",
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

  it("take an enumeration apart where there are other forms, and only there", () => {
    expect(field("max_leaves").choices.map(({ label }) => label)).toEqual([
      "sqrt",
      "log2",
      "none",
      "Whole number",
    ]);
    expect(field("penalty").choices).toEqual([{ kind: "enum", label: "One of", options: ["l2", null] }]);
  });

  it("write lists and values by name as text", () => {
    expect(initialEntry(field("layers")).text).toBe("10, 5");
    expect(initialEntry({ ...field("class_weight"), default: { a: 1, b: 2.5 } })).toEqual({
      choice: 2,
      text: "a = 1, b = 2.5",
    });
  });

  it("start at their defaults", () => {
    expect(initialEntry(field("n_estimators"))).toEqual({ choice: 0, text: "100" });
    expect(initialEntry(field("max_samples"))).toEqual({ choice: 0, text: "auto" });
    expect(initialEntry(field("bootstrap")).text).toBe("false");
    expect(initialEntry(field("max_depth"))).toEqual({ choice: 1, text: "none" });
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

describe("reading lists and values by name", () => {
  const read = (name: string, text: string, choice = 0) => readEntry(field(name), { choice, text });

  it("gives them their JSON types", () => {
    expect(read("layers", "100, 50\n10").value).toEqual([100, 50, 10]);
    expect(read("class_weight", "normal = 1\na=b = 2.5", 2).value).toEqual({ normal: 1, "a=b": 2.5 });
    expect(read("class_weight", "", 0).value).toBe(null);
    expect(read("penalty", "none").value).toBe(null);
  });

  it("says which part is wrong", () => {
    expect(read("layers", "1, 0").error).toBe("Layers: 0 must be a whole number, at least 1.");
    expect(read("layers", " ").error).toContain("at least one");
    expect(read("class_weight", "normal", 2).error).toContain('write "normal" as name = value');
    expect(read("class_weight", "normal = 0", 2).error).toContain("Class weights of normal must be a number");
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
