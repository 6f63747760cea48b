/** What the fields of a schema form start as, and the JSON that their entries mean. */
import {
  type Choice,
  describeRange,
  display,
  type Entry,
  type Field,
  type Item,
  inRange,
  type Range,
} from "./json-schema";

/** What a field shows before anyone touches it: its default, in the first form that the default fits. */
export function initialEntry(field: Field): Entry {
  if (field.default === undefined) {
    const first = field.choices[0];
    return {
      choice: 0,
      text: first.kind === "boolean" ? "false" : first.kind === "enum" ? display(first.options[0]) : "",
    };
  }
  const fitting = field.choices.findIndex((choice) => fits(choice, field.default));
  const choice = Math.max(fitting, 0);
  return { choice, text: written(field.choices[choice] ?? field.choices[0], field.default) };
}

/** A value as its control shows it. */
function written(choice: Choice, value: unknown): string {
  if (choice.kind === "list" && Array.isArray(value)) return value.map(display).join(", ");
  if (choice.kind !== "map" || !isMap(value)) return display(value);
  return Object.entries(value)
    .map(([name, of]) => `${name} = ${display(of)}`)
    .join(", ");
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function fits(choice: Choice, value: unknown): boolean {
  switch (choice.kind) {
    case "const":
      return choice.value === value;
    case "enum":
      return choice.options.includes(value);
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isInteger(value) && inRange(value as number, choice.range);
    case "number":
      return typeof value === "number" && inRange(value, choice.range);
    case "text":
      return typeof value === "string";
    case "list":
      return Array.isArray(value);
    case "map":
      return isMap(value);
    case "json":
      return true;
  }
}

export type Reading = { value: unknown; error?: undefined } | { value?: undefined; error: string };

/** What an entry means, or what is wrong with it. */
export function readEntry(field: Field, entry: Entry): Reading {
  const choice = field.choices[entry.choice] ?? field.choices[0];
  const text = entry.text.trim();
  switch (choice.kind) {
    case "const":
      return { value: choice.value };
    case "boolean":
      return { value: text === "true" };
    case "enum": {
      const option = choice.options.find((candidate) => display(candidate) === text);
      return option === undefined
        ? { error: `${field.title}: choose one of the values.` }
        : { value: option };
    }
    case "text":
      return text === "" && field.required ? { error: `${field.title} is needed.` } : { value: text };
    case "list":
      return readList(field.title, choice.of, text);
    case "map":
      return readMap(field.title, choice.of, text);
    case "json":
      try {
        return { value: JSON.parse(text) };
      } catch {
        return { error: `${field.title} must be valid JSON.` };
      }
    default:
      return readNumber(field.title, choice, text);
  }
}

/** Values between commas or on lines of their own. */
function readList(title: string, of: Item, text: string): Reading {
  const values: unknown[] = [];
  for (const part of parts(text)) {
    const reading = readItem(`${title}: ${part}`, of, part);
    if (reading.error !== undefined) return reading;
    values.push(reading.value);
  }
  return values.length > 0 ? { value: values } : { error: `${title}: list at least one value.` };
}

/** `name = value` between commas or on lines of their own; names may hold `=`. */
function readMap(title: string, of: Item, text: string): Reading {
  const values: Record<string, unknown> = {};
  for (const part of parts(text)) {
    const at = part.lastIndexOf("=");
    const name = part.slice(0, Math.max(at, 0)).trim();
    if (name === "") return { error: `${title}: write "${part}" as name = value.` };
    const reading = readItem(`${title} of ${name}`, of, part.slice(at + 1).trim());
    if (reading.error !== undefined) return reading;
    values[name] = reading.value;
  }
  return Object.keys(values).length > 0
    ? { value: values }
    : { error: `${title}: give at least one value, as name = value.` };
}

const parts = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");

const readItem = (title: string, of: Item, text: string): Reading =>
  of.kind === "text" ? { value: text } : readNumber(title, of, text);

function readNumber(
  title: string,
  choice: { kind: "integer" | "number"; range: Range },
  text: string,
): Reading {
  const what = choice.kind === "integer" ? "a whole number" : "a number";
  const value = Number(text);
  const range = describeRange(choice.range);
  const rule = `${title} must be ${what}${range ? `, ${range}` : ""}.`;
  if (text === "" || !Number.isFinite(value)) return { error: rule };
  if (choice.kind === "integer" && !Number.isInteger(value)) return { error: rule };
  if (!inRange(value, choice.range)) return { error: rule };
  return { value };
}

export interface FormReading {
  /** Only what differs from the default: the server fills in the rest, and shows it resolved. */
  values: Record<string, unknown>;
  errors: Record<string, string>;
}

/** Reads all fields; untouched ones that have a default are left to the server. */
export function readForm(fields: Field[], entries: Record<string, Entry>): FormReading {
  const values: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const start = initialEntry(field);
    const entry = entries[field.name] ?? start;
    const untouched = entry.choice === start.choice && entry.text === start.text;
    if (untouched && (field.default !== undefined || (!field.required && entry.text === ""))) continue;
    const reading = readEntry(field, entry);
    if (reading.error !== undefined) errors[field.name] = reading.error;
    else values[field.name] = reading.value;
  }
  return { values, errors };
}
