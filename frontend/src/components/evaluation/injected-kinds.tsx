import { Table, Text, Title } from "@mantine/core";
import type { Injection } from "../../api/types";
import { formatMetric } from "../../lib/evaluation";
import { formatCount, humanise, plural } from "../../lib/format";

/** Each kind of injected anomaly, and how well it was found. */
export function InjectedKinds({ injection }: { injection: Injection }) {
  return (
    <div>
      <Title order={3} mb={4}>
        Injected anomalies
      </Title>
      <Text size="xs" c="dimmed" mb={4}>
        {plural(injection.injected_samples, "synthetic anomaly", "synthetic anomalies")} among{" "}
        {plural(injection.normal_samples, "held-out sample")}, which are taken for normal.
      </Text>
      <Table.ScrollContainer type="native" minWidth={560}>
        <Table verticalSpacing={4} aria-label="Injected anomalies">
          <Table.Thead>
            <Table.Tr>
              <Table.Th pl={0}>Kind</Table.Th>
              <Table.Th ta="right">Samples</Table.Th>
              <Table.Th ta="right">Found</Table.Th>
              <Table.Th ta="right">ROC AUC</Table.Th>
              <Table.Th ta="right">Average precision</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {injection.kinds.map((kind) => (
              <Table.Tr key={kind.kind}>
                <Table.Th scope="row" fw={400} pl={0}>
                  {humanise(kind.kind)}
                  <Text size="xs" c="dimmed">
                    {kind.description}
                  </Text>
                </Table.Th>
                <Table.Td ta="right">{formatCount(kind.samples)}</Table.Td>
                <Table.Td ta="right">{formatMetric(kind.recall)}</Table.Td>
                <Table.Td ta="right">{formatMetric(kind.roc_auc)}</Table.Td>
                <Table.Td ta="right">{formatMetric(kind.average_precision)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
