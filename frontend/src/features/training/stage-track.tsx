import { Group, Progress, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { Stage } from "../../api/types";

export const STAGES: Stage[] = ["reading", "parsing", "features", "training", "evaluating", "exporting"];

/** Which stage a running job is in, and how far it is on the whole. */
export function StageTrack({ stage, progress }: { stage: Stage | null; progress: number }) {
  const current = stage ? STAGES.indexOf(stage) : -1;
  const percent = Math.round(progress * 100);
  return (
    <Stack gap="md">
      <Group gap="md" wrap="nowrap">
        <Progress.Root size="lg" flex={1}>
          <Progress.Section value={percent} aria-label="Progress" />
        </Progress.Root>
        <Text size="sm" className="numbers" style={{ whiteSpace: "nowrap" }}>
          {stage ? `${percent} %` : "Waiting for a worker"}
        </Text>
      </Group>
      <ol className="stages" aria-label="Stages">
        {STAGES.map((name, index) => (
          <li
            key={name}
            data-done={index < current || undefined}
            data-current={index === current || undefined}
            aria-current={index === current ? "step" : undefined}
          >
            {index < current && <IconCheck size={14} aria-hidden />}
            {name}
          </li>
        ))}
      </ol>
      <VisuallyHidden role="status">{stage ? `Stage: ${stage}` : "Waiting for a worker"}</VisuallyHidden>
    </Stack>
  );
}
