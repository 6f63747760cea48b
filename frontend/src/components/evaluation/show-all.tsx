import { Button } from "@mantine/core";

/** Draws the rest of a long list, or puts it away again. */
export function ShowAll(props: {
  total: number;
  shown: number;
  what: string;
  all: boolean;
  onChange: (all: boolean) => void;
}) {
  if (props.total <= props.shown) return null;
  return (
    <Button
      variant="default"
      size="xs"
      style={{ alignSelf: "flex-start" }}
      aria-expanded={props.all}
      onClick={() => props.onChange(!props.all)}
    >
      {props.all ? `Show the first ${props.shown}` : `Show all ${props.total} ${props.what}`}
    </Button>
  );
}
