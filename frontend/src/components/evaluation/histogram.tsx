import { Stack, Text, Title } from "@mantine/core";
import { useId } from "react";
import type { Histogram as Counts } from "../../api/types";
import { formatCount, formatNumber, formatShare } from "../../lib/format";
import { round, scale, ticks } from "../../lib/plot";

const WIDTH = 560;
const HEIGHT = 190;
const BOTTOM = 22;
const LEFT = 6;

/** Of each set, the share of its samples per bin, so that a small test set is seen beside a large training set. */
function sharesOf(counts: number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => (sum === 0 ? 0 : count / sum));
}

/** How the scores are distributed: training as bars, test as a stepped line, the threshold across. */
export function Histogram({ histogram, threshold }: { histogram: Counts; threshold: number }) {
  const words = useId();
  const { edges, training } = histogram;
  const test = histogram.test ?? [];
  const [first, last] = [edges[0], edges.at(-1)];
  if (first === undefined || last === undefined || edges.length < 2) return null;
  const low = Math.min(first, threshold);
  const high = Math.max(last, threshold);
  const x = scale(low, high, LEFT, WIDTH - LEFT);
  const [bars, line] = [sharesOf(training), sharesOf(test)];
  const most = Math.max(...bars, ...line, Number.MIN_VALUE);
  const y = scale(0, most, HEIGHT - BOTTOM, 8);
  const at = (index: number) => x(edges[index] ?? last);
  const steps = line.map((share, index) => `H${round(at(index))}V${round(y(share))}H${round(at(index + 1))}`);
  return (
    <Stack component="figure" gap={4} m={0}>
      <Title order={3}>Score distribution</Title>
      <svg
        role="img"
        aria-label="Score distribution"
        aria-describedby={words}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className="plot"
      >
        {bars.map((share, index) => (
          <rect
            key={edges[index]}
            className="bar-1"
            x={round(at(index))}
            width={Math.max(0.5, round(at(index + 1) - at(index) - 0.5))}
            y={round(y(share))}
            height={round(y(0) - y(share))}
          >
            <title>
              {formatNumber(edges[index])} to {formatNumber(edges[index + 1])}: training{" "}
              {formatCount(training[index])} ({formatShare(share)})
              {test.length > 0 && `, test ${formatCount(test[index])} (${formatShare(line[index])})`}
            </title>
          </rect>
        ))}
        {test.length > 0 && (
          <g className="series-2 solid">
            <path d={`M${round(at(0))} ${round(y(0))}${steps.join("")}V${round(y(0))}`} />
          </g>
        )}
        <line x1={x(threshold)} x2={x(threshold)} y1={4} y2={HEIGHT - BOTTOM} className="threshold" />
        <g className="axis">
          <line x1={LEFT} x2={WIDTH - LEFT} y1={y(0)} y2={y(0)} />
          {ticks(low, high, 6).map((tick) => (
            <text key={tick} x={x(tick)} y={HEIGHT - 6} textAnchor="middle">
              {tick}
            </text>
          ))}
        </g>
      </svg>
      <figcaption id={words}>
        <Text size="xs" className="legend bar-1">
          <svg viewBox="0 0 22 8" width={22} height={8} aria-hidden>
            <title>Training</title>
            <rect width={22} height={8} />
          </svg>
          <span>Training: share of {formatCount(sum(training))} samples per bin</span>
        </Text>
        {test.length > 0 && (
          <Text size="xs" className="legend series-2 solid">
            <svg viewBox="0 0 22 8" width={22} height={8} aria-hidden>
              <title>Test</title>
              <path d="M0 4H22" />
            </svg>
            <span>Test: share of {formatCount(sum(test))} samples per bin</span>
          </Text>
        )}
        <Text size="xs" className="legend">
          <svg viewBox="0 0 22 8" width={22} height={8} aria-hidden>
            <title>Threshold</title>
            <path d="M0 4H22" className="threshold" />
          </svg>
          <span>
            Threshold {formatNumber(threshold)}; scores from {formatNumber(first)} to {formatNumber(last)}
          </span>
        </Text>
      </figcaption>
    </Stack>
  );
}

const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);
