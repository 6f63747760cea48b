import { Code, Table, Text } from "@mantine/core";
import type { SampleSuggestion } from "../../api/types";
import { formatMetric } from "../../lib/evaluation";
import { plural } from "../../lib/format";

/** What to make samples of, and why. */
export function Suggestion({ suggestion }: { suggestion: SampleSuggestion }) {
  const { sample_kind, preset, session_key, reason, ways = [] } = suggestion;
  return (
    <>
      <Text size="sm">
        <Text span inherit fw={600}>
          Suggested samples:
        </Text>{" "}
        {sample_kind}
        {session_key && (
          <>
            {" "}
            by <Code>{session_key.regex}</Code> ({plural(session_key.keys, "key")})
          </>
        )}
        , feature set <Code>{preset}</Code>{" "}
        <Text span inherit c="dimmed">
          ({reason})
        </Text>
      </Text>
      {ways.length > 1 && <Ways ways={ways} />}
    </>
  );
}

/** How many samples each way of cutting gives, and how well these tell incidents. */
function Ways({ ways }: { ways: NonNullable<SampleSuggestion["ways"]> }) {
  const tried = ways.some((way) => way.average_precision != null);
  return (
    <>
      <Table.ScrollContainer type="native" minWidth={420} tabIndex={0}>
        <Table verticalSpacing={3} withRowBorders={false} aria-label="Ways to make samples" maw={640}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th pl={0}>Samples</Table.Th>
              <Table.Th>Feature set</Table.Th>
              {tried && <Table.Th ta="right">Staged incidents found</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ways.map(({ sample_kind, preset, weight, samples, too_few, average_precision }) => (
              <Table.Tr key={`${sample_kind} ${preset} ${weight}`}>
                <Table.Th scope="row" fw={400} pl={0}>
                  {sample_kind === "window"
                    ? plural(samples, "window of 5 minutes", "windows of 5 minutes")
                    : plural(samples, sample_kind)}
                  {too_few && " (too few)"}
                </Table.Th>
                <Table.Td>
                  <Code>{preset}</Code>
                  {weight && `, weight ${weight}`}
                </Table.Td>
                {tried && (
                  <Table.Td ta="right">
                    {average_precision == null ? "not tried" : formatMetric(average_precision)}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {tried && (
        <Text size="xs" c="dimmed">
          Incidents were staged in these records and looked for by a plain detector: the average precision,
          from 0 to 1. It compares ways; what is found of real anomalies was not measured.
        </Text>
      )}
    </>
  );
}
