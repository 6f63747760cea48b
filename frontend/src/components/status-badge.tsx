import { Badge, type MantineSize } from "@mantine/core";

const COLORS: Record<string, string> = {
  pending: "gray",
  running: "blue",
  completed: "teal",
  failed: "red",
  cancelled: "yellow",
  profiling: "blue",
  ready: "teal",
  invalid: "red",
  deployed: "violet",
  archived: "gray",
  active: "violet",
  superseded: "gray",
  rolled_back: "yellow",
  retired: "gray",
};

/** A status in its own word; the colour only repeats it. */
export function StatusBadge({ status, size = "md" }: { status: string; size?: MantineSize }) {
  return (
    <Badge variant="dot" color={COLORS[status] ?? "gray"} size={size}>
      {status.replaceAll("_", " ")}
    </Badge>
  );
}
