/** Numbers and times as people read them. Absent values are an en dash. */

export const ABSENT = "–";

const integers = new Intl.NumberFormat("en");

export const formatCount = (value: number | null | undefined): string =>
  value == null ? ABSENT : integers.format(value);

/** "35 records", "1 record". */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${integers.format(count)} ${count === 1 ? one : many}`;

/** Binary units, as file managers show them: 1536 → "1.5 KiB". */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes == null) return ABSENT;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  // 1023.96 KiB would round up to "1024 KiB".
  if (unit < units.length - 1 && Number(value.toFixed(digits)) >= 1024) return `1.0 ${units[unit + 1]}`;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** 0.0312 → "31 ms", 2.345 → "2.35 s", 75 → "1 min 15 s". */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds == null) return ABSENT;
  if (seconds < 0.001) return "< 1 ms";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${Number(seconds.toPrecision(3))} s`;
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (hours > 0) return `${hours} h ${minutes} min`;
  return `${minutes} min ${whole % 60} s`;
}

/** The width of a step in time, in the largest unit that divides it: 600 → "10 min", 5400 → "90 min". */
export function formatStep(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
  ];
  const [size, unit] = units.find(([length]) => seconds >= length && seconds % length === 0) ?? [1, "s"];
  return `${integers.format(seconds / size)} ${unit}`;
}

/** 0.1 → "10.0 %". */
export const formatShare = (share: number | null | undefined): string =>
  share == null ? ABSENT : `${(share * 100).toFixed(1)} %`;

/** A measured value with enough digits to compare by. */
export const formatNumber = (value: number | null | undefined): string =>
  value == null ? ABSENT : Number.isInteger(value) ? integers.format(value) : value.toPrecision(4);

/** RFC 3339 → local "2025-07-01 15:50:20". */
export function formatTime(time: string | null | undefined): string {
  const date = time == null ? undefined : new Date(time);
  if (!date || Number.isNaN(date.getTime())) return ABSENT;
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "just now", "5 min ago", "3 h ago", then the date. */
export function formatAge(time: string, now: number = Date.now()): string {
  const seconds = (now - new Date(time).getTime()) / 1000;
  if (Number.isNaN(seconds)) return ABSENT;
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return formatTime(time).slice(0, 10);
}

/** "`x` is odd" → "X is odd." */
export function sentence(text: string): string {
  const bare = text.replaceAll("`", "").replace(/\.$/, "");
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}.`;
}

/** `isolation_forest` → "Isolation forest". */
export function humanise(word: string): string {
  const spaced = word.replaceAll("_", " ").replaceAll("-", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
