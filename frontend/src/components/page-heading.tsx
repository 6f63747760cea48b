import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { tookFocusOnce } from "../lib/navigation";

interface Props {
  title: string;
  /** Beside the title: a status, a version. */
  aside?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}

/**
 * The one `h1` of a page. Names the document, and takes the focus when the page was reached by navigating,
 * so that keyboard and screen reader start where the new page starts.
 */
export function PageHeading({ title, aside, description, actions }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · Trainyard`;
  }, [title]);

  useEffect(() => {
    if (tookFocusOnce()) heading.current?.focus();
  }, []);

  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="md">
      <Stack gap={4}>
        <Group gap="sm">
          <Title order={1} tabIndex={-1} ref={heading} style={{ overflowWrap: "anywhere" }}>
            {title}
          </Title>
          {aside}
        </Group>
        {description && (
          <Text c="dimmed" size="sm" component="div">
            {description}
          </Text>
        )}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
