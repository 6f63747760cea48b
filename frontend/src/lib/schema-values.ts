/** What the fields of a schema form start as, and the JSON that their entries mean. */
import { type Choice, describeRange, display, type Entry, type Field, inRange } from "./json-schema";

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
  return { choice: Math.max(fitting, 0), text: display(field.default) };
}

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

function readNumber(
  title: string,
  choice: Extract<Choice, { kind: "integer" | "number" }>,
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
