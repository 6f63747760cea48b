/** The geometry of small charts. No React here. */

export interface Scale {
  (value: number): number;
  low: number;
  high: number;
}

/** Maps `low … high` to `from … to`. */
export function scale(low: number, high: number, from: number, to: number): Scale {
  const width = high - low || 1;
  return Object.assign((value: number) => from + ((value - low) / width) * (to - from), { low, high });
}

/** An SVG path through these points. */
export const pathOf = (points: { x: number; y: number }[], x: Scale, y: Scale): string =>
  points.map((point, at) => `${at === 0 ? "M" : "L"}${round(x(point.x))} ${round(y(point.y))}`).join("");

/** A tenth of a pixel is enough, and keeps pages small. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** About `count` round numbers from `low` to `high`. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((part) => part * power).find((part) => part >= rough * 0.999) ?? rough;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // The digits of the step, so that 3 × 0.1 is written 0.3.
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) =>
    Number(((first + at) * step).toFixed(digits)),
  );
}
