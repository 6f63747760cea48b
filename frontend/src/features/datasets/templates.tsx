import { Button, CloseButton, Group, Stack, Tabs, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type TemplateFilter, templatesQuery } from "../../api/datasets";
import type { TemplateOrder, TemplateSummary } from "../../api/types";
import { LoadMore } from "../../components/load-more";
import { ErrorState, Loading } from "../../components/states";
import { formatCount, plural } from "../../lib/format";
import { TemplateTable } from "./template-table";

const LABELS: Record<TemplateOrder, string> = {
  frequent: "Most frequent templates",
  rare: "Rarest templates",
};

interface Props {
  datasetId: string;
  summary: TemplateSummary;
}

/** What the messages say: the most frequent and the rarest at once, all of them when asked for. */
export function Templates({ datasetId, summary }: Props) {
  const [order, setOrder] = useState<TemplateOrder>("frequent");
  const [text, setText] = useState("");
  const [all, setAll] = useState(false);
  const [typed] = useDebouncedValue(text.trim(), 250);
  const q = text.trim() && typed;
  const glance = order === "frequent" ? summary.top : summary.rare;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="sm">
        <Title order={3}>Templates</Title>
        <TextInput
          size="xs"
          w={260}
          aria-label="Search the templates"
          placeholder={`Search ${plural(summary.total, "template")}`}
          leftSection={<IconSearch size={14} />}
          rightSection={
            text && <CloseButton size="xs" aria-label="Clear the search" onClick={() => setText("")} />
          }
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Group>
      <Tabs
        value={order}
        onChange={(value) => setOrder(value === "rare" ? "rare" : "frequent")}
        keepMounted={false}
      >
        <Tabs.List mb="xs">
          <Tabs.Tab value="frequent">Most frequent</Tabs.Tab>
          <Tabs.Tab value="rare">Rarest</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={order}>
          {q || all ? (
            <Asked datasetId={datasetId} filter={{ order, q: q || undefined }} />
          ) : (
            <>
              <TemplateTable label={LABELS[order]} templates={glance} />
              {glance.length < summary.total && (
                <Group justify="center" mt="xs">
                  <Button size="xs" variant="default" onClick={() => setAll(true)}>
                    Show all {formatCount(summary.total)}
                  </Button>
                </Group>
              )}
            </>
          )}
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

/** Templates as the server finds them. */
function Asked({ datasetId, filter }: { datasetId: string; filter: TemplateFilter }) {
  const query = useInfiniteQuery({ ...templatesQuery(datasetId, filter), placeholderData: keepPreviousData });
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading label="Loading the templates" />;
  const total = query.data.pages[0]?.total ?? 0;
  const templates = query.data.pages.flatMap((page) => page.items);
  return (
    <>
      <Text size="xs" c="dimmed" role="status" mb={4}>
        {total === 0 ? "No template has this text." : `${plural(total, "template")} found`}
      </Text>
      {total > 0 && <TemplateTable label={LABELS[filter.order]} templates={templates} />}
      <LoadMore query={query} />
    </>
  );
}
