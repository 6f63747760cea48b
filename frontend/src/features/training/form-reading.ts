/** Numbers as they were typed. No React here. */

/** Takes a problem in, at a JSON pointer. */
export type Put = (pointer: string, problem: string) => void;

/** A number, or NaN for anything else. */
export const numberOf = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));

const counts = new Intl.NumberFormat("en");

/** A whole number of at least `minimum` and at most `maximum`. */
export function readCount(
  text: string,
  minimum: number,
  pointer: string,
  put: Put,
  maximum = Number.POSITIVE_INFINITY,
): number | undefined {
  const value = numberOf(text);
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  const limit = maximum < Number.POSITIVE_INFINITY ? ` and at most ${counts.format(maximum)}` : "";
  put(pointer, `This must be a whole number, at least ${counts.format(minimum)}${limit}.`);
  return undefined;
}
