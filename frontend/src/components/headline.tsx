import { Text } from "@mantine/core";
import type { Evaluation } from "../api/types";
import { formatMetric, headline } from "../lib/evaluation";
import { ABSENT } from "../lib/format";

/** One figure of an evaluation, for lists; of injected anomalies, it says so. */
export function Headline({ metrics }: { metrics: Evaluation | null | undefined }) {
  const found = metrics && headline(metrics);
  if (!found) return <>{ABSENT}</>;
  return (
    <>
      {formatMetric(found.value)}
      <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {found.title}
        {found.mode === "injected" && ", injected"}
      </Text>
    </>
  );
}
