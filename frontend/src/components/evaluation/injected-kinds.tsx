import { Table, Text, Title } from "@mantine/core";
import type { Injection, Metrics } from "../../api/types";
import { formatMetric, metricTitle } from "../../lib/evaluation";
import { formatCount, humanise, plural, sentence } from "../../lib/format";
import { isStaged } from "../../lib/summary";
import { FeatureNames } from "../feature-texts";

/** Each kind of injected anomaly, and how well it was found. */
export function InjectedKinds({ injection, metrics }: { injection: Injection; metrics?: Metrics | null }) {
  const { injected_samples, normal_samples, doubted_samples: doubted = 0 } = injection;
  const staged = isStaged(injection);
  const title = staged ? "Staged incidents" : "Injected anomalies";
  return (
    <div>
      <Title order={3} mb={4}>
        {title}
      </Title>
      <Text size="xs" c="dimmed" mb={4}>
        {staged
          ? plural(injected_samples, "sample of staged incidents", "samples of staged incidents")
          : plural(injected_samples, "synthetic anomaly", "synthetic anomalies")}{" "}
        among {plural(normal_samples, "held-out sample")}, which are taken for normal
        {doubted > 0 && `; ${formatCount(doubted)} that may well be real anomalies were left out`}.
      </Text>
      <Draws draws={injection.draws ?? []} value={metrics?.average_precision} />
      <Table.ScrollContainer type="native" minWidth={560} tabIndex={0}>
        <Table verticalSpacing={4} aria-label={title}>
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
                    {sentence(kind.description)}
                    {kind.features && kind.features.length > 0 && (
                      <>
                        {" "}
                        Seen by <FeatureNames names={kind.features} />.
                      </>
                    )}
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

/** How far chance decides which incidents there are, and so what is measured. */
function Draws({ draws, value }: { draws: NonNullable<Injection["draws"]>; value?: number | null }) {
  const each = draws.flatMap(({ average_precision }) => average_precision ?? []);
  if (value == null || each.length < 2) return null;
  const [low, high] = [Math.min(...each), Math.max(...each)];
  return (
    <Text size="sm" mb={4}>
      {metricTitle("average_precision")}: {formatMetric(value)} ({formatMetric(low)} to {formatMetric(high)}{" "}
      over {plural(each.length, "draw")})
    </Text>
  );
}
