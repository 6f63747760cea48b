import { Stack, Table, Text, Title } from "@mantine/core";
import { useId } from "react";
import type { Curve, CurvePoint } from "../../api/types";
import { describePoint, formatMetric, inSentence } from "../../lib/evaluation";
import { formatCount, formatNumber } from "../../lib/format";
import { pathOf, round, scale } from "../../lib/plot";
import { Lazy } from "../more";

export interface CurveSeries {
  /** Of the split. */
  name: string;
  curve: Curve;
  /** Where the threshold lies. */
  mark?: { x: number; y: number };
  /** The area below it, or what else sums it up, in words. */
  summary?: string;
}

interface Props {
  title: string;
  x: string;
  y: string;
  series: CurveSeries[];
  /** What chance, or perfect calibration, would look like. */
  diagonal?: boolean;
  /** Whether the points are few and stand for themselves. */
  dots?: boolean;
}

const SIZE = 280;
const LEFT = 38;
const BOTTOM = 36;
const TOP = 8;
const RIGHT = 10;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const POINT_REACH = 5;

/** Curves in the unit square, the second one dashed. What they show is said below, and stands in a table. */
export function CurvePlot({ title, x, y, series, diagonal, dots }: Props) {
  const words = useId();
  const across = scale(0, 1, LEFT, SIZE - RIGHT);
  const up = scale(0, 1, SIZE - BOTTOM, TOP);
  return (
    <Stack component="figure" gap={4} m={0}>
      <Title order={3}>{title}</Title>
      <svg
        role="img"
        aria-label={title}
        aria-describedby={words}
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        className="plot"
        style={{ maxWidth: 380 }}
      >
        {TICKS.map((tick) => (
          <g key={tick} className="axis">
            <line x1={LEFT} x2={SIZE - RIGHT} y1={up(tick)} y2={up(tick)} />
            <line x1={across(tick)} x2={across(tick)} y1={TOP} y2={SIZE - BOTTOM} />
            <text x={LEFT - 5} y={up(tick) + 3.5} textAnchor="end">
              {tick}
            </text>
            <text x={across(tick)} y={SIZE - BOTTOM + 14} textAnchor="middle">
              {tick}
            </text>
          </g>
        ))}
        <text x={(LEFT + SIZE - RIGHT) / 2} y={SIZE - 5} textAnchor="middle" className="name">
          {x}
        </text>
        <text
          transform={`translate(10 ${(SIZE - BOTTOM + TOP) / 2}) rotate(-90)`}
          textAnchor="middle"
          className="name"
        >
          {y}
        </text>
        {diagonal && <line x1={across(0)} y1={up(0)} x2={across(1)} y2={up(1)} className="reference" />}
        {series.map(({ name, curve, mark }, at) => (
          <g key={name} className={`series-${at + 1}`}>
            <path d={pathOf(curve.points, across, up)} />
            {curve.points.map((point) => (
              <circle
                key={`${point.x} ${point.y} ${point.threshold}`}
                cx={round(across(point.x))}
                cy={round(up(point.y))}
                r={dots ? 3 : POINT_REACH}
                className={dots ? "dot" : "reach"}
              >
                <title>
                  {name}: {describePoint(point, x, y)}
                </title>
              </circle>
            ))}
            {mark && <circle cx={across(mark.x)} cy={up(mark.y)} r={5} className="mark" />}
          </g>
        ))}
      </svg>
      <figcaption id={words}>
        {series.map(({ name, summary, mark }, at) => (
          <Text size="xs" key={name} className={`legend series-${at + 1}`}>
            <svg viewBox="0 0 22 8" width={22} height={8} aria-hidden>
              <title>{name}</title>
              <path d="M0 4H22" />
            </svg>
            <span>
              {name}
              {summary && `: ${summary}`}
              {mark &&
                `${summary ? "; " : ": "}at the threshold (dot) ${inSentence(x)} ${formatMetric(mark.x)}, ${inSentence(y)} ${formatMetric(mark.y)}`}
            </span>
          </Text>
        ))}
      </figcaption>
      <Lazy title="Points as a table">{() => <Points {...{ title, x, y, series }} />}</Lazy>
    </Stack>
  );
}

function Points({ title, x, y, series }: Pick<Props, "title" | "x" | "y" | "series">) {
  const has = (part: "threshold" | "samples") =>
    series.some(({ curve }) => curve.points.some((point: CurvePoint) => point[part] != null));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section style={{ maxHeight: 240, overflow: "auto" }} tabIndex={0} aria-label={`Points of: ${title}`}>
      <Table verticalSpacing={2} fz="xs" aria-label={`Points of: ${title}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Split</Table.Th>
            <Table.Th ta="right">{x}</Table.Th>
            <Table.Th ta="right">{y}</Table.Th>
            {has("threshold") && <Table.Th ta="right">From score</Table.Th>}
            {has("samples") && <Table.Th ta="right">Samples</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {series.flatMap(({ name, curve }) =>
            curve.points.map((point) => (
              <Table.Tr key={`${name} ${point.x} ${point.y} ${point.threshold}`}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">{formatMetric(point.x)}</Table.Td>
                <Table.Td ta="right">{formatMetric(point.y)}</Table.Td>
                {has("threshold") && <Table.Td ta="right">{formatNumber(point.threshold)}</Table.Td>}
                {has("samples") && <Table.Td ta="right">{formatCount(point.samples)}</Table.Td>}
              </Table.Tr>
            )),
          )}
        </Table.Tbody>
      </Table>
    </section>
  );
}
