import { Badge, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { AnomalousSample, Shown, ShownSample } from "../../api/types";
import { formatCount, formatNumber, formatTime, plural } from "../../lib/format";
import { percent } from "../../lib/summary";
import { Section } from "../facts";
import { ShowAll } from "./show-all";

const SHOWN = 5;

/** What the model finds in the samples: those that stand out and why, and what is ordinary. */
export function ShownSamples({ shown }: { shown: Shown }) {
  const { most_anomalous, kinds_of_normal = [] } = shown;
  return (
    <>
      {most_anomalous.length > 0 && <MostAnomalous samples={most_anomalous} />}
      {kinds_of_normal.length > 0 && (
        <Section title="Kinds of normal">
          <Stack gap="xs">
            <Text size="xs" c="dimmed">
              Ordinary training samples that are alike, each kind with the sample in its middle.
            </Text>
            <ol className="samples" aria-label="Kinds of normal">
              {kinds_of_normal.map(({ share, example }) => (
                <li key={placeOf(example)}>
                  <Group gap="xs">
                    <Text span size="sm" fw={600}>
                      {percent(share)}
                    </Text>
                    <Place sample={example} />
                  </Group>
                  <Messages sample={example} />
                </li>
              ))}
            </ol>
          </Stack>
        </Section>
      )}
    </>
  );
}

function MostAnomalous({ samples }: { samples: AnomalousSample[] }) {
  const [all, setAll] = useState(false);
  return (
    <Section title="Most anomalous samples">
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          Those with the highest scores, of the held-out and the training samples. With each reason its share
          of what raises the score.
        </Text>
        <ol className="samples" aria-label="Most anomalous samples">
          {(all ? samples : samples.slice(0, SHOWN)).map((sample) => (
            <li key={`${placeOf(sample)} ${sample.score}`}>
              <Group gap="xs">
                <Text span size="sm" fw={600} className="numbers">
                  Score {formatNumber(sample.score)}
                </Text>
                {sample.flagged && (
                  <Badge variant="dot" color="red" size="sm">
                    flagged
                  </Badge>
                )}
                <Place sample={sample} />
                <Text span size="xs" c="dimmed">
                  {sample.held_out ? "held out" : "trained on"}
                </Text>
              </Group>
              <Messages sample={sample} />
              <Reasons reasons={sample.reasons ?? []} />
            </li>
          ))}
        </ol>
        <ShowAll total={samples.length} shown={SHOWN} what="samples" all={all} onChange={setAll} />
      </Stack>
    </Section>
  );
}

const placeOf = ({ file, line, key }: ShownSample): string => `${file} ${line} ${key ?? ""}`;

/** When it was, and where it is. */
function Place({ sample }: { sample: ShownSample }) {
  const { timestamp, key, file, line, records } = sample;
  // The key of a window is its beginning, which stands there already.
  const keyed = key && !(timestamp && Date.parse(key) === Date.parse(timestamp));
  return (
    <>
      {timestamp && (
        <Text component="time" size="sm" dateTime={timestamp} className="numbers">
          {formatTime(timestamp)}
        </Text>
      )}
      {keyed && (
        <Text span size="sm" ff="monospace">
          {key}
        </Text>
      )}
      <Text span size="xs" c="dimmed">
        {file}, line {formatCount(line)}
        {records > 1 && `, ${plural(records, "record")}`}
      </Text>
    </>
  );
}

function Messages({ sample: { messages = [] } }: { sample: ShownSample }) {
  return messages.map((message, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: messages recur and have no name of their own
    <code key={at}>{message}</code>
  ));
}

function Reasons({ reasons }: { reasons: NonNullable<AnomalousSample["reasons"]> }) {
  if (reasons.length === 0) return null;
  return (
    <ul aria-label="Reasons">
      {reasons.map(({ feature, text, share }) => (
        <li key={feature}>
          {text} <span>({percent(share)})</span>
        </li>
      ))}
    </ul>
  );
}
