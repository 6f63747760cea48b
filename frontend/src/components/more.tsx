import { Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";

/** What few people need, behind a line of text; never hidden while something in it is wrong. */
export function More(props: { title: string; wrong?: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="more"
      open={open || props.wrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{props.title}</summary>
      <Stack gap="sm" pt="sm">
        {props.children}
      </Stack>
    </details>
  );
}

/** The same for what is long: drawn only while it is open. */
export function Lazy({ title, children }: { title: string; children: () => ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="more" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && children()}
    </details>
  );
}
