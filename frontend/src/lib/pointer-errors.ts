import type { FieldProblem } from "../api/problem";

export interface AssignedErrors {
  /** By the pointer of the control that shows it. */
  fields: Record<string, string>;
  /** What belongs to no control: shown above the form. */
  rest: FieldProblem[];
}

/**
 * Hands each of the server's field errors to the control it belongs to: the one with that JSON pointer, or
 * the nearest one above it. Several errors of one control are joined.
 */
export function assignErrors(errors: FieldProblem[], controls: readonly string[]): AssignedErrors {
  const fields: Record<string, string> = {};
  const rest: FieldProblem[] = [];
  for (const error of errors) {
    const control = nearest(error.pointer, controls);
    if (control === undefined) rest.push(error);
    else fields[control] = fields[control] ? `${fields[control]} ${error.detail}` : error.detail;
  }
  return { fields, rest };
}

function nearest(pointer: string, controls: readonly string[]): string | undefined {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    if (controls.includes(at)) return at;
  }
  return undefined;
}

/** The errors that are left when what is at `pointer` has changed, with all that is below it. */
export const without = (errors: Record<string, string>, pointer: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(errors).filter(([at]) => at !== pointer && !at.startsWith(`${pointer}/`)),
  );
