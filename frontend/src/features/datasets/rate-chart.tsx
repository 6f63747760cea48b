import { Group, Stack, Text, Title } from "@mantine/core";
import { useId } from "react";
import type { RecordRate } from "../../api/types";
import { formatCount, formatStep, formatTime, plural } from "../../lib/format";
import { barsOf, summaryOf } from "../../lib/rate";

const WIDTH = 720;
const HEIGHT = 96;

/**
 * Records over time, a bar a bucket. The bars stretch with the page and the words around them do not; those
 * who do not see the bars get the sentence below them.
 */
export function RateChart({ rate }: { rate: RecordRate }) {
  const words = useId();
  const summary = summaryOf(rate);
  if (!summary) return null;
  const { start, end, total, peak, empty } = summary;
  return (
    <Stack component="figure" gap={4} m={0}>
      <Title order={3}>Records over time</Title>
      <svg
        role="img"
        aria-label="Records over time"
        aria-describedby={words}
        className="rate-chart"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {barsOf(rate, WIDTH, HEIGHT).map(({ time, count, ...place }) => (
          <rect key={time} {...place}>
            <title>
              {formatTime(time)}: {plural(count, "record")}
            </title>
          </rect>
        ))}
      </svg>
      <Group justify="space-between" gap="sm" aria-hidden>
        <Text size="xs" c="dimmed" className="numbers">
          {formatTime(start)}
        </Text>
        <Text size="xs" c="dimmed" className="numbers">
          {formatTime(end)}
        </Text>
      </Group>
      <Text component="figcaption" size="xs" c="dimmed" id={words}>
        {plural(total, "record")} from {formatTime(start)} to {formatTime(end)}, a bar every{" "}
        {formatStep(rate.bucket_seconds)}. Most: {formatCount(peak.count)} at {formatTime(peak.time)}.
        {empty > 0 && ` Without a record: ${formatCount(empty)} of ${formatCount(rate.counts.length)}.`}
      </Text>
    </Stack>
  );
}
