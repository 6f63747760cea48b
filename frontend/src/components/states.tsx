import { Alert, Button, Code, Group, Paper, Skeleton, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ComponentType, ReactNode } from "react";
import { asProblem } from "../api/problem";

/** What went wrong, in the server's words, with the number to look it up by. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = asProblem(error);
  return (
    <Alert role="alert" color="red" variant="outline" icon={<IconAlertTriangle />} title={problem.title}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{problem.detail}</Text>
        {problem.errors.length > 0 && (
          <ul style={{ margin: 0, paddingLeft: "1.2rem" }}>
            {problem.errors.map((e) => (
              <Text component="li" size="sm" key={`${e.pointer} ${e.detail}`}>
                {e.pointer && <Code>{e.pointer}</Code>} {e.detail}
              </Text>
            ))}
          </ul>
        )}
        {problem.request_id && (
          <Text size="xs" c="dimmed">
            Request <Code>{problem.request_id}</Code>
          </Text>
        )}
        {onRetry && (
          <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Nothing there yet, and what to do about it. */
export function EmptyState(props: {
  icon: ComponentType<{ size?: number }>;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Paper p="xl" ta="center">
      <Stack align="center" gap="xs">
        <ThemeIcon variant="light" size={48} radius="xl" aria-hidden>
          <props.icon size={24} />
        </ThemeIcon>
        <Text fw={600}>{props.title}</Text>
        <Text size="sm" c="dimmed" maw={460}>
          {props.children}
        </Text>
        {props.action && <Group mt="xs">{props.action}</Group>}
      </Stack>
    </Paper>
  );
}

/** Grey lines where text will be. */
export function Loading({ lines = 5, label }: { lines?: number; label: string }) {
  return (
    <Stack gap="sm" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <Skeleton key={line} height={22} width={`${96 - ((line * 17) % 30)}%`} />
      ))}
    </Stack>
  );
}

/** A query's three states. Data that is there stays on view when asking for it again fails. */
export function QueryState<T>(props: {
  query: UseQueryResult<T, Error>;
  label: string;
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  const { query } = props;
  if (query.data !== undefined) return props.children(query.data);
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading label={props.label} lines={props.lines} />;
}
