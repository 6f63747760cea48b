import { Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { Importance as Measured } from "../../api/types";
import { inSentence, metricTitle } from "../../lib/evaluation";
import { formatCount, formatNumber, plural } from "../../lib/format";
import { Section } from "../facts";
import { FeatureName } from "../feature-texts";
import { ShowAll } from "./show-all";

const SHOWN = 12;

/** How much each feature matters, the most important first. */
export function Importance({ importance, injected }: { importance: Measured; injected: boolean }) {
  const [all, setAll] = useState(false);
  const { features, metric, measured_on, samples, repeats } = importance;
  const shown = all ? features : features.slice(0, SHOWN);
  const most = Math.max(...features.map(({ mean }) => Math.abs(mean)), Number.MIN_VALUE);
  return (
    <Section title="Feature importance">
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {metric === "mean_absolute_score_change"
            ? "How far the score moves on average"
            : `How much ${inSentence(metricTitle(metric))}${injected ? " (injected)" : ""} is lost`}{" "}
          when a feature's values are permuted among {plural(samples, `${measured_on} sample`)}: mean ±
          deviation of {formatCount(repeats)} permutations.
        </Text>
        <Table verticalSpacing={3} withRowBorders={false} aria-label="Feature importance">
          <Table.Thead>
            <Table.Tr>
              <Table.Th pl={0}>Feature</Table.Th>
              <Table.Th w="35%" aria-hidden visibleFrom="sm" />
              <Table.Th ta="right">Importance</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ feature, mean, standard_deviation }) => (
              <Table.Tr key={feature}>
                <Table.Th scope="row" fw={400} pl={0} style={{ overflowWrap: "anywhere" }}>
                  <FeatureName name={feature} />
                </Table.Th>
                <Table.Td aria-hidden visibleFrom="sm">
                  <div className="bar" data-negative={mean < 0 || undefined}>
                    <div style={{ width: `${(100 * Math.abs(mean)) / most}%` }} />
                  </div>
                </Table.Td>
                <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
                  {formatNumber(mean)}{" "}
                  <Text span size="xs" c="dimmed">
                    ± {formatNumber(standard_deviation)}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <ShowAll total={features.length} shown={SHOWN} what="features" all={all} onChange={setAll} />
      </Stack>
    </Section>
  );
}
