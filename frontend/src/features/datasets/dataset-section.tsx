import { Button, Group, Select, Stack, Tabs, Text } from "@mantine/core";
import { IconCloudDownload, IconDatabase, IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { datasetQuery, datasetsQuery } from "../../api/datasets";
import type { Dataset } from "../../api/types";
import { Section } from "../../components/facts";
import { ErrorState, QueryState } from "../../components/states";
import { StatusBadge } from "../../components/status-badge";
import { formatAge, formatBytes } from "../../lib/format";
import { AddressArea } from "./address-area";
import { DatasetReport } from "./dataset-report";
import { UploadArea } from "./upload-area";

interface Props {
  /** The chosen dataset. */
  datasetId?: string;
  /** Why no dataset may be made. */
  reason?: string;
  onChange: (id: string | undefined) => void;
}

/** Where the data comes from: new files, what the server fetches, or a dataset that is already there. */
export function DatasetSection({ datasetId, reason, onChange }: Props) {
  const queryClient = useQueryClient();
  const stored = (dataset: Dataset) => {
    queryClient.setQueryData(datasetQuery(dataset.id).queryKey, dataset);
    void queryClient.invalidateQueries({ queryKey: datasetsQuery().queryKey });
    onChange(dataset.id);
  };
  return (
    <Section title="Data source">
      {datasetId ? (
        <Chosen id={datasetId} onClear={() => onChange(undefined)} />
      ) : (
        <Tabs defaultValue="upload" keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="upload" leftSection={<IconUpload size={15} />}>
              Upload files
            </Tabs.Tab>
            <Tabs.Tab value="addresses" leftSection={<IconCloudDownload size={15} />}>
              Fetch from addresses
            </Tabs.Tab>
            <Tabs.Tab value="existing" leftSection={<IconDatabase size={15} />}>
              Existing dataset
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="upload">
            <UploadArea reason={reason} onUploaded={stored} />
          </Tabs.Panel>
          <Tabs.Panel value="addresses">
            <AddressArea reason={reason} onFetched={stored} />
          </Tabs.Panel>
          <Tabs.Panel value="existing">
            <Existing onChoose={onChange} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Section>
  );
}

function Chosen({ id, onClear }: { id: string; onClear: () => void }) {
  const query = useQuery(datasetQuery(id));
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Text fw={600}>{query.data?.name ?? "Dataset"}</Text>
          {query.data && <StatusBadge status={query.data.status} />}
          <Text size="sm" c="dimmed">
            {query.data?.files.map((file) => file.name).join(", ")}
          </Text>
        </Group>
        <Button size="xs" variant="default" onClick={onClear}>
          Use other data
        </Button>
      </Group>
      <QueryState query={query} label="Loading the dataset">
        {(dataset) => <DatasetReport dataset={dataset} />}
      </QueryState>
    </Stack>
  );
}

function Existing({ onChoose }: { onChoose: (id: string) => void }) {
  const query = useInfiniteQuery(datasetsQuery());
  if (query.isError && !query.data) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const datasets = query.data?.pages.flatMap((page) => page.items) ?? [];
  const usable = datasets.filter((dataset) => dataset.status !== "invalid");
  return (
    <Group align="end" gap="sm">
      <Select
        label="Dataset"
        placeholder={query.isPending ? "Loading…" : "Choose a dataset"}
        data={usable.map((dataset) => ({
          value: dataset.id,
          label: `${dataset.name} · ${formatBytes(dataset.size_bytes)} · ${formatAge(dataset.created_at)}`,
        }))}
        nothingFoundMessage="No dataset yet: upload or fetch files first."
        searchable
        value={null}
        onChange={(id) => id && onChoose(id)}
        style={{ flex: 1 }}
        maw={560}
      />
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Load older datasets
        </Button>
      )}
    </Group>
  );
}
