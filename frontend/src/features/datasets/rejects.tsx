import { Alert, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { rejectsQuery } from "../../api/datasets";
import type { Dataset } from "../../api/types";
import { QueryState } from "../../components/states";
import { plural } from "../../lib/format";

/** How many records could not be parsed, and where and why for the first of them. */
export function Rejects({ dataset, count }: { dataset: Dataset; count: number }) {
  const query = useQuery(rejectsQuery(dataset.id));
  return (
    <Alert
      color="yellow"
      variant="outline"
      icon={<IconAlertTriangle />}
      title={`${plural(count, "record")} could not be parsed`}
    >
      <QueryState query={query} label="Loading the rejected records" lines={2}>
        {(page) => (
          <Stack gap={4}>
            {page.items.slice(0, 5).map((reject) => (
              <Text size="sm" key={`${reject.file} ${reject.line}`}>
                {reject.file}, line {reject.line}: {reject.reason}
              </Text>
            ))}
            {count > 5 && (
              <Text size="xs" c="dimmed">
                The first 5 of {count}; all are kept with the dataset.
              </Text>
            )}
          </Stack>
        )}
      </QueryState>
    </Alert>
  );
}
