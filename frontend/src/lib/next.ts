/** Where people land after signing in. */
export const HOME = "/training";

/**
 * The page to go on to after signing in: a path of this origin, or `HOME`. Anything that a browser
 * could read as another origin (`//host`, `/\host`, `https:`) is refused.
 */
export function safeNext(next: unknown): string {
  if (typeof next !== "string" || !next.startsWith("/")) return HOME;
  try {
    const base = "https://trainyard.invalid";
    const url = new URL(next, base);
    if (url.origin !== base || url.pathname.startsWith("//")) return HOME;
    if (url.pathname === "/" || url.pathname.startsWith("/sign-in") || url.pathname.startsWith("/api/"))
      return HOME;
    return url.pathname + url.search + url.hash;
  } catch {
    return HOME;
  }
}

/** The token in a sign-in link's fragment: `#token=ty_…`. */
export function tokenFromFragment(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") || undefined;
}
