import { Group, Table, Text, VisuallyHidden } from "@mantine/core";
import {
  formatInterval,
  formatMetric,
  type Judgement,
  type Measured,
  metricRows,
} from "../../lib/evaluation";
import { ABSENT, formatCount, formatNumber } from "../../lib/format";

/** The metrics of each split, side by side, with their 95 % intervals. */
export function MetricTable({ judgements, injected }: { judgements: Judgement[]; injected: boolean }) {
  const rows = metricRows(judgements);
  const resamples = Math.max(...judgements.map(({ metrics }) => metrics?.bootstrap_resamples ?? 0));
  const average = judgements.some(({ metrics }) => metrics?.average === "macro");
  return (
    <>
      <Table.ScrollContainer type="native" minWidth={140 + 140 * judgements.length} tabIndex={0}>
        <Table verticalSpacing={5} aria-label="Metrics">
          <Table.Thead>
            <Table.Tr>
              <Table.Th pl={0}>Metric</Table.Th>
              {judgements.map(({ split, title, own }) => (
                <Table.Th key={split} ta="right">
                  {title}
                  {!own && (
                    <Text size="xs" c="dimmed" fw={400}>
                      the same recipe, fitted again
                    </Text>
                  )}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ name, title, cells }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400} pl={0}>
                  {title}
                </Table.Th>
                {cells.map((cell, at) => (
                  <Table.Td key={judgements[at]?.split} ta="right">
                    <MetricCell cell={cell} bounded={name !== "log_loss"} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Th scope="row" fw={400} pl={0}>
                Test samples
              </Table.Th>
              {judgements.map(({ split, metrics }) => (
                <Table.Td key={split} ta="right">
                  {formatCount(metrics?.samples)}
                  {metrics?.positives != null && (
                    <Text span size="xs" c="dimmed">
                      {" "}
                      ({formatCount(metrics.positives)} {injected ? "injected" : "anomalies"})
                    </Text>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
            <Table.Tr>
              <Table.Th scope="row" fw={400} pl={0}>
                Threshold
              </Table.Th>
              {judgements.map(({ split, threshold }) => (
                <Table.Td key={split} ta="right">
                  {formatNumber(threshold)}
                </Table.Td>
              ))}
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {judgements.map(
        ({ split, title, reason }) =>
          reason && (
            <Text size="xs" key={split}>
              {title}: {reason}
            </Text>
          ),
      )}
      <Text size="xs" c="dimmed">
        {resamples > 0 && `In grey: 95 % intervals over ${formatCount(resamples)} bootstrap resamples. `}
        {average && "Precision, recall, F1, ROC AUC and average precision are means over the classes. "}A
        metric that was not measured is absent.
      </Text>
    </>
  );
}

function MetricCell({ cell, bounded }: { cell: Measured | undefined; bounded: boolean }) {
  if (!cell) {
    return (
      <Text span size="sm" c="dimmed">
        <VisuallyHidden>not measured</VisuallyHidden>
        <span aria-hidden>{ABSENT}</span>
      </Text>
    );
  }
  return (
    <Group gap="sm" justify="flex-end" wrap="nowrap">
      {bounded && <Whisker cell={cell} />}
      <div className="measured">
        {formatMetric(cell.value)}
        {cell.interval && (
          <Text size="xs" c="dimmed">
            <VisuallyHidden>95 % interval </VisuallyHidden>
            {formatInterval(cell.interval)}
          </Text>
        )}
      </div>
    </Group>
  );
}

/** From 0 to 1: the interval as a line, the value as a dot. The numbers stand above it. */
function Whisker({ cell: { value, interval } }: { cell: Measured }) {
  const x = (share: number) => 3 + share * 94;
  return (
    <svg viewBox="0 0 100 8" className="whisker" aria-hidden>
      <title>From 0 to 1</title>
      <line x1={3} x2={97} y1={4} y2={4} className="rail" />
      {interval && <line x1={x(interval.low)} x2={x(interval.high)} y1={4} y2={4} className="interval" />}
      <circle cx={x(value)} cy={4} r={2.6} />
    </svg>
  );
}
