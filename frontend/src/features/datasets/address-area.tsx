import { Button, Group, Progress, Stack, Text, Textarea } from "@mantine/core";
import { IconCloudDownload, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { fetchDataset } from "../../api/datasets";
import { asProblem } from "../../api/problem";
import type { Dataset } from "../../api/types";
import { GatedButton } from "../../components/gated-button";
import { ErrorState } from "../../components/states";
import { plural } from "../../lib/format";
import { linesOf } from "../../lib/lines";
import { assignErrors } from "../../lib/pointer-errors";

const SOURCES = "/sources";

interface Props {
  /** Why nothing may be fetched. */
  reason?: string;
  onFetched: (dataset: Dataset) => void;
}

/** Takes addresses, and has the server fetch what lies there as one dataset. */
export function AddressArea({ reason, onFetched }: Props) {
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const sending = useRef<AbortController>(undefined);
  const fetching = useMutation({
    mutationFn: (sources: string[]) => {
      sending.current = new AbortController();
      return fetchDataset(sources, sending.current.signal);
    },
    meta: { shown: true },
    onSuccess: onFetched,
  });

  useEffect(() => () => sending.current?.abort(), []);

  const stop = () => {
    sending.current?.abort();
    // What was stopped on purpose is no failure to show.
    fetching.reset();
    field.current?.focus();
  };

  const change = (next: string) => {
    setText(next);
    if (fetching.isError) fetching.reset();
  };

  const addresses = linesOf(text);
  const refused = fetching.error ? asProblem(fetching.error) : undefined;
  const { fields, rest } = assignErrors(refused?.errors ?? [], [SOURCES]);
  return (
    <Stack gap="sm">
      <Textarea
        ref={field}
        label="Addresses"
        description="One a line: s3://, gs://, az:// or https://, or a folder of the server, as far as its settings allow them. One that ends with / stands for all files below it. All files become one dataset."
        placeholder="s3://logs/router/2025-07/"
        classNames={{ input: "code-input" }}
        rows={3}
        resize="vertical"
        spellCheck={false}
        readOnly={fetching.isPending}
        value={text}
        error={fields[SOURCES]}
        errorProps={{ role: "alert" }}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {fetching.isPending && (
        <Stack gap="xs">
          <Group justify="space-between">
            <Text size="sm" role="status">
              Fetching from {plural(addresses.length, "address", "addresses")}
            </Text>
            <Button size="compact-xs" variant="default" leftSection={<IconX size={14} />} onClick={stop}>
              Stop
            </Button>
          </Group>
          <Progress.Root size="lg">
            {/* How much there is to fetch is not known: a bar that moves, without a number. */}
            <Progress.Section
              value={100}
              withAria={false}
              role="progressbar"
              aria-label="Fetching"
              striped
              animated
            />
          </Progress.Root>
        </Stack>
      )}
      {refused && (refused.errors.length === 0 || rest.length > 0) && <ErrorState error={refused} />}
      <GatedButton
        variant="light"
        reason={reason}
        disabled={!reason && addresses.length === 0}
        loading={fetching.isPending}
        leftSection={<IconCloudDownload size={16} />}
        onClick={() => fetching.mutate(addresses)}
        style={{ alignSelf: "flex-start" }}
      >
        Fetch files
      </GatedButton>
    </Stack>
  );
}
