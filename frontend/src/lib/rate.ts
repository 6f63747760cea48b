/** The arithmetic of the records-over-time chart. */
import type { RecordRate } from "../api/types";

/** A bucket with records: where its bar is, and what it stands for. */
export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  count: number;
  /** When the bucket begins, RFC 3339. */
  time: string;
}

/** No bucket with records may look empty. */
const LEAST_HEIGHT = 1.5;
/** A gap is drawn between bars that are at least this wide. */
const GAP_FROM = 4;

/** When a bucket begins; one past the last is the end of them all. */
function timeOf(start: string, bucketSeconds: number, index: number): string {
  return new Date(Date.parse(start) + index * bucketSeconds * 1000).toISOString();
}

/** A bar for each bucket with records, in an area of this size; the tallest is as high as the area. */
export function barsOf(rate: RecordRate, width: number, height: number): Bar[] {
  const { start, counts, bucket_seconds } = rate;
  const most = Math.max(0, ...counts);
  if (!start || most === 0) return [];
  const step = width / counts.length;
  const gap = step >= GAP_FROM ? 1 : 0;
  return counts.flatMap((count, index) => {
    if (count === 0) return [];
    const tall = Math.max(LEAST_HEIGHT, (count / most) * height);
    return {
      x: index * step,
      y: height - tall,
      width: step - gap,
      height: tall,
      count,
      time: timeOf(start, bucket_seconds, index),
    };
  });
}

export interface RateSummary {
  start: string;
  end: string;
  total: number;
  /** The fullest bucket; of several, the first. */
  peak: { count: number; time: string };
  /** Buckets without a record. */
  empty: number;
}

/** The chart in numbers; nothing when no record has a time. */
export function summaryOf({ start, counts, bucket_seconds }: RecordRate): RateSummary | undefined {
  const most = Math.max(0, ...counts);
  if (!start || most === 0) return undefined;
  return {
    start,
    end: timeOf(start, bucket_seconds, counts.length),
    total: counts.reduce((sum, count) => sum + count, 0),
    peak: { count: most, time: timeOf(start, bucket_seconds, counts.indexOf(most)) },
    empty: counts.filter((count) => count === 0).length,
  };
}
