import { Text } from "@mantine/core";
import type { LogLine } from "../../api/types";
import { Section } from "../../components/facts";
import { formatTime } from "../../lib/format";

const COLORS: Record<string, string> = {
  error: "var(--mantine-color-error)",
  warn: "var(--mantine-color-text)",
};

/** What a job wrote about itself, oldest first. */
export function LogLines({ title, lines }: { title: string; lines: LogLine[] }) {
  return (
    <Section title={title}>
      {lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing was written yet.
        </Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <ol className="log" tabIndex={0} aria-label={title}>
          {lines.map((line) => {
            const level = line.level.toLowerCase();
            return (
              <li key={`${line.at} ${line.message}`} style={{ color: COLORS[level] }}>
                <Text span inherit c={COLORS[level] ? undefined : "dimmed"}>
                  {formatTime(line.at).slice(11)}
                </Text>
                <span>{level}</span>
                <span>{line.message}</span>
              </li>
            );
          })}
        </ol>
      )}
    </Section>
  );
}
