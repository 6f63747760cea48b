import { Table, Title } from "@mantine/core";
import type { Metrics } from "../../api/types";
import { formatMetric, inSentence } from "../../lib/evaluation";
import { ABSENT, formatCount } from "../../lib/format";

/** How well each class is told from the rest, and the means over them. */
export function ClassReport({ metrics, title }: { metrics: Metrics; title: string }) {
  const classes = metrics.class_report ?? [];
  const { averages } = metrics;
  const rows = [
    ...classes.map((one) => ({ ...one, name: one.class })),
    ...(averages
      ? [
          { name: "Mean over classes", ...averages.macro, support: metrics.samples },
          { name: "Mean over samples", ...averages.weighted, support: metrics.samples },
        ]
      : []),
  ];
  const number = (value: number | null | undefined) => (value == null ? ABSENT : formatMetric(value));
  return (
    <div>
      <Title order={3} mb={4}>
        Classes, {inSentence(title)}
      </Title>
      <Table.ScrollContainer type="native" minWidth={440} tabIndex={0}>
        <Table verticalSpacing={4} aria-label={`Classes, ${inSentence(title)}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th pl={0}>Class</Table.Th>
              <Table.Th ta="right">Precision</Table.Th>
              <Table.Th ta="right">Recall</Table.Th>
              <Table.Th ta="right">F1 score</Table.Th>
              <Table.Th ta="right">Samples</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, at) => (
              <Table.Tr key={row.name}>
                <Table.Th
                  scope="row"
                  fw={at < classes.length ? 400 : 600}
                  pl={0}
                  style={{ overflowWrap: "break-word" }}
                >
                  {row.name}
                </Table.Th>
                <Table.Td ta="right">{number(row.precision)}</Table.Td>
                <Table.Td ta="right">{number(row.recall)}</Table.Td>
                <Table.Td ta="right">{number(row.f1_score)}</Table.Td>
                <Table.Td ta="right">{formatCount(row.support)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
