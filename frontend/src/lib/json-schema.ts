/**
 * A form drawn from a JSON Schema (draft 2020-12) object: which fields it has, what each starts as, and
 * what a field's text means. No React here. A property that fits no simple control is edited as JSON,
 * so that nothing the server accepts is out of reach.
 */

export type Choice =
  | { kind: "const"; label: string; value: unknown }
  | { kind: "enum"; label: string; options: unknown[] }
  | { kind: "boolean"; label: string }
  | { kind: "integer" | "number"; label: string; range: Range }
  | { kind: "text"; label: string }
  | { kind: "list"; label: string; of: Item }
  | { kind: "map"; label: string; of: Item }
  | { kind: "json"; label: string };

/** What a list or a map holds: written one after the other, or as `name = value`. */
export type Item = { kind: "integer" | "number"; range: Range } | { kind: "text" };

export interface Range {
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
}

export interface Field {
  name: string;
  title: string;
  description?: string;
  required: boolean;
  /** One entry, or several when the value may be of several forms (`"auto"`, a count, a share). */
  choices: [Choice, ...Choice[]];
  default?: unknown;
}

/** What the person has entered: which of the field's forms, and its text. */
export interface Entry {
  choice: number;
  text: string;
}

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const asText = (value: unknown) => (typeof value === "string" ? value : undefined);
const asNumber = (value: unknown) => (typeof value === "number" ? value : undefined);

/**
 * The fields of an object schema, in the order of its `x-order` (members of a JSON object have none of
 * their own), then the others. `type`, the algorithm's tag, is not a field.
 */
export function fieldsOf(schema: unknown): Field[] {
  if (!isSchema(schema) || !isSchema(schema.properties)) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  const order = Array.isArray(schema["x-order"]) ? schema["x-order"] : [];
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(schema.properties)
    .filter(([name, property]) => name !== "type" && isSchema(property))
    .sort(([one], [other]) => place(one) - place(other))
    .map(([name, raw]) => {
      const property = resolve(raw as Schema, schema);
      return {
        name,
        title: asText(property.title) ?? name,
        description: asText(property.description),
        required: required.includes(name),
        choices: choicesOf(property, schema),
        default: property.default,
      };
    });
}

/** Follows a `$ref` within the same document. */
function resolve(schema: Schema, root: Schema): Schema {
  const reference = asText(schema.$ref);
  if (!reference?.startsWith("#/")) return schema;
  let target: unknown = root;
  for (const part of reference.slice(2).split("/")) target = isSchema(target) ? target[part] : undefined;
  return isSchema(target) ? { ...target, ...schema, $ref: undefined } : schema;
}

/**
 * The forms of a value. An enumeration among other forms is taken apart, so that one list offers all:
 * `sqrt`, `log2`, none, a count, a share.
 */
function choicesOf(schema: Schema, root: Schema, among = false): [Choice, ...Choice[]] {
  if (among && Array.isArray(schema.enum)) {
    const found = schema.enum.map((value): Choice => ({ kind: "const", label: display(value), value }));
    if (found.length > 0) return found as [Choice, ...Choice[]];
  }
  const variants = [schema.oneOf, schema.anyOf].find(Array.isArray);
  if (variants) {
    const found = variants
      .filter(isSchema)
      .flatMap((variant) => choicesOf(resolve(variant, root), root, true));
    if (found.length > 0) return found as [Choice, ...Choice[]];
  }
  if (Array.isArray(schema.type) && !Array.isArray(schema.enum) && !("const" in schema)) {
    const found = schema.type.flatMap((type) => choicesOf({ ...schema, type, title: undefined }, root));
    if (found.length > 0) return found as [Choice, ...Choice[]];
  }
  return [choiceOf(schema, root)];
}

function choiceOf(schema: Schema, root: Schema): Choice {
  const title = asText(schema.title);
  if ("const" in schema) return { kind: "const", label: title ?? display(schema.const), value: schema.const };
  if (Array.isArray(schema.enum)) return { kind: "enum", label: title ?? "One of", options: schema.enum };
  switch (schema.type) {
    case "null":
      return { kind: "const", label: title ?? "none", value: null };
    case "boolean":
      return { kind: "boolean", label: title ?? "Yes or no" };
    case "integer":
      return { kind: "integer", label: title ?? "Whole number", range: rangeOf(schema) };
    case "number":
      return { kind: "number", label: title ?? "Number", range: rangeOf(schema) };
    case "string":
      return { kind: "text", label: title ?? "Text" };
    case "array":
      return { ...held("list", schema.items, root), label: title ?? "List" };
    case "object":
      return { ...held("map", schema.additionalProperties, root), label: title ?? "Values by name" };
    default:
      return { kind: "json", label: title ?? "JSON" };
  }
}

/** A list or a map of what a line of text can say; anything else is edited as JSON. */
function held<K extends "list" | "map">(kind: K, inner: unknown, root: Schema): Held<K> {
  const of = isSchema(inner) ? resolve(inner, root) : {};
  if (of.type === "integer" || of.type === "number") {
    return { kind, of: { kind: of.type, range: rangeOf(of) } };
  }
  return of.type === "string" ? { kind, of: { kind: "text" } } : { kind: "json" };
}

type Held<K> = { kind: K; of: Item } | { kind: "json" };

const rangeOf = (schema: Schema): Range => ({
  minimum: asNumber(schema.minimum),
  exclusiveMinimum: asNumber(schema.exclusiveMinimum),
  maximum: asNumber(schema.maximum),
  exclusiveMaximum: asNumber(schema.exclusiveMaximum),
});

/** A value as a person reads it: strings bare, null as "none", everything else as JSON. */
export const display = (value: unknown): string =>
  typeof value === "string" ? value : value === null ? "none" : (JSON.stringify(value) ?? "");

/** Whether a number is inside a range. */
export function inRange(value: number, range: Range): boolean {
  return (
    value >= (range.minimum ?? Number.NEGATIVE_INFINITY) &&
    value <= (range.maximum ?? Number.POSITIVE_INFINITY) &&
    (range.exclusiveMinimum === undefined || value > range.exclusiveMinimum) &&
    (range.exclusiveMaximum === undefined || value < range.exclusiveMaximum)
  );
}

/** "at least 1 and at most 10,000"; `undefined` for a range without bounds. */
export function describeRange(range: Range): string | undefined {
  const number = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 12 });
  const parts = [
    range.minimum !== undefined && `at least ${number(range.minimum)}`,
    range.exclusiveMinimum !== undefined && `more than ${number(range.exclusiveMinimum)}`,
    range.maximum !== undefined && `at most ${number(range.maximum)}`,
    range.exclusiveMaximum !== undefined && `less than ${number(range.exclusiveMaximum)}`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(" and ") : undefined;
}
