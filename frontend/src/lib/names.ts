/** The server says what a name may hold; only a missing one is known before asking. */
export const nameProblem = (name: string): string | undefined =>
  name.trim() === "" ? "Give the training job a name." : undefined;

/** A name to start from: the file's name without its extensions, in characters that need no quoting. */
export function nameFromFile(file: string): string {
  const stem = file.replace(/\.(gz|zst|bz2|xz)$/i, "").replace(/\.[A-Za-z0-9]{1,7}$/, "");
  const plain = stem.normalize("NFKD").replace(/\p{M}/gu, "");
  return plain.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "") || "logs";
}
