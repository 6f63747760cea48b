let visited = false;

/** False for the first page of a visit, whose focus is the browser's business; true for every later one. */
export function tookFocusOnce(): boolean {
  const before = visited;
  visited = true;
  return before;
}
