import { Text } from "@mantine/core";
import type { ScoreStatistics } from "../api/types";
import { formatNumber } from "../lib/format";

const WIDTH = 560;
const LABEL = 62;
const ROW = 30;

/**
 * A box a split: quartiles as the box, median as the bar, minimum to maximum as the line, the threshold
 * across both. The table beside it has the same numbers, so the picture is hidden from screen readers.
 */
export function ScorePlot(props: { training: ScoreStatistics; test?: ScoreStatistics; threshold: number }) {
  const rows: [string, ScoreStatistics][] = [["Training", props.training]];
  if (props.test) rows.push(["Test", props.test]);
  const low = Math.min(props.threshold, ...rows.map(([, s]) => s.minimum));
  const high = Math.max(props.threshold, ...rows.map(([, s]) => s.maximum));
  if (![low, high].every(Number.isFinite) || high <= low) return null;
  const x = (value: number) => LABEL + ((value - low) / (high - low)) * (WIDTH - LABEL - 8);
  const height = rows.length * ROW;
  return (
    <figure style={{ margin: 0 }} aria-hidden>
      <svg viewBox={`0 0 ${WIDTH} ${height + 6}`} width="100%" style={{ maxWidth: WIDTH, display: "block" }}>
        <title>Anomaly scores</title>
        {rows.map(([name, s], index) => {
          const middle = index * ROW + ROW / 2 + 2;
          return (
            <g key={name}>
              <text x={0} y={middle + 4} fontSize={13} fill="var(--mantine-color-dimmed)">
                {name}
              </text>
              <line
                x1={x(s.minimum)}
                x2={x(s.maximum)}
                y1={middle}
                y2={middle}
                stroke="var(--mantine-color-dimmed)"
              />
              <rect
                x={x(s.percentile_25)}
                width={Math.max(1, x(s.percentile_75) - x(s.percentile_25))}
                y={middle - 8}
                height={16}
                rx={2}
                fill="var(--mantine-color-rail-5)"
              />
              <line
                x1={x(s.median)}
                x2={x(s.median)}
                y1={middle - 8}
                y2={middle + 8}
                stroke="var(--ty-surface)"
                strokeWidth={2}
              />
            </g>
          );
        })}
        <line
          x1={x(props.threshold)}
          x2={x(props.threshold)}
          y1={0}
          y2={height + 6}
          stroke="var(--mantine-color-error)"
          strokeWidth={2}
          strokeDasharray="4 3"
        />
      </svg>
      <Text component="figcaption" size="xs" c="dimmed">
        Box: middle half of the scores · line: {formatNumber(low)} to {formatNumber(high)} · dashed: threshold
      </Text>
    </figure>
  );
}
