import { Badge, Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { Leaderboard as Board } from "../../api/types";
import { formatMetric, inSentence, metricTitle } from "../../lib/evaluation";
import { ABSENT, formatCount, formatSeconds, humanise, plural } from "../../lib/format";
import { display } from "../../lib/json-schema";
import { Section } from "../facts";
import { FOLD_KINDS } from "./cross-validation";
import { ShowAll } from "./show-all";

const SHOWN = 10;

const shownValue = (name: string, value: unknown): string =>
  name === "type" ? humanise(display(value)) : display(value);

/** What a search tried, the best first. */
export function Leaderboard({ board }: { board: Board }) {
  const [all, setAll] = useState(false);
  const { strategy, metric, mode, rows, planned, complete, seconds, fold_kind } = board;
  const parameters = [...new Set(rows.flatMap((row) => Object.keys(row.parameters)))];
  const shown = all ? rows : rows.slice(0, SHOWN);
  // A choice among algorithms names each; a search has one.
  const what = parameters.includes("type") ? "Choice of algorithm" : `${humanise(strategy)} search`;
  const injected = mode === "injected" ? " (injected)" : "";
  return (
    <Section title="Search leaderboard">
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {what} by {inSentence(metricTitle(metric))}
          {injected}, {FOLD_KINDS[fold_kind] ?? fold_kind}: {plural(rows.length, "candidate")} of{" "}
          {formatCount(planned)} in {formatSeconds(seconds)}
          {complete ? "." : ", when the time budget was spent."}
        </Text>
        <Table.ScrollContainer type="native" minWidth={320 + parameters.length * 110}>
          <Table verticalSpacing={4} aria-label="Search leaderboard">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Rank</Table.Th>
                <Table.Th ta="right">
                  {metricTitle(metric)}
                  {injected}
                </Table.Th>
                {parameters.map((name) => (
                  <Table.Th key={name} ff={name === "type" ? undefined : "monospace"} fw={500}>
                    {name === "type" ? "Algorithm" : name}
                  </Table.Th>
                ))}
                <Table.Th>Scaling</Table.Th>
                <Table.Th ta="right">Samples</Table.Th>
                <Table.Th ta="right">Time</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((row) => (
                <Table.Tr key={row.rank}>
                  <Table.Td>
                    <Group gap={6} wrap="nowrap">
                      {row.rank}
                      {row.rank === 1 && row.mean != null && (
                        <Badge size="xs" variant="light">
                          chosen
                        </Badge>
                      )}
                    </Group>
                  </Table.Td>
                  <Table.Td ta="right" style={{ whiteSpace: row.error ? undefined : "nowrap" }}>
                    {row.mean != null ? formatMetric(row.mean) : (row.error ?? ABSENT)}
                    {row.mean != null && row.standard_deviation != null && (
                      <Text span size="xs" c="dimmed">
                        {" "}
                        ± {formatMetric(row.standard_deviation)}
                      </Text>
                    )}
                  </Table.Td>
                  {parameters.map((name) => (
                    <Table.Td key={name}>
                      {name in row.parameters ? shownValue(name, row.parameters[name]) : ABSENT}
                    </Table.Td>
                  ))}
                  <Table.Td>{humanise(row.scaler.type)}</Table.Td>
                  <Table.Td ta="right">{formatCount(row.resource)}</Table.Td>
                  <Table.Td ta="right">{formatSeconds(row.seconds)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <ShowAll total={rows.length} shown={SHOWN} what="candidates" all={all} onChange={setAll} />
      </Stack>
    </Section>
  );
}
