import { Code, Text } from "@mantine/core";
import type { SampleSuggestion } from "../../api/types";
import { plural } from "../../lib/format";

/** What to make samples of, and why. */
export function Suggestion({ suggestion }: { suggestion: SampleSuggestion }) {
  const { sample_kind, preset, session_key, reason, ways = [] } = suggestion;
  return (
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
      {ways.length > 1 && (
        <Text span inherit c="dimmed" display="block">
          {ways.map(({ sample_kind, samples, too_few }) => (
            <Text span inherit key={sample_kind} mr="sm">
              {sample_kind === "window"
                ? plural(samples, "window of 5 minutes", "windows of 5 minutes")
                : plural(samples, sample_kind)}
              {too_few && " (too few)"}
            </Text>
          ))}
        </Text>
      )}
    </Text>
  );
}
