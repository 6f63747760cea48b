import { Text } from "@mantine/core";

/** `1.0.0+20250701T155020Z`: the version to read, its timestamp to tell it by. */
export function Version({ version }: { version: string }) {
  const [number, build] = version.split("+");
  return (
    <Text span size="sm" ff="monospace" style={{ whiteSpace: "nowrap" }}>
      {number}
      {build && (
        <Text span size="xs" c="dimmed" ff="monospace">
          +{build}
        </Text>
      )}
    </Text>
  );
}
