/** The beginning of a file as the text that is in it. */

const starts = (bytes: Uint8Array, ...signature: number[]) =>
  signature.every((byte, at) => bytes[at] === byte);

/** zip, zstd, bzip2, xz, Parquet: the server opens these, a browser does not. */
const isPacked = (bytes: Uint8Array) =>
  starts(bytes, 0x50, 0x4b, 3, 4) ||
  starts(bytes, 0x28, 0xb5, 0x2f, 0xfd) ||
  starts(bytes, 0x42, 0x5a, 0x68) ||
  starts(bytes, 0xfd, 0x37, 0x7a, 0x58, 0x5a) ||
  starts(bytes, 0x50, 0x41, 0x52, 0x31);

/** A tar says so behind the name and the numbers of its first file. */
const isTar = (bytes: Uint8Array) => starts(bytes.subarray(257), 0x75, 0x73, 0x74, 0x61, 0x72);

/**
 * The beginning of what a file holds, in whole lines and at most `limit` bytes; null when no browser opens it.
 * Only the beginning of the file is at hand, so a gzip stream that breaks off is good up to there.
 */
export async function unzipped(file: Blob, limit: number): Promise<Blob | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isPacked(bytes) || isTar(bytes)) return null;
  if (!starts(bytes, 0x1f, 0x8b)) return wholeLines(bytes, limit);
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    while (length < limit) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
  } catch {
    // It breaks off where what is at hand ends.
  }
  void reader.cancel().catch(() => {});
  const text = new Uint8Array(await new Blob(parts).arrayBuffer());
  return text.length === 0 || isTar(text) ? null : wholeLines(text, limit);
}

function wholeLines(bytes: Uint8Array<ArrayBuffer>, limit: number): Blob {
  if (bytes.length < limit) return new Blob([bytes]);
  const end = bytes.lastIndexOf(0x0a, limit - 1);
  return new Blob([bytes.subarray(0, end < 0 ? limit : end + 1)]);
}
