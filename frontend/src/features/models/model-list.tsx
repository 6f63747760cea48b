import { Card } from "@mantine/core";
import { IconBoxModel2, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type ModelFilter, modelsQuery } from "../../api/models";
import type { ModelStatus } from "../../api/types";
import { ListFilter } from "../../components/list-filter";
import { LoadMore } from "../../components/load-more";
import { EmptyState, ErrorState, Loading } from "../../components/states";
import { ModelTable } from "./model-table";

export const MODEL_STATUSES: readonly ModelStatus[] = ["ready", "deployed", "archived"];

interface Props {
  filter: ModelFilter;
  onFilter: (filter: ModelFilter) => void;
  /** What to do while there is no model. */
  train: ReactNode;
}

/** All models and what can be done with them. */
export function ModelList({ filter, onFilter, train }: Props) {
  const query = useInfiniteQuery(modelsQuery(filter));
  const models = query.data?.pages.flatMap((page) => page.items);
  const filtered = filter.status !== undefined || filter.q !== undefined;
  return (
    <>
      {(filtered || (models && models.length > 0)) && (
        <ListFilter statuses={MODEL_STATUSES} value={filter} onChange={onFilter} />
      )}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading label="Loading the models" lines={6} />}
      {models && (
        <Card padding={0}>
          {models.length > 0 && <ModelTable models={models} />}
          {models.length === 0 && filtered && (
            <EmptyState icon={IconSearch} title="No model matches">
              Choose another status or shorten the text.
            </EmptyState>
          )}
          {models.length === 0 && !filtered && (
            <EmptyState icon={IconBoxModel2} title="No models yet" action={train}>
              Every training job that completes puts its model here, ready to be deployed.
            </EmptyState>
          )}
        </Card>
      )}
      <LoadMore query={query} />
    </>
  );
}
