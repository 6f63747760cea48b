import { Button, FileButton, Group, Loader, Select, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { datasetQuery, datasetsQuery } from "../../api/datasets";
import { uploadDataset } from "../../api/upload";
import { ErrorState } from "../../components/states";
import { nameFromFile } from "../../lib/names";

interface Props {
  /** The dataset that holds the label file. */
  file?: string;
  error?: string;
  /** Why nothing may be uploaded. */
  reason?: string;
  onChange: (file: string) => void;
}

/** Chooses the dataset that holds the label file, or uploads it as one. */
export function LabelFile({ file, error, reason, onChange }: Props) {
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(datasetsQuery());
  const chosen = useQuery({ ...datasetQuery(file ?? ""), enabled: file !== undefined }).data;
  const datasets = list.data?.pages.flatMap((page) => page.items) ?? [];
  const known = chosen && !datasets.some(({ id }) => id === chosen.id) ? [chosen, ...datasets] : datasets;
  const upload = useMutation({
    mutationFn: (sent: File) => uploadDataset(nameFromFile(sent.name), [sent], () => {}).result,
    meta: { shown: true },
    onSuccess: (dataset) => {
      queryClient.setQueryData(datasetQuery(dataset.id).queryKey, dataset);
      void queryClient.invalidateQueries({ queryKey: datasetsQuery().queryKey });
      onChange(dataset.id);
    },
  });
  return (
    <>
      <Group align="flex-end" gap="sm">
        <Select
          label="Label file"
          placeholder={list.isPending ? "Loading…" : "Choose a dataset"}
          data={known.map(({ id, name }) => ({ value: id, label: name }))}
          nothingFoundMessage="No dataset is called so: upload the file."
          searchable
          value={file ?? null}
          error={error}
          onChange={(id) => id && onChange(id)}
          style={{ flex: 1 }}
        />
        <FileButton
          onChange={(sent) => sent && upload.mutate(sent)}
          accept=".csv,.tsv,.txt,.gz"
          inputProps={{ "aria-label": "Label file to upload" }}
        >
          {(props) => (
            <Button
              {...props}
              variant="default"
              disabled={!!reason}
              loading={upload.isPending}
              leftSection={<IconUpload size={16} />}
            >
              Upload label file
            </Button>
          )}
        </FileButton>
      </Group>
      {list.isError && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {upload.isError && <ErrorState error={upload.error} />}
      {chosen?.status === "profiling" && (
        <Group gap="xs" role="status">
          <Loader size="xs" aria-hidden />
          <Text size="xs">Reading the label file…</Text>
        </Group>
      )}
      {chosen?.status === "invalid" && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {chosen.error?.detail ?? "This file cannot be read as a table."}
        </Text>
      )}
    </>
  );
}
