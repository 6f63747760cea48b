import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";

/** A link that looks like an icon button; `label` is its name and its tooltip. */
export function LinkIcon(props: {
  label: string;
  icon: ReactNode;
  // biome-ignore lint/suspicious/noExplicitAny: the type that Mantine gives to polymorphic roots
  renderRoot: (props: any) => ReactNode;
}) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon variant="subtle" color="gray" aria-label={props.label} renderRoot={props.renderRoot}>
        {props.icon}
      </ActionIcon>
    </Tooltip>
  );
}
