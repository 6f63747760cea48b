/** Reading search parameters, which anyone can type into the address bar: what does not fit is left out. */

export const oneOf = <S extends string>(values: readonly S[], value: unknown): S | undefined =>
  values.find((candidate) => candidate === value);

/** The router reads `?q=42` as a number; as text it is searched for all the same. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value).trim() || undefined : undefined;
