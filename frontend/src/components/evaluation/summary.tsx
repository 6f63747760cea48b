import { Alert, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Evaluation, Injection } from "../../api/types";
import { formatCount, sentence } from "../../lib/format";
import { isStaged, percent, summaryOf } from "../../lib/summary";
import { Section } from "../facts";

/** What the model does, in a sentence, and what has to be known before it is believed. */
export function Summary({ evaluation }: { evaluation: Evaluation }) {
  const { mode, injection, warnings = [] } = evaluation;
  const words = summaryOf(evaluation);
  if (!words && warnings.length === 0) return null;
  return (
    <Section title="In short">
      <Stack gap="sm">
        {words && <Text>{words}</Text>}
        {warnings.length > 0 && (
          <Alert
            role="note"
            color="yellow"
            variant="outline"
            icon={<IconAlertTriangle size={18} />}
            title="Before you rely on this"
            p="xs"
          >
            <Stack component="ul" gap={4} m={0} pl="md">
              {warnings.map(({ code, detail }) => (
                <Text component="li" size="sm" key={code}>
                  {sentence(detail)}
                </Text>
              ))}
            </Stack>
          </Alert>
        )}
        {mode === "injected" && injection && isStaged(injection) && <Staged injection={injection} />}
      </Stack>
    </Section>
  );
}

/** What incidents are staged for, and what figures about them are not. */
function Staged({ injection }: { injection: Injection }) {
  const share = injection.training_share ?? 0;
  const doubted = injection.doubted_samples ?? 0;
  return (
    <Text size="xs" c="dimmed">
      Staged incidents: nothing in the data is labelled, so troubles such as those listed below were written
      into copies of it, to see which of them are found
      {doubted > 0 && `; ${formatCount(doubted)} samples that may be real troubles were left out`}. The
      figures are of the same recipe, fitted again to a copy
      {share > 0 && ` in which ${percent(share)} of the samples belong to such incidents`}; the model that you
      get saw none of them.
    </Text>
  );
}
